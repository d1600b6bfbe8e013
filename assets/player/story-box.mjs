// @ts-check
// The box with the text of a stop: what stands in it, where it stands so that it covers least, and what it marks.

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
  document.body.append(box);
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

/** The parts of the page that the box should not cover, each with the cost of covering a square pixel of it. */
const COVERED = [
  [".story-mark:not(.stage-panel)", 8],
  ["#registers .changed", 8],
  ["#stage .node:is(.source, .chosen) .face", 8],
  ["#code .now", 40], // a thin line, which is always worth more than what is around it
  ["#stage", 2],
  [".deck", 6],
  ["#predict:not([hidden])", 8],
  [".caption, #tools", 10],
  ["#stage .node .face", 3],
  ["#machine-findings > *", 3],
  ["#registers th", 3],
  ["#scores > *", 0.7],
  ["#tool:not([hidden])", 3],
  ["[data-beside=pressure] .stage-panel", 3], // pages flow there
  [".film-bar, .film-told, .film-owners", 6],
  ["#why:not([hidden])", 3],
  [".side", 0.4],
  ["#registers", 0.5],
  ["header", 0.5],
];

/** Put the box where covering costs least: beside the marked part, or at an edge of the window. */
export function placeBox() {
  const box = find("#story-stop");
  if (!box || box.hidden) return;
  const { offsetWidth: width, offsetHeight: height } = box;
  const marked = find(".story-mark")?.getBoundingClientRect();
  const [right, bottom] = [innerWidth - width - GAP, innerHeight - height - GAP];
  const beside = marked ? [marked.right + GAP, marked.left - GAP - width] : [];
  const below = marked ? [marked.bottom + GAP, marked.top - GAP - height, marked.top] : [];
  const above = $(".deck").getBoundingClientRect().top - GAP - height;
  const boxes = COVERED.flatMap(([selector, weight]) =>
    all(String(selector)).map((one) => ({ edges: one.getBoundingClientRect(), weight: Number(weight) })),
  );
  let best = { x: GAP, y: GAP, cost: Infinity };
  for (const x of [...beside, right, GAP].map((one) => Math.max(GAP, Math.min(one, right)))) {
    for (const y of [...below, above, bottom, GAP].map((one) => Math.max(GAP, Math.min(one, bottom)))) {
      const edges = { left: x, top: y, right: x + width, bottom: y + height };
      const cost = boxes.reduce((sum, one) => sum + one.weight * overlap(edges, one.edges), 0);
      if (cost < best.cost) best = { x, y, cost };
    }
  }
  box.style.left = `${best.x}px`;
  box.style.top = `${best.y}px`;
}

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Edges */

/** @param {Edges} one @param {Edges} other */
const overlap = (one, other) =>
  Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
