// @ts-check
// Names a step of a run by a condition, as a person would write it into a talk. Pure. docs/conditions.md has the
// language; tests/assets/test_step_names.py asks Python where each name leads.

import { isEvent } from "#core/trace";
import { changesOf } from "#player/breakpoints";

/**
 * Each row has the kinds of operations that one condition finds, the number of an operation's fields that the condition
 * names, and a function that returns the condition from these fields.
 * @type {[kinds: string[], fields: number, name: (...fields: any[]) => string][]}
 */
const NAMED = [
  [["PassBegins"], 1, (pass) => `pass ${pass} begins`],
  [["OrderComplete", "TiersComplete", "ClassesComplete", "WalksComplete"], 0, () => "the order is complete"],
  [["OrderBegins", "TiersBegin", "TierChanges", "ClassesBegin", "ListsBegin"], 0, () => "the order begins"],
  [["SourceDone", "TargetsDone", "PreferredDone", "EntryTaken"], 1, (node) => `source ${node} ends`],
  [["Scan", "TierScan", "ClassScan"], 2, (node, best) => `node ${node} finds ${best === -1 ? "nobody" : best}`],
  [["Refused", "Lost", "NotPreferred"], 2, (node, other) => `node ${node} refuses ${other}`],
  [["SourceBegins", "SearchBegins", "NextEntry"], 1, (node) => `source ${node} begins`],
  [["Barrier"], 0, () => "the barrier is passed"],
  [["PagesLeave"], 0, () => "the pages leave"],
  [["CgroupBegins"], 0, () => "the cgroup begins"],
  [["ZonelistBuilt"], 1, (node) => `the list of node ${node} is built`],
  [["ZonelistsBegin", "OwnZonelistBegins", "NodeLoadGiven"], 0, () => "the zonelists begin"],
];

/**
 * Return a condition whose first step in a run is this step; the number of the step if no short condition names it.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {string | number}
 */
export function nameOfStep(trace, step) {
  const found = nameAt(trace, step);
  if (!found) return step;
  const [name, steps] = found;
  for (const [prefix, begun] of prefixes(trace, step)) {
    if (steps.find((one) => one > begun) === step) return prefix + name;
  }
  return step;
}

/**
 * Return the condition that names what happens at a step, and all steps of the run that it names.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {[name: string, steps: Step[]] | null}
 */
function nameAt(trace, step) {
  const [kind, ...fields] = /** @type {[string, ...any[]]} */ (trace.at("operation", step));
  const number = eventOf(trace, step);
  const { first } = trace.chapters[trace.at("chapter", step)];
  if (number && step === first) return [`event ${number} begins`, [step]];
  if (kind === "EventEnds") return [`event ${number} ends`, [step]];
  if (kind === "Store") {
    const [array, node] = /** @type {any[]} */ (fields);
    const cell = `${array}[${node}]`;
    return [`${cell} changes`, changesOf(trace, cell)];
  }
  const row = NAMED.find(([kinds]) => kinds.includes(kind));
  if (!row) return null;
  const [kinds, count, name] = row;
  const wanted = fields.slice(0, count);
  return [name(...wanted), stepsWith(trace, kinds, wanted)];
}

/**
 * Return the steps with one of these operations and these first fields.
 * @param {Trace} trace
 * @param {string[]} kinds
 * @param {unknown[]} wanted
 */
const stepsWith = (trace, kinds, wanted) =>
  Array.from({ length: trace.length }, (_, step) => step).filter((step) => {
    const [kind, ...fields] = trace.at("operation", step);
    return kinds.includes(kind) && wanted.every((field, at) => field === fields[at]);
  });

/**
 * Return the number of the event in which a step lies, from 1; 0 before the first event.
 * @param {Trace} trace
 * @param {Step} step
 */
function eventOf({ chapters, at }, step) {
  const chapter = at("chapter", step);
  return isEvent(chapters[chapter]) ? chapters.slice(0, chapter + 1).filter(isEvent).length : 0;
}

/**
 * Yield beginnings of conditions, each with the step after which the rest of the condition holds.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {Generator<[prefix: string, begun: Step]>}
 */
function* prefixes(trace, step) {
  yield ["", -1];
  const number = eventOf(trace, step);
  const { first } = trace.chapters[trace.at("chapter", step)];
  const event = `event ${number} begins then `;
  if (number) yield [event, first];
  const pass = trace.at("pass", step);
  const begins = stepsWith(trace, ["PassBegins"], [pass]);
  if (begins.length) yield [`pass ${pass} begins then `, begins[0]];
  const later = begins.find((one) => one > first);
  if (number && later !== undefined) yield [`${event}pass ${pass} begins then `, later];
}
