// The player: the one place that holds state, and how it moves from step to step. Signals are read by signals.mjs, a
// step is put on the page by paint.mjs; what a visitor presses stands in page.mjs.

import { SIZES, following, preceding } from "./signals.mjs";
import { paint } from "./paint.mjs";
import { answer, questionAt } from "./answer.mjs";
import { breakIn } from "./breaks.mjs";
import { showFunction } from "./code.mjs";
import { followStep } from "./charts.mjs";
import { followLane } from "./lane.mjs";
import { keepAddress } from "./loading.mjs";
import { followScenario } from "./scenario.mjs";
import { toolStepped } from "./tools.mjs";
import { playOnLater, waitFor, waitNoMore } from "./ahead.mjs";

const PACE = 900; // milliseconds between strides at speed 1
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export const state = {
  mode: "empty", // empty, paused, playing, ended
  play: null, // what the server sent: the run, its pictures and texts
  trace: null,
  view: null,
  stops: [],
  step: 0,
  size: SIZES.source,
  speed: 1,
  timer: 0,
  opener: null, // what had the focus before the answer took it
  subject: null, // what the answer panel speaks of: a register's cell, or "passes"
  follows: null, // at whose changes playing stops: that subject, or a whole node
  request: null,
  unheard: null, // the run that was asked for last, if no server heard that
  recalled: undefined, // what the first request came from, if the tab had kept it: "draft" or "kept"
  seek: (step) => seek(step),
  become: (event) => become(event),
  show: () => show(),
};

// What every event makes of every mode; a missing entry means that nothing happens.
const MODES = {
  empty: { load: "paused" },
  paused: { load: "paused", play: "playing", step: "paused", seek: "paused", end: "ended" },
  playing: { load: "paused", pause: "paused", step: "paused", seek: "paused", end: "ended" },
  ended: { load: "paused", play: "playing", step: "paused", seek: "paused", end: "ended" },
};

const $ = (selector) => document.querySelector(selector);
const stops = () => state.stops[state.size];
const atEnd = () => state.step === state.trace.length - 1;

function become(event) {
  const mode = MODES[state.mode][event];
  if (!mode) return;
  const paused = state.mode === "playing" && mode !== "playing";
  state.mode = mode;
  clearTimeout(state.timer);
  if (mode === "playing") state.timer = setTimeout(tick, PACE / state.speed);
  showMode();
  if (paused) say(state.trace.at("sentence", state.step));
}

// What a visitor can do

// To a step, or to that which a function finds in the trace; beyond the end of what is here, as soon as it has come.
export function seek(wanted, event = "seek") {
  if (!state.trace) return;
  const step = typeof wanted === "function" ? wanted(state.trace) : wanted;
  state.step = Math.max(0, Math.min(step ?? state.step, state.trace.length - 1));
  become(atEnd() ? "end" : event);
  say(state.trace.at("sentence", state.step));
  show();
  if (step > state.step) waitFor(state, wanted);
  else waitNoMore();
}

export const forward = (size = state.size) => state.trace && seek(atEnd() ? state.step + 1 : following(state.stops[size], state.step), "step");
export const back = (size = state.size) => state.trace && seek(preceding(state.stops[size], state.step), "step");
export const first = () => state.trace && seek(state.step === state.trace.opens ? 0 : state.trace.opens);
export const last = () => state.trace && seek(state.play.more ? Infinity : state.trace.length - 1);

export function playOrPause() {
  if (state.mode === "playing") return become("pause");
  if (state.mode === "ended") seek(state.trace.opens);
  become("play");
}

function tick() {
  const pass = state.trace.at("pass", state.step);
  const chapter = state.trace.at("chapter", state.step);
  const next = following(stops(), state.step);
  const stop = breakIn(state, state.step, next);
  state.step = stop ?? next;
  show();
  if (state.trace.at("pass", state.step) !== pass || state.trace.at("chapter", state.step) !== chapter) {
    say(state.trace.at("sentence", state.step));
  }
  if (atEnd() && state.play.more) playOnLater();
  if (atEnd()) become("end");
  else if (stop !== undefined) {
    become("pause");
    tell(`Stopped at a change of ${state.follows}.`);
  } else state.timer = setTimeout(tick, PACE / state.speed);
}

export function setSize(size) {
  state.size = size;
  $("#size").value = size;
  if (state.trace) show();
}

export function faster(by) {
  state.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.indexOf(state.speed) + by, SPEEDS.length - 1))];
  $("#speed").value = state.speed;
}

// Run to the next step at which a line is executed, or the next line below it that a run stops at; from the top again if
// none is left.
export function runTo(line, file, name) {
  const runs = new Map(); // the steps of every line of the function
  for (let step = 0; step < state.trace.length; step++) {
    for (const [f, n, l] of state.trace.at("stack", step)) {
      if (f !== file || n !== name) continue;
      if (!runs.has(l)) runs.set(l, []);
      runs.get(l).push(step);
    }
  }
  const lines = [...runs.keys()].sort((one, other) => one - other);
  const stop = lines.find((one) => one >= line) ?? lines.at(-1);
  if (stop === undefined) return tell(`${name}() is not called in this run.`);
  const steps = runs.get(stop);
  const again = steps.find((step) => step > state.step);
  seek(again ?? steps[0]);
  if (again === undefined) tell(`Line ${stop} does not run after that step; this is the first time that it does.`);
  if (stop !== line) tell(`This run does not stop at line ${line}; here it stops ${stop > line ? "after" : "before"} it.`);
}

function tell(line) {
  $("#status").textContent = line;
}

// Showing

export function show() {
  const { trace, view, step } = state;
  paint(view, trace, step, preceding(stops(), step));
  const scrubber = $("#scrubber");
  scrubber.value = step;
  scrubber.setAttribute("aria-valuetext", whereText());
  $("#where").textContent = whereText();
  followLane(trace, step);
  followScenario(trace, step);
  $("#status").textContent = "";
  const asked = questionAt(state);
  $("#ask").textContent = asked?.[1] ?? "";
  answer(state);
  followStep(state);
  toolStepped(state);
  keepAddress(state);
  showFunction(trace.at("stack", step).at(-1)); // last, since it measures: all is laid out once, before the picture
}

function whereText() {
  const { trace, step } = state;
  const parts = [`step ${step} of ${trace.length - 1}`];
  const pass = trace.at("pass", step);
  const source = trace.at("source", step);
  if (trace.chapters[trace.at("chapter", step)].name === "zonelists") parts.push("zonelists");
  else if (pass) parts.push(`pass ${pass}`);
  if (source !== -1) parts.push(`source ${source}`);
  if (state.play.more) parts[0] += ", more to come";
  return parts.join(", ");
}

function showMode() {
  const playing = state.mode === "playing";
  const button = $("#play-pause");
  button.classList.toggle("playing", playing);
  button.title = playing ? "Pause (space)" : "Play (space)";
  button.setAttribute("aria-label", playing ? "Pause" : "Play");
  $("#main").dataset.mode = state.mode;
}

// For a screen reader: the sentence on every step that a visitor takes, and what matters while it plays.
function say(sentence) {
  $("#live").textContent = sentence;
}
