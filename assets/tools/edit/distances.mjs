// @ts-check
// Sets, pastes and checks the distances of a machine. Functions that change a machine return an Edit, or null if
// nothing would change, and throw an Error with one sentence if the change is not possible. Pure.

import { LARGEST_DISTANCE, LOCAL_DISTANCE, REMOTE_DISTANCE } from "#core/constants";

export const MAX_GRID_NODES = 64; // a larger machine's distances are not shown as a grid
const LIKELY_NEAR = 15; // a new distance within a socket that has no other pair of nodes

/**
 * Return the distance that the kernel assumes if the firmware gives none.
 * @param {NodeId} from
 * @param {NodeId} to
 */
export const plainDistance = (from, to) => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE);

/**
 * Return the distance that a text names; throw an Error if it is none.
 * @param {string} text
 */
export function readDistance(text) {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (value >= LOCAL_DISTANCE && value <= LARGEST_DISTANCE) return value;
  const shown = text.trim().slice(0, 20);
  const range = `${LOCAL_DISTANCE} to ${LARGEST_DISTANCE} (${LARGEST_DISTANCE} = unreachable)`;
  throw new Error(`${shown ? `“${shown}”` : "Nothing"} is no distance; it is a whole number from ${range}.`);
}

/**
 * Set the distance from one node to another; if `both`, also the distance back.
 * @param {Machine} machine
 * @param {NodeId} from
 * @param {NodeId} to
 * @param {string} text
 * @param {boolean} both
 * @returns {Edit | null}
 */
export function setDistance(machine, from, to, text, both) {
  const value = readDistance(text);
  const [a, b] = placesOf(machine, [from, to]);
  const [was, back] = [machine.distances[a][b], machine.distances[b][a]];
  const changesBack = both && a !== b && back !== value;
  if (was === value && !changesBack) return null;
  const distances = machine.distances.map((row) => [...row]);
  distances[a][b] = value;
  if (both) distances[b][a] = value;
  const changed = [...(was !== value ? [`d(${from},${to})`] : []), ...(changesBack ? [`d(${to},${from})`] : [])];
  const verb = value > (was === value ? back : was) ? "raising" : "lowering";
  return { document: { ...machine, distances }, description: `${verb} ${changed.join(" and ")} to ${value}` };
}

/**
 * @param {Machine} machine
 * @param {NodeId[]} ids
 */
const placesOf = (machine, ids) => ids.map((id) => machine.nodes.findIndex((node) => node.id === id));

/**
 * Return the distance that two nodes are likely to have. That is the median over the pairs of nodes in the same tiers
 * as these two, within one socket or across two as these are. If there is no such pair, it is the median over all pairs
 * within one socket, or over all across two.
 * @param {Machine} machine
 * @param {Partial<Spot>} one
 * @param {Partial<Spot>} other
 */
export function likelyDistance({ nodes, distances }, one, other) {
  const isNear = one.socket === other.socket;
  const tiersOf = (/** @type {Partial<Spot>} */ a, /** @type {Partial<Spot>} */ b) =>
    [Number(a.tier), Number(b.tier)].sort((x, y) => x - y).join(" ");
  const pairs = nodes
    .flatMap((a, row) => nodes.map((b, column) => ({ a, b, distance: distances[row][column] })))
    .filter(({ a, b }) => a !== b && (a.socket === b.socket) === isNear);
  const alike = pairs.filter(({ a, b }) => tiersOf(a, b) === tiersOf(one, other));
  const known = (alike.length ? alike : pairs).map(({ distance }) => distance);
  return middle(known) ?? (isNear ? LIKELY_NEAR : REMOTE_DISTANCE);
}

/** @param {number[]} values @returns {number | undefined} */
const middle = (values) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

// Pasting

/**
 * Rows of distances, and the node ids of the rows and columns if the text names them.
 * @typedef {{ rows: NodeId[] | null, columns: NodeId[] | null, cells: number[][] }} Block
 */

/**
 * Return the distances in a text from a spreadsheet, a mail or numactl -H; throw an Error if it has none, or is uneven.
 * @param {string} text
 */
export function readBlock(text) {
  /** @type {Block} */
  const block = { rows: null, columns: null, cells: [] };
  for (const line of text.split(/\r?\n/)) readRow(line.replace(/^[\s>|]+/, "").trim(), block);
  const { rows, columns, cells } = block;
  if (!cells.length) throw new Error("The text has no row of distances.");
  const width = cells[0].length;
  const odd = cells.findIndex((row) => row.length !== width);
  if (odd > 0) {
    throw new Error(`Row ${odd + 1} of the text has ${cells[odd].length} distances, the first has ${width}.`);
  }
  if (rows && rows.length !== cells.length) throw new Error("Some rows of the text name their node, others do not.");
  if (columns && columns.length !== width) {
    throw new Error(`The text names ${columns.length} columns, and its rows have ${width} distances.`);
  }
  return block;
}

/**
 * Add a line of the text to a block: the ids of the columns, or a row of distances. Lines of words are skipped.
 * @param {string} line
 * @param {Block} block
 */
function readRow(line, block) {
  const head = /^node((?:[\s,;]+\d+)+)$/.exec(line);
  if (head)
    block.columns = head[1]
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
  const [, id, rest = ""] = /^(?:(\d+) *:)?(.*)$/.exec(line) ?? [];
  if (head || !rest.trim() || (id === undefined && /[a-z]/i.test(line))) return;
  if (id !== undefined) block.rows = [...(block.rows ?? []), Number(id)];
  block.cells.push(
    rest
      .trim()
      .split(/[\s,;]+/)
      .map(readDistance),
  );
}

/**
 * Put a block into the distances: at the nodes that it names. If it names none, it replaces all distances if it is as
 * large as these; otherwise its first cell is put at (from, to). If `both`, a distance back that is not in the block is
 * set to the same value.
 * @param {Machine} machine
 * @param {Block} block
 * @param {NodeId} from
 * @param {NodeId} to
 * @param {boolean} both
 * @returns {Edit | null}
 */
export function setBlock(machine, { rows, columns, cells }, from, to, both) {
  const size = machine.nodes.length;
  const isWhole = cells.length === size && cells[0].length === size;
  const [top, left] = isWhole ? [0, 0] : placesOf(machine, [from, to]);
  const down = rows ? placesNamed(machine, rows) : cells.map((_, place) => top + place);
  const inOrder = rows && isWhole ? down : cells[0].map((_, place) => left + place);
  const across = columns ? placesNamed(machine, columns) : inOrder;
  if (Math.max(...down) >= size || Math.max(...across) >= size) {
    const block = `${cells.length} x ${cells[0].length}`;
    throw new Error(`The text is a block of ${block}; from here ${size - top} x ${size - left} fit.`);
  }
  const distances = machine.distances.map((row) => [...row]);
  const eachCell = (/** @type {(row: number, column: number, distance: number) => void} */ put) => {
    for (const [i, row] of down.entries()) {
      for (const [j, column] of across.entries()) put(row, column, cells[i][j]);
    }
  };
  if (both) eachCell((row, column, distance) => (distances[column][row] = distance));
  eachCell((row, column, distance) => (distances[row][column] = distance)); // last, so that the block's own cells win
  if (distances.every((row, i) => row.every((cell, j) => cell === machine.distances[i][j]))) return null;
  const description = `pasting ${cells.length} x ${cells[0].length} distances`;
  return { document: { ...machine, distances }, description };
}

/**
 * Return the indexes of the nodes with these ids; throw an Error if one is unknown or named twice.
 * @param {Machine} machine
 * @param {NodeId[]} ids
 */
function placesNamed(machine, ids) {
  const places = placesOf(machine, ids);
  const unknown = places.indexOf(-1);
  if (unknown >= 0) throw new Error(`The text names node ${ids[unknown]}, and this machine has none.`);
  if (new Set(ids).size < ids.length) throw new Error("The text names a node twice.");
  return places;
}

/**
 * Return what is odd about a distance, in a few words; empty if nothing is.
 * @param {NodeId} from
 * @param {NodeId} to
 * @param {number} there
 * @param {number} back
 */
export function oddity(from, to, there, back) {
  if (from === to) {
    return there === LOCAL_DISTANCE ? "" : `node ${from} is at ${there} from itself, not ${LOCAL_DISTANCE}`;
  }
  if (there === LOCAL_DISTANCE) return `d(${from},${to}) is ${LOCAL_DISTANCE}, as if they were one node`;
  return there === back ? "" : `d(${from},${to}) is ${there}, back it is ${back}`;
}

/** @typedef {[from: NodeId, to: NodeId, words: string]} Oddity */

/**
 * Return all odd distances, each pair of nodes once.
 * @param {Machine} machine
 */
export function oddities({ nodes, distances }) {
  /** @type {Oddity[]} */
  const found = [];
  nodes.forEach(({ id: from }, row) => {
    nodes.forEach(({ id: to }, column) => {
      const [there, back] = [distances[row][column], distances[column][row]];
      const words = oddity(from, to, there, back);
      if (words && (row <= column || there === LOCAL_DISTANCE)) found.push([from, to, words]);
    });
  });
  return found;
}
