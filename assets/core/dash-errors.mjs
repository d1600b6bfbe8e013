// @ts-check
// Requests that fail. Dash tells nobody but the console when a request of its own fails, so every request is watched
// here, and whoever asked is told at once, in one line. What the page does then stands in player/reconnect.mjs.

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
 * Watch every request. `tellers` has a function for each store that Dash fills ("play", "chart-answer"); it is told a
 * line and what was asked. What Dash asks for the page itself counts as "play".
 * @param {Record<string, (line: string, request: string) => void>} tellers
 */
export function watchRequests(tellers) {
  const plain = window.fetch;
  window.fetch = async (target, options) => {
    const isDash = String(target instanceof Request ? target.url : target).includes("/_dash-");
    /** @param {string} line */
    const tell = (line) => isDash && tellers[storeOf(options)]?.(line, String(options?.body));
    const reply = await plain(target, options)
      .then(completed)
      .catch((error) => {
        setServer("gone", true);
        tell(GONE);
        throw error;
      });
    setServer("gone", isFromProxy(reply));
    if (isRenewed(reply)) setServer("renewed", true);
    if (!reply.ok) tell(await lineOf(reply.clone()));
    return reply;
  };
}

/**
 * The reply once all of it is here: a server that ends in the middle of its answer has not answered.
 * @param {Response} reply
 */
const completed = async (reply) => (reply.body ? new Response(await reply.arrayBuffer(), reply) : reply);

/** @param {RequestInit | undefined} options */
function storeOf(options) {
  const [, store] = /"output":"([\w-]+)\./.exec(String(options?.body).slice(0, LONGEST)) ?? [];
  return store ?? "play";
}

/**
 * Why a reply is no answer: the server's own line, or what its status says.
 * @param {Response} reply
 */
export async function lineOf(reply) {
  if (isFromProxy(reply)) return GONE;
  if (isRenewed(reply) && reply.status !== 413) return RENEWED; // it may not know the question any more
  const isText = reply.headers.get("Content-Type")?.startsWith("text/plain");
  const line = isText ? (await reply.text()).split("\n")[0].slice(0, LONGEST) : "";
  if (line) return line;
  if (reply.status === 413) return "This is more than the server takes.";
  return `The server refuses this, with status ${reply.status}.`;
}

export const loadReconnect = () => import("#player/reconnect");

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
