// @ts-check
// The breakpoint: the visitor follows a cell of a register, a whole register or a node. Each of its changes is marked
// on the scrubber, one press of a button runs to the next change, and playing stops there. Playing also stops at the
// steps that a condition names (player/find-step.mjs).

import { $, element, setAttribute } from "#core/dom";
import { hasRun, state } from "#core/state";
import { plural } from "#core/words";

/**
 * The steps at which the followed register, cell or node changes, and the steps that the condition names, for a trace.
 * @type {{ trace: Trace | null, follows: string | null, steps: Step[], condition: Condition | null, named: Step[] }}
 */
const found = { trace: null, follows: null, steps: [], condition: null, named: [] };
/** @type {Condition | null} */
let condition = null;

/**
 * Let the player also stop at the steps that a condition names; null removes the condition.
 * @param {Condition | null} one
 */
export function stopWhere(one) {
  condition = one;
  stops();
}

/**
 * Return the steps found for the run that is shown. They are searched again only if something has changed.
 * @returns {typeof found}
 */
function stops() {
  const { trace, follows } = state;
  if (found.trace === trace && found.follows === follows && found.condition === condition) return found;
  const steps = follows && hasRun() ? changesOf(trace, follows) : [];
  const named = condition && hasRun() ? condition.stepsIn(trace) : [];
  Object.assign(found, { trace, follows, steps, condition, named });
  $("#ticks").replaceChildren(...ascending([steps, named]).map((step) => tick(step / (trace.length - 1 || 1))));
  return found;
}

const changes = () => stops().steps;

/** Return the steps that the condition names in the run that is shown. */
export const namedSteps = () => stops().named;

/** @param {number} share how far along the scrubber, from 0 to 1 */
function tick(share) {
  const made = element("span");
  made.style.left = `${100 * share}%`;
  return made;
}

/** Show how many of the changes have happened, and enable the buttons that run to the next and the previous one. */
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
 * Return the steps at which a cell of a register changes: "node_demotion[2]", or "used_targets[4]" for a node's place
 * in a mask. For a whole register these are the changes of all its cells. For "node 3" they are the changes of that
 * node's cell in every register, and the steps where its turn to choose begins or ends. For "passes" they are the steps
 * at which a pass begins.
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
 * Return the steps at which a signal changes so that a condition begins or ceases to hold.
 * @param {Trace} trace
 * @param {string} name
 * @param {(step: Step) => boolean} holds
 */
const changesIn = (trace, name, holds) => trace.changes(name).filter((step) => step && holds(step) !== holds(step - 1));

/**
 * Return the steps of several lists in ascending order, each once.
 * @param {Step[][]} lists
 */
const ascending = (lists) => [...new Set(lists.flat())].sort((one, other) => one - other);

/**
 * Return the first step after `from`, up to `to`, at which playing stops; undefined if there is none.
 * @param {Step} from
 * @param {Step} to
 */
export function breakpointIn(from, to) {
  const { steps, named } = stops();
  return ascending([steps, named]).find((step) => step > from && step <= to);
}

/**
 * Return a sentence on why playing stops at a step.
 * @param {Step} step
 */
export const whyStopped = (step) =>
  namedSteps().includes(step) ? `Stopped where ${condition?.text}.` : `Stopped at a change of ${state.follows}.`;

/**
 * Return the next change after the step shown, or the last one before it; undefined if there is none.
 * @param {number} by 1 for the next, -1 for the last one before
 */
export const changeBeyond = (by) =>
  by > 0 ? changes().find((step) => step > state.step) : changes().findLast((step) => step < state.step);
