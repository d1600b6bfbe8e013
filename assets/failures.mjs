// What went wrong on the way to the server. Dash tells nobody but the console when a request of its own fails, so each is
// watched here, and whoever asked hears of it in one line, at once. What else follows stands in lasting.mjs.

export const NO_ANSWER = "The server does not answer";
export const GONE = `${NO_ANSWER}. This page plays on.`;
export const RENEWED = "The server has been renewed since this page was opened. Playing goes on; reload to use the tools.";

const EDITION = "Tierscope-Edition"; // in every reply; the page's own is in the path of its modules
const OWN = new URL(import.meta.url).pathname.split("/").at(-2);
const PROXIES = [502, 503, 504]; // what stands between answers for a server that is gone
const LONGEST = 300; // characters of a line

export const server = { gone: false, renewed: false };
export const isOther = ({ headers }) => (headers.get(EDITION) ?? OWN) !== OWN; // a renewed server's reply
const fromProxy = ({ status, headers }) => PROXIES.includes(status) && !headers.has(EDITION);

// `told` has a function for each store that Dash fills ("play", "chart-answer"), of one line and of what was asked; the
// page itself is "play".
export function hearFailures(told) {
  const plain = window.fetch;
  window.fetch = async (target, options) => {
    const ours = String(target?.url ?? target).includes("/_dash-");
    const tell = (line) => ours && told[storeOf(options)]?.(line, String(options?.body));
    const reply = await plain(target, options).then(whole).catch((error) => {
      become("gone", true);
      tell(GONE);
      throw error;
    });
    become("gone", fromProxy(reply));
    if (isOther(reply)) become("renewed", true);
    if (!reply.ok) tell(await lineOf(reply.clone()));
    return reply;
  };
}

// The reply once all of it is here: a server that ends in the middle of its answer has not answered.
const whole = async (reply) => (reply.body ? new Response(await reply.arrayBuffer(), reply) : reply);

function storeOf(options) {
  const [, store] = /"output":"([\w-]+)\./.exec(String(options?.body).slice(0, LONGEST)) ?? [];
  return store ?? "play";
}

// Why a reply is none: the server's own line, or what can be said of its status.
export async function lineOf(reply) {
  if (fromProxy(reply)) return GONE;
  if (isOther(reply) && reply.status !== 413) return RENEWED; // it may not know the question any more
  const plain = reply.headers.get("Content-Type")?.startsWith("text/plain");
  const line = plain ? (await reply.text()).split("\n")[0].slice(0, LONGEST) : "";
  if (line) return line;
  return reply.status === 413 ? "This is more than the server takes." : `The server refuses this, with status ${reply.status}.`;
}

export const lasting = () => import("./lasting.mjs");

// The server is gone or not, or it is renewed.
export function become(what, is) {
  if (server[what] === is) return;
  server[what] = is;
  react(is ? what : "back");
}

function react(event) {
  lasting().then((reactions) => reactions[event](), () => server.gone && setTimeout(react, 5000, event));
}
