// @ts-check
// The web worker in which Python answers questions. The page sends it the files of Python; it fetches nothing itself.
// All that could reach the network, storage or other workers is taken away before any question is answered, because a
// question may bring code that a visitor, or the author of a link, has written.

const worker = /** @type {PythonScope} */ (/** @type {unknown} */ (self));
const { postMessage } = worker;

/** What a worker has beside computing: names of its global scope. */
const OUTSIDE = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "importScripts"],
  ...["indexedDB", "caches", "cookieStore", "navigator", "BroadcastChannel", "Worker", "SharedWorker", "Notification"],
  ...["RTCPeerConnection", "FontFace", "fonts", "FileReader", "FileReaderSync", "createImageBitmap", "OffscreenCanvas"],
  ...["open", "postMessage", "eval", "Function", "location", "origin", "close"],
];

/** Takes the place of Function, which Pyodide needs to recognise functions; it makes none. */
const NO_FUNCTION = {
  prototype: Function.prototype,
  [Symbol.hasInstance]: (/** @type {unknown} */ value) => typeof value === "function",
};

/**
 * Take a name away from the global scope and from all that it inherits from.
 * @param {string} name
 */
function takeAway(name) {
  for (let one = globalThis; one; one = Object.getPrototypeOf(one)) {
    if (Object.hasOwn(one, name)) delete (/** @type {any} */ (one)[name]);
  }
  Object.defineProperty(globalThis, name, { value: undefined, writable: true });
}

/**
 * Return a timer that takes functions, but no texts, which a browser would run as code.
 * @param {"setTimeout" | "setInterval"} name
 */
function timer(name) {
  const own = /** @type {(...all: unknown[]) => number} */ (/** @type {unknown} */ (globalThis[name]));
  return (/** @type {unknown[]} */ ...all) => (typeof all[0] === "function" ? own.apply(globalThis, all) : 0);
}

const timers = { setTimeout: timer("setTimeout"), setInterval: timer("setInterval") };

/** Leave Python nothing but computing: no network, no storage, and no way to make JavaScript of a text. */
function closeOff() {
  for (const name of OUTSIDE) takeAway(name);
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const kind of kinds) Object.defineProperty(Object.getPrototypeOf(kind), "constructor", { value: undefined });
  Object.assign(globalThis, timers, { Function: NO_FUNCTION });
}

// The start of Python, by Pyodide

const LIBRARY = "/lib/python3.14/site-packages";
const WASM = "pyodide.asm.wasm";
const STDLIB = "stdlib.zip";
/** The modules of Pyodide. A page may let them be imported before Python starts, while there is a network. */
const MODULES = ["pyodide.mjs", "pyodide.asm.mjs"];
const PACKAGES = ["packages.zip", "program.zip"];

/** A lock file without packages: all packages come in one archive of the site. */
const LOCK = {
  info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
  packages: {},
};

/**
 * Start Python, and return the function that answers questions: both the question and the answer are JSON.
 * @param {string} place the address of the folder with pyodide.mjs, with a slash at its end
 * @param {Record<string, ArrayBuffer>} files the content of these files by name
 * @param {(line: string) => void} tell is called with what begins
 * @returns {Promise<(kind: string, question: string) => string>}
 */
async function startPython(place, files, tell) {
  const fetched = globalThis.fetch;
  globalThis.fetch = async (asked) => fileOf(files, String(asked instanceof Request ? asked.url : asked));
  try {
    tell("Starting Python");
    const { loadPyodide } = await import(`${place}pyodide.mjs`);
    const python = await loadPyodide({
      indexURL: place,
      stdLibURL: `${place}${STDLIB}`,
      lockFileContents: LOCK,
      jsglobals: { ...timers, clearTimeout, clearInterval, Object, Array, Promise },
      env: { HOME: "/home" },
    });
    for (const name of PACKAGES) python.unpackArchive(files[name], "zip", { extractDir: LIBRARY });
    tell("Starting tierscope");
    const { answer, close_off } = python.pyimport("viz.site.in_worker");
    close_off();
    return answer;
  } finally {
    globalThis.fetch = fetched;
  }
}

/**
 * Return a file as a reply of the network would bring it.
 * @param {Record<string, ArrayBuffer>} files
 * @param {string} url
 */
function fileOf(files, url) {
  const name = url.slice(url.lastIndexOf("/") + 1);
  if (!files[name]) return new Response(null, { status: 404 });
  const type = name === WASM ? "application/wasm" : "application/zip";
  return new Response(files[name], { headers: { "Content-Type": type } });
}

// Questions

/** @type {Promise<(kind: string, question: string) => string> | null} */
let answering = null;

worker.onmessage = async ({ data }) => {
  try {
    if (data.place && !data.files) {
      await Promise.all(MODULES.map((name) => import(`${data.place}${name}`)));
      return postMessage.call(worker, { kept: true });
    }
    if (data.files) {
      answering = startPython(data.place, data.files, (told) => postMessage.call(worker, { told })).then((answer) => {
        closeOff();
        return answer;
      });
      await answering;
      return postMessage.call(worker, { started: true });
    }
    const answer = await answering;
    postMessage.call(worker, { number: data.number, answer: answer?.(data.kind, data.question) });
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    postMessage.call(worker, { number: data.number, failed });
  }
};
