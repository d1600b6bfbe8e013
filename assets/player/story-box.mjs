// @ts-check
// The box with the text of a stop: what stands in it, where it stands, and what it marks. It floats where it covers
// least. On a desk, where it would cover what the stop is about, it gets a band of its own below all panels.

import { $, all, button, element, find, isPresenting, on, setAttribute } from "#core/dom";
import { showPlace } from "#player/stop-counter";
import { markTerms } from "#player/terms";

const END = "The end of the talk";
const GAP = 12; // pixels between the box and the marked part of the page
const BOX = `<div class="stop-head"><p id="stop-of"></p>
    <button type="button" id="play-story" title="Goes on by itself, at reading speed">Play</button>
    <button type="button" id="edit-talk" hidden>Edit</button>
    <button type="button" id="open-speaker" title="A window with notes and the next stop (n)" hidden>Notes</button>
    <button type="button" id="leave-story" title="Leave the story (Escape)">Close</button></div>
  <p id="stop-found" class="quiet" hidden><span></span>
    <button type="button" id="from-first-stop" class="link">Begin at stop 1</button></p>
  <div id="stop-text" aria-live="polite"></div>
  <p id="stop-refusal" class="refusal" role="alert"></p>
  <div class="row"><button type="button" id="earlier-stop" title="Page Up">Back</button>
    <button type="button" id="next-stop" class="primary" title="Page Down">Next</button></div>`;
/** The parts of the page that a stop can mark. */
const PLACES = /** @type {Record<string, string>} */ ({
  stage: ".stage-panel",
  registers: "#registers",
  code: ".code-panel",
  scores: "#scores",
  player: ".deck",
  charts: "#charts",
  tool: "#tool",
});

/**
 * Return the box; make it first if there is none. `clicks` has what each of its buttons does.
 * @param {Record<string, () => unknown>} clicks
 */
export function boxOf(clicks) {
  const before = find("#story-stop");
  if (before) return before;
  const box = element("section", "", "panel");
  box.id = "story-stop";
  setAttribute(box, "role", "dialog");
  setAttribute(box, "aria-labelledby", "stop-title");
  box.innerHTML = BOX;
  $("#main").append(box);
  for (const [id, act] of Object.entries(clicks)) on($(`#${id}`), "click", act);
  window.addEventListener("resize", placeBox);
  new MutationObserver(hideIfEmpty).observe(document.documentElement, { attributeFilter: ["data-presenter"] });
  return box;
}

/**
 * Write the text of a stop or, without a stop, what comes after the last one.
 * @param {Story} story
 * @param {number} at
 * @param {() => unknown} openMachine opens the machine to try
 * @param {boolean} isFound whether the visitor's words have led to the stop
 */
export function write(story, at, openMachine, isFound) {
  const { question, stops, now, isTalk } = story;
  const stop = stops[at];
  const counter = stop ? `${at + 1} of ${stops.length}` : isTalk ? END : "";
  $("#stop-of").textContent = counter ? `${counter}: ${question}` : question;
  $("#stop-refusal").textContent = stop?.missing ?? "";
  $("#stop-found").hidden = !isFound || at === 0;
  $("#stop-found span").textContent = `Opened at stop ${at + 1}, which has your words.`;
  const heading = element("h2", stop ? stop.title : isTalk ? "That was the last stop" : "Now try");
  heading.id = "stop-title";
  const text = $("#stop-text");
  const words = stop ? stop.text : now?.text;
  text.replaceChildren(heading);
  if (words) {
    const line = element("p", words);
    markTerms(line); // before it is shown, since a change of what is shown would be read aloud
    text.append(line);
  }
  if (stop?.look) text.append(element("p", stop.look, "look"));
  if (stop?.scene) text.append(element("small", "A model, and no measurement.", "quiet"));
  if (!stop && now?.request) {
    const open = button("Open this machine", "primary");
    on(open, "click", openMachine);
    text.append(open);
  }
  setAttribute($("#earlier-stop"), "aria-disabled", at === 0);
  $("#next-stop").textContent = stop || isTalk ? "Next" : "Done";
  $("#play-story").hidden = !stop;
  for (const id of ["#edit-talk", "#open-speaker"]) $(id).hidden = !isTalk;
  showPlace(stop || isTalk ? counter : "");
  writeWords(stop);
  hideIfEmpty();
}

/** Return whether the box would only repeat the counter of the presenter mode. */
export const isEmpty = () => isPresenting() && !find("#stop-text p") && !$("#stop-refusal").textContent;

/** Hide the box if it is empty. */
export function hideIfEmpty() {
  const box = find("#story-stop");
  box?.classList.toggle("empty", isEmpty());
  if (box && !box.hidden) placeBox();
}

/**
 * Write the own words of a stop beside the sentence of the step, or in its place.
 * @param {StoryStop | undefined} stop
 */
export function writeWords({ words = "", instead = false } = /** @type {StoryStop} */ ({})) {
  const line = find("#stop-words") ?? madeWords();
  line.textContent = words;
  line.hidden = !words;
  $(".telling").toggleAttribute("data-instead", Boolean(words) && instead);
}

function madeWords() {
  const line = element("p");
  line.id = "stop-words";
  setAttribute(line, "aria-live", "polite");
  $(".telling").prepend(line);
  return line;
}

/**
 * Outline the part of the page that a stop marks, or no part.
 * @param {string | null | undefined} wanted
 */
export function mark(wanted) {
  for (const other of all(".story-mark")) other.classList.remove("story-mark");
  const found = wanted && find(selectorOf(wanted));
  if (!found) return;
  found.classList.add("story-mark");
  found.scrollIntoView({ block: "nearest" });
}

/** @param {string} wanted */
function selectorOf(wanted) {
  const [, node] = wanted.match(/^node (\d+)$/) ?? [];
  if (node) return `#stage [data-node="${node}"]`;
  const [, name, cell] = wanted.match(/^(\w+)(?:\[(\d+)\])?$/) ?? [];
  return PLACES[wanted] ?? `[data-signal="${name}"]${cell ? ` [data-cell="${cell}"]` : ""}`;
}

/** What a stop is about, with the cost of covering a square pixel of it. */
const SPOKEN_OF = /** @type {const} */ ([
  [".story-mark:not(.stage-panel)", 8],
  ["#registers .changed", 8],
  ["#stage .node:is(.source, .chosen) .face", 8],
  ["#code .now", 40], // a thin line, which is always worth more than what is around it
  ["#predict:not([hidden])", 8],
  ["#stage .node .face", 3],
  ["#why:not([hidden])", 3],
]);
/** The other parts of the page that the box should not cover. */
const AROUND = /** @type {const} */ ([
  ["#stage", 2],
  [".deck", 6],
  [".caption, #tools", 10],
  ["#machine-findings > *", 3],
  ["#registers th", 3],
  ["#scores > *", 0.7],
  ["#tool:not([hidden])", 3],
  [".side", 0.4],
  ["#registers", 0.5],
  ["header", 0.5],
]);
const desk = matchMedia("(min-width: 1001px)");

/** Give the box a band if a tool is open or if it would cover what the stop is about; else let it float. */
export function placeBox() {
  const box = find("#story-stop");
  if (!box || box.hidden) return;
  const root = document.documentElement;
  if (!desk.matches || !find("#tool:not([hidden])")) {
    root.dataset.storyStop = "";
    if (!float(box) || !desk.matches) return;
  }
  root.dataset.storyStop = "band";
}

/**
 * Put the box where covering costs least: beside the marked part, or at an edge of the window. Return whether it covers
 * what the stop is about.
 * @param {HTMLElement} box
 */
function float(box) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const marked = find(".story-mark")?.getBoundingClientRect();
  const [right, bottom] = [innerWidth - width - GAP, innerHeight - height - GAP];
  const beside = marked ? [marked.right + GAP, marked.left - GAP - width] : [];
  const below = marked ? [marked.bottom + GAP, marked.top - GAP - height, marked.top] : [];
  const above = $(".deck").getBoundingClientRect().top - GAP - height;
  const [spokenOf, around] = [SPOKEN_OF, AROUND].map(boxesOf);
  let best = { x: GAP, y: GAP, cost: Infinity, covers: false };
  for (const x of [...beside, right, GAP].map((one) => Math.max(GAP, Math.min(one, right)))) {
    for (const y of [...below, above, bottom, GAP].map((one) => Math.max(GAP, Math.min(one, bottom)))) {
      const edges = { left: x, top: y, right: x + width, bottom: y + height };
      const covered = costOf(edges, spokenOf);
      const cost = covered + costOf(edges, around);
      if (cost < best.cost) best = { x, y, cost, covers: covered > 0 };
    }
  }
  box.style.left = `${best.x}px`;
  box.style.top = `${best.y}px`;
  return best.covers;
}

/** @typedef {{ edges: Edges, weight: number }[]} Weighed */

/**
 * @param {typeof SPOKEN_OF | typeof AROUND} parts
 * @returns {Weighed}
 */
const boxesOf = (parts) =>
  parts.flatMap(([selector, weight]) => all(selector).map((one) => ({ edges: one.getBoundingClientRect(), weight })));

/** @param {Edges} edges @param {Weighed} boxes */
const costOf = (edges, boxes) => boxes.reduce((sum, one) => sum + one.weight * overlap(edges, one.edges), 0);

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Edges */

/** @param {Edges} one @param {Edges} other */
const overlap = (one, other) =>
  Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
