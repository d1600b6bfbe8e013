// @ts-check
// The distances as a grid that is edited in place. One cell takes the focus, the arrow keys move it, and typing edits
// the cell. The grid handles cells and texts; the panel gives it the functions that change the machine.

import { LARGEST_DISTANCE, LOCAL_DISTANCE } from "#core/constants";
import { element, on, setAttribute } from "#core/dom";
import { oddity, plainDistance } from "#tools/edit/distances";

/** @type {Record<string, [down: number, right: number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LONG = 8; // how many rows Page Up and Page Down move the focus
const DENSE = 12; // with more nodes than this, the cells are smaller

/**
 * The functions that change the machine. They throw an Error with a sentence if they cannot; `refusal` shows it.
 * @typedef {{ set: (from: NodeId, to: NodeId, text: string) => void,
 *   paste: (from: NodeId, to: NodeId, text: string) => void, refusal: HTMLElement }} GridActs
 */

export class Grid {
  /** @type {NodeId[]} */
  ids = [];
  row = 0;
  column = 0;
  /** @type {HTMLInputElement | null} */
  input = null; // the field in a cell while the visitor writes
  before = ""; // the text of that cell before

  /**
   * @param {HTMLTableElement} table
   * @param {GridActs} acts
   */
  constructor(table, acts) {
    this.table = table;
    this.acts = acts;
    on(table, "keydown", (event) => this.onKey(event));
    on(table, "mousedown", (event) => this.onPoint(event));
    on(table, "dblclick", ({ target }) => target.closest("td") && this.begin());
    on(table, "focusout", ({ target }) => target === this.input && this.onLeave());
    on(table, "paste", (event) => this.onPaste(event));
    on(table, "copy", (event) => this.onCopy(event));
  }

  /**
   * Show the distances of a machine. Unless its nodes have changed, cells are reused and a text being written stays.
   * @param {Machine} machine
   */
  show({ nodes, distances }) {
    const ids = nodes.map(({ id }) => id);
    if (ids.join() !== this.ids.join()) this.build(ids);
    const reached = distances.flat().filter((distance) => distance < LARGEST_DISTANCE);
    const most = Math.max(LOCAL_DISTANCE + 1, ...reached);
    for (const [i, row] of distances.entries()) {
      for (const [j, distance] of row.entries()) this.write(i, j, distance, distances[j][i], most);
    }
  }

  /**
   * Make the cells for these nodes.
   * @param {NodeId[]} ids
   */
  build(ids) {
    const [row, column] = [this.row, this.column].map((place) => Math.min(place, ids.length - 1));
    const hasFocus = this.table.contains(document.activeElement);
    Object.assign(this, { ids, row, column, input: null });
    const head = element("tr");
    head.append(heading("from \\ to", ""), ...ids.map((id) => heading(id, "col")));
    const rows = ids.map((id) => {
      const line = element("tr");
      line.append(heading(id, "row"), ...ids.map(newCell));
      return line;
    });
    const [top, body] = [element("thead"), element("tbody")];
    top.append(head);
    body.append(...rows);
    this.table.replaceChildren(top, body);
    this.table.classList.toggle("dense", ids.length > DENSE);
    this.cell.tabIndex = 0;
    if (hasFocus) this.cell.focus();
  }

  /** @param {number} row @param {number} column */
  at = (row, column) => this.table.tBodies[0].rows[row].cells[column + 1];

  get cell() {
    return this.at(this.row, this.column);
  }

  /** @returns {[from: NodeId, to: NodeId]} */
  get pair() {
    return [this.ids[this.row], this.ids[this.column]];
  }

  /**
   * Show a distance in its cell.
   * @param {number} row
   * @param {number} column
   * @param {number} distance
   * @param {number} back
   * @param {number} most the largest distance, which gets the strongest colour
   */
  write(row, column, distance, back, most) {
    const cell = this.at(row, column);
    const odd = oddity(this.ids[row], this.ids[column], distance, back);
    const text = String(distance);
    if (!cell.contains(this.input) && cell.textContent !== text) cell.textContent = text;
    const share = Math.round((40 * (distance - LOCAL_DISTANCE)) / (most - LOCAL_DISTANCE));
    const heat = distance === LARGEST_DISTANCE ? "far" : String(share);
    if (cell.dataset.heat !== heat) {
      cell.dataset.heat = heat;
      cell.style.setProperty("--heat", `${Number(heat) || 0}%`);
    }
    cell.classList.toggle("odd", odd !== "");
    if (odd) cell.title = odd;
    else cell.removeAttribute("title");
  }

  /**
   * Move the focus to a cell, or to the nearest one if there is none at that place.
   * @param {number} row
   * @param {number} column
   */
  go(row, column) {
    const last = this.ids.length - 1;
    this.cell.tabIndex = -1;
    this.row = Math.max(0, Math.min(row, last));
    this.column = Math.max(0, Math.min(column, last));
    this.cell.tabIndex = 0;
    this.table.parentElement?.scrollIntoView({ block: "nearest" }); // so that the ids in the table's head are in sight
    this.cell.focus();
  }

  /** @param {NodeId} from @param {NodeId} to */
  goTo = (from, to) => this.go(this.ids.indexOf(from), this.ids.indexOf(to));

  /** @param {TargetedEvent<MouseEvent>} event */
  onPoint(event) {
    const cell = event.target.closest("td");
    if (!cell || event.target === /** @type {unknown} */ (this.input)) return;
    event.preventDefault();
    this.go(/** @type {HTMLTableRowElement} */ (cell.parentElement).sectionRowIndex, cell.cellIndex - 1);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isDone = this.input ? this.onWritingKey(event) : this.onMovingKey(event);
    if (!isDone) return;
    event.preventDefault();
    event.stopPropagation(); // otherwise the player would act on the key, too
  }

  /** @param {KeyboardEvent} event */
  onMovingKey({ key }) {
    const [down, right] = MOVES[key] ?? [0, 0];
    if (down || right) this.go(this.row + down, this.column + right);
    else if (key === "Home") this.go(this.row, 0);
    else if (key === "End") this.go(this.row, this.ids.length);
    else if (key === "PageUp") this.go(this.row - LONG, this.column);
    else if (key === "PageDown") this.go(this.row + LONG, this.column);
    else if (key === "Enter" || key === "F2") this.begin();
    else if (/^\d$/.test(key)) this.begin(key);
    else if (key === "Delete" || key === "Backspace") this.set(String(plainDistance(...this.pair)));
    else return false;
    return true;
  }

  /**
   * Handle a key while the visitor writes: Enter and Tab take the text, Escape drops it, other keys are for the field.
   * @param {KeyboardEvent} event
   */
  onWritingKey({ key, shiftKey }) {
    const by = shiftKey ? -1 : 1;
    if (key === "Escape") this.end();
    else if (key === "Enter") this.commit() && this.go(this.row + by, this.column);
    else if (key === "Tab") this.commit() && this.go(this.row, this.column + by);
    else if (key === "ArrowUp" || key === "ArrowDown") this.commit() && this.go(this.row + MOVES[key][0], this.column);
    else return false;
    return true;
  }

  /** @param {string} [text] */
  begin(text) {
    if (this.input) return;
    const { cell } = this;
    this.before = cell.textContent ?? "";
    const [from, to] = this.pair;
    const input = Object.assign(element("input"), {
      type: "text",
      inputMode: "numeric",
      defaultValue: this.before,
      autocomplete: "off",
    });
    input.setAttribute("aria-label", `Distance from node ${from} to node ${to}`);
    input.setAttribute("aria-describedby", this.acts.refusal.id);
    cell.replaceChildren(input);
    this.input = input;
    input.focus();
    input.value = text ?? this.before;
    if (!text) input.select();
  }

  /** Replace the field by a text, and give the cell the focus. */
  end(text = this.before) {
    const { cell } = this;
    this.input = null;
    cell.textContent = text;
    cell.focus();
    this.tell("");
  }

  /** Take the written text as the new distance; return whether that was possible. */
  commit() {
    const text = this.input?.value.trim() ?? "";
    if (!this.set(text)) return false;
    this.end(text);
    return true;
  }

  /** @param {string} text */
  set(text) {
    return this.try(() => this.acts.set(...this.pair, text));
  }

  /**
   * Call a function, show the message if it throws, and return whether it has succeeded.
   * @param {() => void} act
   */
  try(act) {
    try {
      act();
      this.tell("");
      return true;
    } catch (error) {
      this.tell(/** @type {Error} */ (error).message);
      return false;
    }
  }

  /** @param {string} line */
  tell(line) {
    this.acts.refusal.textContent = line;
    if (this.input) setAttribute(this.input, "aria-invalid", Boolean(line));
  }

  /** Take the written text when the focus leaves the field. If it is refused, the field stays, with the reason. */
  onLeave() {
    const { input, cell } = this;
    const text = input?.value.trim() ?? "";
    if (text !== this.before && !this.set(text)) return;
    this.input = null;
    cell.textContent = text;
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    if (this.input) return;
    event.preventDefault();
    this.try(() => this.acts.paste(...this.pair, event.clipboardData?.getData("text") ?? ""));
  }

  /**
   * Copy all distances as rows with tabs, which a spreadsheet can paste.
   * @param {ClipboardEvent} event
   */
  onCopy(event) {
    if (this.input) return;
    event.preventDefault();
    const rows = [...this.table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent));
    event.clipboardData?.setData("text/plain", rows.map((row) => row.join("\t")).join("\n"));
  }
}

/**
 * @param {string | number} text
 * @param {"col" | "row" | ""} scope
 */
function heading(text, scope) {
  const head = element(scope ? "th" : "td", text);
  if (scope) /** @type {HTMLTableCellElement} */ (head).scope = scope;
  head.setAttribute("role", scope === "row" ? "rowheader" : scope ? "columnheader" : "gridcell");
  return head;
}

function newCell() {
  const made = element("td");
  made.setAttribute("role", "gridcell");
  made.tabIndex = -1;
  return made;
}
