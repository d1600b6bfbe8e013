// @ts-check
// Says what is left of the old order while a new one is built: all of it follows from the step alone. Pure.
// viz/trace/rebuild.py has the same rules; tests/assets/test_choreography.py compares the two.

import { targetsAt, targetsOf } from "#core/trace";

/**
 * Return the last step at which the old order stood, if a step is in a rebuild; undefined if an order stands there. The
 * first build of a run replaces no order.
 * @param {Trace} trace
 * @param {Step} step
 */
export function lastOrder(trace, step) {
  if (trace.at("demotion", step) === "works") return undefined;
  const changes = trace.changes("demotion");
  const stood = changes.findLastIndex((one) => one <= step && trace.at("demotion", one) === "works");
  return stood < 0 ? undefined : changes[stood + 1] - 1;
}

/**
 * Return for each source those targets of the old order that are not stored at a step of a rebuild.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {Map<NodeId, NodeId[]>}
 */
export function ghostsAt(trace, step) {
  const stood = lastOrder(trace, step);
  if (stood === undefined) return new Map();
  const [was, is] = [stood, step].map((at) => trace.cells(trace.arrays[0], at));
  const gone = trace.nodes.map((node) => {
    const now = targetsOf(is.get(node) ?? "");
    return /** @type {const} */ ([node, targetsOf(was.get(node) ?? "").filter((target) => !now.includes(target))]);
  });
  return new Map(gone.filter(([, targets]) => targets.length));
}

/**
 * Return for how many steps demotion is off at a step of a rebuild: up to this step, and in all; undefined if demotion
 * is not off, or was never on.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {[soFar: number, inAll: number] | undefined}
 */
export function offAt(trace, step) {
  if (trace.at("demotion", step) !== "off" || lastOrder(trace, step) === undefined) return undefined;
  const changes = trace.changes("demotion");
  const begins = changes.findLast((one) => one <= step) ?? 0;
  const end = changes.find((one) => one > step) ?? trace.length;
  return [step - begins + 1, end - begins];
}

/**
 * Return the targets that are stored for nodes outside all memory tiers. Nobody reads these entries: such a node has no
 * memory, so it has no pages that could be demoted.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {Map<NodeId, NodeId[]>}
 */
export function staleAt(trace, step) {
  if (!trace.arrays.includes("memtier")) return new Map();
  const outside = [...trace.cells("memtier", step)].filter(([, tier]) => tier === -1);
  const entries = outside.map(([node]) => /** @type {const} */ ([node, targetsAt(trace, node, step)]));
  return new Map(entries.filter(([, targets]) => targets.length));
}
