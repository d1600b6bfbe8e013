// @ts-check
// Takes the player to the step of the run at which a moment of a schedule happened.

import { state } from "#core/state";
import { chapterBounds } from "#core/trace";
import { seek } from "#player/playback";

/**
 * Take the player to the step at which the run made the row's stores, if it has made them.
 * @param {number} event
 * @param {MomentRow | undefined} row
 */
export function seekStore(event, row) {
  const { trace } = state;
  const [first, end] = chapterBounds(trace, event + 1);
  if (!trace.chapters[event + 1]) return;
  const steps = row ? row.moments.map((moment) => stepOf(moment, first, end)).filter((step) => step >= 0) : [first];
  if (steps.length) seek(Math.max(...steps));
}

/**
 * Return the step of a chapter at which a moment happened in the run; -1 if it did not happen.
 * @param {Moment} moment
 * @param {Step} first
 * @param {Step} end
 */
function stepOf({ kind, node, value }, first, end) {
  const { trace } = state;
  const isIn = (/** @type {Step} */ step) => step >= first && step < end;
  if (kind === "barrier" || kind === "starts" || kind === "ends") {
    const barriers = trace.changes("operation").filter((step) => trace.at("operation", step)[0] === "Barrier");
    return barriers.findLast(isIn) ?? -1;
  }
  const name = `${trace.arrays[0]}[${node}]`;
  if (kind !== "store" || !trace.has(name)) return -1;
  const stores = trace.changes(name).filter((step) => isIn(step) && trace.at(name, step) === value);
  return (value === -1 || value === "" ? stores[0] : stores.at(-1)) ?? -1;
}
