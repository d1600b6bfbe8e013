// @ts-check
// Whether the server answers, and whether it is the one that the page came from. What the page does if not stands in
// player/reconnect.mjs. What Dash asks is watched in core/dash.mjs; everything else is asked by fetchWatched().

import { $ } from "#core/dom";

export const NO_ANSWER = "The server does not answer";
export const GONE = `${NO_ANSWER}. This page plays on.`;
export const RENEWED =
  "The server has been renewed since this page was opened. Playing goes on; reload to use the tools.";

const EDITION = "Tierscope-Edition"; // a header of every reply; the page's own edition is in the path of its modules
const OWN = new URL(import.meta.url).pathname.split("/").at(-3);
const PROXIES = [502, 503, 504]; // with these a proxy answers for a server that is gone
const LONGEST = 300; // characters of a line
const AGAIN = 5000; // milliseconds until what reacts is fetched again

/** @typedef {"gone" | "renewed"} Trouble */

/** @type {Record<Trouble, boolean>} */
export const server = { gone: false, renewed: false };

/**
 * Whether a reply is that of a server that has another edition of the page.
 * @param {Response} reply
 */
export const isRenewed = ({ headers }) => (headers.get(EDITION) ?? OWN) !== OWN;

/** @param {Response} reply */
const isFromProxy = ({ status, headers }) => PROXIES.includes(status) && !headers.has(EDITION);

/**
 * Fetch something from the server, and note whether it is there. The reply is whole: a server that ends in the middle
 * of its answer has not answered.
 * @param {URL | string} target
 * @param {RequestInit} options
 */
export async function fetchWatched(target, options) {
  const reply = await fetch(target, options)
    .then(async (some) => (some.body ? new Response(await some.arrayBuffer(), some) : some))
    .catch((error) => {
      setServer("gone", true);
      throw error;
    });
  noteReply(reply);
  return reply;
}

/**
 * What a reply says of the server.
 * @param {Response} reply
 */
export function noteReply(reply) {
  setServer("gone", isFromProxy(reply));
  if (isRenewed(reply)) setServer("renewed", true);
}

/**
 * What an answer says of the server that came without its headers: the edition of the page that it serves.
 * @param {string | undefined} edition
 */
export function noteEdition(edition) {
  setServer("gone", false);
  if (edition !== undefined && edition !== OWN) setServer("renewed", true);
}

/** Ask for a small file, to find out whether the server is there. */
export function probe(milliseconds = 5000) {
  const options = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(milliseconds) };
  return fetchWatched(new URL("robots.txt", document.baseURI), /** @type {RequestInit} */ (options)).catch(() => {});
}

/**
 * Why a reply is no answer: the server's own line, or what its status says.
 * @param {Response} reply
 */
export async function lineOf(reply) {
  if (isFromProxy(reply)) return GONE;
  if (isRenewed(reply) && reply.status !== 413) return RENEWED; // it may not know the question any more
  const isText = reply.headers.get("Content-Type")?.startsWith("text/plain");
  const line = isText && !reply.bodyUsed ? (await reply.text()).split("\n")[0].slice(0, LONGEST) : "";
  if (line) return line;
  if (reply.status === 413) return "This is more than the server takes.";
  return `The server refuses this, with status ${reply.status}.`;
}

export const loadReconnect = () => import("#player/reconnect");

/**
 * What the page does not start with, once it is here.
 * @type {{ module: typeof import("#later") | null }}
 */
export const later = { module: null };

/** Fetch it; where it is here already, nothing is done. */
export const loadLater = async () => (later.module ??= await import("#later"));

/**
 * Do what takes a part of the page that it does not start with.
 * @param {(module: typeof import("#later")) => unknown} use
 */
export function withLater(use) {
  if (later.module) use(later.module);
  else loadLater().then(use, () => ($("#status").textContent = `${NO_ANSWER}, and this has to come from it.`));
}

/**
 * The server is gone, or back, or renewed.
 * @param {Trouble} trouble
 * @param {boolean} is
 */
export function setServer(trouble, is) {
  if (server[trouble] === is) return;
  server[trouble] = is;
  react(is ? trouble : "back");
}

/** @param {Trouble | "back"} event */
function react(event) {
  loadReconnect().then(
    (reactions) => reactions[event](),
    () => server.gone && setTimeout(react, AGAIN, event),
  );
}
