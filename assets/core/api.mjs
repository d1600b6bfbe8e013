// @ts-check
// Sends the questions of the tools and dialogs to the server, or to what answers in its place in this browser. (Other
// runs and charts are asked for by core/dash.mjs.)

import { isExported } from "#core/dom";
import { fetchWatched, GONE, inBrowser, isRenewed, keyOf, lineOf, NOT_HELD, RENEWED, setServer } from "#core/server";

// The questions whose answers name no step. A renewed server may number steps differently, so its other answers are
// refused.
const OF_NO_RUN = ["shape", "write"];

/** Whether a question got no answer because the server was gone. Whoever asks it again sets this back. */
export const asked = { unanswered: false };

/**
 * Return the answer to a question; throw a Refusal if there is none.
 * @param {string} name
 * @param {object} question
 * @returns {Promise<any>}
 */
export async function askServer(name, question) {
  const answerer = inBrowser.answer ?? (isExported() ? heldAnswer : fetchOrCompute);
  const answer = await answerer(name, question);
  if (answer.error) throw refusal(answer.error, answer.busy);
  return answer;
}

/**
 * Return the answer that the exported page holds, or an object with an `error`.
 * @param {string} name
 * @param {object} question
 * @returns {Promise<any>}
 */
async function heldAnswer(name, question) {
  const { answers = {}, runs = {} } = window.tierscopeHeld ?? {};
  const key = keyOf(question);
  const held = answers[`${name} ${key}`] ?? partOf(runs[key], name) ?? { error: NOT_HELD };
  const { trace, stage, classes } = runs[held.of] ?? {};
  return structuredClone(held.of ? { ...held, trace, stage, classes } : held);
}

/**
 * Return the answer that is a part of a run in an exported page; undefined if there is none.
 * @param {Play | undefined} run
 * @param {string} name
 */
const partOf = (run, name) =>
  name === "findings" ? run?.findings : name === "halls" && run ? { stages: run.halls } : undefined;

/**
 * Return the server's answer or, if that server is found to be gone, that of the fallback in this browser.
 * @param {string} name
 * @param {object} question
 */
async function fetchOrCompute(name, question) {
  const { unanswered } = asked;
  try {
    return await fetchAnswer(name, question);
  } catch (error) {
    if (!inBrowser.answer) throw error;
    asked.unanswered = unanswered;
    return inBrowser.answer(name, question);
  }
}

/**
 * Return the server's answer, which may be an object with an `error`; throw a Refusal if there is none.
 * @param {string} name
 * @param {object} question
 */
async function fetchAnswer(name, question) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
  };
  const reply = await fetchWatched(new URL(`ask/${name}`, document.baseURI), request).catch(() => null);
  if (reply && !reply.ok) throw refusal(await lineOf(reply), reply.status === 503);
  if (reply && isRenewed(reply) && !OF_NO_RUN.includes(name)) throw refusal(RENEWED);
  // A reply that is no JSON comes from a proxy, not from the server.
  const answer = await reply?.json().catch(() => null);
  if (!answer) throw refusal(GONE);
  return answer;
}

/**
 * Return whether a question can be answered. A server answers all questions, an exported page only those that it holds.
 * @param {string} name
 * @param {object} question
 */
export const canAsk = (name, question) =>
  !isExported() || Boolean(window.tierscopeHeld?.answers[`${name} ${keyOf(question)}`]);

/** The error that says why there is no answer; its message is a sentence for the visitor. */
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
    asked.unanswered = true;
    setServer("gone", true);
  }
  return new Refusal(line, busy);
}

/**
 * Return the message of anything that was thrown.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
