// @ts-check
// The strip above the player's buttons: the events of the machine in their order. Equal events that follow each other
// are one chip, with a mark for each that says what came of it. The chip of the chapter that plays is marked; a click
// on a chip goes there.

import { $, all, button, element, find, isExported, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { chapterBounds } from "#core/trace";
import { seek } from "#player/playback";

export const BEFORE = 2; // chapters that are over before the first event: the zonelists and the first order
const MAX_MARKS = 24; // of one chip; of more, the marks are counted

/** @type {Record<string, string>} */
const OUTCOMES = {
  changed: "the order is rebuilt and changes",
  same: "the order is rebuilt and stays the same",
  kept: "nothing is rebuilt",
  unplayed: "not played: no kernel does this",
  coming: "still on its way",
};

/** The chapter that is marked, what came of each event that was played, and whether an empty strip stays. */
const strip = { chapter: -1, outcomes: /** @type {string[]} */ ([]), isKept: false };

export const chipsOf = () => all("#chips [data-chip]");

/** The place of the event that a step belongs to, counted from 0; negative in the chapters before the first event. */
export const eventPlace = () =>
  Math.min(state.trace.at("chapter", state.step) - BEFORE, eventChapters(state.trace).length - 1);

/**
 * The chapters of events. The last chapter of a run may be about a cgroup, which is none.
 * @param {Trace} trace
 */
const eventChapters = ({ chapters }) => chapters.slice(BEFORE).filter(({ name }) => name !== "cgroup");

/**
 * The first step of an event's chapter, or of the first order's for -1; Infinity if the chapter is not here yet.
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

/** Even without events the strip stays, with the button that brings them back. */
export const keepStrip = () => (strip.isKept = true);

/** Show the strip of a run. */
export function showEventStrip() {
  drawEventStrip();
  $("#compare-orders").hidden = isExported() || !state.play.scenario.chips.length;
}

/**
 * What came of each event: whether the order was rebuilt, and was another one afterwards.
 * @param {Trace} trace
 */
export function outcomesOf(trace) {
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
  const told = new Set(outcomes.map((outcome) => OUTCOMES[outcome]));
  made.title = [`${event} ${node}`, why, ...told].filter(Boolean).join("; ");
  made.append(element("span", `, ${made.title}`, "sr-only"));
  return item;
}

/**
 * @param {string[]} outcomes
 * @param {number} first
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
 * @param {string} outcome
 * @param {number} place
 */
function markOf(outcome, place) {
  const mark = element("i", "", `event-outcome ${outcome}`);
  if (place >= 0) mark.dataset.place = String(place);
  mark.title = OUTCOMES[outcome];
  return mark;
}

/** Mark the chip of the chapter that is shown; nothing is done while that is the same. */
export function followEventStrip() {
  const chapter = state.trace.at("chapter", state.step);
  if (strip.chapter === chapter || $("#scenario").hidden) return;
  strip.chapter = chapter;
  const place = eventPlace();
  for (const button of chipsOf()) {
    const [first, times] = [Number(button.dataset.event), Number(button.dataset.times)];
    const isNow = place < 0 ? first < 0 : first >= 0 && place >= first && place < first + times;
    if (isNow) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.querySelector(".now-of")?.replaceChildren(isNow && times > 1 ? `${place - first + 1} of ${times}` : "");
    if (isNow) keepInSight(button);
  }
  for (const mark of all("#chips .now")) mark.classList.remove("now");
  find(`#chips [data-place="${place}"]`)?.classList.add("now");
}

/**
 * Scroll the strip, and nothing else, to a chip.
 * @param {HTMLElement} button
 */
function keepInSight(button) {
  const chips = $("#chips");
  const [left, right] = [button.offsetLeft, button.offsetLeft + button.offsetWidth];
  if (left < chips.scrollLeft) chips.scrollLeft = left - 20;
  else if (right > chips.scrollLeft + chips.clientWidth) chips.scrollLeft = right - chips.clientWidth + 20;
}

// A click goes to the event whose mark or chip it hits, the arrow keys go from chip to chip

export function listenToEventStrip() {
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

/** @param {Heard<KeyboardEvent>} event */
function onKey(event) {
  const { key, target } = event;
  const chips = chipsOf();
  const at = chips.findIndex((one) => one === target.closest("[data-chip]"));
  /** @type {Record<string, number>} */
  const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: chips.length - 1 };
  const to = moves[key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.shiftKey) focusOn(chips[Math.max(0, Math.min(to, chips.length - 1))]); // with Shift the chip is carried
  event.preventDefault();
  event.stopPropagation(); // or the player would step, too
}

/** @param {HTMLElement} button */
export function focusOn(button) {
  for (const other of chipsOf()) other.tabIndex = other === button ? 0 : -1;
  button.focus();
}
