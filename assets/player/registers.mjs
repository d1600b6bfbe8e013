// @ts-check
// Paints the registers, and lays out their columns. On a large machine only the columns in sight, and some beside them,
// are laid out; two wide cells take the room of all others. So a step costs nothing for a node that is out of sight.

import { all, find, setAttribute, setText } from "#core/dom";
import { nodesOf } from "#core/trace";

const WIDE = 5; // characters; what is longer may not fit into its cell
const AROUND = 12; // how many columns are laid out on either side of those in sight
const resizes = new ResizeObserver(() => large && onMove()); // the presenter mode changes the columns' width, too

/**
 * The registers of a large machine: their panel, their table, their rows of cells, the range of columns that are laid
 * out and the range in sight, each as [first, end].
 * @typedef {{ panel: HTMLElement, table: HTMLTableElement, rows: HTMLTableCellElement[][], laid: [number, number],
 *   sight: [number, number] | null }} LargeTable
 */
/** @type {LargeTable | null} */
let large = null;

/**
 * Use the table that was put into the panel just before.
 * @param {HTMLElement} panel
 */
export function useColumns(panel) {
  const table = find("table", panel);
  panel.onscroll = null;
  resizes.disconnect();
  large = null;
  if (!table?.querySelector(".room")) return;
  const rows = [...table.rows].map((row) =>
    [...row.cells].filter((cell) => "column" in cell.dataset || "cell" in cell.dataset),
  );
  large = { panel, table, rows, laid: [0, rows[0].filter((head) => !head.hidden).length], sight: null };
  panel.onscroll = onMove;
  for (const one of [panel, table]) resizes.observe(one);
}

/** Return whether there may be columns that are not laid out. */
export const hasHiddenColumns = () => large !== null;

/**
 * Return the nodes whose columns are in sight. They are measured once, and again each time the panel is scrolled.
 * @param {NodeId[]} nodes
 */
export function columnsInSight(nodes) {
  if (!large) return nodes;
  if (!large.sight) onMove();
  return nodes.slice(...(large.sight ?? []));
}

function onMove() {
  if (!large) return;
  large.sight = measure(large);
  layOut(large, ...large.sight);
}

/**
 * Return the range of columns that are in sight, as [first, end].
 * @param {LargeTable} table
 * @returns {[number, number]}
 */
function measure({ panel, rows, laid }) {
  const { width } = rows[0][laid[0]].getBoundingClientRect();
  if (!width) return laid; // the panel is not shown
  const from = Math.min(Math.floor(panel.scrollLeft / width), rows[0].length - 1);
  return [from, Math.min(rows[0].length, from + Math.ceil(panel.clientWidth / width) + 1)];
}

/**
 * Lay out the columns of a range and some beside them, unless they are laid out already.
 * @param {LargeTable} table
 * @param {number} from
 * @param {number} to
 */
function layOut(table, from, to) {
  const old = table.laid;
  if (from >= old[0] && to <= old[1] && old[1] - old[0] <= to - from + 2 * AROUND) return;
  const count = table.rows[0].length;
  const focused = document.activeElement; // read now, because a cell that is hidden loses the focus
  const [first, end] = [Math.max(0, from - AROUND), Math.min(count, to + AROUND)];
  table.laid = [first, end];
  for (const cells of table.rows) {
    for (let place = old[0]; place < old[1]; place++) if (place < first || place >= end) cells[place].hidden = true;
    for (let place = first; place < end; place++) cells[place].hidden = false;
    cells[old[0]].removeAttribute("aria-colindex");
    cells[first].setAttribute("aria-colindex", String(first + 2)); // browsers count the cells after it from there
  }
  keepFocusable(table, from, focused);
  table.table.style.setProperty("--before", String(first));
  table.table.style.setProperty("--behind", String(count - end));
}

/**
 * Keep the focus, and the one cell that the tab key reaches, on columns that are laid out: if such a cell was hidden,
 * another cell of its row takes its place.
 * @param {LargeTable} table
 * @param {number} from
 * @param {Element | null} focused
 */
function keepFocusable(table, from, focused) {
  const cell = find('[data-cell][tabindex="0"]', table.table);
  if (cell?.hidden) {
    cell.tabIndex = -1;
    cellsBeside(table, cell)[from].tabIndex = 0;
  }
  if (focused instanceof HTMLElement && focused.hidden && table.table.contains(focused)) {
    cellsBeside(table, focused)[from].focus({ preventScroll: true });
  }
}

/**
 * Return the row of a cell, as a list of cells.
 * @param {LargeTable} table
 * @param {HTMLElement} cell
 */
const cellsBeside = ({ rows }, cell) => rows.find((cells) => cells.some((one) => one === cell)) ?? [];

/**
 * Lay out a cell that is about to be focused.
 * @param {HTMLElement} cell
 */
export function reach(cell) {
  if (!cell.hidden || !large) return;
  const { panel, rows, laid } = large;
  const place = cellsBeside(large, cell).findIndex((one) => one === cell);
  panel.scrollLeft = place * rows[0][laid[0]].getBoundingClientRect().width - panel.clientWidth / 2;
  onMove();
}

// The values of a step

/**
 * Return the row of a register, in which no step is shown yet.
 * @param {HTMLElement} row
 * @returns {RegisterRow}
 */
export const registerRow = (row) => ({
  row,
  step: -1,
  cells: new Map(all("[data-cell]", row).map((cell) => [Number(cell.dataset.cell), { cell, text: null, change: "" }])),
});

/**
 * Show the values of a register at a step; those that differ from the step `before` are marked as changed.
 * @param {RegisterRow} register
 * @param {NodeId[]} nodes the columns that are painted
 * @param {Trace} trace
 * @param {string} name
 * @param {Step} step
 * @param {Step} before
 */
export function paintRegister(register, nodes, trace, name, step, before) {
  if (trace.masks.includes(name)) paintMask(register, nodes, trace, name, step, before);
  else paintArray(register, nodes, trace, name, step, before);
}

/**
 * @param {RegisterRow} register
 * @param {NodeId[]} nodes
 * @param {Trace} trace
 * @param {string} name
 * @param {Step} step
 * @param {Step} before
 */
function paintMask(register, nodes, trace, name, step, before) {
  const list = trace.at(name, step);
  const now = new Set(nodesOf(list));
  const was = new Set(nodesOf(trace.at(name, before)));
  setValue(register, trace.differs(name, register.step, step), step, () => String(list));
  for (const node of nodes) {
    const isIn = now.has(node);
    const change = isIn ? "was not in it, now is" : "was in it, now is not";
    paintCell(register.cells.get(node), isIn ? String(node) : "", isIn !== was.has(node) ? change : "");
  }
}

/**
 * @param {RegisterRow} register
 * @param {NodeId[]} nodes
 * @param {Trace} trace
 * @param {string} name
 * @param {Step} step
 * @param {Step} before
 */
function paintArray(register, nodes, trace, name, step, before) {
  const values = trace.cells(name, step);
  const changed = new Set(trace.changed(name, before, step));
  const written = () => [...values].map(([node, value]) => `${node}:${value}`).join(",");
  setValue(register, trace.changed(name, register.step, step).length > 0, step, written);
  for (const node of nodes) {
    const value = /** @type {Cell} */ (values.get(node));
    const was = () => trace.at(`${name}[${node}]`, before);
    const change = changed.has(node) ? `was ${cellText(was())}, now ${cellText(value)}` : "";
    paintCell(register.cells.get(node), String(value), change);
  }
}

/**
 * Write all values of a register on its row, where scripts read them, unless they are there already.
 * @param {RegisterRow} register
 * @param {boolean} isChanged whether they differ from those of the step that was shown before
 * @param {Step} step
 * @param {() => string} values
 */
function setValue(register, isChanged, step, values) {
  if (isChanged || register.step < 0) register.row.dataset.value = values();
  register.step = step;
}

/** @param {Cell} value */
const cellText = (value) => (value === "" ? "empty" : value);

/**
 * Show a value in the cell of a register, and mark it as changed. Most cells stay as they are at a step, and are left
 * alone.
 * @param {RegisterCell | undefined} shown
 * @param {string} text the value, or the node that a mask holds; empty if it holds none
 * @param {string} change what changed, in words; empty if nothing did
 */
function paintCell(shown, text, change) {
  if (!shown || (shown.text === text && shown.change === change)) return;
  Object.assign(shown, { text, change });
  const { cell } = shown;
  setText(cell, text);
  cell.classList.toggle("in", text !== "" && text !== "-1");
  cell.classList.toggle("changed", change !== "");
  setTitle(shown);
}

/**
 * Say in a cell's tooltip what has changed or, if the cell may be too narrow for it, the value; then `more`.
 * @param {RegisterCell} shown
 * @param {string[]} more
 */
export function setTitle({ cell, text, change }, more = []) {
  const own = change || ((text?.length ?? 0) > WIDE ? text : "");
  const title = [own, ...more].filter(Boolean).join("; ");
  if (title) setAttribute(cell, "title", title);
  else cell.removeAttribute("title");
}
