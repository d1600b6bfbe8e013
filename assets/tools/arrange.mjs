// What can be done to the events: put in, moved, removed, undone. Every one of these is another machine, so the server is
// asked, and the player opens at the chapter that it is about.

import { canRedo, canUndo, change, documentOf, redo, undo } from "../draft.mjs";
import { chipsOf, focusOn, keepStrip, showScenario, stepOfEvent } from "../scenario.mjs";

const FAR = 6; // pixels that a pointer moves before it drags
const EDGE = 30; // pixels from the strip's ends, where it scrolls
const UNDOING = { "undo-events": ["Undo", undo, canUndo], "redo-events": ["Redo", redo, canRedo] };
const $ = (selector) => document.querySelector(selector);
const sent = {}; // the play that the last change was made to, what was asked for, the document and place that it has
const hand = { listens: false, carried: null, moving: false, dragged: false };

export const editable = (state) => documentOf(state) !== null;

// The document as it will be once what was asked for is here.
export function working(state) {
  const status = $("#status").textContent;
  const waits = sent.play === state.play && sent.asked === state.asked && ["", "loading"].includes(status);
  return waits ? { document: sent.document, after: sent.after } : { document: documentOf(state), after: null };
}

// Let these be the events, and open at that of the given place; what is put in at once goes behind the one at `last`.
export function setEvents(state, machine, events, told, place, last = place) {
  const opened = Math.min(place, events.length - 1);
  change(state, { ...machine, events }, told, (trace) => stepOfEvent(trace, opened));
  Object.assign(sent, { play: state.play, asked: state.asked, document: { ...machine, events }, after: last });
  keepStrip();
}

export function removeEvents(state, first, count) {
  const machine = documentOf(state);
  const events = machine.events.toSpliced(first, count);
  setEvents(state, machine, events, count === 1 ? `event ${first + 1} removed` : `${count} events removed`, first);
}

// The chips as they stand now are the order of the events.
function setOrder(state, moved) {
  const machine = documentOf(state);
  const runs = chipsOf().slice(1).map(({ dataset }) => [Number(dataset.event), Number(dataset.times)]);
  const places = runs.flatMap(([first, times]) => Array.from({ length: times }, (_, more) => first + more));
  if (places.every((place, index) => place === index)) return;
  const place = places.indexOf(Number(moved.dataset.event));
  moved.dataset.chip = chipsOf().indexOf(moved); // there the focus will be
  setEvents(state, machine, places.map((old) => machine.events[old]), "events reordered", place);
}

// Move the event's chip one chip earlier or later.
export function moveEvent(state, place, by) {
  const button = chipsOf().find(({ dataset: { event, times } }) => place >= Number(event) && place < Number(event) + Number(times));
  if (button && shift(button, by)) setOrder(state, button);
}

function shift(button, by) {
  const item = button.parentElement;
  const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other || other.querySelector("[data-event='-1']")) return false;
  if (by < 0) other.before(item);
  else other.after(item);
  return true;
}

// The strip of a run can be worked on from now on.
export function arrange(state) {
  hand.carried = null;
  if (!hand.listens) listen(state);
  hand.listens = true;
  const able = editable(state);
  for (const [id, [name, , can]] of Object.entries(UNDOING)) {
    const told = can();
    Object.assign($(`#${id}`), { hidden: !able || !(canUndo() || canRedo()), disabled: !told, title: told ? `${name}: ${told}` : "" });
  }
  $("#chips").classList.toggle("editable", able);
}

function listen(state) {
  const strip = $("#chips");
  strip.addEventListener("keydown", (event) => pressed(state, event));
  strip.addEventListener("keyup", ({ key }) => key === "Shift" && drop(state));
  strip.addEventListener("focusout", () => drop(state));
  strip.addEventListener("pointerdown", (event) => grasp(state, event));
  for (const [id, [, act]] of Object.entries(UNDOING)) $(`#${id}`).addEventListener("click", () => act(state));
}

// The keyboard: with Shift, arrows carry the chip along until Shift is let go

function pressed(state, event) {
  const button = event.target.closest("[data-chip]");
  const { key, shiftKey } = event;
  if (!button || event.ctrlKey || event.metaKey || event.altKey || !canEdit(state, button)) return;
  if (shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) carry(button, key === "ArrowLeft" ? -1 : 1);
  else if (key === "Delete" || key === "Backspace") removeEvents(state, Number(button.dataset.event), Number(button.dataset.times));
  else return;
  event.preventDefault();
  event.stopPropagation(); // or the player would step, too
}

const canEdit = (state, button) => editable(state) && Number(button.dataset.event) >= 0 && $("#status").textContent !== "loading";

function carry(button, by) {
  hand.moving = true; // the browser takes the focus from what is moved
  const done = shift(button, by);
  focusOn(button);
  hand.moving = false;
  if (!done) return;
  hand.carried = button;
  $("#live").textContent = `${chipsOf().indexOf(button)} of ${chipsOf().length - 1}`;
}

function drop(state) {
  const button = hand.carried;
  if (!button || hand.moving) return;
  hand.carried = null;
  setOrder(state, button);
}

// The pointer: a chip that is dragged takes its place at once; a finger scrolls the strip instead

function grasp(state, begin) {
  const button = begin.target.closest("[data-chip]");
  hand.dragged = false;
  if (!button || begin.button !== 0 || begin.pointerType === "touch" || !canEdit(state, button)) return;
  const hearing = { pointermove: (event) => follow(button, event, begin.clientX) };
  const end = (event) => {
    if (event.type === "keydown" && event.key !== "Escape") return;
    for (const [name, hears] of Object.entries(hearing)) removeEventListener(name, hears, true);
    button.classList.remove("dragged");
    if (hand.dragged) release(state, button, event.type === "pointerup");
  };
  Object.assign(hearing, { pointerup: end, pointercancel: end, keydown: end });
  for (const [name, hears] of Object.entries(hearing)) addEventListener(name, hears, true);
}

function release(state, button, done) {
  const strip = $("#chips");
  const stop = (event) => event.stopImmediatePropagation();
  strip.addEventListener("click", stop, true); // it was no click
  setTimeout(() => strip.removeEventListener("click", stop, true));
  if (done) setOrder(state, button);
  else showScenario(state);
}

function follow(button, { clientX: x }, from) {
  if (!hand.dragged && Math.abs(x - from) < FAR) return;
  hand.dragged = true;
  button.classList.add("dragged");
  const strip = $("#chips").getBoundingClientRect();
  if (x < strip.left + EDGE || x > strip.right - EDGE) $("#chips").scrollLeft += x < strip.left + EDGE ? -EDGE / 2 : EDGE / 2;
  const past = (box) => (x < box.left + box.width / 2 ? -1 : 1);
  for (let left = chipsOf().length; left > 0; left--) {
    const { previousElementSibling: before, nextElementSibling: after } = button.parentElement;
    if (after && past(after.getBoundingClientRect()) > 0) shift(button, 1);
    else if (!(before && past(before.getBoundingClientRect()) < 0 && shift(button, -1))) return;
  }
}
