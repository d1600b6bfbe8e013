// @ts-check
// Moves the player from step to step. core/state.mjs holds the current step, core/trace.mjs reads the run, and
// paint.mjs shows a step. Other modules register functions with onStep(), which are called after each step (see
// page.mjs).

import { $, setAttribute, setText, showStatus } from "#core/dom";
import { hasRun, setPlayer, state } from "#core/state";
import { following, preceding, SIZES } from "#core/trace";
import { breakpointIn, whyStopped } from "#player/breakpoints";
import { paint } from "#player/paint";

const PACE = 900; // milliseconds that a stop is shown at speed 1
const COMING = "The rest of this run is on its way.";

/**
 * The mode that follows each mode at each event. An event that is missing here changes nothing.
 * @type {Record<Mode, Partial<Record<ModeEvent, Mode>>>}
 */
const MODES = {
  empty: { load: "paused" },
  paused: { load: "paused", play: "playing", step: "paused", seek: "paused", end: "ended" },
  playing: { load: "paused", pause: "paused", step: "paused", seek: "paused", end: "ended" },
  ended: { load: "paused", play: "playing", step: "paused", seek: "paused", end: "ended" },
};

/** @type {(() => void)[]} */
const followers = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let begun = 0; // the time at which the page began to show its step
/** Returns the step at which the player is to stop on its way; undefined if nothing holds it. */
let hold = (/** @type {Step} */ _from, /** @type {Step} */ _to) => /** @type {Step | undefined} */ (undefined);
/**
 * What the player does when the rest of a run has come: the step to go to, whether to go on playing, and the part of
 * the run that was shown when somebody wanted that step.
 * @type {{ wanted: Wanted | null, plays: boolean, play: Play | null }}
 */
const later = { wanted: null, plays: false, play: null };

/**
 * How the player goes to a step, and how long a sentence stays. This is the simplest way: when player/motion.mjs has
 * come, it replaces this one, and beats lead to each step.
 * @type {Choreography}
 */
let choreography = {
  lead(step, showStep, arrive) {
    showStep(step);
    arrive();
  },
  stop() {},
  readingTime: () => PACE,
};

/** @param {Choreography} other */
export function useChoreography(other) {
  choreography = other;
}

/**
 * Where playing ends, and the seconds that each of its strides lasts, for a stop of a talk that plays by itself. Both
 * are undefined if the run plays to its end, at the speed of the page.
 * @type {{ last: Step | undefined, pace: number | undefined }}
 */
const part = { last: undefined, pace: undefined };

/**
 * Register a function that is called after every step; they are called in the order in which they were registered.
 * @param {() => void} follow
 */
export const onStep = (follow) => void followers.push(follow);

/** Return for how many milliseconds the page has been showing its step. */
export const shownFor = () => performance.now() - begun;

/**
 * Return the steps where a stride stops. The zonelists before the first order are one stop, step 0, for all strides but
 * the smallest; for somebody who has gone in among them, each list is a stop.
 */
function stops(size = state.size) {
  const isAmongLists = state.step > 0 && state.step < state.trace.opens;
  return state.stops[isAmongLists && size === SIZES.source ? SIZES.micro : size];
}

/** Return whether this is the one stop that stands for all zonelists before the first order. */
export const isFolded = () => state.step === 0 && state.trace.opens > 1 && state.size > SIZES.micro;

/**
 * Set the function that may hold the player on its way from one step to another.
 * @param {typeof hold} holds
 */
export function setHold(holds) {
  hold = holds;
}

const isAtEnd = () => state.step === state.trace.length - 1;
const sentence = () => state.trace.at("sentence", state.step);

/** @param {ModeEvent} event */
export function transition(event) {
  const mode = MODES[state.mode][event];
  if (!mode) return;
  const hasPaused = state.mode === "playing" && mode !== "playing";
  setPlayer({ mode });
  if (mode !== "playing") Object.assign(part, { last: undefined, pace: undefined });
  clearTimeout(timer);
  choreography.stop();
  if (mode === "playing") tickLater();
  showMode();
  if (hasPaused) say(sentence());
}

// What a visitor can do

/**
 * Go to a step, or to the one that a function finds in the trace. If only the beginning of a run has come and the step
 * is beyond it, go there as soon as the rest has come.
 * @param {Wanted} wanted
 * @param {ModeEvent} event
 */
export function seek(wanted, event = "seek") {
  if (!hasRun()) return;
  const step = typeof wanted === "function" ? wanted(state.trace) : wanted;
  setPlayer({ step: Math.max(0, Math.min(step ?? state.step, state.trace.length - 1)) });
  transition(isAtEnd() ? "end" : event);
  say(sentence());
  show();
  if (step !== undefined && step > state.step) seekLater(wanted);
  else later.wanted = null;
}

export function forward(size = state.size) {
  if (!hasRun()) return;
  const next = isAtEnd() ? state.step + 1 : following(stops(size), state.step);
  seek(hold(state.step, next) ?? next, "step");
}

export function back(size = state.size) {
  if (hasRun()) seek(preceding(stops(size), state.step), "step");
}

export function first() {
  if (hasRun()) seek(0);
}

export function last() {
  if (hasRun()) seek(state.play.more ? Infinity : state.trace.length - 1);
}

export function playOrPause() {
  if (state.mode === "playing") {
    transition("pause");
    return show(); // a beat may have shown the sentence of an earlier step
  }
  if (state.mode === "ended") seek(state.trace.opens);
  transition("play");
}

/**
 * Go to a step and play from there, after no more than a beat.
 * @param {Step} step
 */
export function playFrom(step) {
  seek(step);
  transition("play");
  clearTimeout(timer);
  timer = setTimeout(tick, PACE);
}

/**
 * Play up to a step, and pause there.
 * @param {Step} last
 * @param {number} [pace] the seconds that each stride lasts, whatever the speed of the page is
 */
export function playUpTo(last, pace) {
  if (state.step >= last) return;
  Object.assign(part, { last, pace });
  transition("play");
}

const tickLater = () => (timer = setTimeout(tick, part.pace ? 1000 * part.pace : pace()));

/** Return for how long the step is shown: for as long as its sentence needs, unless a visitor has set a speed. */
const pace = () => (state.reads ? choreography.readingTime(sentence()) : PACE / state.speed);

function tick() {
  const before = state.step;
  const after = Math.min(nextPlayed(), part.last ?? Infinity);
  const held = hold(before, after);
  const next = held ?? after;
  const stop = breakpointIn(before, next);
  const showStep = (/** @type {Step} */ step, told = step) => {
    setPlayer({ step });
    show(told);
  };
  const isHeld = stop === undefined && held !== undefined;
  choreography.lead(stop ?? next, showStep, () => arrive(before, stop !== undefined, isHeld));
}

/** Return the next step at which playing stops: zonelists in a row are one stop, unless every step is one. */
function nextPlayed() {
  const { trace, size } = state;
  const isZonelist = (/** @type {Step} */ step) => trace.at("operation", step)[0] === "ZonelistBuilt";
  let next = following(stops(), state.step);
  while (size && next < trace.length - 1 && isZonelist(next) && isZonelist(next + 1)) next += 1;
  return next;
}

/**
 * Do what is due once the player has come to a stop: say its sentence, end, pause or go on.
 * @param {Step} before
 * @param {boolean} isBreak
 * @param {boolean} isHeld whether a question about the next choice stands there
 */
function arrive(before, isBreak, isHeld) {
  const { trace, step } = state;
  const begins = trace.differs("pass", step, before) || trace.differs("chapter", step, before);
  if (begins) say(sentence());
  if (isAtEnd() && state.play.more) later.plays = true;
  if (isAtEnd()) transition("end");
  else if (step === part.last) transition("pause");
  else if (isBreak) {
    transition("pause");
    showStatus(whyStopped(step));
  } else if (isHeld) transition("pause");
  else tickLater();
}

/** @param {number} size */
export function setSize(size) {
  setPlayer({ size });
  $("#size").value = String(size);
  if (hasRun()) show();
}

/**
 * Set the speed: a factor or, if it is empty, as long for each stop as its sentence takes to read.
 * @param {string} value
 */
export function setSpeed(value) {
  setPlayer({ speed: Number(value) || 1, reads: !value });
  $("#speed").value = value;
}

/** @param {number} by how many entries further in the page's list of speeds */
export function faster(by) {
  const { options } = $("#speed");
  const at = [...options].findIndex(({ value }) => Number(value) === state.speed);
  setSpeed(options[Math.max(0, Math.min(at + by, options.length - 1))].value);
}

/**
 * Go to the next step at which a line of a function runs. If the run never stops at that line, take the next line below
 * at which it does, or else the last line. If no such step is left, go to the first one of the run.
 * @param {number} line
 * @param {string} file
 * @param {string} name
 */
export function runTo(line, file, name) {
  const runs = stepsByLine(file, name);
  const lines = [...runs.keys()].sort((one, other) => one - other);
  const stop = lines.find((one) => one >= line) ?? lines.at(-1);
  if (stop === undefined) return showStatus(`${name}() is not called in this run.`);
  const steps = runs.get(stop) ?? [];
  const again = steps.find((step) => step > state.step);
  seek(again ?? steps[0]);
  if (again === undefined) {
    showStatus(`Line ${stop} does not run after that step; this is the first time that it does.`);
  }
  if (stop !== line) {
    showStatus(`This run does not stop at line ${line}; here it stops ${stop > line ? "after" : "before"} it.`);
  }
}

/**
 * Return the steps at which a function is in the call stack, by the line it is at.
 * @param {string} file
 * @param {string} name
 */
function stepsByLine(file, name) {
  /** @type {Map<number, Step[]>} */
  const runs = new Map();
  for (let step = 0; step < state.trace.length; step++) {
    for (const [f, n, line] of state.trace.at("stack", step)) {
      if (f !== file || n !== name) continue;
      const steps = runs.get(line);
      if (steps) steps.push(step);
      else runs.set(line, [step]);
    }
  }
  return runs;
}

// The rest of a long run

/**
 * Go to a step that has not come yet as soon as it comes.
 * @param {Wanted} wanted
 */
function seekLater(wanted) {
  if (!state.play.more) return;
  expectRest(wanted);
  window.dispatchEvent(new Event("tierscope:ahead")); // page.mjs asks for the rest again if that has failed
}

/**
 * Record the step to go to once the rest of the run has come, and show that the page waits for it. If the step is null,
 * the player stays where it is.
 * @param {Wanted | null} wanted
 */
export function expectRest(wanted) {
  Object.assign(later, { wanted, play: state.play });
  if (wanted !== null) showStatus(COMING);
}

/** Return the step that the player goes to once the rest of this run has come; null if it stays where it is. */
export const wantedOfRest = () => (later.play === state.play ? later.wanted : null);

/** Do what was put off until the rest of the run has come. This is called once it has. */
export function onRest() {
  const { wanted, plays } = later;
  Object.assign(later, { wanted: null, plays: false });
  showStatus("");
  if (state.mode === "ended") transition("load");
  if (wanted !== null) seek(wanted);
  if (plays) transition("play");
}

// Showing

/** Show the step, with the sentence of the step `told`. */
export function show(told = state.step) {
  begun = performance.now();
  const { trace, view, step } = state;
  paint(view, trace, step, preceding(stops(), step), told);
  const scrubber = $("#scrubber");
  const where = whereText();
  scrubber.value = String(step);
  setAttribute(scrubber, "aria-valuetext", where);
  $("#where").textContent = where;
  showStatus("");
  for (const follow of followers) follow();
}

function whereText() {
  const { trace, step, play } = state;
  const pass = trace.at("pass", step);
  const source = trace.at("source", step);
  const parts = [`step ${step} of ${trace.length - 1}${play.more ? ", more to come" : ""}`];
  if (trace.chapters[trace.at("chapter", step)].name === "zonelists") parts.push("zonelists");
  else if (pass) parts.push(`pass ${pass}`);
  if (source !== -1) parts.push(`source ${source}`);
  return parts.join(", ");
}

function showMode() {
  const playing = state.mode === "playing";
  const button = $("#play-pause");
  button.classList.toggle("playing", playing);
  button.title = playing ? "Pause (space)" : "Play (space)";
  setAttribute(button, "aria-label", playing ? "Pause" : "Play");
  $("#main").dataset.mode = state.mode;
}

/**
 * Let a screen reader say something: the sentence of each step that a visitor takes, and while the run plays only that
 * of each new pass or chapter. The same words are said once.
 * @param {string} words
 */
function say(words) {
  setText($("#live"), words);
}
