// @ts-check
// Keeps the files of a site in the browser, so that it needs no network from the second visit on. viz/site/build.py
// puts a line before this text that defines SITE. The files of the first picture are kept at once, the ready-made
// answers when the page is idle, and all others when they are first fetched. This is a classic script, because not
// every browser lets a service worker be a module.

const worker = /** @type {ServiceWorkerScope} */ (/** @type {unknown} */ (self));
const PLACE = worker.registration.scope;
const CACHE = `tierscope ${PLACE}`; // several sites may share an origin

/** @param {string} path @returns {Request} */
const requestOf = (path) => new Request(new URL(path, PLACE));

/** @param {string} path */
const neverChanges = (path) => SITE.folders.some((folder) => path.startsWith(folder));

/**
 * Return the path of a file of this site, relative to it; undefined for all else. The document has the path "".
 * @param {URL} url
 */
function pathOf({ origin, pathname }) {
  const { origin: own, pathname: folder } = new URL(PLACE);
  if (origin !== own || !pathname.startsWith(folder)) return undefined;
  const path = decodeURI(pathname.slice(folder.length));
  return path === "index.html" ? "" : path;
}

/** Keep the files of the first picture. The document comes last, so that all that it names is there before it. */
async function keepFirst() {
  const cache = await caches.open(CACHE);
  const kept = await Promise.all(SITE.first.map((path) => neverChanges(path) && cache.match(requestOf(path))));
  await cache.addAll(SITE.first.filter((_, index) => !kept[index]).map(requestOf));
  await cache.addAll(SITE.changing.map((path) => new Request(requestOf(path), { cache: "no-cache" })));
}

/**
 * Keep files, one after the other; stop if the network goes, until the page asks again.
 * @param {string[]} paths
 */
async function keepAll(paths) {
  const cache = await caches.open(CACHE);
  for (const path of paths) {
    if (neverChanges(path) && !(await cache.match(requestOf(path)))) await cache.add(requestOf(path));
  }
}

/**
 * Return the paths of the files that a page asks to be kept: all answers, or what it has fetched already.
 * @param {unknown} asked
 */
const pathsOf = (asked) =>
  Array.isArray(asked) ? asked.map((address) => pathOf(new URL(address)) ?? "") : SITE.answers;

/** Delete what belongs to an older edition of the site. */
async function deleteOld() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const path = pathOf(new URL(request.url));
    if (path === undefined || !(neverChanges(path) || SITE.changing.includes(path))) await cache.delete(request);
  }
}

/**
 * Return a file: the one that is kept, or else the one from the network, which is kept if it never changes.
 * @param {string} path
 * @param {Request} request
 */
async function fileOf(path, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(requestOf(path));
  if (kept) return withPolicy(path, kept);
  const reply = await fetch(request);
  if (reply.status === 200 && neverChanges(path)) await cache.put(requestOf(path), reply.clone());
  return withPolicy(path, reply);
}

/**
 * Return Python's worker with the policy that lets it start wasm and fetch nothing, whatever the host sends; any other
 * file as it is.
 * @param {string} path
 * @param {Response} reply
 */
function withPolicy(path, reply) {
  if (path !== SITE.python) return reply;
  const headers = new Headers(reply.headers);
  headers.set("Content-Security-Policy", SITE.policy);
  return new Response(reply.body, { status: reply.status, headers });
}

worker.addEventListener("install", (event) => event.waitUntil(keepFirst()));
worker.addEventListener("activate", (event) => event.waitUntil(deleteOld().then(() => worker.clients.claim())));
worker.addEventListener("message", (event) => {
  event.waitUntil(keepAll(pathsOf(event.data)).catch(() => {}));
});
worker.addEventListener("fetch", (event) => {
  const path = pathOf(new URL(event.request.url));
  if (event.request.method !== "GET" || path === undefined) return;
  if (neverChanges(path) || SITE.changing.includes(path)) event.respondWith(fileOf(path, event.request));
});
