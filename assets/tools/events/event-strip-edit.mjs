// @ts-check
// Edits the strip of events: adds, moves and removes events. Each edit makes another machine, so the server is asked
// for a run, and the player opens it at the chapter of the edited event.

import { $, isExported, off, on } from "#core/dom";
import { state } from "#core/state";
import { chipsOf, drawEventStrip, focusOn, keepStrip, stepOfEvent } from "#player/event-strip";
import { canRedo, canUndo, change, documentOf, redo, undo } from "#player/history";

const DRAG_DISTANCE = 6; // pixels that a pointer must move to begin a drag
const EDGE = 30; // pixels from the strip's ends, within which a drag scrolls it

/** The last edit: the run that it changed, the request for the new run, the new machine, its newest event's index. */
const sent = {
  play: /** @type {Play | null} */ (null),
  asked: /** @type {RunRequest | null} */ (null),
  machine: /** @type {Machine | null} */ (null),
  after: -1,
};
/** Whether listeners are set, the chip that keys move, whether it is being moved now, and whether one is dragged. */
const drag = {
  listens: false,
  carried: /** @type {HTMLElement | null} */ (null),
  isMoving: false,
  isDragged: false,
};

export const isEditable = () => documentOf() !== null && !isExported();

/** Return the newest machine. There is one whenever the strip can be edited. */
const newest = () => /** @type {Machine} */ (documentOf());

/**
 * Return the machine with edits that are still awaited, and the index of the event after which the next one is added;
 * null if that is the current event.
 * @returns {{ machine: Machine, after: number | null }}
 */
export function workingMachine() {
  const isAwaited = state.sent !== null && sent.play === state.play && sent.asked === state.asked;
  if (sent.machine && isAwaited) return { machine: sent.machine, after: sent.after };
  return { machine: newest(), after: null };
}

/**
 * Set the events, and open the run at the event at `place`. The next event is added after the one at `last`.
 * @param {Machine} before
 * @param {MachineEvent[]} events
 * @param {string} description
 * @param {number} place
 */
export function setEvents(before, events, description, place, last = place) {
  const opened = Math.min(place, events.length - 1);
  const machine = { ...before, events };
  change(machine, description, (trace) => stepOfEvent(trace, opened));
  Object.assign(sent, { play: state.play, asked: state.asked, machine, after: last });
  keepStrip();
}

/**
 * @param {number} first
 * @param {number} count
 */
export function removeEvents(first, count) {
  const machine = newest();
  const events = (machine.events ?? []).toSpliced(first, count);
  setEvents(machine, events, count === 1 ? `event ${first + 1} removed` : `${count} events removed`, first);
}

/** @param {HTMLElement} chip */
const eventsOf = ({ dataset }) => ({ first: Number(dataset.event), times: Number(dataset.times) });

/**
 * Put the events into the order of the chips.
 * @param {HTMLElement} moved
 */
function setOrder(moved) {
  const machine = newest();
  const { events = [] } = machine;
  const runs = chipsOf().slice(1).map(eventsOf);
  const places = runs.flatMap(({ first, times }) => Array.from({ length: times }, (_, more) => first + more));
  if (places.every((place, index) => place === index)) return;
  const place = places.indexOf(Number(moved.dataset.event));
  moved.dataset.chip = String(chipsOf().indexOf(moved)); // the focus goes to this chip once the strip is drawn anew
  setEvents(
    machine,
    places.map((old) => events[old]),
    "events reordered",
    place,
  );
}

/**
 * Move the chip of an event by one chip.
 * @param {number} place
 * @param {number} by -1 for earlier, 1 for later
 */
export function moveEvent(place, by) {
  const chip = chipsOf().find((one) => {
    const { first, times } = eventsOf(one);
    return place >= first && place < first + times;
  });
  if (chip && shift(chip, by)) setOrder(chip);
}

/**
 * Move a chip in the strip by one chip; return false if there is none to pass.
 * @param {HTMLElement} chip
 * @param {number} by
 */
function shift(chip, by) {
  const item = chip.parentElement;
  const other = by < 0 ? item?.previousElementSibling : item?.nextElementSibling;
  if (!item || !other || other.querySelector("[data-event='-1']")) return false;
  if (by < 0) other.before(item);
  else other.after(item);
  return true;
}

/** Let the visitor edit the strip of the current run, if its machine is small enough. */
export function makeEditable() {
  drag.carried = null;
  if (!drag.listens) listen();
  drag.listens = true;
  const canEdit = isEditable();
  const isShown = canEdit && Boolean(canUndo() || canRedo());
  showButton($("#undo-events"), "Undo", canUndo(), isShown);
  showButton($("#redo-events"), "Redo", canRedo(), isShown);
  $("#chips").classList.toggle("editable", canEdit);
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} word
 * @param {string | undefined} description
 * @param {boolean} isShown
 */
function showButton(button, word, description, isShown) {
  button.hidden = !isShown;
  button.disabled = !description;
  button.title = description ? `${word}: ${description}` : "";
}

function listen() {
  const strip = $("#chips");
  on(strip, "keydown", onKey);
  on(strip, "keyup", ({ key }) => key === "Shift" && drop());
  on(strip, "focusout", drop);
  on(strip, "pointerdown", grasp);
  on($("#undo-events"), "click", undo);
  on($("#redo-events"), "click", redo);
}

// The keyboard: with Shift, the arrow keys move the chip; the machine is changed once Shift is released.

/** @param {TargetedEvent<KeyboardEvent>} event */
function onKey(event) {
  const chip = /** @type {HTMLElement | null} */ (event.target.closest("[data-chip]"));
  const { key, shiftKey } = event;
  if (!chip || event.ctrlKey || event.metaKey || event.altKey || !canEdit(chip)) return;
  if (shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) carry(chip, key === "ArrowLeft" ? -1 : 1);
  else if (key === "Delete" || key === "Backspace") removeEvents(eventsOf(chip).first, eventsOf(chip).times);
  else return;
  event.preventDefault();
  event.stopPropagation(); // otherwise the player would step, too
}

/** @param {HTMLElement} chip */
const canEdit = (chip) => isEditable() && eventsOf(chip).first >= 0 && state.sent === null;

/**
 * @param {HTMLElement} chip
 * @param {number} by
 */
function carry(chip, by) {
  drag.isMoving = true; // a moved element loses the focus, which must not end the move
  const isMoved = shift(chip, by);
  focusOn(chip);
  drag.isMoving = false;
  if (!isMoved) return;
  drag.carried = chip;
  $("#live").textContent = `${chipsOf().indexOf(chip)} of ${chipsOf().length - 1}`;
}

function drop() {
  const chip = drag.carried;
  if (!chip || drag.isMoving) return;
  drag.carried = null;
  setOrder(chip);
}

// The pointer: a dragged chip moves at once; the machine is changed at the end. A finger scrolls the strip instead.

/** @param {TargetedEvent<PointerEvent>} begin */
function grasp(begin) {
  const chip = /** @type {HTMLElement | null} */ (begin.target.closest("[data-chip]"));
  drag.isDragged = false;
  if (!chip || begin.button !== 0 || begin.pointerType === "touch" || !canEdit(chip)) return;
  const go = (/** @type {PointerEvent} */ event) => follow(chip, event, begin.clientX);
  const end = (/** @type {Event} */ event) => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    off(window, "pointermove", go, true);
    for (const name of /** @type {const} */ (["pointerup", "pointercancel", "keydown"])) off(window, name, end, true);
    chip.classList.remove("dragged");
    if (drag.isDragged) release(chip, event.type === "pointerup");
  };
  on(window, "pointermove", go, true);
  for (const name of /** @type {const} */ (["pointerup", "pointercancel", "keydown"])) on(window, name, end, true);
}

/**
 * @param {HTMLElement} chip
 * @param {boolean} isTaken
 */
function release(chip, isTaken) {
  const strip = $("#chips");
  const stop = (/** @type {Event} */ event) => event.stopImmediatePropagation();
  strip.addEventListener("click", stop, true); // browsers send a click after a drag
  setTimeout(() => strip.removeEventListener("click", stop, true));
  if (isTaken) setOrder(chip);
  else drawEventStrip();
}

/**
 * @param {HTMLElement} chip
 * @param {PointerEvent} event
 * @param {number} from
 */
function follow(chip, { clientX: x }, from) {
  if (!drag.isDragged && Math.abs(x - from) < DRAG_DISTANCE) return;
  drag.isDragged = true;
  chip.classList.add("dragged");
  const strip = $("#chips");
  const { left, right } = strip.getBoundingClientRect();
  if (x < left + EDGE) strip.scrollLeft -= EDGE / 2;
  else if (x > right - EDGE) strip.scrollLeft += EDGE / 2;
  const isPast = (/** @type {Element | null | undefined} */ item) => {
    const box = item?.getBoundingClientRect();
    return box ? x >= box.left + box.width / 2 : undefined;
  };
  for (let tries = chipsOf().length; tries > 0; tries--) {
    const item = chip.parentElement;
    if (isPast(item?.nextElementSibling)) shift(chip, 1);
    else if (isPast(item?.previousElementSibling) !== false || !shift(chip, -1)) return;
  }
}
