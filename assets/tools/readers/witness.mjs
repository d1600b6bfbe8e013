// @ts-check
// Plays a schedule as two lanes with the array between them; time goes down. A visitor steps through it as through a
// run, and can move every read, and each store that the barriers allow to move, to another moment, by keys here or with
// a pointer (dragging.mjs).
//
// It does not use the player: in a schedule, stores may become visible in an order in which the writer's code never
// made them, the visitor's own two orders have no run at all, and the address and the charts keep the run's step. If
// the run has the store of a moment, the player goes to its step.

import { $, all, find, on } from "#core/dom";
import { paintRead, showReaderCode } from "#tools/readers/code";
import { handleIn, RowDragger } from "#tools/readers/dragging";
import { lanesTable } from "#tools/readers/lanes";
import { moved, rowsOf, settled, stateAt, verdictOf, walkOf } from "#tools/readers/model";
import { endText, rowText, walkText } from "#tools/readers/words";

const PACE = 900; // milliseconds between rows at speed 1
/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
/** @type {(act: string, title: string, label: string) => string} */
const control = (act, title, label) =>
  `<button type="button" data-go="${act}" title="${title}" aria-label="${label}"><span class="icon"></span></button>`;
const FRAME = `<div class="witness-bar" role="group" aria-label="Play the walk">
    ${control("first", "Before the first moment (Home)", "Before the first moment")}
    ${control("back", "Back (left arrow)", "Back")}
    ${control("play", "Play (space)", "Play")}
    ${control("forward", "Forward (right arrow)", "Forward")}
    ${control("last", "To the end (End)", "To the end")}
    <output></output>
    <button type="button" data-go="reset" title="Undo what was moved" hidden>As it was</button></div>
  <p class="witness-walk"></p>
  <p class="witness-told" role="status"></p>
  <div class="witness-code" role="region" aria-label="What the reader runs"></div>
  <div class="lanes" tabindex="0" role="region" aria-label="The two lanes; the arrow keys step"></div>`;

/**
 * `shown` is called with each moment that is shown, and with the row that leads to it; `speed` returns the speed.
 * @typedef {{ shown: (point: Standpoint, row: MomentRow | undefined, sentence: string) => void, speed: () => number
 * }} Acts
 */

export class Witness {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  /** @type {number | undefined} */
  pace = undefined; // the seconds that each moment lasts; undefined for the speed of the page
  step = 0;
  /** @type {MomentRow[]} */
  rows = [];
  /** @type {Moment[]} */
  moments = [];
  /** @type {Moment[]} */
  original = []; // the schedule before the visitor moved anything
  game = /** @type {Game} */ (/** @type {unknown} */ (null)); // set by open()

  /**
   * @param {HTMLElement} place
   * @param {Acts} acts
   */
  constructor(place, acts) {
    this.place = place;
    this.acts = acts;
    place.innerHTML = FRAME;
    this.lanes = $(".lanes", place);
    this.code = $(".witness-code", place);
    new ResizeObserver(() => this.keepInSight()).observe(this.lanes);
    on(place, "click", (event) => this.onClick(event));
    on(place, "keydown", (event) => this.onKey(event));
    const dragger = new RowDragger(place, { move: (key, by) => this.moveBy(key, by), rows: () => this.rows.length });
    on(this.lanes, "pointerdown", (event) => dragger.drag(event));
    on(this.lanes, "focusin", ({ target }) => markColumn(this.lanes, target.dataset.column));
  }

  /**
   * Show a schedule, before its first moment.
   * @param {Game} game
   * @param {Moment[]} moments
   */
  open(game, moments) {
    this.game = game;
    this.original = settled(game, moments);
    showReaderCode(this.code, game.protocol);
    this.take(this.original, 0);
  }

  /**
   * Show these moments as the schedule.
   * @param {Moment[]} moments
   * @param {number} step
   */
  take(moments, step) {
    this.moments = moments;
    this.rows = rowsOf(moments);
    this.step = Math.min(step, this.rows.length);
    $("[data-go=reset]", this.place).hidden = moments === this.original;
    this.draw();
    this.show();
  }

  stop() {
    clearTimeout(this.timer);
    Object.assign(this, { timer: undefined, pace: undefined });
    this.showPlaying();
  }

  /**
   * Go on by one moment or to the end, or back by -1; a walk that plays goes to its end. Return whether any was left.
   * @param {number} by
   */
  walkOn(by, toEnd = false) {
    const to = by > 0 && (toEnd || this.timer) ? this.rows.length : this.step + by;
    if (to < 0 || to > this.rows.length || to === this.step) return false;
    this.stopAt(to);
    return true;
  }

  /** @param {number} step */
  go(step) {
    this.step = Math.max(0, Math.min(step, this.rows.length));
    this.show();
  }

  play() {
    if (this.timer) return this.stop();
    if (this.step === this.rows.length) this.go(0);
    this.tickLater();
    this.showPlaying();
  }

  tickLater() {
    this.timer = setTimeout(() => this.tick(), this.pace ? 1000 * this.pace : PACE / this.acts.speed());
  }

  tick() {
    this.go(this.step + 1);
    if (this.step === this.rows.length || !this.place.isConnected) this.stop();
    else this.tickLater();
  }

  // What a visitor can do

  /** @param {TargetedEvent<MouseEvent>} event */
  onClick({ target }) {
    const act = target.closest("[data-go]")?.dataset.go;
    const row = target.closest("tr[data-row]");
    if (act) this.act(act);
    else if (row && !target.closest("[role=slider]")) this.stopAt(Number(row.dataset.row));
  }

  /** @param {string} name */
  act(name) {
    if (name === "first") this.stopAt(0);
    if (name === "back") this.stopAt(this.step - 1);
    if (name === "play") this.play();
    if (name === "forward") this.stopAt(this.step + 1);
    if (name === "last") this.stopAt(this.rows.length);
    if (name === "reset") this.take(this.original, 0);
  }

  /** @param {number} step */
  stopAt(step) {
    this.stop();
    this.go(step);
  }

  /** @param {TargetedEvent<KeyboardEvent>} event */
  onKey(event) {
    const { key, target } = event;
    const handle = target.closest("[role=slider]");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (handle && KEYS[key]) this.moveBy(handle.dataset.key ?? "", KEYS[key]);
    else if (key === "ArrowLeft" || key === "ArrowRight") this.stopAt(this.step + KEYS[key]);
    else if (key === "Home" || key === "End") this.act(key === "Home" ? "first" : "last");
    else if (key === " " && !target.closest("button")) this.play();
    else return;
    event.preventDefault();
    event.stopPropagation(); // otherwise the player would step, too
  }

  /**
   * Move a read or a store one row up or down, and show where the reader goes then. Return whether it could be moved.
   * @param {string} key
   * @param {number} by
   */
  moveBy(key, by) {
    const at = this.rows.findIndex((row) => row.key === key);
    const found = moved(this.game, this.rows, at, by);
    if (typeof found === "string") {
      this.tell(found);
      return false;
    }
    this.stop();
    this.take(found, 1 + rowsOf(found).findIndex((row) => row.key === key));
    const handle = handleIn(this.lanes, key);
    handle?.focus();
    this.tell(handle?.getAttribute("aria-valuetext") ?? "");
    return true;
  }

  // Showing

  show() {
    const row = this.step ? this.rows[this.step - 1] : undefined;
    const sentence = this.sentence(row);
    for (const line of all("tr[data-row]", this.lanes)) {
      const at = Number(line.dataset.row);
      line.classList.toggle("now", at === this.step);
      line.classList.toggle("later", at > this.step);
      if (at === this.step) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    }
    paintRead(this.code, row);
    $("output", this.place).textContent = `moment ${this.step} of ${this.rows.length}`;
    this.acts.shown(stateAt(this.game, this.rows, this.step), row, sentence);
    this.tell(sentence);
    this.keepInSight(); // last, since what stands above the table leaves it more or less room
  }

  /** Scroll the table to the row of the moment. */
  keepInSight() {
    const row = find("tr.now", this.lanes);
    if (row) keepInSight(this.lanes, row);
  }

  /** @param {MomentRow | undefined} row */
  sentence(row) {
    const { game, step, rows } = this;
    const words = row
      ? rowText(game, row, stateAt(game, rows, step - 1).walk)
      : `The reader starts at node ${game.start}; the old order stands.`;
    const walk = walkOf(game, this.moments);
    const why = verdictOf(game, walk) === "cut" ? `; ${endText(game, walk)}` : "";
    return step < rows.length ? words : `${words} The walk was ${this.walkWords()}${why}.`;
  }

  /** Return the walk and its moments as lines of text. */
  lines() {
    const { game, rows } = this;
    const moments = rows.map((row, at) => `${at + 1}. ${rowText(game, row, stateAt(game, rows, at).walk)}`);
    return [this.sentence(undefined), ...moments, `The walk: ${this.walkWords()}.`];
  }

  walkWords() {
    const walk = walkOf(this.game, this.moments);
    return `${walkText(walk)}: ${verdictOf(this.game, walk)}`;
  }

  /** @param {string} text */
  tell(text) {
    $(".witness-told", this.place).textContent = text;
  }

  showPlaying() {
    const button = $("[data-go=play]", this.place);
    const isPlaying = this.timer !== undefined;
    button.classList.toggle("playing", isPlaying);
    button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    button.title = isPlaying ? "Pause (space)" : "Play (space)";
  }

  draw() {
    this.lanes.replaceChildren(lanesTable(this.game, this.rows));
    $(".witness-walk", this.place).textContent = this.walkWords();
  }
}

/**
 * Scroll the panel until a line is in sight below the table's head. The page does not move.
 * @param {HTMLElement} panel
 * @param {HTMLElement} line
 */
function keepInSight(panel, line) {
  const [around, place] = [panel.getBoundingClientRect(), line.getBoundingClientRect()];
  const top = around.top + $("thead", panel).offsetHeight;
  if (place.top < top) panel.scrollTop += place.top - top;
  else if (place.bottom > around.bottom) panel.scrollTop += place.bottom - around.bottom;
}

/**
 * Mark the column of the entry that the focused read or store is about; without one, mark none.
 * @param {HTMLElement} panel
 * @param {string | undefined} node
 */
function markColumn(panel, node) {
  for (const cell of all("[data-entry]", panel)) cell.classList.toggle("watched", cell.dataset.entry === node);
}
