// The distances as a grid that is edited in place: one cell takes the focus, the arrow keys go to the others, typing edits.
// It knows cells and texts; what an edit means is told by who made it: `set(from, to, text)` and `paste(from, to, text)`
// throw an Error whose message says, at the cell, why not.

import { element } from "../tables.mjs";
import { oddity, plainDistance } from "./edit-distances.mjs";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LONG = 8; // rows that Page Up and Page Down go

export class Grid {
  constructor(table, acts) {
    Object.assign(this, { table, acts, ids: [], row: 0, column: 0, input: null });
    table.addEventListener("keydown", (event) => this.pressed(event));
    table.addEventListener("mousedown", (event) => this.pointed(event));
    table.addEventListener("dblclick", ({ target }) => target.closest("td") && this.begin());
    table.addEventListener("focusout", ({ target }) => target === this.input && this.left());
    table.addEventListener("paste", (event) => this.pasted(event));
    table.addEventListener("copy", (event) => this.copied(event));
  }

  // Show the distances of a document; cells that stay are kept, and so is a text that is being written.
  show({ nodes, distances }) {
    const ids = nodes.map(({ id }) => id);
    if (ids.join() !== this.ids.join()) this.build(ids);
    const most = Math.max(11, ...distances.flat().filter((distance) => distance < 255));
    distances.forEach((row, i) => row.forEach((distance, j) => this.write(i, j, distance, distances[j][i], most)));
  }

  build(ids) {
    const [row, column] = [this.row, this.column].map((place) => Math.min(place, ids.length - 1));
    const focused = this.table.contains(document.activeElement);
    this.input = null;
    Object.assign(this, { ids, row, column });
    const head = element("tr");
    head.append(heading("from \\ to", ""), ...ids.map((id) => heading(id, "col")));
    const rows = ids.map((id) => {
      const line = element("tr");
      line.append(heading(id, "row"), ...ids.map(cell));
      return line;
    });
    this.table.replaceChildren(element("thead"), element("tbody"));
    this.table.tHead.append(head);
    this.table.tBodies[0].append(...rows);
    this.table.classList.toggle("dense", ids.length > 12);
    this.at(row, column).tabIndex = 0;
    if (focused) this.at(row, column).focus();
  }

  at = (row, column) => this.table.tBodies[0].rows[row].cells[column + 1];
  get cell() {
    return this.at(this.row, this.column);
  }
  get pair() {
    return [this.ids[this.row], this.ids[this.column]];
  }

  write(row, column, distance, back, most) {
    const cell = this.at(row, column);
    const odd = oddity(this.ids[row], this.ids[column], distance, back);
    if (!cell.contains(this.input) && cell.textContent !== String(distance)) cell.textContent = distance;
    const heat = distance === 255 ? "far" : String(Math.round((40 * (distance - 10)) / (most - 10)));
    if (cell.dataset.heat !== heat) {
      cell.dataset.heat = heat;
      cell.style.setProperty("--heat", `${Number(heat) || 0}%`);
    }
    cell.classList.toggle("odd", odd !== "");
    if (odd) cell.title = odd;
    else cell.removeAttribute("title");
  }

  go(row, column) {
    const last = this.ids.length - 1;
    this.cell.tabIndex = -1;
    this.row = Math.max(0, Math.min(row, last));
    this.column = Math.max(0, Math.min(column, last));
    this.cell.tabIndex = 0;
    this.table.parentElement.scrollIntoView({ block: "nearest" }); // with the ids above it
    this.cell.focus();
  }

  goTo = (from, to) => this.go(this.ids.indexOf(from), this.ids.indexOf(to));

  pointed(event) {
    const cell = event.target.closest("td");
    if (!cell || event.target === this.input) return;
    event.preventDefault();
    this.go(cell.parentElement.sectionRowIndex, cell.cellIndex - 1);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const done = this.input ? this.typed(event) : this.moved(event);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation(); // no key of the player's
  }

  moved({ key }) {
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

  // While a text is written, Enter and Tab take it, Escape does not; all else is the field's own.
  typed({ key, shiftKey }) {
    if (key === "Escape") this.end();
    else if (key === "Enter") this.commit() && this.go(this.row + (shiftKey ? -1 : 1), this.column);
    else if (key === "Tab") this.commit() && this.go(this.row, this.column + (shiftKey ? -1 : 1));
    else if (key === "ArrowUp" || key === "ArrowDown") this.commit() && this.go(this.row + MOVES[key][0], this.column);
    else return false;
    return true;
  }

  begin(text) {
    if (this.input) return;
    const { cell } = this;
    this.before = cell.textContent;
    const input = Object.assign(element("input"), { type: "text", inputMode: "numeric", defaultValue: this.before, autocomplete: "off" });
    input.setAttribute("aria-label", `Distance from node ${this.pair[0]} to node ${this.pair[1]}`);
    input.setAttribute("aria-describedby", this.acts.refusal.id);
    cell.replaceChildren(input);
    this.input = input;
    input.focus();
    input.value = text ?? this.before;
    if (!text) input.select();
  }

  // The cell shows its number again, and has the focus.
  end(text = this.before) {
    const { cell } = this;
    this.input = null;
    cell.textContent = text;
    cell.focus();
    this.tell("");
  }

  // Whether what was written is taken.
  commit() {
    const text = this.input.value.trim();
    if (!this.set(text)) return false;
    this.end(text);
    return true;
  }

  set(text) {
    return this.tried(() => this.acts.set(...this.pair, text));
  }

  tried(act) {
    try {
      act();
      this.tell("");
      return true;
    } catch (error) {
      this.tell(error.message);
      return false;
    }
  }

  tell(line) {
    this.acts.refusal.textContent = line;
    if (this.input) this.input.setAttribute("aria-invalid", Boolean(line));
  }

  // Who clicks elsewhere takes what is written, unless it is refused: then it stays, with what is wrong.
  left() {
    const { input, cell } = this;
    if (input.value.trim() === this.before || !this.set(input.value.trim())) {
      if (input.value.trim() !== this.before) return;
    }
    this.input = null;
    cell.textContent = input.value.trim();
  }

  pasted(event) {
    if (this.input) return;
    event.preventDefault();
    this.tried(() => this.acts.paste(...this.pair, event.clipboardData.getData("text")));
  }

  // All distances, as a spreadsheet takes them.
  copied(event) {
    if (this.input) return;
    event.preventDefault();
    const rows = [...this.table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent).join("\t"));
    event.clipboardData.setData("text/plain", rows.join("\n"));
  }
}

function heading(text, scope) {
  const head = element(scope ? "th" : "td", String(text));
  if (scope) head.scope = scope;
  head.setAttribute("role", scope === "row" ? "rowheader" : scope ? "columnheader" : "gridcell");
  return head;
}

function cell() {
  const made = element("td");
  made.setAttribute("role", "gridcell");
  made.tabIndex = -1;
  return made;
}
