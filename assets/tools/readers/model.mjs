// @ts-check
// Computes schedules of one writer and one reader: what each moment shows, and where a read or a store may be moved.
// Pure.

const LONG = 16; // in a schedule of more moments, stores to entries that are not read share a row
const NONE = -1;

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
  const read = () => {
    const node = endOf(walk);
    made.push({ kind: "read", node, value: entries[node] });
    walk.push(entries[node]);
  };
  for (const moment of moments) {
    if (moment.kind === "store") entries[moment.node] = moment.value;
    if (moment.kind !== "read") {
      made.push(moment);
      continue;
    }
    reads -= 1;
    if (!isOver(walk)) read();
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
  ...moments.filter(({ kind }) => kind === "read").map(({ value }) => value),
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
    if (kind === "read") walk.push(value);
  }
  return { entries, walk };
}

/**
 * Return the walk through an order that does not change.
 * @param {Order} order
 * @param {NodeId} start
 */
export function chainOf(order, start) {
  const walk = [start];
  while (!isOver(walk)) walk.push(order[endOf(walk)]);
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
  const isOnlyIn = (/** @type {Order} */ one, /** @type {Order} */ other) =>
    edges.some(([node, value]) => one[node] === value && other[node] !== value);
  if (isOnlyIn(old, after) && isOnlyIn(after, old)) return "mixed";
  const isChainOf = (/** @type {Order} */ order) => String(chainOf(order, walk[0])) === String(walk);
  if (isChainOf(old)) return isChainOf(after) ? "same" : "old";
  return isChainOf(after) ? "new" : "cut";
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
  const nodes = Object.keys(order).map(Number);
  const targets = new Set(Object.values(order));
  const seen = new Set();
  const chains = [];
  for (const start of [...nodes.filter((node) => !targets.has(node)), ...nodes]) {
    if (seen.has(start) || order[start] === NONE) continue;
    const walk = chainOf(order, start);
    for (const node of walk) seen.add(node);
    chains.push(walk.filter((node) => node !== NONE).join(" → "));
  }
  return chains.join(", ") || "empty: no node has a target";
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
  const entry = `node_demotion[${node}] is ${value}`;
  if (kind === "store" && value === NONE) return `The disable of node ${node} becomes visible: ${entry}.`;
  if (kind === "store") return `The new target of node ${node} becomes visible: ${entry}.`;
  if (kind === "barrier")
    return "smp_wmb(): all that was stored before is visible before anything that is stored after.";
  if (kind === "starts") return "synchronize_rcu() begins to wait for every section that is open now.";
  if (kind === "again") return "The order is built once more: the writer sees all that it has stored before.";
  if (kind === "ends") return "synchronize_rcu() returns: whoever was reading when it began has left.";
  return readText(game, node, value, walk);
}

/**
 * @param {Game} game
 * @param {NodeId} node
 * @param {NodeId} value
 * @param {NodeId[]} walk
 */
function readText({ old, new: after }, node, value, walk) {
  const read = `The reader reads node_demotion[${node}]: ${value}, ${originOf(old[node], after[node], value)}.`;
  if (value === NONE) return `${read} It stops.`;
  return walk.includes(value)
    ? `${read} It has been at node ${value} before: a cycle.`
    : `${read} It goes on to node ${value}.`;
}

/**
 * @param {NodeId} old
 * @param {NodeId} after
 * @param {NodeId} value
 */
function originOf(old, after, value) {
  if (value === old && value === after) return "as in both orders";
  if (value === old) return value === NONE ? "the old order has no target" : "the old target";
  if (value === after) return value === NONE ? "the new order has no target" : "the new target";
  return "disabled";
}
