// @ts-check
// Says what moves when a run plays from one stop to the next, for how long, and in which order. Pure.
// viz/figures/choreography.py has the same rules and explains them; tests/assets/test_choreography.py compares the two.

import { nodesOf, targetsOf } from "#core/trace";
import { MOVES, OPERATIONS, READING } from "#player/choreography-table";

/**
 * Return the beats from one stop to a later one; the last beat shows the later stop itself.
 * @param {Trace} trace
 * @param {Step} before
 * @param {Step} step
 * @returns {Beat[]}
 */
export function beatsBetween(trace, before, step) {
  /** @type {Beat[]} */
  const beats = [];
  for (let at = before + 1; at <= step; at++) {
    const move = moveAt(trace, at);
    if (move || at === step) beats.push({ step: at, move, begins: 0, lasts: 0 });
  }
  let begins = 0;
  for (const row of rowsOf(beats)) {
    for (const beat of row) {
      beat.begins = begins;
      beat.lasts = lengthOf(trace, beat, row.length);
      begins += beat.lasts;
    }
  }
  return beats;
}

/**
 * Return beats of which each lasts a time at least: a shorter one is joined with those after it.
 * @param {Beat[]} beats
 * @param {number} least milliseconds
 */
export function joinShort(beats, least) {
  /** @type {Beat[]} */
  const kept = [];
  for (const beat of beats) {
    const last = kept.at(-1);
    if (last && last.lasts < least) kept[kept.length - 1] = { ...beat, lasts: last.lasts + beat.lasts };
    else kept.push(beat);
  }
  return kept;
}

/**
 * Return the beats in rows: those in a row follow each other and have the same motion.
 * @param {Beat[]} beats
 */
function rowsOf(beats) {
  /** @type {Beat[][]} */
  const rows = [];
  for (const beat of beats) {
    const row = rows.at(-1);
    if (row && row[0].move === beat.move) row.push(beat);
    else rows.push([beat]);
  }
  return rows;
}

/**
 * @param {Trace} trace
 * @param {Beat} beat
 * @param {number} count
 */
function lengthOf(trace, { step, move }, count) {
  if (!move) return 0;
  const [each, most] = moves[move];
  if (move === "weigh") return Math.min(each * Math.max(1, nodesOf(trace.at("candidates", step)).length), most);
  return Math.min(each, Math.floor(most / count));
}

/** @type {Record<string, number[]>} */
const moves = MOVES;
/** @type {Record<string, string>} */
const operations = OPERATIONS;

/**
 * Return the motion of the operation at a step; empty if nothing moves.
 * @param {Trace} trace
 * @param {Step} step
 */
function moveAt(trace, step) {
  const [kind, array, node, value] = trace.at("operation", step);
  if (kind !== "Store") return operations[kind] ?? "";
  if (array !== trace.arrays[0]) return "";
  if (targetsOf(value).length) return "arrow";
  return step && targetsOf(trace.at(`${array}[${node}]`, step - 1)).length ? "disable" : "";
}

/**
 * Return the milliseconds that a person needs to read a sentence.
 * @param {string} sentence
 */
export const readingTime = ({ length }) => Math.max(READING[0], READING[1] + READING[2] * length);
