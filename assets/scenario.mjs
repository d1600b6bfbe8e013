// The strip above the transport: the events of the machine in their order, equal ones that follow each other as one
// chip, with a mark for each that says what came of it. The chip of the chapter that plays is marked; a click goes there.

import { element } from "./tables.mjs";
import { moduleOf } from "./tools.mjs";

export const BEFORE = 2; // chapters that are over before the first event: the zonelists and the first order
const MOST_MARKS = 24; // of one chip; of more, the marks are counted
const TOLD = {
  changed: "the order is rebuilt and changes",
  same: "the order is rebuilt and stays the same",
  kept: "nothing is rebuilt",
  unplayed: "not played: no kernel does this",
  coming: "still on its way",
};
const $ = (selector) => document.querySelector(selector);
const here = { chapter: -1, outcomes: [], kept: false };

export const chipsOf = () => [...document.querySelectorAll("#chips [data-chip]")];

// The place of the event that a chapter is, counted from 0; negative in the chapters before the first.
export const eventAt = (trace, step) => trace.at("chapter", step) - BEFORE;

// The first step of an event's chapter, or of the first order's for -1.
export function stepOfEvent(trace, place) {
  return place < 0 ? trace.opens : (trace.chapters[BEFORE + place]?.first ?? Infinity);
}

export function showScenario({ play, trace, step }) {
  const { chips, played } = play.scenario;
  const focused = document.activeElement.closest("#chips [data-chip]")?.dataset.chip;
  $("#scenario").hidden = !chips.length && !here.kept;
  here.outcomes = played ? outcomesOf(trace) : [];
  here.rest = play.more ? "coming" : "unplayed";
  const begin = chip({ first: -1, times: 1, words: chips.length ? "first order" : "no events" }, 0);
  $("#chips").replaceChildren(begin, ...chips.map((one, index) => chip(one, index + 1)));
  here.chapter = -1;
  followScenario(trace, step);
  if (focused !== undefined) focusOn(chipsOf()[Math.min(focused, chips.length)]);
}

// Even without events the strip stays, with what undoes their going.
export const keepStrip = () => (here.kept = true);

// After another run: its strip, and whatever can be done to it, which takes a server.
export function takeScenario(state) {
  const exported = "exported" in document.documentElement.dataset;
  showScenario(state);
  $("#compare-orders").hidden = exported || !state.play.scenario.chips.length;
  if (exported || $("#scenario").hidden) return;
  moduleOf("arrange").then(({ arrange }) => arrange?.(state)); // without it the strip is only to be read
}

// What came of each event: whether the order was rebuilt, and was another one afterwards.
export function outcomesOf(trace) {
  const done = trace.changes("demotion").filter((step) => trace.at("demotion", step) === "works");
  const arrays = trace.arrays.filter((name) => name !== "node_load" && name !== "memtier");
  const cells = arrays.flatMap((name) => trace.nodes.map((node) => `${name}[${node}]`));
  return trace.chapters.slice(BEFORE).map(({ first }, place) => {
    const end = (trace.chapters[BEFORE + place + 1]?.first ?? trace.length) - 1;
    if (!done.some((step) => step >= first && step <= end)) return "kept";
    return cells.some((name) => trace.at(name, first) !== trace.at(name, end)) ? "changed" : "same";
  });
}

function chip({ first, times, event, node, words, why }, index) {
  const item = element("li");
  const button = item.appendChild(element("button", "", why ? "chip idle" : "chip"));
  button.type = "button";
  Object.assign(button.dataset, { chip: index, event: first, times });
  button.tabIndex = index ? -1 : 0;
  button.append(element("span", words));
  if (!event) return item;
  const found = Array.from({ length: times }, (_, more) => here.outcomes[first + more] ?? here.rest);
  button.append(marksOf(found, first), element("span", "", "now-of"));
  button.title = [`${event} ${node}`, why, ...new Set(found.map((one) => TOLD[one]))].filter(Boolean).join("; ");
  button.append(element("span", `, ${button.title}`, "unseen"));
  return item;
}

function marksOf(found, first) {
  const marks = element("span", "", "fates");
  marks.setAttribute("aria-hidden", "true");
  if (found.length <= MOST_MARKS) {
    marks.append(...found.map((one, more) => markOf(one, first + more)));
  } else {
    for (const one of new Set(found)) marks.append(markOf(one, -1), String(found.filter((other) => other === one).length));
  }
  return marks;
}

function markOf(outcome, place) {
  const mark = element("i", "", `fate ${outcome}`);
  if (place >= 0) mark.dataset.place = place;
  mark.title = TOLD[outcome];
  return mark;
}

// Mark the chip of the chapter that is shown; nothing is done while that is the same.
export function followScenario(trace, step) {
  const chapter = trace.at("chapter", step);
  if (here.chapter === chapter || $("#scenario").hidden) return;
  here.chapter = chapter;
  const place = chapter - BEFORE;
  for (const button of chipsOf()) {
    const [first, times] = [Number(button.dataset.event), Number(button.dataset.times)];
    const now = place < 0 ? first < 0 : first >= 0 && place >= first && place < first + times;
    if (now) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.querySelector(".now-of")?.replaceChildren(now && times > 1 ? `${place - first + 1} of ${times}` : "");
    if (now) keepInSight(button);
  }
  for (const mark of document.querySelectorAll("#chips .now")) mark.classList.remove("now");
  document.querySelector(`#chips [data-place="${place}"]`)?.classList.add("now");
}

// Scrolls only the strip.
function keepInSight(button) {
  const strip = $("#chips");
  const [left, right] = [button.offsetLeft, button.offsetLeft + button.offsetWidth];
  if (left < strip.scrollLeft) strip.scrollLeft = left - 20;
  else if (right > strip.scrollLeft + strip.clientWidth) strip.scrollLeft = right - strip.clientWidth + 20;
}

// A click goes to the event whose mark or chip it hits, the arrow keys go from chip to chip.

export function listenToScenario(state) {
  $("#chips").addEventListener("click", ({ target }) => clicked(state, target));
  $("#chips").addEventListener("keydown", pressed);
}

function clicked(state, target) {
  const button = target.closest("[data-chip]");
  if (!button) return;
  focusOn(button);
  const place = Number(target.closest("[data-place]")?.dataset.place ?? button.dataset.event);
  state.seek((trace) => stepOfEvent(trace, place));
}

function pressed(event) {
  const { key, target } = event;
  const all = chipsOf();
  const at = all.indexOf(target.closest("[data-chip]"));
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.shiftKey) focusOn(all[Math.max(0, Math.min(to, all.length - 1))]); // with Shift, arrange.mjs carries it
  event.preventDefault();
  event.stopPropagation(); // or the player would step, too
}

export function focusOn(button) {
  for (const other of chipsOf()) other.tabIndex = other === button ? 0 : -1;
  button.focus();
}
