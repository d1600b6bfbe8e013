// @ts-check
// Shows a story: a box with the text of a stop, placed where it covers least. The page shows the stop's run and step as
// it shows any other. Page Up and Page Down go from stop to stop, and a button lets the story play by itself.

import { $, all, button, element, find, on, setAttribute } from "#core/dom";
import { later } from "#core/server";
import { hasRun, setTools, state } from "#core/state";
import { onRunFailed, requestRun, writeAddress } from "#player/loading";
import { seek } from "#player/playback";
import { markTerms } from "#player/terms";
import { openTool, toolShowScene, toolShowWalk } from "#player/tool-panel";
import { closeAnswer, openAnswer } from "#player/why-panel";

const GAP = 12; // pixels between the box and the marked part of the page
const READING = { word: 300, least: 3000 }; // milliseconds at a stop of a playing story, for each word and at least
const BOX = `<div class="stop-head"><p id="stop-of"></p>
    <button type="button" id="play-story" aria-pressed="false" title="Goes on by itself, at reading speed">Play</button>
    <button type="button" id="leave-story" title="Leave the story (Escape)">Close</button></div>
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

const shown = {
  /** @type {Story | null} */
  story: null,
  /** The index of the stop; the index after the last stop stands for the text on what to try. */
  at: 0,
  plays: false,
  /** The stop whose run was requested and has not come. @type {StoryStop | null} */
  awaited: null,
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer: undefined,
};

/**
 * Return whether a story is shown at one of its stops.
 * @param {string} id
 * @param {number} at
 */
export const isAt = (id, at) => shown.story?.id === id && shown.at === at;

/** Return the story that is shown, or null. */
export const shownStory = () => shown.story;

/**
 * Show a story at one of its stops.
 * @param {Story} story
 * @param {number} at
 * @param {boolean} isHere whether the page shows the run and the step already, because the address names them
 */
export function showStory(story, at, isHere) {
  const isNew = shown.story !== story;
  shown.story = story;
  if (isNew) play(false);
  $("#welcome").hidden = true;
  const box = find("#story-stop") ?? made();
  box.hidden = false;
  goTo(at, isHere);
  $("#next-stop").focus({ preventScroll: true });
}

function made() {
  const box = element("section", "", "panel");
  box.id = "story-stop";
  setAttribute(box, "role", "dialog");
  setAttribute(box, "aria-labelledby", "stop-title");
  box.innerHTML = BOX;
  document.body.append(box);
  on($("#play-story"), "click", () => play(!shown.plays));
  on($("#leave-story"), "click", leaveStory);
  on($("#earlier-stop"), "click", () => walkStops(-1));
  on($("#next-stop"), "click", () => walkStops(1));
  window.addEventListener("resize", place);
  onRunFailed((line) => shown.awaited && refuse(line));
  return box;
}

/**
 * Show a line that says why there is no story.
 * @param {string} line
 */
export function tellOfStory(line) {
  $("#status").textContent = line;
  setTools({ story: undefined });
}

/** @param {string} line */
function refuse(line) {
  shown.awaited = null;
  play(false);
  $("#stop-refusal").textContent = line;
}

/** Close the story, and return whether one was open. */
export function leaveStory() {
  if (!shown.story) return false;
  play(false);
  Object.assign(shown, { story: null, awaited: null });
  setTools({ story: undefined });
  mark(null);
  const box = $("#story-stop");
  const hadFocus = box.contains(document.activeElement);
  box.hidden = true;
  if (hadFocus) $("#open-stories").focus({ preventScroll: true });
  if (hasRun()) writeAddress();
  return true;
}

/**
 * Go to the next stop, or by -1 to the one before, and return whether there is a story. The text on what to try follows
 * the last stop, and after it the story ends.
 * @param {number} by
 */
export function walkStops(by) {
  const { story, at } = shown;
  if (!story) return false;
  if (at + by > story.stops.length) leaveStory();
  else if (at + by >= 0) goTo(at + by);
  return true;
}

/** @param {number} at */
function goTo(at, isHere = false) {
  const { story } = shown;
  if (!story) return;
  shown.at = Math.max(0, Math.min(at, story.stops.length));
  setTools({ story: `${story.id}.${shown.at + 1}` });
  shown.awaited = null;
  const stop = story.stops[shown.at];
  write(story, stop);
  if (!stop) mark(null);
  else if (isHere || isRunOf(stop.request)) {
    if (!isHere) seek(stepOf(stop));
    arrive(stop);
  } else {
    shown.awaited = stop;
    requestRun({ ...stop.request }, stepOf(stop));
  }
  place();
  if (hasRun()) writeAddress();
  goOn();
}

/**
 * Return the step at which the page shows a stop: its own or, if it asks whom a node will choose, the one before.
 * @param {StoryStop} stop
 */
const stepOf = ({ step, predict }) => (predict ? step - 1 : step);

/** Show the tool, the answer and the mark of the awaited stop if its run has come. */
export function onRun() {
  const { awaited } = shown;
  if (awaited && isRunOf(awaited.request)) {
    shown.awaited = null;
    arrive(awaited);
  } else if (shown.story) place();
}

/**
 * Return whether the run that is shown is the one that a request would bring.
 * @param {RunRequest} wanted
 */
function isRunOf(wanted) {
  if (!hasRun()) return false;
  const { request, play: run } = state;
  const isMachine = /** @type {const} */ (["topology", "text", "link", "allowed"]).every(
    (name) => (request[name] ?? "") === (wanted[name] ?? ""),
  );
  return isMachine && !request.turned && run.asked === wanted.kernel && run.zonelists === wanted.zonelists;
}

/**
 * Show the tool, the answer, the walk and the mark of a stop. Its run is shown at its step already.
 * @param {StoryStop} stop
 */
async function arrive({ view, against, walk, scene, ask, predict, step, mark: wanted }) {
  const { story, at } = shown;
  if (ask) openAnswer({ subject: ask, follows: ask });
  else if (state.subject) closeAnswer();
  if (view === "compare" && against && state.against !== `kernel:${against}`) {
    await openTool("code");
    setTools({ against: `kernel:${against}` });
  }
  if (scene) setTools({ pressure: scene });
  await openTool(view);
  if (shown.story !== story || shown.at !== at) return;
  if (walk) toolShowWalk(walk);
  if (scene) toolShowScene(scene);
  if (predict) await later.module?.askAt(step);
  mark(wanted);
  place();
}

/**
 * Write the text of a stop or, without a stop, the text on what to try.
 * @param {Story} story
 * @param {StoryStop | undefined} stop
 */
function write({ question, stops, now }, stop) {
  $("#stop-of").textContent = stop ? `${shown.at + 1} of ${stops.length}: ${question}` : question;
  $("#stop-refusal").textContent = "";
  const heading = element("h2", stop ? stop.title : "Now try");
  heading.id = "stop-title";
  const text = $("#stop-text");
  const words = element("p", stop ? stop.text : now.text);
  markTerms(words); // before it is shown, since a change of what is shown would be read aloud
  text.replaceChildren(heading, words);
  if (stop?.look) text.append(element("p", stop.look, "look"));
  if (stop?.scene) text.append(element("small", "A model, and no measurement.", "quiet"));
  const { request, step } = now;
  if (!stop && request) {
    const open = button("Open this machine", "primary");
    on(open, "click", () => requestRun({ ...request }, step));
    text.append(open);
  }
  setAttribute($("#earlier-stop"), "aria-disabled", shown.at === 0);
  $("#next-stop").textContent = stop ? "Next" : "Done";
  $("#play-story").hidden = !stop;
}

// Playing by itself

/** @param {boolean} plays */
function play(plays) {
  shown.plays = plays;
  const toggle = find("#play-story");
  if (toggle) {
    toggle.textContent = plays ? "Pause" : "Play";
    setAttribute(toggle, "aria-pressed", plays);
  }
  goOn();
}

/** If the story plays, go to the next stop after the time that it takes to read this one. */
function goOn() {
  clearTimeout(shown.timer);
  const { story, at, plays } = shown;
  const stop = story?.stops[at];
  if (!plays) return;
  if (!stop) return play(false);
  const words = `${stop.text} ${stop.look ?? ""}`.split(" ").length;
  shown.timer = setTimeout(() => goTo(at + 1), READING.least + words * READING.word);
}

// The mark and the place of the box

/**
 * Outline the part of the page that a stop marks, or no part.
 * @param {string | null} wanted
 */
function mark(wanted) {
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
  ["#stage", 2],
  [".deck", 6],
  ["#predict:not([hidden])", 8],
  ["#tool:not([hidden])", 3],
  ["[data-beside=pressure] .stage-panel", 3], // pages flow there
  [".film-bar, .film-told, .film-owners", 6],
  ["#why:not([hidden])", 3],
  [".side", 0.6],
  ["#registers", 0.5],
  ["header", 0.5],
];

/** Put the box where covering costs least: beside the marked part, or at an edge of the window. */
function place() {
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
