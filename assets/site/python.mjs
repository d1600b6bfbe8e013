// @ts-check
// Answers questions by Python in a web worker. Python is fetched when the first question comes that has no ready-made
// answer; a bar says what is fetched, and how much of it has come.

import { messageOf } from "#core/api";
import { $ } from "#core/dom";
import { unpacked } from "#site/files";
import { isKept } from "#site/keep";
import { hideProgress, showProgress } from "#site/progress";

/**
 * A list of files: the folder of the worker, the path and size of each file that the worker is given, and the paths of
 * the page's modules and style sheets.
 * @typedef {{ place: string, files: { path: string, bytes: number }[], assets: string[] }} Listed
 */

const PACKED = ".gz";
const SLOW = 1500; // milliseconds after which the page shows that Python is computing, with a button that stops it
const STOPPED = "Stopped. Python starts again with the next question.";
const BROKEN = "Python failed at this. It starts again with the next question.";
const NOT_COME = "Python, which computes this, could not be fetched. What is ready made still works.";

/** @type {{ worker: Worker | null, starting: Promise<Worker> | null, asked: number }} */
const python = { worker: null, starting: null, asked: 0 };

/**
 * What a page keeps before Python is asked: the content of files by their addresses, and a worker with its modules.
 * @type {{ files: Map<string, Blob>, worker: Worker | null }}
 */
const kept = { files: new Map(), worker: null };
/** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
const waiting = new Map();

/**
 * Return Python's answer to a question, which may be an object with an `error`.
 * @param {string} kind
 * @param {object} question
 */
export async function askPython(kind, question) {
  try {
    const worker = await start();
    return await ask(worker, kind, question);
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/**
 * @param {Worker} worker
 * @param {string} kind
 * @param {object} question
 */
function ask(worker, kind, question) {
  python.asked += 1;
  const number = python.asked;
  const slow = setTimeout(showProgress, SLOW, "Python is computing", { stop: () => stop(STOPPED) });
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ number, kind, question: JSON.stringify(question) });
  }).finally(() => {
    clearTimeout(slow);
    if (!waiting.size) hideProgress();
  });
}

/** Start Python unless it has started. If it cannot be fetched, the next question tries again. */
function start() {
  python.starting ??= fetchAndStart().catch((error) => {
    stop(NOT_COME);
    throw error;
  });
  return python.starting;
}

async function fetchAndStart() {
  await isKept();
  const listed = await fetchList();
  const files = await fetchAll(listed.files);
  const place = addressOf(listed.place);
  const worker = kept.worker ?? newWorker(place);
  kept.worker = null;
  python.worker = worker;
  await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => onMessage(data, resolve, reject);
    worker.onerror = () => reject(new Error(NOT_COME));
    worker.postMessage({ place, files }, Object.values(files));
  });
  hideProgress();
  window.dispatchEvent(new Event("tierscope:python"));
  return worker;
}

/** @param {string} place */
const newWorker = (place) => new Worker(`${place}worker.mjs`, { type: "module", name: "python" });

/** Fetch all that Python needs to start, so that it can start without a network, and return the list of files. */
export async function keepPython() {
  const listed = await fetchList();
  const addresses = [listAddress(), ...listed.files.map(({ path }) => addressOf(path))];
  await Promise.all(addresses.map(async (address) => kept.files.set(address, await (await fetchFile(address)).blob())));
  const place = addressOf(listed.place);
  const worker = newWorker(place);
  await new Promise((resolve, reject) => {
    Object.assign(worker, { onmessage: resolve, onerror: reject });
    worker.postMessage({ place });
  });
  kept.worker = worker;
  return listed;
}

/**
 * @param {{ told?: string, started?: boolean, number?: number, answer?: string, failed?: string }} message
 * @param {(_: undefined) => void} started
 * @param {(error: Error) => void} notStarted
 */
function onMessage({ told, started: hasStarted, number, answer, failed }, started, notStarted) {
  if (told) return showProgress(told);
  if (hasStarted) return started(undefined);
  if (number === undefined) return notStarted(new Error(failed ?? NOT_COME));
  const asker = waiting.get(number);
  waiting.delete(number);
  if (failed === undefined) return asker?.resolve(JSON.parse(answer ?? "null"));
  asker?.reject(new Error(BROKEN)); // Python itself has ended: what goes wrong in the program is an answer
  stop(BROKEN);
}

/**
 * End the worker; whoever waits for an answer is told why. The next question starts another worker.
 * @param {string} why
 */
export function stop(why) {
  python.worker?.terminate();
  Object.assign(python, { worker: null, starting: null });
  for (const { reject } of waiting.values()) reject(new Error(why));
  waiting.clear();
  hideProgress();
}

/** @param {string} path */
const addressOf = (path) => new URL(path, document.baseURI).href;

/** Return the address of the list of files, which an element of the document has. */
const listAddress = () => addressOf(String($("[data-python]").dataset.python));

/** @returns {Promise<Listed>} */
const fetchList = async () => (await fetchFile(listAddress())).json();

/**
 * Return a file that is kept, or else from the network.
 * @param {string} address
 */
async function fetchFile(address) {
  const blob = kept.files.get(address);
  const reply = blob ? new Response(blob) : await fetch(address);
  if (!reply.ok || !reply.body) throw new Error(NOT_COME);
  return reply;
}

/**
 * Return the files by name, unpacked.
 * @param {Listed["files"]} files
 */
async function fetchAll(files) {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let come = 0;
  const note = (/** @type {number} */ bytes) => {
    come += bytes;
    showProgress("Fetching Python, which computes this", { come, all });
  };
  const contents = await Promise.all(files.map(({ path }) => fetchPart(addressOf(path), note)));
  const entries = files.map(({ path }, index) => [nameOf(path), contents[index]]);
  return /** @type {Record<string, ArrayBuffer>} */ (Object.fromEntries(entries));
}

/** @param {string} path */
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1).replace(PACKED, "");

/**
 * @param {string} address
 * @param {(bytes: number) => void} note
 */
async function fetchPart(address, note) {
  const { body } = await fetchFile(address);
  const noted = new TransformStream({
    transform(piece, controller) {
      note(piece.length);
      controller.enqueue(piece);
    },
  });
  return unpacked(await new Response(body?.pipeThrough(noted)).arrayBuffer());
}
