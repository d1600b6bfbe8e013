// @ts-check
// Changes the nodes of a machine. Each function returns an Edit, or null if nothing would change, and throws an Error
// with one sentence if the change is not possible. Pure.

import { LARGEST_ID, LOCAL_DISTANCE, MAX_EDIT_NODES } from "#core/constants";
import { listOf, nodesOf } from "#core/trace";
import { plural } from "#core/words";
import { cpuCount } from "#tools/edit/cpus";
import { likelyDistance } from "#tools/edit/distances";
import { describeKey, memoryText, readField } from "#tools/edit/fields";

const PLAIN_MEMORY = "64 GiB"; // the memory of a new node if no similar node has any

/**
 * @param {Machine} machine
 * @param {NodeId | null} id
 */
export const nodeOf = (machine, id) => machine.nodes.find((node) => node.id === id);

/** @param {Pick<MachineNode, "cpus">} node */
export const hasCpus = ({ cpus }) => cpus !== 0 && cpus !== "";
/** @param {Pick<MachineNode, "memory" | "blocks">} node */
export const hasMemory = ({ memory, blocks }) => memory !== 0 && blocks !== 0;

/**
 * Return the node with an id; throw an Error if there is none.
 * @param {Machine} machine
 * @param {NodeId} id
 */
function knownNode(machine, id) {
  const node = nodeOf(machine, id);
  if (!node) throw new Error(`This machine has no node ${id}.`);
  return node;
}

/**
 * Set a key of a node to the value that a text names; an empty text removes the key.
 * @param {Machine} machine
 * @param {NodeId} id
 * @param {import("#tools/edit/fields").Key} key
 * @param {string} text
 * @returns {Edit | null}
 */
export function setKey(machine, id, key, text) {
  const value = readField(key, text);
  const node = knownNode(machine, id);
  if ((node[key] ?? undefined) === value) return null;
  if (key === "memory" && value !== undefined && memoryText(node.memory) === memoryText(value)) return null;
  return { document: withKeys(machine, id, { [key]: value }), description: describeKey(id, key, value) };
}

/**
 * Return a copy in which a node has these values; a key whose value is undefined is removed. Without memory the node
 * has no key `blocks`.
 * @param {Machine} machine
 * @param {NodeId} id
 * @param {Partial<MachineNode>} keys
 */
function withKeys(machine, id, keys) {
  const copy = structuredClone(machine);
  const node = knownNode(copy, id);
  Object.assign(node, keys);
  for (const [key, value] of Object.entries(keys)) {
    // The type stands for any key that can be removed.
    if (value === undefined) delete node[/** @type {"label"} */ (key)];
  }
  if ("memory" in keys && (keys.memory === 0 || node.blocks === 0)) delete node.blocks;
  return copy;
}

/**
 * Give a node CPUs or memory if it has none, or take them away; or switch whether it is online.
 * @param {Machine} machine
 * @param {NodeId} id
 * @param {"cpus" | "memory" | "online"} key
 * @returns {Edit}
 */
export function toggle(machine, id, key) {
  const node = knownNode(machine, id);
  if (key === "online") {
    const online = node.online === false;
    const description = `taking node ${id} ${online ? "online" : "offline"}`;
    return { document: withKeys(machine, id, { online }), description };
  }
  const others = [...ofTier(machine, node.tier), ...machine.nodes].filter((other) => other.id !== id);
  if (key === "cpus") {
    const cpus = hasCpus(node) ? 0 : cpuCount(others.find(hasCpus)?.cpus ?? 1);
    return { document: withKeys(machine, id, { cpus }), description: describeKey(id, "cpus", cpus) };
  }
  if (node.memory !== 0 && node.blocks === 0) {
    const description = `putting the memory of node ${id} online`;
    return { document: withKeys(machine, id, { blocks: undefined }), description };
  }
  const memory = node.memory !== 0 ? 0 : (others.find((other) => other.memory !== 0)?.memory ?? PLAIN_MEMORY);
  return { document: withKeys(machine, id, { memory }), description: describeKey(id, "memory", memory) };
}

/**
 * @param {Machine} machine
 * @param {number | undefined} tier
 */
const ofTier = (machine, tier) => machine.nodes.filter((node) => tier !== undefined && node.tier === tier);

// Adding, removing and moving nodes. `spots` has the place of each node on the stage. These functions write the places
// into the document, so that the other nodes keep theirs.

/**
 * Add a node like those of its tier, with the distances that nodes at such a place are likely to have.
 * @param {Machine} machine
 * @param {Spots} spots
 * @param {Spot} spot
 * @returns {Edit}
 */
export function addNode(machine, spots, { socket, tier }) {
  if (machine.nodes.length >= MAX_EDIT_NODES) {
    throw new Error(`A page edits up to ${MAX_EDIT_NODES} nodes, and this machine has them.`);
  }
  const id = freeId(machine);
  const copy = withSpots(machine, spots);
  const alike = ofTier(copy, tier);
  const model = alike.find((node) => node.socket === socket) ?? alike[0] ?? { memory: PLAIN_MEMORY, cpus: 0 };
  const { id: _, online: __, blocks: ___, ...keys } = model;
  const node = { ...keys, id, cpus: hasCpus(model) ? cpuCount(model.cpus) : 0, socket, tier };
  if (node.memory === 0 && !hasCpus(node)) node.memory = PLAIN_MEMORY;
  const away = copy.nodes.map((other) => likelyDistance(copy, node, other));
  for (const [place, row] of copy.distances.entries()) row.push(away[place]);
  copy.distances.push([...away, LOCAL_DISTANCE]);
  copy.nodes.push(node);
  return { document: sorted(copy), description: `adding node ${id}`, id };
}

/**
 * Return an id for a new node: the largest id plus one or, if that is not allowed, the lowest free id.
 * @param {Machine} machine
 */
function freeId({ nodes }) {
  const ids = new Set(nodes.map(({ id }) => id));
  const next = Math.max(...ids) + 1;
  if (next <= LARGEST_ID) return next;
  let free = 0;
  while (ids.has(free)) free += 1;
  return free;
}

/**
 * Remove a node with its distances, its events and all else that names it.
 * @param {Machine} machine
 * @param {NodeId} id
 * @returns {Edit}
 */
export function removeNode(machine, id) {
  if (machine.nodes.length === 1) throw new Error("A machine has at least one node.");
  const copy = structuredClone(machine);
  const place = copy.nodes.findIndex((node) => node.id === id);
  copy.nodes.splice(place, 1);
  copy.distances.splice(place, 1);
  for (const row of copy.distances) row.splice(place, 1);
  const gone = (copy.events ?? []).filter(({ node }) => node === id).length;
  if (copy.events) copy.events = copy.events.filter(({ node }) => node !== id);
  if (copy.n_cpu) copy.n_cpu = copy.n_cpu.filter((node) => node !== id);
  if (copy.node_load) delete copy.node_load[id];
  if (copy.allowed) allow(copy, (nodes) => nodes.filter((node) => node !== id));
  const events = gone > 1 ? plural(gone, "event") : "event";
  return { document: copy, description: `removing node ${id}${gone ? ` and its ${events}` : ""}` };
}

/**
 * Change which nodes a cgroup may use; if none is left, the machine has no allowed nodes any more.
 * @param {Machine} machine
 * @param {(nodes: NodeId[]) => NodeId[]} change
 */
function allow(machine, change) {
  const nodes = change(nodesOf(machine.allowed ?? ""));
  if (nodes.length) machine.allowed = listOf(nodes);
  else delete machine.allowed;
}

/**
 * Move a node to another place of the stage. If `follow`, its distances become those that nodes at such a place are
 * likely to have, and so does its abstract distance, which from v6.1 on decides on its memory tier.
 * @param {Machine} machine
 * @param {Spots} spots
 * @param {NodeId} id
 * @param {Spot} spot
 * @param {boolean} follow
 * @returns {Edit | null}
 */
export function moveNode(machine, spots, id, { socket, tier }, follow) {
  const was = spots[id];
  if (was.socket === socket && was.tier === tier) return null;
  const copy = withSpots(machine, spots);
  const node = knownNode(copy, id);
  if (follow) followMove(copy, copy.nodes.indexOf(node), { socket, tier });
  Object.assign(node, { socket, tier });
  const where = [was.socket !== socket && `socket ${socket}`, was.tier !== tier && `class ${tier}`].filter(Boolean);
  return { document: copy, description: `moving node ${id} to ${where.join(", ")}` };
}

/**
 * Give a node the likely distances, and the abstract distance, of its new place.
 * @param {Machine} copy
 * @param {number} place
 * @param {Spot} spot
 */
function followMove(copy, place, spot) {
  const { nodes, distances } = copy;
  const node = nodes[place];
  const others = {
    nodes: nodes.toSpliced(place, 1),
    distances: distances.toSpliced(place, 1).map((row) => row.toSpliced(place, 1)),
  };
  for (const [at, other] of nodes.entries()) {
    if (at !== place) distances[place][at] = distances[at][place] = likelyDistance(others, spot, other);
  }
  const [model] = spot.tier === node.tier ? [] : ofTier(others, spot.tier);
  if (model?.adistance !== undefined) node.adistance = model.adistance;
  else if (model) delete node.adistance;
}

/**
 * Return a copy in which each node has its socket and tier.
 * @param {Machine} machine
 * @param {Spots} spots
 */
function withSpots(machine, spots) {
  const copy = structuredClone(machine);
  for (const node of copy.nodes) Object.assign(node, { socket: spots[node.id].socket, tier: spots[node.id].tier });
  return copy;
}

// Changing ids. A node keeps its distances, events and loads when it gets another id.

/**
 * Give a node another id; a node that has that id already gets this one's.
 * @param {Machine} machine
 * @param {NodeId} id
 * @param {string | NodeId} text
 * @returns {Edit | null}
 */
export function renumber(machine, id, text) {
  const to = /^\d+$/.test(String(text).trim()) ? Number(text) : NaN;
  if (!(to <= LARGEST_ID)) throw new Error(`A node's id is a whole number from 0 to ${LARGEST_ID}.`);
  if (to === id) return null;
  const isTaken = Boolean(nodeOf(machine, to));
  /** @type {Renamed} */
  const renamed = isTaken
    ? [
        [id, to],
        [to, id],
      ]
    : [[id, to]];
  const description = isTaken ? `swapping nodes ${id} and ${to}` : `renumbering node ${id} to ${to}`;
  return { document: withIds(machine, new Map(renamed)), description, renamed };
}

/**
 * Swap the id of a node with that of the node before or after it.
 * @param {Machine} machine
 * @param {NodeId} id
 * @param {number} by -1 for the node before, 1 for the node after
 */
export function shiftId(machine, id, by) {
  const ids = machine.nodes.map((node) => node.id).sort((a, b) => a - b);
  const other = ids[ids.indexOf(id) + by];
  return other === undefined ? null : renumber(machine, id, other);
}

/**
 * @param {Machine} machine
 * @param {Map<NodeId, NodeId>} names
 */
function withIds(machine, names) {
  const copy = structuredClone(machine);
  const named = (/** @type {NodeId | string} */ id) => names.get(Number(id)) ?? Number(id);
  for (const node of copy.nodes) node.id = named(node.id);
  for (const event of copy.events ?? []) event.node = named(event.node);
  if (copy.n_cpu) copy.n_cpu = copy.n_cpu.map(named).sort((a, b) => a - b);
  if (copy.allowed) allow(copy, (nodes) => nodes.map(named));
  if (copy.node_load) {
    copy.node_load = Object.fromEntries(Object.entries(copy.node_load).map(([id, load]) => [named(id), load]));
  }
  return sorted(copy);
}

/**
 * Return the machine with its nodes, and the rows and columns of its distances, in the order of ids.
 * @param {Machine} machine
 * @returns {Machine}
 */
function sorted(machine) {
  const { nodes, distances } = machine;
  const order = nodes.map((_, place) => place).sort((a, b) => nodes[a].id - nodes[b].id);
  return {
    ...machine,
    nodes: order.map((place) => nodes[place]),
    distances: order.map((row) => order.map((column) => distances[row][column])),
  };
}
