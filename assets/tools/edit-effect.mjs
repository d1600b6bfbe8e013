// What a change of the machine did to its order: the arrows at the end of the run before and of the run after. Pure.

import { nodesOf, targetsOf } from "../signals.mjs";

const MOST = 6; // that a sentence tells; of more it says how many

// The targets of every node once all is over, in order of choice.
export function finalTargets(trace) {
  const last = trace.length - 1;
  return new Map(trace.nodes.map((node) => [node, targetsOf(trace.at(`${trace.arrays[0]}[${node}]`, last))]));
}

// Which arrows differ: [from, what it went to, what it goes to], either undefined where there is none. `renamed` has pairs
// of old and new ids: a node that only has another id demotes as it did.
export function differences(before, after, renamed = []) {
  const names = new Map(renamed);
  const named = (id) => names.get(id) ?? id;
  const old = new Map([...before].map(([node, targets]) => [named(node), targets.map(named)]));
  const nodes = [...new Set([...old.keys(), ...after.keys()])].sort((a, b) => a - b);
  return nodes.flatMap((node) => differencesOf(node, old.get(node) ?? [], after.get(node) ?? []));
}

function differencesOf(node, was, is) {
  const lost = was.filter((target) => !is.includes(target));
  const won = is.filter((target) => !was.includes(target));
  return Array.from({ length: Math.max(lost.length, won.length) }, (_, place) => [node, lost[place], won[place]]);
}

// "raising d(1,2) to 30 moved 1 -> 2 to 1 -> 5 and added 2 -> 4"
export function effectSentence(told, found) {
  if (!found.length) return `${told} changed no arrow.`;
  const gone = found.filter(([, , to]) => to === undefined).map(([from, was]) => `${from} -> ${was}`);
  const come = found.filter(([, was]) => was === undefined).map(([from, , to]) => `${from} -> ${to}`);
  const moved = found.filter(([, was, to]) => was !== undefined && to !== undefined).map(([from, was, to]) => `${from} -> ${was} to ${from} -> ${to}`);
  const parts = [["moved", moved], ["removed", gone], ["added", come]].filter(([, arrows]) => arrows.length);
  return `${told} ${parts.map(([verb, arrows]) => `${verb} ${listed(arrows)}`).join(", ")}.`;
}

function listed(arrows) {
  if (arrows.length <= MOST) return arrows.join(", ");
  return `${arrows.slice(0, MOST).join(", ")} and ${arrows.length - MOST} more`;
}

// Several changes at once, as one.
export function together(steps) {
  const told = steps.map((step) => step.told);
  const ids = new Set(steps.flatMap(({ renamed }) => renamed.flat()));
  const renamed = [...ids].map((id) => [id, steps.reduce((at, step) => new Map(step.renamed).get(at) ?? at, id)]);
  const words = told.length > 3 ? `${told.slice(0, 2).join(", ")} and ${told.length - 2} more edits` : told.join(", ");
  return { told: words, renamed };
}

// Who chooses in the first pass, in order; null where the version makes no passes.
export function choosers(trace) {
  if (!trace.masks.includes("this_pass")) return null;
  for (let step = 0; step < trace.length; step++) if (trace.at("pass", step) === 1) return nodesOf(trace.at("this_pass", step));
  return null;
}
