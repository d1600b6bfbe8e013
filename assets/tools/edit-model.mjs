// What can be done to a machine: a document goes in, {document, told} comes out, null where nothing would change. Pure.
// What cannot be done throws an Error whose message is one sentence. `told` says in words what was done, as in "raising
// d(1,2) to 30"; `renamed` has, where ids change, pairs of old and new.

import { likelyDistance } from "./edit-distances.mjs";

export const MOST_NODES = 128;
const LARGEST_ID = 1023;
const MOST_CPUS = 65536;
const PLAIN_MEMORY = "64 GiB"; // what a node gets where none like it has any
const UNITS = ["PiB", "TiB", "GiB", "MiB", "KiB"];
const SIZE = /^\d{1,19}(\.\d{1,12})? *([kKMGTP]i?)?B$/;
const CPU_PART = /^\d{1,5}(-\d{1,5}(:\d{1,5})?)?$/;

export const nodeOf = (document, id) => document.nodes.find((node) => node.id === id);
export const hasCpus = ({ cpus }) => cpus !== 0 && cpus !== "";
export const hasMemory = ({ memory, blocks }) => memory !== 0 && blocks !== 0;
const indexOf = (document, id) => document.nodes.findIndex((node) => node.id === id);
const copyOf = (document) => structuredClone(document);

// What is written in the fields of a node

// A number of bytes in the largest unit that it is a whole number of.
export function memoryText(memory) {
  if (typeof memory !== "number") return String(memory);
  const unit = UNITS.findIndex((_, place) => memory >= 1024 ** (5 - place) && memory % 1024 ** (5 - place) === 0);
  if (memory === 0) return "0";
  return unit < 0 ? `${memory} B` : `${memory / 1024 ** (5 - unit)} ${UNITS[unit]}`;
}

// The CPUs as a count or a list; a list of one CPU does not look like a count.
export const cpusText = (cpus) => (typeof cpus === "string" && /^\d+$/.test(cpus) ? `${cpus}-${cpus}` : String(cpus || 0));

const READS = {
  label: (text) => shortText(text, "label"),
  socket: (text) => shortText(text, "socket"),
  memory: readMemory,
  cpus: readCpus,
  tier: (text) => wholeNumber(text, "A tier", LARGEST_ID),
  adistance: (text) => wholeNumber(text, "An abstract distance", 2 ** 31 - 1),
};

function shortText(text, what) {
  const plain = text.trim().replace(/\s+/g, " ");
  if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(plain)) throw new Error(`A ${what} is plain text, without control characters.`);
  if (plain.length > 40) throw new Error(`A ${what} has at most 40 characters, and this has ${plain.length}.`);
  return plain || undefined;
}

function readMemory(text) {
  const plain = text.trim();
  if (/^0*$/.test(plain)) return 0;
  if (SIZE.test(plain)) return plain.replace(/ *([kKMGTP]?i?B)$/, " $1");
  throw new Error(/^\d+$/.test(plain) ? `${plain} needs a unit, as in ${plain} GiB.` : "A size is a number with a unit, as in 64 GiB or 1.5 TB, or 0.");
}

function readCpus(text) {
  const plain = text.trim().replace(/\s+/g, "");
  if (/^\d{0,5}$/.test(plain) && Number(plain) <= MOST_CPUS) return Number(plain);
  const parts = plain.split(",").map((part) => part.split(/[-:]/).map(Number));
  const known = plain.split(",").every((part) => CPU_PART.test(part));
  if (known && parts.every(([low, high = low, stride = 1]) => low <= high && high < MOST_CPUS && stride > 0)) return plain;
  throw new Error(`CPUs are a count up to ${MOST_CPUS}, or a list of CPUs such as 0-3,8.`);
}

function wholeNumber(text, what, most) {
  if (text.trim() === "") return undefined;
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!(value <= most)) throw new Error(`${what} is a whole number from 0 to ${most}.`);
  return value;
}

// Set one key of a node to what a text says; an empty text takes the key away.
export function setKey(document, id, key, text) {
  const value = READS[key](text);
  const node = nodeOf(document, id);
  if ((node[key] ?? undefined) === value || (key === "memory" && memoryText(node.memory) === memoryText(value))) return null;
  return { document: withKeys(document, id, { [key]: value }), told: toldKey(id, key, value) };
}

function toldKey(id, key, value) {
  if (value === undefined) return `clearing the ${key === "adistance" ? "abstract distance" : key} of node ${id}`;
  if (key === "label") return `renaming node ${id} to ${value}`;
  if (key === "cpus") return value === 0 ? `taking the CPUs of node ${id}` : `giving node ${id} CPUs ${typeof value === "number" ? `(${value})` : value}`;
  if (key === "memory") return value === 0 ? `taking the memory of node ${id}` : `giving node ${id} ${memoryText(value)}`;
  if (key === "adistance") return `setting the abstract distance of node ${id} to ${value}`;
  return `moving node ${id} to ${key} ${value}`;
}

// A copy in which the node has these keys; undefined takes one away. What has no memory has no blocks of it.
function withKeys(document, id, keys) {
  const copy = copyOf(document);
  const node = nodeOf(copy, id);
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined) delete node[key];
    else node[key] = value;
  }
  if ("memory" in keys && (keys.memory === 0 || node.blocks === 0)) delete node.blocks;
  return copy;
}

// Give the node CPUs, memory or its place among the online nodes, or take it away.
export function toggle(document, id, key) {
  const node = nodeOf(document, id);
  if (key === "online") {
    const online = node.online === false;
    return { document: withKeys(document, id, { online }), told: `taking node ${id} ${online ? "online" : "offline"}` };
  }
  const others = [...alike(document, node), ...document.nodes].filter((other) => other.id !== id);
  if (key === "cpus") return toggleCpus(document, node, others);
  if (node.memory !== 0 && node.blocks === 0) return { document: withKeys(document, id, { blocks: undefined }), told: `putting the memory of node ${id} online` };
  const memory = node.memory !== 0 ? 0 : (others.find((other) => other.memory !== 0)?.memory ?? PLAIN_MEMORY);
  return { document: withKeys(document, id, { memory }), told: toldKey(id, "memory", memory) };
}

function toggleCpus(document, node, others) {
  const cpus = hasCpus(node) ? 0 : countOf(others.find(hasCpus)?.cpus ?? 1);
  return { document: withKeys(document, node.id, { cpus }), told: toldKey(node.id, "cpus", cpus) };
}

function countOf(cpus) {
  if (typeof cpus === "number") return cpus;
  return cpus.split(",").map((part) => part.split(/[-:]/).map(Number)).reduce((sum, [low, high = low, stride = 1]) => sum + Math.floor((high - low) / stride) + 1, 0);
}

const alike = (document, { tier }) => document.nodes.filter((node) => node.tier === tier && tier !== undefined);

// Nodes come, go and move. `spots` say where each stands on the stage: {id: {socket, tier}}; from then on the document does.

// A node more, like those of its tier; its distances are those that others have who stand as it does.
export function addNode(document, spots, { socket, tier }) {
  if (document.nodes.length >= MOST_NODES) throw new Error(`A page edits up to ${MOST_NODES} nodes, and this machine has them.`);
  const id = freeId(document);
  const copy = placed(document, spots);
  const model = alike(copy, { tier }).find((node) => node.socket === socket) ?? alike(copy, { tier })[0] ?? { memory: PLAIN_MEMORY, cpus: 0 };
  const { id: _, online, blocks, ...keys } = model;
  const node = { ...keys, id, cpus: hasCpus(model) ? countOf(model.cpus) : 0, socket, tier };
  if (node.memory === 0 && !hasCpus(node)) node.memory = PLAIN_MEMORY;
  const away = copy.nodes.map((other) => likelyDistance(copy, node, other));
  copy.distances.forEach((row, place) => row.push(away[place]));
  copy.distances.push([...away, 10]);
  copy.nodes.push(node);
  return { document: sorted(copy), told: `adding node ${id}`, id };
}

function freeId({ nodes }) {
  const ids = nodes.map(({ id }) => id);
  const next = Math.max(...ids) + 1;
  return next <= LARGEST_ID ? next : Array.from({ length: LARGEST_ID + 1 }, (_, id) => id).find((id) => !ids.includes(id));
}

export function removeNode(document, id) {
  if (document.nodes.length === 1) throw new Error("A machine has at least one node.");
  const copy = copyOf(document);
  const place = indexOf(document, id);
  copy.nodes.splice(place, 1);
  copy.distances.splice(place, 1);
  for (const row of copy.distances) row.splice(place, 1);
  const gone = (copy.events ?? []).filter(({ node }) => node === id).length;
  if (copy.events) copy.events = copy.events.filter(({ node }) => node !== id);
  if (copy.n_cpu) copy.n_cpu = copy.n_cpu.filter((node) => node !== id);
  if (copy.node_load) delete copy.node_load[id];
  const events = gone ? ` and its ${gone === 1 ? "event" : `${gone} events`}` : "";
  return { document: copy, told: `removing node ${id}${events}` };
}

// Put the node elsewhere; where distances `follow`, they become those of nodes that stand as it does now, and so does the
// abstract distance, which decides on its tier from v6.1 on.
export function moveNode(document, spots, id, { socket, tier }, follow) {
  if (spots[id].socket === socket && spots[id].tier === tier) return null;
  const copy = placed(document, spots);
  if (follow) followMove(copy, indexOf(copy, id), { socket, tier });
  Object.assign(nodeOf(copy, id), { socket, tier });
  const where = [spots[id].socket !== socket && `socket ${socket}`, spots[id].tier !== tier && `tier ${tier}`].filter(Boolean).join(", ");
  return { document: copy, told: `moving node ${id} to ${where}` };
}

function followMove(copy, place, spot) {
  const { nodes, distances } = copy;
  const others = { nodes: nodes.toSpliced(place, 1), distances: distances.toSpliced(place, 1).map((row) => row.toSpliced(place, 1)) };
  nodes.forEach((other, at) => {
    if (at !== place) distances[place][at] = distances[at][place] = likelyDistance(others, spot, other);
  });
  const [model] = spot.tier === nodes[place].tier ? [] : alike(others, spot);
  if (model?.adistance !== undefined) nodes[place].adistance = model.adistance;
  else if (model) delete nodes[place].adistance;
}

// A copy in which the document itself says of each node where it stands.
function placed(document, spots) {
  const copy = copyOf(document);
  for (const node of copy.nodes) Object.assign(node, { socket: spots[node.id].socket, tier: spots[node.id].tier });
  return copy;
}

// Ids: a node keeps its distances, events and loads when it gets another.

export function renumber(document, id, text) {
  const to = /^\d+$/.test(String(text).trim()) ? Number(text) : NaN;
  if (!(to <= LARGEST_ID)) throw new Error(`A node's id is a whole number from 0 to ${LARGEST_ID}.`);
  if (to === id) return null;
  const taken = Boolean(nodeOf(document, to));
  const renamed = taken ? [[id, to], [to, id]] : [[id, to]];
  return { document: withIds(document, new Map(renamed)), told: taken ? `swapping nodes ${id} and ${to}` : `renumbering node ${id} to ${to}`, renamed };
}

// Swap ids with the node before or after it.
export function shiftId(document, id, by) {
  const ids = document.nodes.map((node) => node.id).sort((a, b) => a - b);
  const other = ids[ids.indexOf(id) + by];
  return other === undefined ? null : renumber(document, id, other);
}

function withIds(document, names) {
  const copy = copyOf(document);
  const named = (id) => names.get(Number(id)) ?? Number(id);
  for (const node of copy.nodes) node.id = named(node.id);
  for (const event of copy.events ?? []) event.node = named(event.node);
  if (copy.n_cpu) copy.n_cpu = copy.n_cpu.map(named).sort((a, b) => a - b);
  if (copy.node_load) copy.node_load = Object.fromEntries(Object.entries(copy.node_load).map(([id, load]) => [named(id), load]));
  return sorted(copy);
}

// Nodes stand in the order of their ids, and the rows and columns with them.
function sorted(document) {
  const order = document.nodes.map((_, place) => place).sort((a, b) => document.nodes[a].id - document.nodes[b].id);
  const distances = order.map((row) => order.map((column) => document.distances[row][column]));
  return { ...document, nodes: order.map((place) => document.nodes[place]), distances };
}
