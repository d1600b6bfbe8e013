// @ts-check
// The breakpoint: what the visitor follows, which is a cell of a register, a whole register or a node. Its changes are
// marked on the scrubber, one press runs to the next of them, and playing stops there.

import { $, element, setAttribute } from "#core/dom";
import { hasRun, state } from "#core/state";
import { plural } from "#core/words";

/**
 * The changes of what is followed, found once for each trace.
 * @type {{ trace: Trace | null, follows: string | null, steps: Step[] }}
 */
const found = { trace: null, follows: null, steps: [] };

function changes() {
  const { trace, follows } = state;
  if (found.trace !== trace || found.follows !== follows) {
    Object.assign(found, { trace, follows, steps: follows && hasRun() ? changesOf(trace, follows) : [] });
    $("#ticks").replaceChildren(...found.steps.map((step) => tick(step / (trace.length - 1 || 1))));
  }
  return found.steps;
}

/** @param {number} share of the scrubber */
function tick(share) {
  const made = element("span");
  made.style.left = `${100 * share}%`;
  return made;
}

/** Show which of the changes the step is, and whether there is one to run to. */
export function showBreakpoint() {
  const steps = changes();
  const { step, follows } = state;
  if (!follows) return;
  const at = steps.indexOf(step);
  const behind = steps.filter((one) => one < step).length;
  const of = /^node /.test(follows) ? `${follows}: ` : "";
  const where =
    at >= 0 ? `change ${at + 1} of ${steps.length}` : `${behind} of ${plural(steps.length, "change")} so far`;
  $("#change-of").textContent = of + where;
  setAttribute($("#earlier-change"), "aria-disabled", behind === 0);
  setAttribute($("#later-change"), "aria-disabled", behind + (at >= 0 ? 1 : 0) === steps.length);
}

/**
 * The steps at which a signal changes, or a node's place in a mask: "node_demotion[2]", "used_targets[4]". For a whole
 * register these are the changes of any of its cells; for "node 3" those of any register for that node, and where it
 * gets its turn; for "passes" the steps at which one begins.
 * @param {Trace} trace
 * @param {string} follows
 * @returns {Step[]}
 */
export function changesOf(trace, follows) {
  const [, node] = follows.match(/^node (\d+)$/) ?? [];
  if (node !== undefined) {
    const cells = [...trace.masks, ...trace.arrays].map((name) => changesOf(trace, `${name}[${node}]`));
    const turns = changesIn(trace, "source", (step) => trace.at("source", step) === Number(node));
    return ascending([...cells, turns]);
  }
  if (follows === "passes") return trace.changes("pass");
  if (trace.has(follows)) return trace.changes(follows);
  const [, mask, cell] = follows.match(/^(.*)\[(\d+)\]$/) ?? [];
  if (mask) return trace.has(mask) ? changesIn(trace, mask, (step) => trace.holds(mask, Number(cell), step)) : [];
  const cells = trace.nodes.map((one) => `${follows}[${one}]`).filter(trace.has);
  return ascending(cells.map(trace.changes));
}

/**
 * Where a signal changes so that something begins or ceases to hold.
 * @param {Trace} trace
 * @param {string} name
 * @param {(step: Step) => boolean} holds
 */
const changesIn = (trace, name, holds) => trace.changes(name).filter((step) => step && holds(step) !== holds(step - 1));

/** @param {Step[][]} lists */
const ascending = (lists) => [...new Set(lists.flat())].sort((one, other) => one - other);

/**
 * The first change after one step and not after another, if there is any.
 * @param {Step} from
 * @param {Step} to
 */
export const breakpointIn = (from, to) => changes().find((step) => step > from && step <= to);

/**
 * The next change after this step, or the one before it (by -1); undefined where there is none.
 * @param {number} by
 */
export const changeBeyond = (by) =>
  by > 0 ? changes().find((step) => step > state.step) : changes().findLast((step) => step < state.step);
