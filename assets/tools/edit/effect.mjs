// @ts-check
// Finds what a change of the machine did to its order, by comparing the arrows at the ends of two runs. Pure.

import { nodesOf, targetsAt } from "#core/trace";

const MAX_ARROWS = 6; // how many arrows a sentence names; the others are counted
const MAX_EDITS = 3; // a sentence names up to MAX_EDITS edits; of more it names two and counts the others

/** @typedef {Map<NodeId, NodeId[]>} Targets */
/** @typedef {[from: NodeId, was: NodeId | undefined, is: NodeId | undefined]} Difference */

/**
 * Return the targets of every node at the last step, in order of choice.
 * @param {Trace} trace
 * @returns {Targets}
 */
export const finalTargets = (trace) =>
  new Map(trace.nodes.map((node) => [node, targetsAt(trace, node, trace.length - 1)]));

/**
 * Return the arrows that differ. A node that only has another id counts as the same node.
 * @param {Targets} before
 * @param {Targets} after
 * @param {Renamed} renamed
 */
export function differences(before, after, renamed = []) {
  const names = new Map(renamed);
  const named = (/** @type {NodeId} */ id) => names.get(id) ?? id;
  const old = new Map([...before].map(([node, targets]) => [named(node), targets.map(named)]));
  const nodes = [...new Set([...old.keys(), ...after.keys()])].sort((a, b) => a - b);
  return nodes.flatMap((node) => differencesOf(node, old.get(node) ?? [], after.get(node) ?? []));
}

/**
 * Return the arrows of a node that differ: a lost target and a new one are paired as one moved arrow.
 * @param {NodeId} node
 * @param {NodeId[]} was
 * @param {NodeId[]} is
 * @returns {Difference[]}
 */
function differencesOf(node, was, is) {
  const lost = was.filter((target) => !is.includes(target));
  const won = is.filter((target) => !was.includes(target));
  return Array.from({ length: Math.max(lost.length, won.length) }, (_, place) => [node, lost[place], won[place]]);
}

/**
 * Return a sentence such as "raising d(1,2) to 30 moved 1 -> 2 to 1 -> 5, added 2 -> 4."
 * @param {string} description
 * @param {Difference[]} found
 */
export function effectSentence(description, found) {
  if (!found.length) return `${description} changed no arrow.`;
  /** @type {Record<string, string[]>} */
  const arrows = { moved: [], removed: [], added: [] };
  for (const [from, was, is] of found) {
    if (is === undefined) arrows.removed.push(`${from} -> ${was}`);
    else if (was === undefined) arrows.added.push(`${from} -> ${is}`);
    else arrows.moved.push(`${from} -> ${was} to ${from} -> ${is}`);
  }
  const parts = Object.entries(arrows).filter(([, one]) => one.length);
  return `${description} ${parts.map(([verb, one]) => `${verb} ${listed(one)}`).join(", ")}.`;
}

/** @param {string[]} arrows */
function listed(arrows) {
  if (arrows.length <= MAX_ARROWS) return arrows.join(", ");
  return `${arrows.slice(0, MAX_ARROWS).join(", ")} and ${arrows.length - MAX_ARROWS} more`;
}

/**
 * Return several changes as one: their descriptions joined, and the id of each node before and after all of them.
 * @param {{ description: string, renamed: Renamed }[]} changes
 */
export function together(changes) {
  const words = changes.map(({ description }) => description);
  const ids = new Set(changes.flatMap(({ renamed }) => renamed.flat()));
  const renamed = [...ids].map((id) => {
    const to = changes.reduce((at, change) => new Map(change.renamed).get(at) ?? at, id);
    return /** @type {[NodeId, NodeId]} */ ([id, to]);
  });
  const description =
    words.length > MAX_EDITS ? `${words.slice(0, 2).join(", ")} and ${words.length - 2} more edits` : words.join(", ");
  return { description, renamed };
}

/**
 * Return the nodes that choose in the first pass, in order; null if the version makes no passes.
 * @param {Trace} trace
 */
export function choosers(trace) {
  if (!trace.masks.includes("this_pass")) return null;
  for (let step = 0; step < trace.length; step++) {
    if (trace.at("pass", step) === 1) return nodesOf(trace.at("this_pass", step));
  }
  return null;
}
