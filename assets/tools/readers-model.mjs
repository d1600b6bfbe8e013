// A schedule of one writer and one reader: what each moment shows, and where a read or a store may be moved. Pure.
//
// A game is {old, new: {node: target}, protocol, programOrder, start}; a moment {kind, node, value, stretch}, of kind
// store, barrier, starts, ends or read, as viz/readers/timetable.py has them. A row is a moment, or several stores in a
// stretch that the walk has nothing to do with.

const LONG = 16; // moments; in longer schedules, stores to entries that are not read share a row
const NONE = -1;

export const isOver = (walk) => walk.at(-1) === NONE || walk.slice(0, -1).includes(walk.at(-1));

export const asMoments = (lists) => lists.map(([kind, node, value, stretch]) => ({ kind, node, value, stretch }));

// The moments with every read made anew: it reads what its entry holds by then. A walk that is not over where its last
// read stands goes on at once; reads after its end are dropped.
export function settled(game, moments) {
  const entries = { ...game.old };
  const walk = [game.start];
  let reads = moments.filter(({ kind }) => kind === "read").length;
  const made = [];
  const read = () => {
    const node = walk.at(-1);
    made.push({ kind: "read", node, value: entries[node] });
    walk.push(entries[node]);
  };
  for (const moment of moments) {
    if (moment.kind !== "read") made.push(moment);
    if (moment.kind === "store") entries[moment.node] = moment.value;
    if (moment.kind !== "read") continue;
    reads -= 1;
    if (!isOver(walk)) read();
    while (!reads && !isOver(walk)) read();
  }
  return made;
}

export function walkOf(game, moments) {
  return [game.start, ...moments.filter(({ kind }) => kind === "read").map(({ value }) => value)];
}

// The rows of a schedule: {kind, moments, key}; the key of a row stays while it is moved.
export function rowsOf(moments) {
  const read = new Set(moments.filter(({ kind }) => kind === "read").map(({ node }) => node));
  const rows = [];
  let reads = 0;
  for (const moment of moments) {
    const apart = moment.kind !== "store" || read.has(moment.node) || moments.length <= LONG;
    const last = rows.at(-1);
    if (!apart && last?.kind === "stores" && last.moments[0].stretch === moment.stretch) last.moments.push(moment);
    else rows.push({ kind: apart ? moment.kind : "stores", moments: [moment], key: keyOf(moment, reads) });
    if (moment.kind === "read") reads += 1;
  }
  return rows;
}

const keyOf = ({ kind, node, stretch }, reads) => (kind === "read" ? `read ${reads}` : `${kind} ${stretch} ${node}`);

const isStore = ({ kind }) => kind === "store" || kind === "stores";

export const canMove = (game, row) => row.kind === "read" || (isStore(row) && !game.programOrder);

// The moments once row `at` has gone one row up (by -1) or down (by 1), taking along the reads it meets if it is one;
// or why it cannot, as a sentence.
export function moved(game, rows, at, by) {
  const found = swapped(game, [...rows], at, by);
  if (typeof found === "string") return found;
  const moments = settled(game, found.flatMap((row) => row.moments));
  return holdsUp(game, moments) ? "synchronize_rcu() returns only once the reader has left its section." : moments;
}

function swapped(game, rows, at, by) {
  const [row, other] = [rows[at], rows[at + by]];
  if (!other) return by < 0 ? "Nothing happens before this." : "Nothing happens after this.";
  if (row.kind === "read" && other.kind === "read") {
    const pushed = swapped(game, rows, at + by, by);
    if (typeof pushed === "string") return pushed;
  } else if (row.kind !== "read" && other.kind !== "read") {
    if (!isStore(other)) return "A barrier stands there: no store becomes visible on its other side.";
  }
  [rows[at], rows[at + by]] = [rows[at + by], rows[at]];
  return rows;
}

// Whether the grace period ends although a section that was entered before it began is still open.
function holdsUp({ protocol }, moments) {
  if (protocol !== "grace-walk") return false;
  const kinds = moments.map(({ kind }) => kind);
  return kinds.indexOf("read") < kinds.indexOf("starts") && kinds.lastIndexOf("read") > kinds.indexOf("ends");
}

// The array after so many rows, and what the reader has seen by then.
export function stateAt(game, rows, count) {
  const entries = { ...game.old };
  const walk = [game.start];
  for (const { kind, node, value } of rows.slice(0, count).flatMap((row) => row.moments)) {
    if (kind === "store") entries[node] = value;
    if (kind === "read") walk.push(value);
  }
  return { entries, walk };
}

// The walk through an order that nobody changes.
export function chainOf(order, start) {
  const walk = [start];
  while (!isOver(walk)) walk.push(order[walk.at(-1)]);
  return walk;
}

// What a walk that is over is, as viz.readers.model.verdict() has it.
export function verdictOf({ old, new: after }, walk) {
  if (walk.at(-1) !== NONE) return "cycle";
  const edges = walk.slice(0, -1).map((node, index) => [node, walk[index + 1]]).filter(([, value]) => value !== NONE);
  const onlyIn = (one, other) => edges.some(([node, value]) => one[node] === value && other[node] !== value);
  if (onlyIn(old, after) && onlyIn(after, old)) return "mixed";
  const is = (order) => String(chainOf(order, walk[0])) === String(walk);
  if (is(old)) return is(after) ? "same" : "old";
  return is(after) ? "new" : "cut";
}

// The chains of an order, each from its head: "0 → 1 → 2, 3 → 4".
export function chainsText(order) {
  const nodes = Object.keys(order).map(Number);
  const targets = new Set(Object.values(order));
  const told = new Set();
  const chains = [];
  for (const start of [...nodes.filter((node) => !targets.has(node)), ...nodes]) {
    if (told.has(start) || order[start] === NONE) continue;
    const walk = chainOf(order, start);
    for (const node of walk) told.add(node);
    chains.push(walk.filter((node) => node !== NONE).join(" → "));
  }
  return chains.join(", ") || "empty: no node has a target";
}

export const walkText = (walk) => walk.map((node) => (node === NONE ? "stop" : node)).join(" → ");

// What happens in a row, in a sentence; `walk` is what the reader had seen before.
export function rowText(game, row, walk) {
  const [{ kind, node, value }] = row.moments;
  if (row.kind === "stores") return `The stores to ${row.moments.map((one) => one.node).join(", ")} become visible; this walk reads none of them.`;
  if (kind === "store" && value === NONE) return `The disable of node ${node} becomes visible: node_demotion[${node}] is -1.`;
  if (kind === "store") return `The new target of node ${node} becomes visible: node_demotion[${node}] is ${value}.`;
  if (kind === "barrier") return "smp_wmb(): all that was stored before is visible before anything that is stored after.";
  if (kind === "starts") return "synchronize_rcu() begins to wait for every section that is open now.";
  if (kind === "ends") return "synchronize_rcu() returns: whoever was reading when it began has left.";
  return readText(game, node, value, walk);
}

function readText({ old, new: after }, node, value, walk) {
  const read = `The reader reads node_demotion[${node}]: ${value}, ${origin(old[node], after[node], value)}.`;
  if (value === NONE) return `${read} It stops.`;
  return walk.includes(value) ? `${read} It has been at node ${value} before: a cycle.` : `${read} It goes on to node ${value}.`;
}

function origin(old, after, value) {
  if (value === old && value === after) return "as in both orders";
  if (value === old) return value === NONE ? "the old order has no target" : "the old target";
  if (value === after) return value === NONE ? "the new order has no target" : "the new target";
  return "disabled";
}
