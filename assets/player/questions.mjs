// @ts-check
// Finds the steps before which the page may ask whom a node will choose. Pure.

import { nodesOf, targetsAt } from "#core/trace";

const SHARE = 5; // of so many choices in a row, the page asks about one

/**
 * A question: whose choice it is about, the step at which it is asked, and the step at which the node has chosen.
 * @typedef {{ node: NodeId, asks: Step, ends: Step }} Question
 */

/**
 * Return the questions of a run: of every five choices in a row the one that says most, and at least one in all.
 * @param {Trace} trace
 * @returns {Question[]}
 */
export function questionsOf(trace) {
  const scans = scansOf(trace);
  const count = Math.max(1, Math.floor(scans.length / SHARE));
  const groups = Array.from({ length: count }, (_, at) =>
    scans.slice(Math.floor((at * scans.length) / count), Math.floor(((at + 1) * scans.length) / count)),
  );
  return groups.flatMap((group) => {
    const best = group.toSorted((one, other) => weight(trace, other) - weight(trace, one))[0];
    return best === undefined ? [] : [questionOf(trace, best)];
  });
}

/**
 * Return the steps at which a node compares all others for the first time in its turn.
 * @param {Trace} trace
 */
function scansOf(trace) {
  const scans = [];
  let isNewTurn = false;
  for (let step = 1; step < trace.length; step++) {
    const [kind, node] = operationAt(trace, step);
    if (kind.endsWith("Begins")) isNewTurn = true;
    if (!kind.endsWith("Scan")) continue;
    if (isNewTurn && trace.at("source", step - 1) === node && choicesFor(trace, node, step).length > 1)
      scans.push(step);
    isNewTurn = false;
  }
  return scans;
}

/**
 * Return how much a choice says: most if a nearer node is not chosen or others are as near, less if nobody is found,
 * least if the nearest node is chosen.
 * @param {Trace} trace
 * @param {Step} scan
 */
function weight(trace, scan) {
  const [, , best] = operationAt(trace, scan);
  const [rows] = trace.at("scores", scan);
  const chosen = rows.find(([node]) => node === best);
  if (!chosen) return 1;
  return rows.some(([node, distance]) => node !== best && distance <= chosen[1]) ? 2 : 0;
}

/**
 * Return the question about the choice that a node makes at a step.
 * @param {Trace} trace
 * @param {Step} scan
 * @returns {Question}
 */
export function questionOf(trace, scan) {
  const node = trace.at("source", scan);
  let ends = scan;
  while (ends < trace.length - 1 && !isEndOfTurn(operationAt(trace, ends), node)) ends++;
  return { node, asks: scan - 1, ends };
}

/**
 * Return the name of the operation of a step, and its fields: of a scan the node and the one that it chooses.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {[kind: string, node: NodeId, best: NodeId]}
 */
const operationAt = (trace, step) => /** @type {any} */ (trace.at("operation", step));

/**
 * @param {[kind: string, node: NodeId, best: NodeId]} operation
 * @param {NodeId} node
 */
const isEndOfTurn = ([kind, of], node) => kind.endsWith("Done") && of === node;

/**
 * Return the nodes that somebody might expect to be chosen: all others that have memory.
 * @param {Trace} trace
 * @param {NodeId} node
 * @param {Step} step
 */
export const choicesFor = (trace, node, step) => nodesOf(trace.at("N_MEMORY", step)).filter((other) => other !== node);

/**
 * Return whom the node has chosen in the end: several nodes under some kernels, none if it finds nobody.
 * @param {Trace} trace
 * @param {Question} question
 */
export const chosenOf = (trace, { node, ends }) => targetsAt(trace, node, ends);
