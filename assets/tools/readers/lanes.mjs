// @ts-check
// Draws a schedule as a table with a row for each moment: the writer on the left, the reader on the right, and the
// array between them.

import { element, headCell, setAttribute } from "#core/dom";
import { canMove, stateAt } from "#tools/readers/model";
import { entryText, rowText } from "#tools/readers/words";

const MAX_COLUMNS = 8; // how many entries of the array have a column of their own
/** @type {Record<string, string>} */
const WRITER = {
  barrier: "smp_wmb()",
  starts: "synchronize_rcu() begins",
  ends: "synchronize_rcu() returns",
  again: "the second build begins",
};
const RCU = { opens: "rcu_read_lock()", closes: "rcu_read_unlock()" };
const caption = (/** @type {string} */ array) =>
  `Time goes down; between the two stands ${array}[], with a ring around what is read. Drag a read or a store to ` +
  "another moment, or move it with the arrow keys.";

/**
 * Return the table of a schedule.
 * @param {Game} game
 * @param {MomentRow[]} rows
 */
export function lanesTable(game, rows) {
  const columns = columnsOf(game, rows);
  const table = element("table", "", columns ? "" : "narrow");
  table.append(element("caption", caption(game.array), "quiet"), headOf(columns, game.array));
  const body = table.createTBody();
  for (let step = 0; step <= rows.length; step++) body.append(lineOf(game, rows, step, columns));
  return table;
}

/**
 * Return the nodes whose entries of the array get a column: all nodes if they fit, else those whose entry is read; null
 * if even these are too many.
 * @param {Game} game
 * @param {MomentRow[]} rows
 */
function columnsOf(game, rows) {
  const all = Object.keys(game.old).map(Number);
  if (all.length <= MAX_COLUMNS) return all;
  const read = [...new Set(rows.filter(({ kind }) => kind === "read").map((row) => row.moments[0].node))];
  return read.length <= MAX_COLUMNS ? read.sort((a, b) => a - b) : null;
}

/**
 * @param {NodeId[] | null} columns
 * @param {string} array
 */
function headOf(columns, array) {
  const head = element("thead");
  const row = head.appendChild(element("tr"));
  for (const text of ["writer", ...(columns?.map((node) => `[${node}]`) ?? [`${array}[]`]), "reader"]) {
    const cell = row.appendChild(headCell(text));
    if (text.startsWith("[")) cell.title = `${array}${text}`;
  }
  return head;
}

/**
 * Return the line of a moment; the line of step 0 shows the array before the first moment.
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} step
 * @param {NodeId[] | null} columns
 */
function lineOf(game, rows, step, columns) {
  const row = step ? rows[step - 1] : undefined;
  const { entries } = stateAt(game, rows, step);
  const line = element("tr", "", row ? row.kind : "start");
  line.dataset.row = String(step);
  const nodes = row?.moments.map(({ node }) => node) ?? [];
  const [about] = nodes;
  const cells = () => {
    const text = (/** @type {NodeId} */ node) => entryText(entries[node]);
    if (columns) return columns.map((node) => arrayCell(nodes.includes(node) ? row : undefined, node, text(node)));
    return nodes.length === 1 && about >= 0 ? [arrayCell(row, about, `[${about}] ${text(about)}`)] : [element("td")];
  };
  line.append(writerCell(game, rows, step), ...cells(), readerCell(game, rows, step));
  return line;
}

/**
 * @param {MomentRow | undefined} row the row, if it reads or sets this entry
 * @param {NodeId} node
 * @param {string | number} value
 */
function arrayCell(row, node, value) {
  const kind = !row ? "" : row.kind === "read" ? "seen" : "set";
  const cell = element("td", value, `entry ${kind}`);
  cell.dataset.entry = String(node);
  return cell;
}

/**
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} step
 */
function writerCell(game, rows, step) {
  const cell = element("td", "", "writer");
  const row = step ? rows[step - 1] : undefined;
  if (!row) cell.append(element("span", "the old order", "quiet"));
  else if (WRITER[row.kind]) cell.append(element("code", WRITER[row.kind]));
  else if (row.kind === "stores") cell.append(element("span", `${row.moments.length} other stores`, "quiet"));
  else if (row.kind === "store")
    cell.append(mover(game, rows, step, `[${row.moments[0].node}] = ${entryText(row.moments[0].value)}`));
  return cell;
}

/**
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} step
 */
function readerCell(game, rows, step) {
  const cell = element("td", "", "reader");
  const row = step ? rows[step - 1] : undefined;
  if (!row) cell.append(element("span", `at node ${game.start}`, "quiet"));
  else if (row.kind === "read") {
    cell.append(mover(game, rows, step, `reads [${row.moments[0].node}]: ${row.moments[0].value}`));
  }
  const section = sectionAt(game, rows, step);
  cell.classList.add(...section);
  if (game.protocol === "grace-walk" && row?.kind === "read") {
    for (const [edge, call] of Object.entries(RCU))
      if (section.includes(edge)) cell.append(element("span", call, "rcu"));
  }
  return cell;
}

/**
 * Return the classes that show an RCU read-side section at a row: over the whole walk, or over each read.
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} step
 */
function sectionAt({ protocol }, rows, step) {
  const reads = rows.flatMap(({ kind }, index) => (kind === "read" ? [index + 1] : []));
  const [first, last] = [reads[0], reads[reads.length - 1]];
  if (protocol === "grace-hop" && reads.includes(step)) return ["section", "opens", "closes"];
  if (protocol !== "grace-walk" || step < first || step > last) return [];
  return ["section", ...(step === first ? ["opens"] : []), ...(step === last ? ["closes"] : [])];
}

/**
 * Return the element of a read or a store: a handle that can be moved to another row, or a plain text if it cannot.
 * @param {Game} game
 * @param {MomentRow[]} rows
 * @param {number} step
 * @param {string} text
 */
function mover(game, rows, step, text) {
  const row = rows[step - 1];
  if (!canMove(game, row)) return element("code", text);
  const [{ node }] = row.moments;
  const handle = element("span", text, "handle");
  const words = rowText(game, row, stateAt(game, rows, step - 1).walk);
  const attributes = {
    role: "slider",
    tabindex: 0,
    "aria-orientation": "vertical",
    "aria-valuemin": 1,
    "aria-valuemax": rows.length,
    "aria-valuenow": step,
    "aria-valuetext": `moment ${step} of ${rows.length}: ${words}`,
    "aria-label":
      row.kind === "read" ? `Moment of the read of ${game.array}[${node}]` : `Moment at which ${text} becomes visible`,
  };
  for (const [name, value] of Object.entries(attributes)) setAttribute(handle, name, value);
  Object.assign(handle.dataset, { key: row.key, column: node });
  return handle;
}
