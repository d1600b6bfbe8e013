// The breakpoint: what the visitor follows, one cell of a register, a whole register or a node. Its changes are marked on
// the scrubber, one press runs to the next of them, and playing stops there.

import { element } from "./tables.mjs";

const $ = (selector) => document.querySelector(selector);
const here = { trace: null, follows: null, steps: [] };

// The steps at which a signal changes, or a node's place in a mask: "node_demotion[2]", "used_targets[4]". Of a whole
// register, at which any of its cells does; of "node 3", at which any register does for it, or it gets its turn; of
// "passes", at which one begins.
export function changesOf(trace, follows) {
  const [, node] = follows.match(/^node (\d+)$/) ?? [];
  if (node !== undefined) {
    const cells = [...trace.masks, ...trace.arrays].map((name) => changesOf(trace, `${name}[${node}]`));
    return ascending([...cells, changesIn(trace, "source", (step) => trace.at("source", step) === Number(node))]);
  }
  if (follows === "passes") return trace.changes("pass");
  if (trace.has(follows)) return trace.changes(follows);
  const [, mask, cell] = follows.match(/^(.*)\[(\d+)\]$/) ?? [];
  if (mask) return trace.has(mask) ? changesIn(trace, mask, (step) => trace.holds(mask, Number(cell), step)) : [];
  return ascending(trace.nodes.map((one) => (trace.has(`${follows}[${one}]`) ? trace.changes(`${follows}[${one}]`) : [])));
}

// Where a signal changes so that something begins or ceases to hold.
const changesIn = (trace, name, holds) => trace.changes(name).filter((step) => step && holds(step) !== holds(step - 1));

const ascending = (lists) => [...new Set(lists.flat())].sort((one, other) => one - other);

function breaks({ trace, follows }) {
  if (here.trace !== trace || here.follows !== follows) {
    Object.assign(here, { trace, follows, steps: follows && trace ? changesOf(trace, follows) : [] });
    $("#ticks").replaceChildren(...here.steps.map((step) => tick(step / (trace.length - 1 || 1))));
  }
  return here.steps;
}

function tick(share) {
  const made = element("span");
  made.style.left = `${100 * share}%`;
  return made;
}

// Where in the changes the step stands, and whether there is one to run to.
export function showBreaks(state) {
  const steps = breaks(state);
  if (!state.follows) return;
  const [at, behind] = [steps.indexOf(state.step), steps.filter((step) => step < state.step).length];
  const of = /^node /.test(state.follows) ? `${state.follows}: ` : "";
  $("#change-of").textContent = of + (at >= 0 ? `change ${at + 1} of ${steps.length}` : `${behind} of ${counted(steps)} so far`);
  $("#earlier-change").setAttribute("aria-disabled", behind === 0);
  $("#later-change").setAttribute("aria-disabled", behind + (at >= 0) === steps.length);
}

const counted = ({ length }) => `${length} change${length === 1 ? "" : "s"}`;

// The first change after one step and not after another, if there is any.
export const breakIn = (state, from, to) => breaks(state).find((step) => step > from && step <= to);

// Run to the next change, or back to the one before.
export function jump(state, by) {
  const steps = breaks(state);
  const target = by > 0 ? steps.find((step) => step > state.step) : steps.findLast((step) => step < state.step);
  if (target === undefined) $("#status").textContent = by > 0 ? "It does not change again." : "It has not changed before.";
  else state.seek(target);
}
