// What went wrong on the way to the server. Dash tells nobody but the console when a request of its own fails, so each is
// watched here, and whoever asked hears of it in one line, at once.

export const GONE = "The server does not answer. This page plays on.";
const PROXIES = [502, 503, 504]; // what stands between answers for a server that is gone
const LONGEST = 300; // characters of a line

// `told` has a function for each store that Dash fills ("play", "chart-answer"), of one line and of what was asked; the
// page itself is "play".
export function hearFailures(told) {
  const plain = window.fetch;
  window.fetch = async (target, options) => {
    const ours = String(target?.url ?? target).includes("/_dash-");
    try {
      const reply = await plain(target, options);
      if (ours && !reply.ok) told[storeOf(options)]?.(await lineOf(reply.clone()), String(options?.body));
      return reply;
    } catch (error) {
      if (ours) told[storeOf(options)]?.(GONE, String(options?.body));
      throw error;
    }
  };
}

function storeOf(options) {
  const [, store] = /"output":"([\w-]+)\./.exec(String(options?.body).slice(0, LONGEST)) ?? [];
  return store ?? "play";
}

// Why a reply is none: the server's own line, or what can be said of its status.
export async function lineOf(reply) {
  if (PROXIES.includes(reply.status)) return GONE;
  const plain = reply.headers.get("Content-Type")?.startsWith("text/plain");
  const line = plain ? (await reply.text()).split("\n")[0].slice(0, LONGEST) : "";
  if (line) return line;
  return reply.status === 413 ? "This is more than the server takes." : `The server refuses this, with status ${reply.status}.`;
}
