// What can be done to the events: put in, moved, removed, undone. Every one of these is another machine, so the server is
// asked, and the player opens at the chapter that it is about.

import { canRedo, canUndo, change, documentOf, redo, undo } from "./draft.mjs";
import { chipsOf, eventClicked, showScenario, stepOfEvent } from "./scenario.mjs";

const FAR = 6; // pixels that a pointer moves before it drags
const EDGE = 30; // pixels from the strip's ends, where it scrolls
const $ = (selector) => document.querySelector(selector);
const sent = {}; // the play that the last change was made to, what was asked for, the document and place that it has
const hand = { carried: null, dragged: false, edited: false };

export const editable = (state) => !("exported" in document.documentElement.dataset) && documentOf(state) !== null;

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
  hand.edited = true;
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
  const places = runs.flatMap(([first, count]) => Array.from({ length: count }, (_, more) => first + more));
  if (places.every((place, index) => place === index)) return;
  const place = places.indexOf(Number(moved.dataset.event));
  setEvents(state, machine, places.map((old) => machine.events[old]), "events reordered", place);
}

// Move the event's chip one chip earlier or later.
export function moveEvent(state, place, by) {
  const button = chipsOf().find(({ dataset }) => place >= Number(dataset.event) && place < Number(dataset.event) + Number(dataset.times));
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

// After another run: the strip, and what can be undone.
export function takeScenario(state) {
  const focused = hand.focus ?? document.activeElement.closest("#chips [data-chip]")?.dataset.chip;
  hand.carried = null;
  showScenario(state, hand.edited);
  const able = editable(state);
  for (const [id, told] of [["undo-events", canUndo()], ["redo-events", canRedo()]]) {
    $(`#${id}`).hidden = !able || !hand.edited;
    $(`#${id}`).disabled = !told;
    $(`#${id}`).title = told ? `${id === "undo-events" ? "Undo" : "Redo"}: ${told}` : "";
  }
  $("#compare-orders").hidden = "exported" in document.documentElement.dataset || !state.play.scenario.chips.length;
  $("#chips").classList.toggle("editable", able);
  if (focused !== undefined) focusOn(chipsOf()[Math.min(focused, chipsOf().length - 1)]);
  hand.focus = undefined;
}

export function listenToScenario(state) {
  const strip = $("#chips");
  strip.addEventListener("keydown", (event) => pressed(state, event));
  strip.addEventListener("keyup", ({ key }) => key === "Shift" && drop(state));
  strip.addEventListener("focusout", () => drop(state));
  strip.addEventListener("pointerdown", (event) => grasp(state, event));
  strip.addEventListener("click", (event) => clicked(state, event));
}

function clicked(state, { target }) {
  const place = eventClicked(target);
  if (place === null || hand.dragged) return (hand.dragged = false);
  focusOn(target.closest("[data-chip]"));
  state.seek(stepOfEvent(state.trace, place));
}

function focusOn(button) {
  for (const other of chipsOf()) other.tabIndex = other === button ? 0 : -1;
  button?.focus({ preventScroll: false });
}

// The keyboard: arrows go from chip to chip, with Shift they carry the chip along until Shift is let go

function pressed(state, event) {
  const button = event.target.closest("[data-chip]");
  const { key, shiftKey } = event;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
  if (by && shiftKey) carry(state, button, by);
  else if (by || key === "Home" || key === "End") focusOn(chipsOf().at(by ? Math.max(0, chipsOf().indexOf(button) + by) : key === "Home" ? 0 : -1) ?? button);
  else if ((key === "Delete" || key === "Backspace") && canEdit(state, button)) removeEvents(state, Number(button.dataset.event), Number(button.dataset.times));
  else return;
  event.preventDefault();
  event.stopPropagation(); // or the player would step, too
}

const canEdit = (state, button) => editable(state) && Number(button.dataset.event) >= 0 && $("#status").textContent !== "loading";

function carry(state, button, by) {
  if (!canEdit(state, button)) return;
  hand.moving = true; // the browser takes the focus from what is moved
  const done = shift(button, by);
  button.focus();
  hand.moving = false;
  if (!done) return;
  hand.carried = button;
  $("#live").textContent = `${chipsOf().indexOf(button)} of ${chipsOf().length - 1}`;
}

function drop(state) {
  const button = hand.carried;
  if (!button || hand.moving) return;
  hand.carried = null;
  hand.focus = chipsOf().indexOf(button);
  setOrder(state, button);
}

// The pointer: a chip that is dragged takes its place at once; a finger scrolls the strip instead

function grasp(state, begin) {
  const button = begin.target.closest("[data-chip]");
  hand.dragged = false;
  if (!button || begin.button !== 0 || begin.pointerType === "touch" || !canEdit(state, button)) return;
  const go = (event) => follow(button, event, begin.clientX);
  const end = ({ type, key }) => {
    if (type === "keydown" && key !== "Escape") return;
    for (const name of ["pointermove", "pointerup", "pointercancel", "keydown"]) removeEventListener(name, name === "pointermove" ? go : end, true);
    button.classList.remove("dragged");
    if (!hand.dragged) return;
    if (type === "pointerup") setOrder(state, button);
    else takeScenario(state);
  };
  addEventListener("pointermove", go, true);
  for (const name of ["pointerup", "pointercancel", "keydown"]) addEventListener(name, end, true);
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

export const scenarioActs = {
  "undo-events": undo,
  "redo-events": redo,
};
