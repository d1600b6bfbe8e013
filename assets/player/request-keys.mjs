// @ts-check
// Tells which keys of a request name its machine, and names the run on the page by them, so that every question to the
// server names it alike.

import { state } from "#core/state";

/**
 * Return the keys of a request that name its machine.
 * @param {RunRequest} request
 * @returns {MachineName}
 */
export function machineOf({ kernel: _, zonelists: __, narrow: ___, ...machine }) {
  return machine;
}

/** Return the keys with which a tool's question names the run that is shown: its machine and its options. */
export const questionOf = () => ({
  ...machineOf(state.request),
  kernel: state.play.asked,
  zonelists: state.play.zonelists,
});

/**
 * Return whether two requests have the same keys and values, in whatever order.
 * @param {RunRequest} one
 * @param {RunRequest} other
 */
export function isSame(one, other) {
  const names = /** @type {(keyof RunRequest)[]} */ (Object.keys(one));
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
