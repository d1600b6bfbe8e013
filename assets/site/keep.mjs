// @ts-check
// Lets a service worker keep the files of a site, so that later visits need no network.

const PATIENCE = 5000; // milliseconds for which a question waits for the service worker
const LATER = 5000; // milliseconds after which the ready-made answers are fetched, so that nothing else waits for them

/** @type {Promise<unknown>} */
let registered = Promise.resolve();

/** Register the service worker, once the page has loaded. Without one the site works, as long as there is a network. */
export function keepFiles() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const ready = workers.register("sw.js").then(() => workers.ready);
  registered = ready.catch(() => {});
  ready.then(({ active }) => active?.postMessage(loaded())).catch(() => {});
  workers.addEventListener("controllerchange", () => workers.controller?.postMessage(loaded()));
  if (navigator.connection?.saveData) return;
  ready.then(({ active }) => setTimeout(() => active?.postMessage("keep answers"), LATER)).catch(() => {});
}

/** Return the addresses of all that the page has fetched before there was a service worker. */
const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);

/** Wait until the service worker keeps the files that the page fetches, or until PATIENCE is over. */
export const isKept = () => Promise.race([registered, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
