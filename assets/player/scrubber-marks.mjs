// @ts-check
// Draws the marks over the scrubber, the words beside it and the lane under it, for the width that they have.

import { $, element, textWidth } from "#core/dom";
import { state } from "#core/state";
import { chapterBounds } from "#core/trace";

const MARK_SPACE = 6; // least pixels between two marks
const BESIDE_MARK = 4.5; // pixels that a mark needs beside its words

const [AROUND, BESIDE] = [8, 7]; // pixels by which pieces may reach beyond the lane, and pixels beside a piece's word
const AFTER_BARRIER = "\u2190 barrier";
const LEAST = 8; // pixels that a piece of the lane needs on average

/** Whether the lane shows one chapter alone, which one, and how wide the lane is. */
const lane = { isAlone: false, chapter: -1, width: 0 };

/**
 * Give the words beside the scrubber room for the longest ones, so that the scrubber keeps its width while it plays.
 * @param {Trace} trace
 */
export function keepRoom({ length, nodes, masks }) {
  const pass = masks.includes("this_pass") ? ", pass 10" : "";
  const longest = `step ${length - 1} of ${length - 1}${pass}, source ${nodes.at(-1)}`;
  $("#where").style.minWidth = `${0.53 * longest.length}em`;
}

export function showScrubberMarks() {
  showMarks(state.trace);
  showLane();
}

/**
 * Draw marks over the scrubber where passes and chapters begin.
 * @param {Trace} trace
 */
function showMarks(trace) {
  const nameOf = (/** @type {string} */ name) =>
    name === "order" && trace.masks.includes("this_pass") ? "disable" : name;
  const marks = trace.chapters.map(({ first, name }) => ({ step: first, label: nameOf(name) }));
  for (let step = 1; step < trace.length; step++) {
    const pass = trace.at("pass", step);
    if (pass && pass !== trace.at("pass", step - 1)) marks.push({ step, label: `pass ${pass}` });
  }
  const length = trace.length - 1 || 1;
  const room = $("#marks").clientWidth;
  if (marks.length * MARK_SPACE > room) marks.length = trace.chapters.length; // keep the marks of chapters alone
  marks.sort((one, other) => one.step - other.step);
  const clear = marks.filter(isFarEnough((length * MARK_SPACE) / room));
  const spans = clear.map(({ step, label }, index) => {
    const share = ((clear[index + 1]?.step ?? length) - step) / length;
    const brief = label.replace("pass ", "");
    const fits = (/** @type {string} */ words) => share * room >= textWidth(words, $("#marks")) + BESIDE_MARK;
    const mark = element("span", [label, brief].find(fits) ?? "");
    mark.title = label;
    mark.style.left = `${(100 * step) / length}%`;
    mark.style.width = `${100 * share}%`;
    return mark;
  });
  $("#marks").replaceChildren(...spans);
}

/**
 * Return a filter for marks in ascending order: it drops a mark less than `least` steps after the last mark kept.
 * @param {number} least
 */
function isFarEnough(least) {
  let last = -Infinity;
  return (/** @type {{ step: Step }} */ { step }) => {
    if (step - last < least) return false;
    last = step;
    return true;
  };
}

// The lane shows at which steps demotion works, is off or is half built, and where a barrier runs. The words beside the
// lane say this about the current step. Half built is striped and so is, in other colours, a piece in which demotion
// works for some nodes only; the words say for how many. If a run has too many pieces to be seen, the lane shows only
// the current chapter, with a mark at the step.

/** @typedef {{ first: Step, end: Step, is: string, word: string, isPartial: boolean, means: string }} Piece */

function showLane() {
  const { length } = state.trace;
  const pieces = piecesOf(0, length);
  const around = $("#lane").parentElement;
  lane.width = around?.clientWidth ?? 0;
  lane.isAlone = lane.width > 0 && pieces.length * LEAST > lane.width;
  lane.chapter = -1;
  around?.classList.toggle("alone", lane.isAlone);
  $("#lane-of").textContent = "";
  if (lane.isAlone) followLane();
  else draw(pieces, 0, length);
}

/**
 * Return the pieces of the lane from the step `from` to the step before `to`.
 * @param {Step} from
 * @param {Step} to
 * @returns {Piece[]}
 */
function piecesOf(from, to) {
  const { trace } = state;
  const begins = new Set([from, ...trace.changes("demotion_words")]);
  for (let step = from; step < to; step++) {
    if (trace.at("operation", step)[0] === "Barrier") begins.add(step).add(step + 1);
  }
  const firsts = [...begins].filter((step) => step >= from && step < to).sort((one, other) => one - other);
  return firsts.map((first, index) => {
    const [kind, name] = trace.at("operation", first);
    const end = firsts[index + 1] ?? to;
    const { is, says, isPartial, means } = demotionAt(first);
    return kind === "Barrier"
      ? { first, end, is: "barrier", word: "barrier", isPartial: false, means: `${name}, a barrier` }
      : { first, end, is, word: isPartial ? says : is, isPartial, means: means ? `${says}. ${means}` : says };
  });
}

/**
 * Draw pieces of the lane. A step takes as much room as on the scrubber, half of it before and half after its place.
 * @param {Piece[]} pieces
 * @param {Step} from
 * @param {Step} to
 */
function draw(pieces, from, to) {
  const length = to - from - 1 || 1;
  const width = $("#lane").clientWidth || 1;
  const around = (lane.isAlone ? AROUND / 2 : AROUND) / width;
  const within = (/** @type {number} */ step) => Math.max(-around, Math.min((step - from - 0.5) / length, 1 + around));
  const words = [AFTER_BARRIER, ...pieces.map(({ word }) => word)];
  const needed = new Map(words.map((word) => [word, textWidth(word, $("#lane")) + BESIDE]));
  const spans = pieces.map(({ first, end, is, word, isPartial, means }, index) => {
    const share = within(end) - within(first);
    const fits = (/** @type {string} */ one) => share * width >= (needed.get(one) ?? 0);
    // A barrier is often too narrow for its word, and nothing changes at it: the piece after it names it.
    const names = pieces[index - 1]?.is === "barrier" && pieces[index - 2]?.is === is ? [AFTER_BARRIER] : [];
    const made = element("span", [...names, word].find(fits) ?? "");
    made.dataset.is = is;
    made.toggleAttribute("data-partial", isPartial);
    made.title = means;
    made.style.left = `${100 * within(first)}%`;
    made.style.width = `${100 * share}%`;
    return made;
  });
  $("#lane").replaceChildren(...spans);
}

export function followLane() {
  if (lane.isAlone) followAlone();
  const { is, says, isPartial, means } = demotionAt(state.step);
  const shown = $("#demotion");
  if (shown.textContent === says) return;
  shown.dataset.is = is;
  shown.toggleAttribute("data-partial", isPartial);
  shown.textContent = says;
  shown.title = means;
}

/**
 * Return whether pages are demoted at a step: the state, its words, whether the order is complete and yet not all nodes
 * that should demote do, and what the state means for pages.
 * @param {Step} step
 */
function demotionAt(step) {
  const { trace, play } = state;
  const demotion = trace.at("demotion", step);
  const says = trace.at("demotion_words", step);
  const isPartial = demotion === "works" && says !== play.words.works;
  return { is: demotion, says, isPartial, means: play.words.demotion[demotion] ?? "" };
}

function followAlone() {
  const { trace, step } = state;
  const chapter = trace.at("chapter", step);
  const [first, end] = chapterBounds(trace, chapter);
  if (lane.chapter !== chapter) {
    lane.chapter = chapter;
    $("#lane-of").textContent = trace.chapters[chapter].title;
    draw(piecesOf(first, end), first, end);
    $("#lane").append(element("b"));
  }
  $("#lane b").style.left = `${(100 * (step - first)) / (end - first - 1 || 1)}%`;
}
