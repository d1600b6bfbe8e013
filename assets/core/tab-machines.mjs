// @ts-check
// Machines that are too large for a link: the tab keeps them, and the address names them, so that a reload, back and
// forward find them again.

import { forget, keep, recall } from "#core/storage";

/** What a request may name its machine by. */
export const MACHINES = /** @type {const} */ (["topology", "text", "file", "link"]);
const MAX_MACHINES = 8; // of one tab; the oldest are forgotten

/** @param {unknown} text */
const isText = (text) => typeof text === "string";

/**
 * Whether a value names a machine as a request does.
 * @param {Record<string, unknown>} value
 */
export const isMachine = (value) => MACHINES.some((name) => isText(value[name])) && Object.values(value).every(isText);

/**
 * The name under which the tab now keeps a machine; undefined where it has no room for it.
 * @param {MachineName} machine
 */
export function keepMachine(machine) {
  const names = recall("kept", (text) => /^\w+( \w+)*$/.test(text))?.split(" ") ?? [];
  const name = `${Date.now().toString(36)}${names.length}`;
  while (names.length >= MAX_MACHINES) forget(`kept.${names.shift()}`);
  while (!keep(`kept.${name}`, JSON.stringify(machine))) {
    if (!names.length) return undefined;
    forget(`kept.${names.shift()}`);
  }
  keep("kept", [...names, name].join(" "));
  return name;
}

/**
 * @param {string} name
 * @returns {MachineName | null}
 */
export const keptMachine = (name) => recall(`kept.${name}`, isMachine, JSON.parse);
