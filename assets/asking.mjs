// A question to the server that is not about another run: what the tools beside the stage ask.

import { GONE, lineOf } from "./failures.mjs";

// The answer to a question as an object. Throws an Error whose message is a sentence for the visitor; it is `busy` if the
// server had only no time.
export async function askServer(name, question) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) };
  let reply;
  try {
    reply = await fetch(new URL(`ask/${name}`, document.baseURI), request);
  } catch {
    throw new Error(GONE);
  }
  if (!reply.ok) throw new Error(await lineOf(reply));
  const answer = await reply.json().catch(() => ({ error: GONE }));
  if (answer.error) throw Object.assign(new Error(answer.error), { busy: answer.busy });
  return answer;
}
