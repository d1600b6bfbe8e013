// @ts-check
// Walks the stops of a story or a talk. The page shows a stop's run and step as it shows any other; story-box.mjs shows
// the text, stop-panels.mjs opens what stands beside the run, and stop-inside.mjs walks what is inside a stop of a
// talk. Page Up and Page Down go from stop to stop, and a button lets all of it play by itself.

import { $, find, isPresenting, setText, showStatus } from "#core/dom";
import { hasRun, setRequest, setTools, state } from "#core/state";
import { onRunFailed, requestRun, writeAddress } from "#player/loading";
import { present } from "#player/modes";
import { seek } from "#player/playback";
import { tell } from "#player/stop-counter";
import { nextInside, openingOf, pauseInside, playInside, walkInside, walkPasted } from "#player/stop-inside";
import { openPanels, takeLook } from "#player/stop-panels";
import { boxOf, hideIfEmpty, isEmpty, mark, placeBox, write, writeWords } from "#player/story-box";

const READING = { word: 300, least: 3000 }; // milliseconds at a stop of a playing story, for each word and at least

const shown = {
  /** @type {Story | null} */
  story: null,
  /** The index of the stop; the index after the last stop stands for what comes after it. */
  at: 0,
  plays: false,
  /** The stop whose run was requested and has not come. @type {StoryStop | null} */
  awaited: null,
  /** Whether the page shows the step of the stop already, and whether it comes back to the stop from a later one. */
  isHere: false,
  isBack: false,
  /** Whether a machine was pasted at this stop, so that Page Down walks its run. */
  isPasted: false,
  /** Whether the tool of a stop of a talk is being opened, and where to go once it is open: 1, -1, or 0 to stay. */
  isArriving: false,
  pending: 0,
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer: undefined,
};

/** Return the story or talk that is shown and the index of its stop. */
export const position = () => ({ story: shown.story, at: shown.at });

/** Return the step that comes next inside the stop that is shown, if there is one. */
export const nextStep = () => {
  const stop = shown.story?.stops[shown.at];
  return stop && hasRun() && isOwnRun(stop) ? nextInside(stop) : undefined;
};

/**
 * Return whether a story or talk is shown at one of its stops.
 * @param {string} id
 * @param {number} at
 */
export const isAt = (id, at) => shown.story?.id === id && shown.at === at;

/**
 * How a stop comes: whether the page shows its run and step already, because the address names them; whether it is come
 * back to from a later stop; and whether the visitor's words have led to it.
 * @typedef {{ isHere?: boolean, isBack?: boolean, isFound?: boolean }} Arrival
 */

/** Return the story that is shown, or null. */
export const shownStory = () => shown.story;

/**
 * Show a story or talk at one of its stops.
 * @param {Story} story
 * @param {number} at
 * @param {Arrival} [how]
 */
export function showStory(story, at, how) {
  const isNew = shown.story !== story;
  shown.story = story;
  if (isNew) play(false);
  $("#welcome").hidden = true;
  const isMade = !find("#story-stop");
  const box = boxOf({
    "play-story": () => play(!shown.plays),
    "leave-story": closeStory,
    "earlier-stop": () => walkStops(-1),
    "next-stop": () => walkStops(1),
    "from-first-stop": () => {
      goTo(0);
      $("#next-stop").focus({ preventScroll: true });
    },
  });
  if (isMade) onRunFailed((line) => shown.awaited && refuse(line));
  box.hidden = false;
  document.documentElement.dataset.storyStop ??= "";
  goTo(at, how);
  if (!isPresenting()) $("#next-stop").focus({ preventScroll: true });
}

/**
 * Show a line that says why there is no story.
 * @param {string} line
 */
export function tellOfStory(line) {
  showStatus(line);
  setTools({ story: undefined, talk: undefined, packed: undefined });
}

/** @param {string} line */
function refuse(line) {
  Object.assign(shown, { awaited: null, pending: 0 });
  play(false);
  $("#stop-refusal").textContent = line;
  hideIfEmpty();
}

/** Leave the story or talk, and return whether one was open. A talk in the presenter mode leaves only that mode. */
export function leaveStory() {
  if (!shown.story?.isTalk || !isPresenting()) return closeStory();
  present(false);
  return true;
}

/** Close the story or talk, and return whether one was open. */
export function closeStory() {
  if (!shown.story) return false;
  play(false);
  Object.assign(shown, { story: null, awaited: null });
  setTools({ story: undefined, talk: undefined, packed: undefined });
  mark(null);
  writeWords(undefined);
  tell("");
  const box = $("#story-stop");
  const hadFocus = box.contains(document.activeElement);
  box.hidden = true;
  delete document.documentElement.dataset.storyStop;
  $("#story").open = false; // the text on the case, which the box has hidden, would push the stage aside now
  if (hadFocus) $("#open-stories").focus({ preventScroll: true });
  if (hasRun()) writeAddress();
  return true;
}

/**
 * Go on inside the stop or to the next one, or back if `by` is -1. Return whether there is a story. After the last stop
 * of a story comes the text on what to try, and then the story ends. A talk stays at its end.
 * @param {number} by
 */
export function walkStops(by) {
  const { story, at } = shown;
  if (!story) return false;
  const stop = story.stops[at];
  const isComing = story.isTalk && (shown.isArriving || shown.awaited !== null);
  if (isComing && !shown.pending) {
    shown.pending = by; // a second press does not wait
    return true;
  }
  shown.pending = 0;
  if (stop && !isComing && hasRun() && walkWithin(stop, by)) return true;
  if (at + by > story.stops.length) {
    if (!story.isTalk) closeStory();
  } else if (at + by >= 0) goTo(at + by, { isBack: by < 0 && Boolean(story.isTalk) });
  return true;
}

/**
 * Go on inside a stop, and return whether there was anything left in it.
 * @param {StoryStop} stop
 * @param {number} by
 */
function walkWithin(stop, by) {
  if (!shown.story?.isTalk || stop.missing) return false;
  if (isOwnRun(stop)) return walkInside(stop, by);
  if (!shown.isPasted) return false;
  if (walkPasted(stop, by)) return true;
  if (by > 0) return false;
  goTo(shown.at); // back before the first step of the pasted machine is the stop's own machine
  return true;
}

/** Record that the visitor has pasted a machine. Until the next stop, Page Down steps through the pasted machine. */
export function onPaste() {
  if (!shown.story) return;
  play(false);
  Object.assign(shown, { awaited: null, isPasted: true, isArriving: false, pending: 0 });
}

/**
 * @param {number} at
 * @param {Arrival} [how]
 */
function goTo(at, { isHere = false, isBack = false, isFound = false } = {}) {
  const { story } = shown;
  if (!story) return;
  const stops = story.stops.length;
  const place = { at: Math.max(0, Math.min(at, stops)), isHere, isBack };
  Object.assign(shown, place, { awaited: null, isPasted: false, isArriving: false, pending: 0 });
  setTools({ [story.isTalk ? "talk" : "story"]: `${story.id}.${shown.at + 1}`, packed: story.packed });
  const stop = story.stops[shown.at];
  if (story.isTalk && stop) {
    pauseInside();
    if (!isHere) takeLook(stop, story.stops); // the address of a page that shows the stop already has its look
  }
  write(story, shown.at, openMachine, isFound);
  const { step } = openingOf(stop ?? story.stops[stops - 1], isBack);
  if (!stop || stop.missing) mark(null);
  else if (isHere || isOwnRun(stop)) {
    if (!isHere) seek(step);
    arrive(stop);
  } else {
    shown.awaited = stop;
    lead(() => requestRun({ ...stop.request }, step));
  }
  placeBox();
  if (!stop && isEmpty()) setText($("#live"), "That was the last stop of the talk."); // the box would say it
  if (hasRun()) writeAddress();
  goOn();
}

function openMachine() {
  const { request, step } = shown.story?.now ?? {};
  if (request) lead(() => requestRun({ ...request }, step));
}

/**
 * Ask for a run of the story, and keep the options that the visitor had before a story chose others.
 * @param {() => void} request
 */
function lead(request) {
  const { own, request: before, play: run } = state;
  request();
  if (run) setRequest({ own: own ?? { kernel: before.kernel, zonelists: before.zonelists, asked: run.asked } });
}

/**
 * Show the tool, the answer and the mark of the awaited stop if its run has come. If another run has come, such as that
 * of a pasted machine, the stop's own words would be wrong there, and its sentences are shown.
 */
export function onRun() {
  const { awaited, story, at } = shown;
  const stop = story?.stops[at];
  if (stop && !stop.missing) writeWords(isOwnRun(stop) ? stop : undefined);
  if (awaited && isOwnRun(awaited)) {
    shown.awaited = null;
    arrive(awaited);
  } else if (shown.story) placeBox();
}

/**
 * Return whether the run that is shown is that of a stop.
 * @param {StoryStop} stop
 */
function isOwnRun({ request: wanted }) {
  if (!hasRun() || !wanted) return false;
  const { request, play: run } = state;
  const isMachine = /** @type {const} */ (["topology", "text", "link", "allowed"]).every(
    (name) => (request[name] ?? "") === (wanted[name] ?? ""),
  );
  const isNamed = isMachine && !request.turned && run.asked === wanted.kernel && run.zonelists === wanted.zonelists;
  // After a reload the machine of a text may stand in the address as a link.
  return isNamed || (shown.isHere && Boolean(request.link) && !shown.isPasted);
}

/**
 * Show the tool, the answer, the walk and the mark of a stop. Its run is shown at its step already.
 * @param {StoryStop} stop
 */
async function arrive(stop) {
  const { story, at, isHere, isBack } = shown;
  const isStill = () => shown.story === story && shown.at === at;
  shown.isArriving = true;
  await openPanels(stop, { isHere, isBack }, isStill);
  if (!isStill() || shown.isPasted) return;
  shown.isArriving = false;
  mark(stop.mark);
  placeBox();
  if (shown.pending) walkStops(shown.pending);
  else if (story?.isTalk && !isHere && !isBack) playInside(stop);
}

// Playing by itself

/** @param {boolean} plays */
function play(plays) {
  shown.plays = plays;
  const toggle = find("#play-story");
  if (toggle) {
    toggle.textContent = plays ? "Pause" : "Play";
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
  const words = `${stop.text ?? stop.title} ${stop.look ?? ""}`.split(" ").length;
  shown.timer = setTimeout(
    () => {
      if (story?.isTalk && state.mode === "playing") return goOn(); // the stop itself still plays
      walkStops(1);
      goOn();
    },
    READING.least + words * READING.word,
  );
}
