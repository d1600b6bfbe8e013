// The columns of the registers. Of a large machine only those that one sees, and some around them, are laid out: cells
// of room keep the place of the others, so that the picture of a step costs nothing for a node that is out of sight.

const AROUND = 12; // columns on either side
const grown = new ResizeObserver(() => here && moved()); // the window, or the columns in presenter mode
let here = null; // the panel, its table, its rows of cells, which columns are laid out and which are in sight

// Take the table that was just put into the panel.
export function takeColumns(panel) {
  const table = panel.querySelector("table");
  panel.onscroll = null;
  grown.disconnect();
  here = null;
  if (!table?.querySelector(".room")) return;
  const rows = [...table.rows].map((row) => [...row.querySelectorAll("[data-column], [data-cell]")]);
  here = { panel, table, rows, laid: [0, rows[0].filter((head) => !head.hidden).length], sight: null };
  panel.onscroll = moved;
  for (const one of [panel, table]) grown.observe(one);
}

// Whether there are columns that are not laid out.
export const hasMore = () => here !== null;

// Those of the nodes whose columns are in sight: measured once, and again after the panel was scrolled.
export function inSight(nodes) {
  if (!here) return nodes;
  if (!here.sight) moved();
  return nodes.slice(...here.sight);
}

function moved() {
  here.sight = measured();
  layOut(...here.sight);
}

function measured() {
  const { panel, rows, laid } = here;
  const { width } = rows[0][laid[0]].getBoundingClientRect();
  if (!width) return laid; // the panel is not shown
  const from = Math.min(Math.floor(panel.scrollLeft / width), rows[0].length - 1);
  return [from, Math.min(rows[0].length, from + Math.ceil(panel.clientWidth / width) + 1)];
}

function layOut(from, to) {
  const old = here.laid;
  if (from >= old[0] && to <= old[1] && old[1] - old[0] <= to - from + 2 * AROUND) return;
  const all = here.rows[0].length;
  const focused = document.activeElement; // which it is no longer once it is hidden
  const [first, end] = (here.laid = [Math.max(0, from - AROUND), Math.min(all, to + AROUND)]);
  for (const cells of here.rows) {
    for (let place = old[0]; place < old[1]; place++) if (place < first || place >= end) cells[place].hidden = true;
    for (let place = first; place < end; place++) cells[place].hidden = false;
    cells[old[0]].removeAttribute("aria-colindex");
    cells[first].setAttribute("aria-colindex", first + 2); // the others count on from there
  }
  keepFocusable(from, focused);
  here.table.style.setProperty("--before", first);
  here.table.style.setProperty("--behind", all - end);
}

// The one cell that takes the focus is in sight, or another of its row takes its place; and so for that which has it.
function keepFocusable(from, focused) {
  const cell = here.table.querySelector('[data-cell][tabindex="0"]');
  if (cell?.hidden) [cell.tabIndex, rowOf(cell)[from].tabIndex] = [-1, 0];
  if (focused?.hidden && here.table.contains(focused)) rowOf(focused)[from].focus({ preventScroll: true });
}

const rowOf = (cell) => here.rows.find((cells) => cells.includes(cell));

// Lay out a cell that is about to be focused.
export function reach(cell) {
  if (!cell.hidden) return;
  const { panel, rows, laid } = here;
  const place = rowOf(cell).indexOf(cell);
  panel.scrollLeft = place * rows[0][laid[0]].getBoundingClientRect().width - panel.clientWidth / 2;
  moved();
}
