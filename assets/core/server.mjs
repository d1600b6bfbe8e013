// @ts-check
// Knows whether the server answers, and whether it is still the edition that the page came from. player/reconnect.mjs
// says what the page does if not. Dash's requests are watched in core/dash.mjs; all others go through fetchWatched().

import { showStatus } from "#core/dom";

export const NO_ANSWER = "The server does not answer";
export const GONE = `${NO_ANSWER}. This page plays on.`;
export const RENEWED =
  "The server has been renewed since this page was opened. Playing goes on; reload to use the tools.";

export const NOT_HELD = "This file does not hold that. The served page, or another export, does.";

const EDITION = "Tierscope-Edition"; // a header of every reply: which version of the page's files the server has
const OWN = new URL(import.meta.url).pathname.split("/").at(-3); // the page's own edition is in the path of its modules
const PROXIES = [502, 503, 504]; // the statuses with which a proxy answers in place of a server that is gone
const LONGEST = 300; // characters of an error line
const AGAIN = 5000; // milliseconds until player/reconnect.mjs is fetched again after it could not be loaded

/** @typedef {"gone" | "renewed"} Trouble */

/** @type {Record<Trouble, boolean>} */
export const server = { gone: false, renewed: false };

/**
 * What answers a question in this browser, in place of a server: the kind of the question is a key of KINDS in
 * viz/app/answers.py, and the answer may be an object with an `error`.
 * @typedef {(kind: string, question: object) => Promise<any>} Answerer
 */

/**
 * What answers now, null while the server does; and what answers in place of a server that is gone, null if nothing
 * can.
 * @type {Record<"answer" | "fallback", Answerer | null>}
 */
export const inBrowser = { answer: null, fallback: null };

/**
 * Return whether a reply comes from a server that has another edition of the page.
 * @param {Response} reply
 */
export const isRenewed = ({ headers }) => (headers.get(EDITION) ?? OWN) !== OWN;

/** @param {Response} reply */
const isFromProxy = ({ status, headers }) => PROXIES.includes(status) && !headers.has(EDITION);

/**
 * Fetch something from the server, and note whether the server is there. The whole body is read first: a server that
 * ends in the middle of an answer counts as gone.
 * @param {URL | string} target
 * @param {RequestInit} options
 */
export async function fetchWatched(target, options) {
  const reply = await fetch(target, options)
    .then(async (some) => (some.body && some.status !== 304 ? new Response(await some.arrayBuffer(), some) : some))
    .catch((error) => {
      setServer("gone", true);
      throw error;
    });
  noteReply(reply);
  return reply;
}

/**
 * Record what a reply says about the server: whether it is there, and whether it was renewed.
 * @param {Response} reply
 */
export function noteReply(reply) {
  setServer("gone", isFromProxy(reply));
  if (isRenewed(reply)) setServer("renewed", true);
}

/**
 * Record the server's edition that an answer of a Dash callback names. The page cannot see the headers of that reply.
 * @param {string | undefined} edition
 */
export function noteEdition(edition) {
  setServer("gone", false);
  if (edition !== undefined && edition !== OWN) setServer("renewed", true);
}

/** Ask for a small file, and note whether the server is there. */
export function probe(milliseconds = 5000) {
  const options = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(milliseconds) };
  return fetchWatched(new URL("robots.txt", document.baseURI), /** @type {RequestInit} */ (options)).catch(() => {});
}

/**
 * Return why a reply is no answer: the server's own line, or a sentence made from its status.
 * @param {Response} reply
 */
export async function lineOf(reply) {
  if (isFromProxy(reply)) return GONE;
  if (isRenewed(reply) && reply.status !== 413) return RENEWED; // a new server may not know the question any more
  const isText = reply.headers.get("Content-Type")?.startsWith("text/plain");
  const line = isText && !reply.bodyUsed ? (await reply.text()).split("\n")[0].slice(0, LONGEST) : "";
  if (line) return line;
  if (reply.status === 413) return "This is more than the server takes.";
  return `The server refuses this, with status ${reply.status}.`;
}

export const loadReconnect = () => import("#player/reconnect");

/**
 * The module later.mjs once it has come: all that the page does not need at its start.
 * @type {{ module: typeof import("#later") | null }}
 */
export const later = { module: null };

/**
 * The fetching of later.mjs that is under way, or null. All wait for the same one: the promises of two imports settle
 * in different tasks, and a key that comes between them would act before an earlier one.
 * @type {Promise<typeof import("#later")> | null}
 */
let fetching = null;

/** Fetch later.mjs unless it is here already. */
export async function loadLater() {
  fetching ??= import("#later").finally(() => {
    fetching = null;
  });
  later.module ??= await fetching;
  return later.module;
}

/**
 * Call a function with later.mjs, which is fetched first if need be.
 * @param {(module: typeof import("#later")) => unknown} use
 */
export function withLater(use) {
  if (later.module) use(later.module);
  else loadLater().then(use, () => showStatus(`${NO_ANSWER}, and this has to come from it.`));
}

/**
 * Record that the server is gone, back or renewed. If this has changed, the page reacts to it.
 * @param {Trouble} trouble
 * @param {boolean} is
 */
export function setServer(trouble, is) {
  if (server[trouble] === is) return;
  server[trouble] = is;
  if (inBrowser.fallback) useFallback(inBrowser.fallback);
  react(is ? trouble : "back");
}

/**
 * Let a function answer whenever the server is gone.
 * @param {Answerer} fallback
 */
export function useFallback(fallback) {
  inBrowser.fallback = fallback;
  inBrowser.answer = server.gone ? fallback : null;
}

/** @param {Trouble | "back"} event */
function react(event) {
  loadReconnect().then(
    (reactions) => reactions[event](),
    () => server.gone && setTimeout(react, AGAIN, event),
  );
}

/**
 * Return the text under which an exported page holds the answer to a question, as viz/page/held.py writes it.
 * @param {object} question
 * @returns {string}
 */
export function keyOf(question) {
  const given = Object.entries(question).filter(([name, value]) => value !== undefined && name !== "narrow");
  const sorted = given.sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(sorted.map(([name, value]) => [name, isTable(value) ? keyOf(value) : value]));
}

/** @param {unknown} value */
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Return the run of an exported page that a request asks for: the one of the same question or, if the page holds
 * several machines, one of the machine and the kernel that are named; undefined if it holds none.
 * @param {RunRequest} wanted
 * @returns {Play | undefined}
 */
export function heldRun(wanted) {
  const { runs = {}, machines } = window.tierscopeHeld ?? {};
  const exact = runs[keyOf(wanted)];
  if (exact || !machines) return exact;
  const { topology, kernel } = wanted;
  const ofMachine = Object.values(runs).filter(({ request }) => request.topology === topology);
  const same = ofMachine.find(({ asked }) => asked === (kernel ?? window.tierscopePlay.asked));
  return same ?? (kernel ? undefined : ofMachine[0]);
}
