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
  registered = ready.then(() => controlled(workers)).catch(() => {});
  const keepLoaded = () => ready.then(({ active }) => active?.postMessage(loaded())).catch(() => {});
  keepLoaded();
  registered.then(() => {
    keepLoaded();
    setTimeout(keepLoaded, LATER); // what was on its way when the worker took over has come by then
  });
  if (navigator.connection?.saveData) return;
  ready.then(({ active }) => setTimeout(() => active?.postMessage("keep answers"), LATER)).catch(() => {});
}

/**
 * Return a promise that settles once the service worker answers the page's requests. On a first visit this is some time
 * after the worker is ready, and it keeps nothing that is fetched before.
 * @param {ServiceWorkerContainer} workers
 */
const controlled = (workers) =>
  workers.controller ?? new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));

/** Return the addresses of all that the page has fetched before there was a service worker. */
const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);

/** Wait until the service worker keeps the files that the page fetches, or until PATIENCE is over. */
export const isKept = () => Promise.race([registered, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
