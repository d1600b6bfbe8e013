// The distances of a machine: set, pasted, judged. A document goes in, {document, told} comes out, null where nothing would
// change; what cannot be done throws an Error whose message is one sentence. Pure.

export const MOST_SHOWN = 64; // nodes whose distances a grid shows
const [LOCAL, REMOTE, SMALLEST, LARGEST] = [10, 20, 10, 255];

// What a distance is without any other: the kernel's own, where no firmware says one.
export const plainDistance = (from, to) => (from === to ? LOCAL : REMOTE);

export function readDistance(text) {
  const value = /^\d+$/.test(String(text).trim()) ? Number(text) : NaN;
  if (value >= SMALLEST && value <= LARGEST) return value;
  const shown = String(text).trim().slice(0, 20);
  throw new Error(`${shown ? `“${shown}”` : "Nothing"} is no distance; it is a whole number from ${SMALLEST} to ${LARGEST} (255 = unreachable).`);
}

// Set the distance from one node to another, and back if `both`.
export function setDistance(document, from, to, text, both) {
  const value = readDistance(text);
  const [a, b] = placesOf(document, [from, to]);
  const [was, back] = [document.distances[a][b], document.distances[b][a]];
  const twice = both && a !== b && back !== value;
  if (was === value && !twice) return null;
  const distances = document.distances.map((row) => [...row]);
  distances[a][b] = value;
  if (both) distances[b][a] = value;
  const what = twice && was !== value ? `d(${from},${to}) and d(${to},${from})` : was === value ? `d(${to},${from})` : `d(${from},${to})`;
  return { document: { ...document, distances }, told: `${value > (was === value ? back : was) ? "raising" : "lowering"} ${what} to ${value}` };
}

const placesOf = (document, ids) => ids.map((id) => document.nodes.findIndex((node) => node.id === id));

// The distance that two nodes would have by where they stand: the middle one of those that other pairs have who stand
// alike, in one socket or in two, in the same tiers; else only in one socket or in two.
export function likelyDistance({ nodes, distances }, one, other) {
  const near = one.socket === other.socket;
  const tiers = (a, b) => `${Math.min(a.tier, b.tier)} ${Math.max(a.tier, b.tier)}`;
  const pairs = nodes.flatMap((a, row) => nodes.map((b, column) => [a, b, distances[row][column]]))
    .filter(([a, b]) => a !== b && (a.socket === b.socket) === near);
  const alike = pairs.filter(([a, b]) => tiers(a, b) === tiers(one, other));
  return middle((alike.length ? alike : pairs).map(([, , distance]) => distance)) ?? (near ? 15 : REMOTE);
}

const middle = (values) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

// Pasting

// The distances in a text from a spreadsheet, a mail or numactl -H: rows of numbers, and the ids of rows and columns
// where the text names them.
export function readBlock(text) {
  const block = { rows: null, columns: null, cells: [] };
  for (const line of text.split(/\r?\n/)) readRow(line.replace(/^[\s>|]+/, "").trim(), block);
  if (!block.cells.length) throw new Error("The text has no row of distances.");
  const width = block.cells[0].length;
  const odd = block.cells.findIndex((row) => row.length !== width);
  if (odd > 0) throw new Error(`Row ${odd + 1} of the text has ${block.cells[odd].length} distances, the first has ${width}.`);
  if (block.rows && block.rows.length !== block.cells.length) throw new Error("Some rows of the text name their node, others do not.");
  if (block.columns && block.columns.length !== width) throw new Error(`The text names ${block.columns.length} columns, and its rows have ${width} distances.`);
  return block;
}

function readRow(line, block) {
  const head = /^node((?:[\s,;]+\d+)+)$/.exec(line);
  if (head) block.columns = head[1].trim().split(/[\s,;]+/).map(Number);
  const [, id, rest] = /^(?:(\d+) *:)?(.*)$/.exec(line);
  if (head || !rest.trim() || (id === undefined && /[a-z]/i.test(line))) return;
  if (id !== undefined) (block.rows ??= []).push(Number(id));
  block.cells.push(rest.trim().split(/[\s,;]+/).map(readDistance));
}

// Put a block into the distances: at the nodes that it names, else with its first cell at (from, to), or over all of them
// if it is as large. What it does not say itself of the way back follows, if `both`.
export function setBlock(document, { rows, columns, cells }, from, to, both) {
  const size = document.nodes.length;
  const whole = cells.length === size && cells[0].length === size;
  const [top, left] = whole ? [0, 0] : placesOf(document, [from, to]);
  const down = rows ? placesNamed(document, rows) : cells.map((_, place) => top + place);
  const across = columns ? placesNamed(document, columns) : rows && whole ? down : cells[0].map((_, place) => left + place);
  if (Math.max(...down) >= size || Math.max(...across) >= size) {
    throw new Error(`The text is a block of ${cells.length} x ${cells[0].length}; from here ${size - top} x ${size - left} fit.`);
  }
  const distances = document.distances.map((row) => [...row]);
  if (both) down.forEach((row, i) => across.forEach((column, j) => (distances[column][row] = cells[i][j])));
  down.forEach((row, i) => across.forEach((column, j) => (distances[row][column] = cells[i][j])));
  if (distances.every((row, i) => row.every((cell, j) => cell === document.distances[i][j]))) return null;
  return { document: { ...document, distances }, told: `pasting ${cells.length} x ${cells[0].length} distances` };
}

function placesNamed(document, ids) {
  const places = placesOf(document, ids);
  const stranger = places.indexOf(-1);
  if (stranger >= 0) throw new Error(`The text names node ${ids[stranger]}, and this machine has none.`);
  if (new Set(ids).size < ids.length) throw new Error("The text names a node twice.");
  return places;
}

// What is odd about a distance, in a few words; empty if nothing is.
export function oddity(from, to, there, back) {
  if (from === to) return there === LOCAL ? "" : `node ${from} is at ${there} from itself, not ${LOCAL}`;
  if (there === LOCAL) return `d(${from},${to}) is ${LOCAL}, as if they were one node`;
  return there === back ? "" : `d(${from},${to}) is ${there}, back it is ${back}`;
}

// Every odd distance, each pair once: [from, to, words].
export function oddities({ nodes, distances }) {
  const found = [];
  nodes.forEach(({ id: from }, row) => nodes.forEach(({ id: to }, column) => {
    const [there, back] = [distances[row][column], distances[column][row]];
    const words = oddity(from, to, there, back);
    if (words && (row <= column || there === LOCAL)) found.push([from, to, words]);
  }));
  return found;
}
