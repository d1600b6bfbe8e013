// @ts-check
// Shows the strip above the player's buttons: the events of the machine in their order. Equal events that follow each
// other are one chip, which has a mark for the outcome of each of them. The chip of the current chapter is marked; a
// click on a chip goes to its first step.

import { $, all, button, element, find, isExported, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { chapterBounds, isEvent } from "#core/trace";
import { seek } from "#player/playback";

export const BEFORE = 2; // how many chapters come before the first event: the zonelists and the first order
const MAX_MARKS = 24; // a chip of more events has one mark for each kind of outcome, with a count

/** @type {Record<string, string>} */
const OUTCOMES = {
  changed: "the order is rebuilt and changes",
  same: "the order is rebuilt and stays the same",
  kept: "nothing is rebuilt",
  unplayed: "not played: no kernel does this",
  coming: "still on its way",
};

/** The chapter that is marked, the outcome of each event that was played, and whether an empty strip is shown. */
const strip = { chapter: -1, outcomes: /** @type {string[]} */ ([]), isKept: false };

export const chipsOf = () => all("#chips [data-chip]");

/** Return the index of the event that the current step belongs to; negative in the chapters before the first event. */
export const eventPlace = () =>
  Math.min(state.trace.at("chapter", state.step) - BEFORE, eventChapters(state.trace).length - 1);

/**
 * Return the chapters of events.
 * @param {Trace} trace
 */
const eventChapters = ({ chapters }) => chapters.filter(isEvent);

/**
 * Return the first step of an event's chapter; Infinity if the chapter has not come yet. The place -1 stands for the
 * chapter of the first order.
 * @param {Trace} trace
 * @param {number} place
 */
export function stepOfEvent(trace, place) {
  return place < 0 ? trace.opens : (trace.chapters[BEFORE + place]?.first ?? Infinity);
}

export function drawEventStrip() {
  const { play, trace } = state;
  const { chips, played } = play.scenario;
  const focused = document.activeElement?.closest("#chips [data-chip]")?.dataset.chip;
  $("#scenario").hidden = !chips.length && !strip.isKept;
  strip.outcomes = played ? outcomesOf(trace) : [];
  const rest = play.more ? "coming" : "unplayed";
  const begin = chip({ first: -1, times: 1, words: chips.length ? "first order" : "no events" }, 0, rest);
  $("#chips").replaceChildren(begin, ...chips.map((one, index) => chip(one, index + 1, rest)));
  strip.chapter = -1;
  followEventStrip();
  if (focused !== undefined) focusOn(chipsOf()[Math.min(Number(focused), chips.length)]);
}

/** Keep the strip on the page even without events, for its button that brings removed events back. */
export const keepStrip = () => (strip.isKept = true);

/** Show the strip of a run. */
export function showEventStrip() {
  drawEventStrip();
  $("#compare-orders").hidden = (isExported() && !window.tierscopeHeld?.machines) || !state.play.scenario.chips.length;
}

/**
 * Return the outcome of each event: whether the order was rebuilt, and whether it differs from the one before.
 * @param {Trace} trace
 */
function outcomesOf(trace) {
  const done = trace.changes("demotion").filter((step) => trace.at("demotion", step) === "works");
  const arrays = trace.arrays.filter((name) => name !== "node_load" && name !== "memtier");
  const cells = arrays.flatMap((name) => trace.nodes.map((node) => `${name}[${node}]`));
  return eventChapters(trace).map((_, place) => {
    const [first, end] = chapterBounds(trace, BEFORE + place);
    if (!done.some((step) => step >= first && step < end)) return "kept";
    return cells.some((name) => trace.at(name, first) !== trace.at(name, end - 1)) ? "changed" : "same";
  });
}

/**
 * Return the element of a chip.
 * @param {Partial<Chip> & Pick<Chip, "first" | "times" | "words">} event
 * @param {number} index
 * @param {string} rest the outcome of an event that is not in the trace
 */
function chip({ first, times, event, node, words, why }, index, rest) {
  const item = element("li");
  const made = item.appendChild(button("", why ? "chip idle" : "chip", { chip: index, event: first, times }));
  made.tabIndex = index ? -1 : 0;
  made.append(element("span", words));
  if (!event) return item;
  const outcomes = Array.from({ length: times }, (_, more) => strip.outcomes[first + more] ?? rest);
  made.append(marksOf(outcomes, first), element("span", "", "now-of"));
  const meanings = new Set(outcomes.map((outcome) => OUTCOMES[outcome]));
  made.title = [`${event} ${node}`, why, ...meanings].filter(Boolean).join("; ");
  made.append(element("span", `, ${made.title}`, "sr-only"));
  return item;
}

/**
 * Return the marks of a chip: one for each event, or one with a count for each kind of outcome.
 * @param {string[]} outcomes
 * @param {number} first the index of the first event
 */
function marksOf(outcomes, first) {
  const marks = element("span", "", "event-outcomes");
  marks.setAttribute("aria-hidden", "true");
  if (outcomes.length <= MAX_MARKS) {
    marks.append(...outcomes.map((outcome, more) => markOf(outcome, first + more)));
    return marks;
  }
  for (const outcome of new Set(outcomes)) {
    marks.append(markOf(outcome, -1), String(outcomes.filter((other) => other === outcome).length));
  }
  return marks;
}

/**
 * Return the mark of an outcome.
 * @param {string} outcome
 * @param {number} place the index of the event; -1 if the mark is for several
 */
function markOf(outcome, place) {
  const mark = element("i", "", `event-outcome ${outcome}`);
  if (place >= 0) mark.dataset.place = String(place);
  mark.title = OUTCOMES[outcome];
  return mark;
}

/** Mark the chip of the chapter that is shown, unless it is marked already. */
export function followEventStrip() {
  const chapter = state.trace.at("chapter", state.step);
  if (strip.chapter === chapter || $("#scenario").hidden) return;
  strip.chapter = chapter;
  const place = eventPlace();
  for (const mark of all("#chips .now")) mark.classList.remove("now");
  find(`#chips [data-place="${place}"]`)?.classList.add("now");
  for (const button of chipsOf()) {
    const [first, times] = [Number(button.dataset.event), Number(button.dataset.times)];
    const isNow = place < 0 ? first < 0 : first >= 0 && place >= first && place < first + times;
    if (isNow) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.querySelector(".now-of")?.replaceChildren(isNow && times > 1 ? `${place - first + 1} of ${times}` : "");
    if (isNow) keepInSight(button);
  }
}

/**
 * Scroll the strip to a chip. The page does not move.
 * @param {HTMLElement} button
 */
function keepInSight(button) {
  const chips = $("#chips");
  const [left, right] = [button.offsetLeft, button.offsetLeft + button.offsetWidth];
  const beside = Math.max(0, Math.min(20, (chips.clientWidth - button.offsetWidth) / 2));
  if (left < chips.scrollLeft) chips.scrollLeft = left - beside;
  else if (right > chips.scrollLeft + chips.clientWidth) chips.scrollLeft = right - chips.clientWidth + beside;
}

// A click on a mark or a chip goes to its event; the arrow keys move the focus from chip to chip.

export function listenToEventStrip() {
  // Buttons that come beside the strip leave it less room.
  new ResizeObserver(() => {
    const now = find('#chips [aria-current="step"]');
    if (now) keepInSight(now);
  }).observe($("#chips"));
  on($("#chips"), "click", ({ target }) => onClick(target));
  on($("#chips"), "keydown", onKey);
}

/** @param {Element} target */
function onClick(target) {
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-chip]"));
  if (!button || !hasRun()) return;
  focusOn(button);
  const place = Number(target.closest("[data-place]")?.dataset.place ?? button.dataset.event);
  seek((trace) => stepOfEvent(trace, place));
}

/** @param {TargetedEvent<KeyboardEvent>} event */
function onKey(event) {
  const { key, target } = event;
  const chips = chipsOf();
  const at = chips.findIndex((one) => one === target.closest("[data-chip]"));
  /** @type {Record<string, number>} */
  const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: chips.length - 1 };
  const to = moves[key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  // With Shift, tools/events/event-strip-edit.mjs moves the chip itself.
  if (!event.shiftKey) focusOn(chips[Math.max(0, Math.min(to, chips.length - 1))]);
  event.preventDefault();
  event.stopPropagation(); // otherwise the player would step, too
}

/** @param {HTMLElement} button */
export function focusOn(button) {
  for (const other of chipsOf()) other.tabIndex = other === button ? 0 : -1;
  button.focus();
}
