// @ts-check
// Which step of a second run goes with a step of the first. Pure.

import { placeOf, stepAt, stepsOf } from "#core/trace";

/** What the runs keep in step by, and how it is called. */
export const SYNCS = [
  ["source", "source"],
  ["pass", "pass"],
  ["end", "the end"],
];

/**
 * @param {string} sync
 * @param {Trace} trace
 * @param {Step} step
 * @param {Trace} other
 */
export function stepInOther(sync, trace, step, other) {
  if (sync === "end") return other.length - 1;
  const place = placeOf(trace, step);
  if (place.atEnd) return other.length - 1;
  if (sync === "pass") return endOfPass(other, place);
  return turnOf(other, place) ?? stepAt(other, place) ?? other.length - 1;
}

/**
 * Where all sources of the pass have chosen; before the first pass, the same place.
 * @param {Trace} other
 * @param {Place} place
 */
function endOfPass(other, place) {
  if (!place.pass) return stepAt(other, place) ?? other.length - 1;
  const steps = stepsOf(other, place.chapter).filter((step) => other.at("pass", step) <= place.pass);
  return steps.at(-1) ?? other.length - 1;
}

/**
 * Where the same source chooses, in the same pass if it does there: a version without passes has each source once.
 * @param {Trace} other
 * @param {Place} place
 */
function turnOf(other, { chapter, pass, source, into }) {
  if (source === -1 || !other.chapters[chapter]) return undefined;
  const chooses = (/** @type {Step} */ step) => !pass || other.at("zonelist", step)[0].length === 0; // no list is built
  const turns = stepsOf(other, chapter).filter((step) => other.at("source", step) === source && chooses(step));
  const same = turns.filter((step) => other.at("pass", step) === pass);
  const found = same.length ? same : turns;
  return found[Math.min(into, found.length - 1)];
}
