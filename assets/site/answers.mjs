// @ts-check
// Answers the questions of the page on a site: from files with answers that are ready made (viz/site/ready_made.py),
// and all others by Python in a web worker.

import { messageOf } from "#core/api";
import { $ } from "#core/dom";
import { fetchWatched, GONE } from "#core/server";
import { unpacked } from "#site/files";
import { answerKey, runKey } from "#site/keys";

const KEPT = 8; // the number of documents with answers that are kept in memory
const PICTURES = ["chart", "halls"]; // the kinds of questions whose answers are in a document of their own
const NOT_READY = "This site has no answer to this: it shows the built-in machines and the stories.";

/** @typedef {import("#site/keys").Question} Question */
/** @typedef {{ play?: any, answers: Record<string, any> }} Ready the answers about one run */
/** @typedef {{ usual: Record<string, Question>, runs: Record<string, number> }} Index */

/** @type {Map<string, Promise<any>>} */
const documents = new Map();

/**
 * Return the answer to a question of the page: the one that is ready made, or else Python's. It may be an object with
 * an `error`.
 * @param {string} kind as in KINDS of viz/app/answers.py
 * @param {object} question
 */
export async function answer(kind, question) {
  const asked = JSON.parse(JSON.stringify(question)); // without the keys that have no value
  const ready = await readyMade(kind, asked);
  if (ready) return ready;
  if (!$("#site").dataset.python) return { error: NOT_READY };
  const [{ askPython }, { withKnownKernels }] = await Promise.all([
    import("#site/python"),
    import("#site/edited-lines"),
  ]);
  try {
    return await askPython(kind, await withKnownKernels(asked));
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/**
 * Return the ready-made answer to a question; null if there is none.
 * @param {string} kind
 * @param {Question} question
 */
async function readyMade(kind, question) {
  /** @type {Index} */
  const { usual, runs } = await fetchDocument("index");
  const asked = { ...usual[question.topology], ...question };
  const number = runs[runKey(asked)];
  if (number === undefined) return null;
  /** @type {Ready} */
  const ready = await fetchDocument(`${number}${PICTURES.includes(kind) ? "-pictures" : ""}`);
  if (kind === "play" || kind === "whole") {
    return { ...ready.play, listing: await fetchDocument(ready.play.listing), request: question };
  }
  if (kind === "findings") return ready.play.findings;
  return ready.answers[answerKey(kind, asked)] ?? null;
}

/**
 * Return a document with answers. The index and the last few others are kept.
 * @param {string} name
 */
function fetchDocument(name) {
  const kept = documents.get(name);
  if (kept) return kept;
  const fetched = fetchUnpacked(name);
  fetched.catch(() => documents.delete(name));
  if (documents.size > KEPT) documents.delete([...documents.keys()].find((other) => other !== "index") ?? "");
  documents.set(name, fetched);
  return fetched;
}

/** @param {string} name */
async function fetchUnpacked(name) {
  const place = new URL(`${$("#site").dataset.answers}${name}.json.gz`, document.baseURI);
  const reply = await fetchWatched(place, {}).catch(() => null);
  if (!reply?.ok) throw new Error(GONE);
  return JSON.parse(new TextDecoder().decode(await unpacked(await reply.arrayBuffer())));
}
