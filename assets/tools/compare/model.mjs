// @ts-check
// Finds the step of a second run that corresponds to a step of the first. Pure.

import { placeOf, stepAt, stepsOf } from "#core/trace";

/** The ways to keep two runs in step: each with its value in the form and its name on the page. */
export const SYNCS = [
  ["source", "source"],
  ["pass", "pass"],
  ["end", "the end"],
];

/**
 * Return the step of another run that corresponds to a step of a run.
 * @param {string} sync one of SYNCS
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
 * Return the step at which all sources of a pass have chosen; before the first pass, the step at the same place.
 * @param {Trace} other
 * @param {Place} place
 */
function endOfPass(other, place) {
  if (!place.pass) return stepAt(other, place) ?? other.length - 1;
  const steps = stepsOf(other, place.chapter).filter((step) => other.at("pass", step) <= place.pass);
  return steps.at(-1) ?? other.length - 1;
}

/**
 * Return the step at which a source chooses: in the same pass if it does so there, else in the whole chapter (a version
 * may make no passes).
 * @param {Trace} other
 * @param {Place} place
 */
function turnOf(other, { chapter, pass, source, into }) {
  if (source === -1 || !other.chapters[chapter]) return undefined;
  // While zonelists are built there is a source, too, but it does not choose.
  const chooses = (/** @type {Step} */ step) => !pass || other.at("zonelist", step)[0].length === 0;
  const turns = stepsOf(other, chapter).filter((step) => other.at("source", step) === source && chooses(step));
  const same = turns.filter((step) => other.at("pass", step) === pass);
  const found = same.length ? same : turns;
  return found[Math.min(into, found.length - 1)];
}
