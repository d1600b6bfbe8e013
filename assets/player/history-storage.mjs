// @ts-check
// Stores the history of the machine in the tab's storage, so that it outlives a reload of the page.

import { parseAddress, sameRun } from "#core/address";
import { forget, isMachine, keep, recall } from "#core/storage";

const MAX_STORED = 1_500_000; // characters

/**
 * @typedef {import("#player/history").History} History
 * @typedef {import("#player/history").Entry} Entry
 * A history with the machine before its first change, and the address of its newest machine if that had not come when
 * the page was left.
 * @typedef {{ history: History, origin: Entry | null, unsent: string | null }} Stored
 */

/**
 * Store a history, or as many of its last changes as there is room for.
 * @param {Stored} stored
 */
export function storeHistory({ history, origin, unsent }) {
  let { past, now, future } = history;
  const written = () => JSON.stringify({ history: { past, now, future }, origin, unsent });
  forgetHistory(); // if there is no room for this history, an older one must not be read in its place
  while (past.length && (written().length > MAX_STORED || !keep("draft", written()))) {
    past = past.slice(Math.ceil(past.length / 2));
  }
  if (!past.length) keep("draft", written());
}

/**
 * Return what the tab has stored; nothing if it has stored none, or garbage.
 * @returns {Partial<Stored>}
 */
export const storedHistory = () => recall("draft", isStored, readStored) ?? {};

export const forgetHistory = () => forget("draft");

/**
 * Return the history that a tab has stored. An earlier edition of the page called the description `told`.
 * @param {string} text
 * @returns {Stored}
 */
function readStored(text) {
  const { history, ...others } = JSON.parse(text);
  /** @param {any} entry */
  const named = ({ told, ...entry }) => (told === undefined ? entry : { description: told, ...entry });
  return { ...others, history: { ...history, past: history.past.map(named), future: history.future.map(named) } };
}

/** @param {Stored} value */
const isStored = ({ history: { past, now, future }, origin }) =>
  [now, origin, ...past, ...future].every(isEntry) &&
  [...past, ...future].every(({ renamed }) => renamed.every(Array.isArray));

/** @param {any} entry */
const isEntry = ({ machine, document }) => isMachine(machine) && (!document || isDocument(JSON.parse(document)));

/** @param {Machine} document */
const isDocument = ({ nodes, distances }) =>
  nodes.every(({ id }, at) => Number.isInteger(id) && distances[at].length === nodes.length) && nodes.length > 0;

/**
 * Return the newest machine that the tab has stored, if it had not come when the page was left and the address is the
 * same.
 * @returns {MachineName | null}
 */
export function unsentMachine() {
  const { unsent, history } = storedHistory();
  if (!unsent || !history || !sameRun(parseAddress(`${unsent}`), parseAddress(location.hash))) return null;
  return history.now.machine;
}
