// @ts-check
// Computes schedules of one writer and one reader: what each moment shows, and where a read or a store may be moved.
// Pure.

import { targetsOf } from "#core/trace";
import { choice } from "#core/words";

const LONG = 16; // in a schedule of more moments, stores to entries that are not read share a row
export const NONE = -1;

/**
 * Return what a read of an entry can give: its target or one of its targets, or -1 if it has none.
 * @param {Entry} entry
 */
export function membersOf(entry) {
  const targets = targetsOf(entry);
  return targets.length ? targets : [NONE];
}

/**
 * Return what a read of an entry gives: the same as before if that is still possible, or else its first target.
 * @param {Entry} entry
 * @param {Entry} [before]
 */
function drawn(entry, before) {
  const members = membersOf(entry);
  return members.includes(Number(before)) ? Number(before) : members[0];
}

/** @param {NodeId[]} walk */
const endOf = (walk) => walk[walk.length - 1];

/**
 * Return whether a walk has stopped, or has come back to a node where it was before.
 * @param {NodeId[]} walk
 */
export const isOver = (walk) => endOf(walk) === NONE || walk.slice(0, -1).includes(endOf(walk));

/**
 * @param {MomentList[]} lists
 * @returns {Moment[]}
 */
export const asMoments = (lists) => lists.map(([kind, node, value, stretch]) => ({ kind, node, value, stretch }));

/**
 * Return the moments with every read done again: the read gets the value that its entry has at that moment. If the walk
 * is not over after the last read, more reads follow at once. Reads after the end of the walk are dropped.
 * @param {Game} game
 * @param {Moment[]} moments
 */
export function settled(game, moments) {
  const entries = { ...game.old };
  const walk = [game.start];
  let reads = moments.filter(({ kind }) => kind === "read").length;
  /** @type {Moment[]} */
  const made = [];
  const read = (/** @type {Entry} */ before = NONE) => {
    const node = endOf(walk);
    const value = drawn(entries[node], before);
    made.push({ kind: "read", node, value });
    walk.push(value);
  };
  for (const moment of moments) {
    if (moment.kind === "store") entries[moment.node] = moment.value;
    if (moment.kind !== "read") {
      made.push(moment);
      continue;
    }
    reads -= 1;
    if (!isOver(walk)) read(moment.value);
    while (!reads && !isOver(walk)) read();
  }
  return made;
}

/**
 * @param {Game} game
 * @param {Moment[]} moments
 */
export const walkOf = (game, moments) => [
  game.start,
  ...moments.filter(({ kind }) => kind === "read").map(({ value }) => Number(value)),
];

/**
 * Return the rows of a schedule.
 * @param {Moment[]} moments
 */
export function rowsOf(moments) {
  const read = new Set(moments.filter(({ kind }) => kind === "read").map(({ node }) => node));
  /** @type {MomentRow[]} */
  const rows = [];
  let reads = 0;
  for (const moment of moments) {
    const isApart = moment.kind !== "store" || read.has(moment.node) || moments.length <= LONG;
    const last = rows.at(-1);
    const joins = !isApart && last?.kind === "stores" && last.moments[0].stretch === moment.stretch;
    if (joins) last.moments.push(moment);
    else rows.push({ kind: isApart ? moment.kind : "stores", moments: [moment], key: keyOf(moment, reads) });
    if (moment.kind === "read") reads += 1;
  }
  return rows;
}

/**
 * Return a name for a moment that stays the same while it is moved.
 * @param {Moment} moment
 * @param {number} reads how many reads come before it
 */
const keyOf = ({ kind, node, value, stretch }, reads) =>
  kind === "read" ? `read ${reads}` : `${kind} ${stretch} ${node} ${value}`;

/** @param {MomentRow} row */
const isStore = ({ kind }) => kind === "store" || kind === "stores";

/**
 * @param {Game} game
 * @param {MomentRow} row
 */
export const canMove = (game, row) => row.kind === "read" || (isStore(row) && !game.programOrder);

/**
 * Return the moments after a row was moved one row up or down, or a sentence that says why it cannot go there. A read
 * does not pass other reads: it pushes them on in the same direction.
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} at
 * @param {number} by -1 for up, 1 for down
 */
export function moved(game, rows, at, by) {
  const found = swapped([...rows], at, by);
  if (typeof found === "string") return found;
  const moments = settled(
    game,
    found.flatMap((row) => row.moments),
  );
  return isHeldUp(game, moments) ? "synchronize_rcu() returns only once the reader has left its section." : moments;
}

/**
 * @param {MomentRow[]} rows
 * @param {number} at
 * @param {number} by
 * @returns {MomentRow[] | string}
 */
function swapped(rows, at, by) {
  const [row, other] = [rows[at], rows[at + by]];
  if (!other) return by < 0 ? "Nothing happens before this." : "Nothing happens after this.";
  if (row.kind === "read" && other.kind === "read") {
    const pushed = swapped(rows, at + by, by);
    if (typeof pushed === "string") return pushed;
  } else if (row.kind !== "read" && other.kind !== "read" && !isStore(other)) {
    return "A barrier stands there: no store becomes visible on its other side.";
  } else if (isStore(row) && isStore(other) && sameEntry(row, other)) {
    return "Two stores to the same entry become visible in the order in which they were made.";
  }
  [rows[at], rows[at + by]] = [rows[at + by], rows[at]];
  return rows;
}

/**
 * Return whether two rows have a store to the same entry.
 * @param {MomentRow} one
 * @param {MomentRow} other
 */
const sameEntry = (one, other) => one.moments.some(({ node }) => other.moments.some((store) => store.node === node));

/**
 * Return whether the grace period would end while a section is open that was entered before it began.
 * @param {Game} game
 * @param {Moment[]} moments
 */
function isHeldUp({ protocol }, moments) {
  if (protocol !== "grace-walk") return false;
  const kinds = moments.map(({ kind }) => kind);
  const [first, last] = [kinds.indexOf("read"), kinds.lastIndexOf("read")];
  return kinds.some((kind, at) => kind === "starts" && first < at && last > kinds.indexOf("ends", at));
}

/**
 * Return the array after the first `count` rows, and what the reader has seen by then.
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} count
 * @returns {Standpoint}
 */
export function stateAt(game, rows, count) {
  const entries = { ...game.old };
  const walk = [game.start];
  for (const { kind, node, value } of rows.slice(0, count).flatMap((row) => row.moments)) {
    if (kind === "store") entries[node] = value;
    if (kind === "read") walk.push(Number(value));
  }
  return { entries, walk };
}

/**
 * Return the walk through an order that does not change; of several targets it takes the first.
 * @param {Order} order
 * @param {NodeId} start
 */
function chainOf(order, start) {
  const walk = [start];
  while (!isOver(walk)) walk.push(membersOf(order[endOf(walk)])[0]);
  return walk;
}

/**
 * Return the verdict on a walk that is over. viz.readers.model.verdict() has the same rule; tests/reader_verdicts.json
 * holds cases that are run against both.
 * @param {Pick<Game, "old" | "new">} change
 * @param {NodeId[]} walk
 * @returns {Verdict}
 */
export function verdictOf({ old, new: after }, walk) {
  if (endOf(walk) !== NONE) return "cycle";
  const edges = hopsOf(walk);
  const has = (/** @type {Order} */ order, /** @type {NodeId} */ node, /** @type {NodeId} */ value) =>
    membersOf(order[node]).includes(value);
  const isOnlyIn = (/** @type {Order} */ one, /** @type {Order} */ other) =>
    edges.some(([node, value]) => has(one, node, value) && !has(other, node, value));
  if (isOnlyIn(old, after) && isOnlyIn(after, old)) return "mixed";
  const isIn = (/** @type {Order} */ order) => walk.slice(1).every((value, at) => has(order, walk[at], value));
  if (isIn(old)) return isIn(after) ? "same" : "old";
  return isIn(after) ? "new" : "cut";
}

/**
 * Return the hops of a walk from node to node.
 * @param {NodeId[]} walk
 * @returns {[from: NodeId, to: NodeId][]}
 */
export function hopsOf(walk) {
  const hops = walk.slice(0, -1).map((node, index) => /** @type {[NodeId, NodeId]} */ ([node, walk[index + 1]]));
  return hops.filter(([, to]) => to !== NONE);
}

/**
 * Return the chains of an order, each from its first node: "0 → 1 → 2, 3 → 4".
 * @param {Order} order
 */
export function chainsText(order) {
  if (Object.values(order).some((entry) => membersOf(entry).length > 1)) return severalText(order);
  const nodes = Object.keys(order).map(Number);
  const targets = new Set(Object.values(order).flatMap(membersOf));
  const seen = new Set();
  const chains = [];
  for (const start of [...nodes.filter((node) => !targets.has(node)), ...nodes]) {
    if (seen.has(start) || membersOf(order[start])[0] === NONE) continue;
    const walk = chainOf(order, start);
    for (const node of walk) seen.add(node);
    chains.push(walk.filter((node) => node !== NONE).join(" → "));
  }
  return chains.join(", ") || "empty: no node has a target";
}

/**
 * Return the targets of each node that has any: "0 → 1 or 2, 1 → 3".
 * @param {Order} order
 */
const severalText = (order) =>
  Object.entries(order)
    .flatMap(([node, entry]) => (targetsOf(entry).length ? [`${node} → ${choice(targetsOf(entry))}`] : []))
    .join(", ");
