// @ts-check
// Says in words what orders, walks and the moments of a schedule are. Pure.

import { membersOf, NONE } from "#tools/readers/model";

/** @param {Entry} entry */
export const entryText = (entry) => (entry === "" ? "none" : String(entry));

/**
 * Return what the last read of a walk found. viz.readers.report_text.end_text() has the same rule;
 * tests/reader_ends.json holds cases that are run against both.
 * @param {Pick<Game, "old" | "new">} change
 * @param {NodeId[]} walk
 */
export function endText({ old, new: after }, walk) {
  const [node, value] = walk.slice(-2);
  if (value !== NONE) return `came back to node ${value}`;
  const [hadNone, hasNone] = [old, after].map((order) => membersOf(order[node]).includes(NONE));
  if (hadNone && hasNone) return `node ${node} has no target in either order`;
  if (hasNone) return `it read the new entry of node ${node}, which has no target in the new order`;
  return hadNone
    ? `it read the old entry of node ${node}, which has no target yet`
    : `it read the disable of node ${node}`;
}

/** @param {NodeId[]} walk */
export const walkText = (walk) => walk.map((node) => (node === NONE ? "stop" : node)).join(" → ");

/**
 * Return a sentence that says what happens in a row.
 * @param {Game} game
 * @param {MomentRow} row
 * @param {NodeId[]} walk what the reader has seen before
 */
export function rowText(game, row, walk) {
  const [{ kind, node, value }] = row.moments;
  if (row.kind === "stores") {
    const nodes = [...new Set(row.moments.map((one) => one.node))].join(", ");
    return `The stores to ${nodes} become visible; this walk reads none of them.`;
  }
  const entry = `${game.array}[${node}] is ${value === "" ? "empty" : value}`;
  if (kind === "store" && (value === NONE || value === ""))
    return `The disable of node ${node} becomes visible: ${entry}.`;
  if (kind === "store") return `The new target of node ${node} becomes visible: ${entry}.`;
  if (kind === "barrier")
    return "smp_wmb(): all that was stored before is visible before anything that is stored after.";
  if (kind === "starts") return "synchronize_rcu() begins to wait for every section that is open now.";
  if (kind === "again") return "The order is built once more: the writer sees all that it has stored before.";
  if (kind === "ends") return "synchronize_rcu() returns: whoever was reading when it began has left.";
  return readText(game, node, Number(value), walk);
}

/**
 * @param {Game} game
 * @param {NodeId} node
 * @param {NodeId} value
 * @param {NodeId[]} walk
 */
function readText({ old, new: after, array }, node, value, walk) {
  const among = [old[node], after[node]].some((entry) => membersOf(entry).length > 1) ? " draws from" : " reads";
  const read = `The reader${among} ${array}[${node}]: ${value}, ${originOf(old[node], after[node], value)}.`;
  if (value === NONE) return `${read} It stops.`;
  return walk.includes(value)
    ? `${read} It has been at node ${value} before: a cycle.`
    : `${read} It goes on to node ${value}.`;
}

/**
 * @param {Entry} old
 * @param {Entry} after
 * @param {NodeId} value
 */
function originOf(old, after, value) {
  const [isOld, isNew] = [old, after].map((entry) => membersOf(entry).includes(value));
  if (isOld && isNew) return "as in both orders";
  if (isOld) return value === NONE ? "the old order has no target" : "an old target";
  if (isNew) return value === NONE ? "the new order has no target" : "a new target";
  return "disabled";
}
