// A question to the server that is not about another run: what the tools beside the stage ask.

import { GONE, RENEWED, become, isOther, lineOf } from "./failures.mjs";

const OF_NO_RUN = ["shape", "write"]; // other answers name steps, and another edition may count them otherwise
export const asked = { unheard: false }; // whether a question was not heard

// The answer to a question as an object. Throws an Error whose message is a sentence for the visitor; it is `busy` if the
// server had only no time.
export async function askServer(name, question) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) };
  const reply = await fetch(new URL(`ask/${name}`, document.baseURI), request).catch(() => null);
  if (reply && !reply.ok) throw refusal(await lineOf(reply), reply.status === 503);
  if (reply && isOther(reply) && !OF_NO_RUN.includes(name)) throw refusal(RENEWED);
  const answer = await reply?.json().catch(() => null); // null where something else than the server has answered
  if (!answer) throw refusal(GONE);
  if (answer.error) throw refusal(answer.error, answer.busy);
  return answer;
}

function refusal(line, busy) {
  if (line === GONE) {
    asked.unheard = true;
    become("gone", true);
  }
  return Object.assign(new Error(line), { busy });
}
