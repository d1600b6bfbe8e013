// Which step of a second run goes with a step of the first. Pure.

import { placeOf, stepAt } from "../signals.mjs";

export const SYNCS = [["source", "source"], ["pass", "pass"], ["end", "the end"]];

export function twinStep(sync, { trace, step }, other) {
  if (sync === "end") return other.length - 1;
  const place = placeOf(trace, step);
  if (place.atEnd) return other.length - 1;
  if (sync === "pass") return endOfPass(other, place);
  return turnOf(other, place) ?? stepAt(other, place) ?? other.length - 1;
}

// As far as all sources of the pass have chosen; before the first pass, at the same place.
function endOfPass(other, place) {
  if (!place.pass) return stepAt(other, place) ?? other.length - 1;
  const steps = stepsOf(other, place.chapter).filter((step) => other.at("pass", step) <= place.pass);
  return steps.at(-1) ?? other.length - 1;
}

// Where the same source chooses, if not in the same pass: a version without passes has each source once.
function turnOf(other, { chapter, pass, source, into }) {
  if (source === -1 || !other.chapters[chapter]) return undefined;
  const turns = stepsOf(other, chapter).filter((step) => other.at("source", step) === source && sameKind(other, step, pass));
  const same = turns.filter((step) => other.at("pass", step) === pass);
  const found = same.length ? same : turns;
  return found[Math.min(into, found.length - 1)];
}

// Zonelists have a source too, and it does not choose.
const sameKind = (other, step, pass) => !pass || other.at("zonelist", step)[0].length === 0;

function stepsOf(trace, chapter) {
  const first = trace.chapters[chapter]?.first ?? trace.length;
  const end = trace.chapters[chapter + 1]?.first ?? trace.length;
  return Array.from({ length: end - first }, (_, index) => first + index);
}
