// @ts-check
// Lays out the columns of the registers. On a large machine only the columns in sight, and some beside them, are laid
// out; two wide cells take the room of all others. So a step costs nothing for a node that is out of sight.

import { find } from "#core/dom";

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
    rowOf(table, cell)[from].tabIndex = 0;
  }
  if (focused instanceof HTMLElement && focused.hidden && table.table.contains(focused)) {
    rowOf(table, focused)[from].focus({ preventScroll: true });
  }
}

/**
 * Return the row of a cell, as a list of cells.
 * @param {LargeTable} table
 * @param {HTMLElement} cell
 */
const rowOf = ({ rows }, cell) => rows.find((cells) => cells.some((one) => one === cell)) ?? [];

/**
 * Lay out a cell that is about to be focused.
 * @param {HTMLElement} cell
 */
export function reach(cell) {
  if (!cell.hidden || !large) return;
  const { panel, rows, laid } = large;
  const place = rowOf(large, cell).findIndex((one) => one === cell);
  panel.scrollLeft = place * rows[0][laid[0]].getBoundingClientRect().width - panel.clientWidth / 2;
  onMove();
}
