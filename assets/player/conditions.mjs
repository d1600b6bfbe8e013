// @ts-check
// Finds the steps of a trace that a condition names. Python parses conditions and sends them as trees. It can evaluate
// trees, too (viz/trace/conditions/evaluate.py); one table of cases tests that both agree. Pure.

import { nodesOf, targetsOf } from "#core/trace";
import { changesOf } from "#player/breakpoints";

const MOMENTARY = ["operation", "changes", "begins", "ends", "disable", "then"]; // trees that hold at single steps
// The operations that end a disable: the next target that is taken away begins another one.
const NEW_ATTEMPT = ["Barrier", "Notified", "OrderBegins", "TiersBegin", "TierChanges", "ClassesBegin", "ListsBegin"];
const TURNS_END = ["SourceDone", "TargetsDone", "PreferredDone", "EntryTaken"];

/**
 * Return in ascending order the steps that a condition names. A state that lasts names the steps at which it begins.
 * Throw NotInRun if the run lacks a signal or an event that the condition names.
 * @param {Trace} trace
 * @param {ConditionTree} tree
 * @returns {Step[]}
 */
export function stepsWhere(trace, tree) {
  const [kind, one, other] = tree;
  if (kind === "or" && (isMoment(one) || isMoment(other))) {
    return ascending([stepsWhere(trace, one), stepsWhere(trace, other)]);
  }
  const flags = isMoment(tree) ? holds(trace, tree) : edges(holds(trace, tree));
  return stepsOf(flags);
}

/** The error that the run lacks what a condition names; the message is a sentence without a full stop. */
export class NotInRun extends Error {}

/** @param {boolean[]} flags */
const stepsOf = (flags) => flags.flatMap((flag, step) => (flag ? [step] : []));

/** @param {Step[][]} lists */
const ascending = (lists) => [...new Set(lists.flat())].sort((one, other) => one - other);

/** @param {ConditionTree} tree @returns {boolean} */
function isMoment([kind, one, other]) {
  if (kind === "and" || kind === "or") return isMoment(one) || isMoment(other);
  return MOMENTARY.includes(kind);
}

/** @param {boolean[]} flags */
const edges = (flags) => flags.map((flag, step) => flag && !flags[step - 1]);

/**
 * Return for each step whether a tree holds there.
 * @param {Trace} trace
 * @param {ConditionTree} tree
 * @returns {boolean[]}
 */
const holds = (trace, [kind, ...of]) => KINDS[kind](trace, ...of);

/** @type {Record<string, (trace: Trace, ...of: any[]) => boolean[]>} */
const KINDS = {
  and: (trace, one, other) => both(holds(trace, one), holds(trace, other)),
  or: (trace, one, other) => either(holds(trace, one), holds(trace, other)),
  not: (trace, one) => holds(trace, one).map((flag) => !flag),
  // biome-ignore lint/suspicious/noThenProperty: "then" is a word of conditions
  then(trace, one, other) {
    const [begun = Infinity] = stepsWhere(trace, one);
    return marked(
      trace,
      stepsWhere(trace, other).filter((step) => step > begun),
    );
  },
  begins: (trace, one) => edges(holds(trace, one)),
  ends: (trace, one) => edges(holds(trace, one).reverse()).reverse(),
  operation: (trace, names, fields) =>
    where(trace, "operation", ([name, ...found]) => names.includes(name) && fits(fields, found)),
  changes,
  is: (trace, name, list) => where(trace, name, (value) => sameNodes(targetsOf(value), nodesOf(list))),
  equals: (trace, name, number) => where(trace, name, (value) => value === number),
  above: (trace, name, number) => where(trace, name, (value) => typeof value === "number" && value > number),
  below: (trace, name, number) => where(trace, name, (value) => typeof value === "number" && value < number),
  has: (trace, name, node) => where(trace, name, (value) => targetsOf(value).includes(node)),
  target: (trace, node, target) =>
    where(trace, `${trace.arrays[0]}[${node}]`, (value) =>
      target === null ? targetsOf(value).length > 0 : targetsOf(value).includes(target),
    ),
  "no target": noTarget,
  demotion: (trace, state) => where(trace, "demotion", (value) => value === state),
  disable,
  event,
};

/** @param {boolean[]} one @param {boolean[]} other */
const both = (one, other) => one.map((flag, step) => flag && other[step]);
/** @param {boolean[]} one @param {boolean[]} other */
const either = (one, other) => one.map((flag, step) => flag || other[step]);

/** @param {unknown[]} fields @param {unknown[]} found */
const fits = (fields, found) =>
  found.length >= fields.length && fields.every((wanted, at) => wanted === null || wanted === found[at]);

/** @param {NodeId[]} one @param {NodeId[]} other */
const sameNodes = (one, other) => one.length === new Set(other).size && one.every((node) => other.includes(node));

/** @param {Trace} trace @param {Step[]} steps */
function marked(trace, steps) {
  const flags = Array(trace.length).fill(false);
  for (const step of steps) flags[step] = true;
  return flags;
}

/**
 * Return for each step whether the value of a signal passes a test.
 * @param {Trace} trace
 * @param {string} name
 * @param {(value: any) => boolean} test
 */
function where(trace, name, test) {
  const firsts = [0, ...trace.changes(known(trace, name)), trace.length];
  const flags = Array(trace.length).fill(false);
  for (let at = 0; at + 1 < firsts.length; at++) {
    if (test(trace.at(name, firsts[at]))) flags.fill(true, firsts[at], firsts[at + 1]);
  }
  return flags;
}

/** @param {Trace} trace @param {string} name */
function known(trace, name) {
  if (trace.has(name)) return name;
  const [, array, node] = name.match(/^(.*)\[(\d+)\]$/) ?? [undefined, name];
  if (node && trace.nodes.some((one) => trace.has(`${array}[${one}]`))) {
    throw new NotInRun(`this run has no node ${node}`);
  }
  const names = [...trace.masks, ...trace.arrays].join(", ");
  throw new NotInRun(`this run has no ${array}: kernel ${trace.kernel} has ${names}`);
}

/**
 * Return for each step whether the first target of a disable is taken away there.
 * @param {Trace} trace
 */
function disable(trace) {
  let disabling = false;
  return Array.from({ length: trace.length }, (_, step) => {
    const [name, array, , value] = /** @type {[string, ...any[]]} */ (trace.at("operation", step));
    const empties = name === "Store" && array === trace.arrays[0] && targetsOf(value).length === 0;
    const begins = empties && !disabling;
    disabling = (disabling || empties) && !NEW_ATTEMPT.includes(name);
    return begins;
  });
}

/**
 * Return for each step whether the node has no target for good: it found none, or the order is complete.
 * @param {Trace} trace
 * @param {NodeId} node
 */
function noTarget(trace, node) {
  const has = KINDS.target(trace, node, null);
  const complete = KINDS.demotion(trace, "works");
  const turnEnds = KINDS.operation(trace, TURNS_END, [node]);
  const beginsAnew = disable(trace);
  let inVain = false;
  return has.map((hasOne, step) => {
    inVain = (inVain || turnEnds[step]) && !beginsAnew[step];
    return !hasOne && (inVain || complete[step]);
  });
}

/**
 * Return for each step whether an event is happening; the events are the chapters after the first order.
 * @param {Trace} trace
 * @param {number} number
 */
function event(trace, number) {
  const order = trace.chapters.findIndex(({ name }) => name === "order");
  const events = [...trace.chapters.keys()].filter((at) => at > order && trace.chapters[at].name !== "cgroup");
  if (!(number >= 1 && number <= events.length)) {
    throw new NotInRun(`this run has no event ${number}: it has ${events.length}`);
  }
  return where(trace, "chapter", (chapter) => chapter === events[number - 1]);
}

/**
 * Return for each step whether a signal, a node's bit in a mask or any cell of an array changes there.
 * @param {Trace} trace
 * @param {string} name
 * @param {NodeId | null} node
 */
function changes(trace, name, node) {
  const isKnown = trace.has(name) || (node === null && trace.has(`${name}[${trace.nodes[0]}]`));
  const whole = node === null ? name : `${name}[${node}]`;
  if (!isKnown) known(trace, whole);
  return marked(trace, changesOf(trace, whole));
}
