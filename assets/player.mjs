// The player: the one place that holds state, and what each press, key and click does to it. Signals are read by
// signals.mjs, a step is put on the page by paint.mjs; the server is asked only for another run (loading.mjs).

import { SIZES, following, preceding } from "./signals.mjs";
import { paint, showFunction } from "./paint.mjs";
import { answer, closeAnswer, jump, questionAt, subjectOf } from "./answer.mjs";
import { askForChart, chooseChart, followStep, prepareCharts } from "./charts.mjs";
import { ask, firstRequest, follow, keepAddress, take } from "./loading.mjs";
import { isUsed, moveInTable, rove, singleKeys } from "./keys.mjs";
import { fullScreen, panel, present, presenting, switchTheme } from "./modes.mjs";
import { openShare, shareActs } from "./sharing.mjs";
import { fit, listenForZoom, zoom } from "./zoom.mjs";
import { endTour, invite, nextStop, startTour } from "./tour.mjs";

const PACE = 900; // milliseconds between strides at speed 1
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

const state = {
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
  request: null,
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

function seek(step, event = "seek") {
  if (!state.trace) return;
  state.step = Math.max(0, Math.min(step, state.trace.length - 1));
  become(atEnd() ? "end" : event);
  show();
  say(state.trace.at("sentence", state.step));
}

const forward = (size = state.size) => state.trace && seek(following(state.stops[size], state.step), "step");
const back = (size = state.size) => state.trace && seek(preceding(state.stops[size], state.step), "step");
const first = () => state.trace && seek(state.step === state.trace.opens ? 0 : state.trace.opens);
const last = () => state.trace && seek(state.trace.length - 1);

function playOrPause() {
  if (state.mode === "playing") return become("pause");
  if (state.mode === "ended") seek(state.trace.opens);
  become("play");
}

function tick() {
  const pass = state.trace.at("pass", state.step);
  const chapter = state.trace.at("chapter", state.step);
  state.step = following(stops(), state.step);
  show();
  if (state.trace.at("pass", state.step) !== pass || state.trace.at("chapter", state.step) !== chapter) {
    say(state.trace.at("sentence", state.step));
  }
  if (atEnd()) become("end");
  else state.timer = setTimeout(tick, PACE / state.speed);
}

function setSize(size) {
  state.size = size;
  $("#size").value = size;
  if (state.trace) show();
}

function faster(by) {
  state.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.indexOf(state.speed) + by, SPEEDS.length - 1))];
  $("#speed").value = state.speed;
}

// Run to the next step that executes a line, from the top again if none is left.
function runTo(line, file, name) {
  const runs = (step) => state.trace.at("stack", step).some(([f, n, l]) => l === line && n === name && f === file);
  const steps = Array.from({ length: state.trace.length }, (_, step) => step).filter(runs);
  const target = steps.find((step) => step > state.step) ?? steps[0];
  if (target === undefined) $("#status").textContent = `Line ${line} stops nowhere: only lines with a yield do.`;
  else seek(target);
}

// Showing

function show() {
  const { trace, view, step } = state;
  paint(view, trace, step, preceding(stops(), step));
  const scrubber = $("#scrubber");
  scrubber.value = step;
  scrubber.setAttribute("aria-valuetext", whereText());
  $("#where").textContent = whereText();
  $("#status").textContent = "";
  const asked = questionAt(state);
  $("#ask").textContent = asked?.[1] ?? "";
  answer(state);
  followStep(state);
  keepAddress(state);
}

function whereText() {
  const { trace, step } = state;
  const parts = [`step ${step} of ${trace.length - 1}`];
  const pass = trace.at("pass", step);
  const source = trace.at("source", step);
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
  button.setAttribute("aria-label", playing ? "Pause" : "Play");
  $("#main").dataset.mode = state.mode;
}

// For a screen reader: the sentence on every step that a visitor takes, and what matters while it plays.
function say(sentence) {
  $("#live").textContent = sentence;
}

// Keys

function changeTheme() {
  switchTheme();
  askForChart(state);
}

function showPanel(name) {
  panel(name);
  if (state.trace) show();
}

function loaded() {
  fit();
  invite();
  askForChart(state);
}

function escape() {
  if (state.subject) return closeAnswer(state);
  if (!$("#tour").hidden) return endTour();
  present(false);
}

const KEYS = {
  " ": playOrPause,
  ".": playOrPause,
  ArrowRight: (event) => forward(event.shiftKey ? SIZES.source : state.size),
  ArrowLeft: (event) => back(event.shiftKey ? SIZES.source : state.size),
  "]": () => forward(SIZES.pass),
  "[": () => back(SIZES.pass),
  Home: first,
  End: last,
  1: () => setSize(SIZES.micro),
  2: () => setSize(SIZES.source),
  3: () => setSize(SIZES.pass),
  4: () => setSize(SIZES.event),
  "+": () => faster(1),
  "-": () => faster(-1),
  f: fullScreen,
  p: () => present(),
  d: () => changeTheme(),
  c: () => showPanel("code"),
  r: () => showPanel("registers"),
  w: () => showPanel("scores"),
  "?": () => $("#keys").showModal(),
  Escape: escape,
  PageDown: () => presenting() && forward(),
  PageUp: () => presenting() && back(),
  ArrowDown: (event) => rove(event, 1),
  ArrowUp: (event) => rove(event, -1),
  Enter: (event) => activate(event),
};

function onKey(event) {
  const { key, target } = event;
  if (!KEYS[key] || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (key.length === 1 && !singleKeys()) return;
  if (isUsed(key, target)) {
    if (key === " " && target.closest("[data-cell]")) activate(event);
    else if (!moveInTable(event)) return;
    event.preventDefault();
  } else if (KEYS[key](event) !== false) event.preventDefault();
}

function activate(event) {
  const subject = subjectOf(event.target, state.trace?.arrays[0]);
  if (!subject) return false;
  openAnswer(subject);
}

function openAnswer(subject) {
  state.subject = subject;
  if (!document.activeElement.closest("#why")) state.opener = document.activeElement;
  answer(state, true);
}

// Clicks and changes

const CLICKS = {
  first,
  back: () => back(),
  forward: () => forward(),
  "play-pause": playOrPause,
  last,
  theme: () => changeTheme(),
  present: () => present(),
  "open-keys": () => $("#keys").showModal(),
  "close-keys": () => $("#keys").close(),
  "open-paste": () => $("#paste").showModal(),
  "close-paste": () => $("#paste").close(),
  "open-share": () => openShare(state),
  "close-share": () => $("#share").close(),
  ask: () => openAnswer(questionAt(state)[0]),
  "close-why": () => closeAnswer(state),
  "earlier-change": () => jump(state, -1),
  "later-change": () => jump(state, 1),
  "zoom-in": () => zoom(1.5),
  "zoom-out": () => zoom(1 / 1.5),
  "zoom-fit": fit,
  "start-tour": startTour,
  "skip-tour": endTour,
  "end-tour": endTour,
  "next-stop": nextStop,
  "open-default": () => ask(state, { topology: $("#topology option").value }),
  load: () => ask(state, { text: $("#text").value || " " }),
};

const CHANGES = {
  topology: (value) => ask(state, { topology: value }),
  kernel: (value) => ask(state, { kernel: value }),
  zonelists: (value) => ask(state, { zonelists: value }),
  size: (value) => setSize(Number(value)),
  speed: (value) => (state.speed = Number(value)),
};

function onClick(event) {
  const { target } = event;
  const button = target.closest("button");
  if (button?.dataset.frame) return showFunction(state.view, JSON.parse(button.dataset.frame));
  if (button?.dataset.step) return seek(Number(button.dataset.step));
  if (button && (CLICKS[button.id] || shareActs[button.id])) return (CLICKS[button.id] ?? shareActs[button.id])(state);
  if (button?.dataset.chart) return chooseChart(state, button.dataset.chart);
  const line = target.closest("#code [data-line]");
  if (line) return runTo(Number(line.dataset.line), ...line.parentElement.dataset.function.split(" "));
  if (target.closest(".stage, #registers")) activate(event);
}

function onChange(event) {
  if (event.target.id === "single-keys") localStorage.setItem("tierscope.keys", event.target.checked ? "on" : "off");
  else CHANGES[event.target.id]?.(event.target.value);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
$("#scrubber").addEventListener("input", (event) => seek(Number(event.target.value)));
$("#single-keys").checked = singleKeys();
if (new URLSearchParams(location.search).get("embed") === "1") document.documentElement.dataset.embed = "";
prepareCharts(state);
listenForZoom($("#stage"));
window.addEventListener("popstate", () => follow(state));
window.addEventListener("tierscope:play", () => take(state, window.tierscopePlay, loaded));
window.tierscopeFirst = firstRequest(state);
window.dispatchEvent(new Event("tierscope:ready"));
if (window.tierscopePlay) take(state, window.tierscopePlay, loaded);
