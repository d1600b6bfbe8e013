// @ts-check
// Makes the keys by which a run and an answer are found among those that are ready made, as viz/site/ready_made.py
// does. Pure. tests/site_keys.json holds cases that are also run against Python.

import { READ_BY } from "#core/storage";

/** @typedef {Record<string, any>} Question */

const OF_RUN = [...READ_BY, "kernel", "zonelists"]; // the keys of a question that name a run

/**
 * Return the key of the run that a question names.
 * @param {Question} question
 */
export const runKey = (question) =>
  key(partOf(question, (name) => OF_RUN.includes(name) && question[name] !== undefined && question[name] !== ""));

/**
 * Return the key of what a question asks about its run.
 * @param {string} kind
 * @param {Question} question
 */
export const answerKey = (kind, question) => key([kind, partOf(question, (name) => !OF_RUN.includes(name))]);

/**
 * @param {Question} question
 * @param {(name: string) => boolean} has
 * @returns {Question}
 */
const partOf = (question, has) => Object.fromEntries(Object.entries(question).filter(([name]) => has(name)));

/**
 * Return a JSON value as text: equal values have equal texts, in Python, too.
 * @param {unknown} value
 */
const key = (value) => JSON.stringify(sorted(value));

/**
 * Return a JSON value in which every object has its keys in alphabetical order.
 * @param {unknown} value
 * @returns {unknown}
 */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
