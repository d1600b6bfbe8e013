// @ts-check
// A question to the server that is not about another run: what the tools beside the stage and the dialogs ask.

import { fetchWatched, GONE, isRenewed, lineOf, RENEWED, setServer } from "#core/server";

const OF_NO_RUN = ["shape", "write"]; // other answers name steps, and a renewed server may count steps otherwise

/** Whether there is a question that no server has heard; who asks it again says so. */
export const asked = { unheard: false };

/**
 * The answer to a question. Throws a Refusal.
 * @param {string} name
 * @param {object} question
 * @returns {Promise<any>}
 */
export async function askServer(name, question) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
  };
  const reply = await fetchWatched(new URL(`ask/${name}`, document.baseURI), request).catch(() => null);
  if (reply && !reply.ok) throw refusal(await lineOf(reply), reply.status === 503);
  if (reply && isRenewed(reply) && !OF_NO_RUN.includes(name)) throw refusal(RENEWED);
  const answer = await reply?.json().catch(() => null); // null where something else than the server has answered
  if (!answer) throw refusal(GONE);
  if (answer.error) throw refusal(answer.error, answer.busy);
  return answer;
}

/** Why there is no answer: the message is a sentence for the visitor. */
export class Refusal extends Error {
  /** @param {string} line @param {boolean} busy whether the server only had no time */
  constructor(line, busy) {
    super(line);
    this.busy = busy;
  }
}

/** @param {string} line */
function refusal(line, busy = false) {
  if (line === GONE) {
    asked.unheard = true;
    setServer("gone", true);
  }
  return new Refusal(line, busy);
}

/**
 * The sentence of anything that was thrown.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
