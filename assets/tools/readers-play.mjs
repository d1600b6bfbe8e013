// A schedule as two lanes with the array between them, time going down: it is stepped through like the run itself, and
// every read, and where the barriers allow it every store, can be dragged to another moment.
//
// It has a stepper of its own instead of the player's: in a schedule stores become visible in orders that the writer's
// code never ran in, two orders of one's own have no run at all, and the address and the charts keep the run's step.
// Where the run has the store, the player is taken there.

import { layCode, paintRead } from "./readers-code.mjs";
import { lanesTable } from "./readers-lanes.mjs";
import { moved, rowText, rowsOf, settled, stateAt, verdictOf, walkOf, walkText } from "./readers-model.mjs";

const PACE = 900; // milliseconds between rows at speed 1
const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
const FRAME = `<div class="witness-bar" role="group" aria-label="Play the walk">
    <button type="button" data-go="first" title="Before the first moment (Home)" aria-label="Before the first moment"><span class="icon"></span></button>
    <button type="button" data-go="back" title="Back (left arrow)" aria-label="Back"><span class="icon"></span></button>
    <button type="button" data-go="play" title="Play (space)" aria-label="Play"><span class="icon"></span></button>
    <button type="button" data-go="forward" title="Forward (right arrow)" aria-label="Forward"><span class="icon"></span></button>
    <button type="button" data-go="last" title="To the end (End)" aria-label="To the end"><span class="icon"></span></button>
    <output></output>
    <button type="button" data-go="reset" title="Undo what was moved" hidden>As it was</button></div>
  <p class="witness-walk"></p>
  <p class="witness-told" role="status"></p>
  <div class="witness-code" role="region" aria-label="What the reader runs"></div>
  <div class="lanes" tabindex="0" role="region" aria-label="The two lanes; the arrow keys step"></div>`;

// A player in `place`. `shown(state, row, sentence)` is told what holds at a moment, and what led there; `speed()` says
// how fast it plays.
export class Witness {
  constructor(place, { shown, speed }) {
    Object.assign(this, { place, shown, speed, timer: 0, step: 0, game: null });
    place.innerHTML = FRAME;
    this.lanes = place.querySelector(".lanes");
    this.code = place.querySelector(".witness-code");
    place.addEventListener("click", (event) => this.clicked(event));
    place.addEventListener("keydown", (event) => this.pressed(event));
    this.lanes.addEventListener("pointerdown", (event) => this.drag(event));
    this.lanes.addEventListener("focusin", ({ target }) => markColumn(this.lanes, target.dataset.column));
  }

  // Show a schedule from before its first moment.
  open(game, moments) {
    this.game = game;
    this.original = settled(game, moments);
    layCode(this.code, game.protocol);
    this.take(this.original, 0);
  }

  take(moments, step) {
    this.moments = moments;
    this.rows = rowsOf(moments);
    this.step = Math.min(step, this.rows.length);
    this.place.querySelector("[data-go=reset]").hidden = moments === this.original;
    this.draw();
    this.show();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.showPlaying();
  }

  go(step) {
    this.step = Math.max(0, Math.min(step, this.rows.length));
    this.show();
  }

  play() {
    if (this.timer) return this.stop();
    if (this.step === this.rows.length) this.go(0);
    this.timer = setTimeout(() => this.tick(), PACE / this.speed());
    this.showPlaying();
  }

  tick() {
    this.go(this.step + 1);
    if (this.step === this.rows.length || !this.place.isConnected) return this.stop();
    this.timer = setTimeout(() => this.tick(), PACE / this.speed());
  }

  // What a visitor can do

  clicked({ target }) {
    const act = target.closest("[data-go]")?.dataset.go;
    const row = target.closest("tr[data-row]");
    if (act) this.act(act);
    else if (row && !target.closest("[role=slider]")) this.stopAt(Number(row.dataset.row));
  }

  act(name) {
    const acts = {
      first: () => this.stopAt(0),
      back: () => this.stopAt(this.step - 1),
      play: () => this.play(),
      forward: () => this.stopAt(this.step + 1),
      last: () => this.stopAt(this.rows.length),
      reset: () => this.take(this.original, 0),
    };
    acts[name]();
  }

  stopAt(step) {
    this.stop();
    this.go(step);
  }

  pressed(event) {
    const handle = event.target.closest("[role=slider]");
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (handle && KEYS[key]) this.moveBy(handle.dataset.key, KEYS[key]);
    else if (key === "ArrowLeft" || key === "ArrowRight") this.stopAt(this.step + KEYS[key]);
    else if (key === "Home" || key === "End") this.act(key === "Home" ? "first" : "last");
    else if (key === " " && !target.closest("button")) this.play();
    else return;
    event.preventDefault();
    event.stopPropagation(); // or the player would step, too
  }

  // Move a read or a store one row up or down; the reader is shown where that leads.
  moveBy(key, by) {
    const at = this.rows.findIndex((row) => row.key === key);
    const found = moved(this.game, this.rows, at, by);
    if (typeof found === "string") return this.tell(found);
    this.stop();
    this.take(found, 1 + rowsOf(found).findIndex((row) => row.key === key));
    this.handle(key)?.focus();
    this.tell(this.handle(key)?.getAttribute("aria-valuetext"));
    return true;
  }

  handle = (key) => this.lanes.querySelector(`[data-key="${key}"]`);

  drag(begin) {
    const key = begin.target.closest("[role=slider]")?.dataset.key;
    if (!key || begin.button !== 0) return;
    begin.preventDefault();
    this.handle(key).focus();
    this.place.classList.add("dragging");
    const go = ({ clientY }) => this.follow(key, clientY);
    const end = () => {
      this.place.classList.remove("dragging");
      removeEventListener("pointermove", go);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", go);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  // Bring the row to the pointer, as far as it may go; beyond the panel's edge a row at a time.
  follow(key, y) {
    const { top, bottom } = this.lanes.getBoundingClientRect();
    for (let left = y < top || y > bottom ? 1 : this.rows.length; left > 0; left--) {
      const box = this.handle(key).closest("tr").getBoundingClientRect();
      const by = y < box.top ? -1 : y > box.bottom ? 1 : 0;
      if (!by || !this.moveBy(key, by)) return;
    }
  }

  // Showing

  show() {
    const state = stateAt(this.game, this.rows, this.step);
    const row = this.rows[this.step - 1];
    for (const line of this.lanes.querySelectorAll("tr[data-row]")) {
      const at = Number(line.dataset.row);
      line.classList.toggle("now", at === this.step);
      line.classList.toggle("later", at > this.step);
      if (at === this.step) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
      if (at === this.step) keepInSight(this.lanes, line);
    }
    paintRead(this.code, row);
    this.place.querySelector("output").textContent = `moment ${this.step} of ${this.rows.length}`;
    this.shown(state, row, this.sentence(row));
    this.tell(this.sentence(row));
  }

  sentence(row) {
    const { game, step, rows } = this;
    const before = stateAt(game, rows, step - 1).walk;
    const told = row ? rowText(game, row, before) : `The reader starts at node ${game.start}; the old order stands.`;
    if (step < rows.length) return told;
    return `${told} The walk was ${this.walkTold()}.`;
  }

  walkTold() {
    const walk = walkOf(this.game, this.moments);
    return `${walkText(walk)}: ${verdictOf(this.game, walk)}`;
  }

  tell(text) {
    this.place.querySelector(".witness-told").textContent = text ?? "";
  }

  showPlaying() {
    const button = this.place.querySelector("[data-go=play]");
    button.classList.toggle("playing", this.timer !== 0);
    button.setAttribute("aria-label", this.timer ? "Pause" : "Play");
    button.title = this.timer ? "Pause (space)" : "Play (space)";
  }

  draw() {
    this.lanes.replaceChildren(lanesTable(this.game, this.rows));
    this.place.querySelector(".witness-walk").textContent = this.walkTold();
  }
}

// Scrolls only the panel, and only as far as is needed; its head stays where it is.
function keepInSight(panel, line) {
  const [around, place] = [panel.getBoundingClientRect(), line.getBoundingClientRect()];
  const top = around.top + panel.querySelector("thead").offsetHeight;
  if (place.top < top) panel.scrollTop += place.top - top;
  else if (place.bottom > around.bottom) panel.scrollTop += place.bottom - around.bottom;
}

// What the entry of the read or store that has the focus holds at every moment.
function markColumn(panel, node) {
  for (const cell of panel.querySelectorAll("[data-entry]")) cell.classList.toggle("watched", cell.dataset.entry === node);
}
