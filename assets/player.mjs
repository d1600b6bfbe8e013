// The player: what a visitor presses, and the one place that holds state. Signals are read by signals.mjs and
// put on the page by paint.mjs; the server is asked only for another machine, kernel or kind of zonelists.

import { SIZES, following, openTrace, preceding, stopsOf } from "./signals.mjs";
import { lookUp, paint } from "./paint.mjs";

const PACE = 900; // milliseconds between strides at speed 1
const PATIENCE = 10000; // milliseconds until the page says that the server does not answer

const state = {
  mode: "empty", // empty, paused, playing, ended
  trace: null,
  view: null,
  stops: [],
  step: 0,
  size: SIZES.source,
  speed: 1,
  timer: 0,
  waiting: 0,
  request: null,
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
  if (!mode) return false;
  state.mode = mode;
  clearTimeout(state.timer);
  if (mode === "playing") state.timer = setTimeout(tick, PACE / state.speed);
  showMode();
  return true;
}

// What a visitor can do

function seek(step, event = "seek") {
  if (!state.trace) return;
  state.step = Math.max(0, Math.min(step, state.trace.length - 1));
  become(atEnd() ? "end" : event);
  show();
}

const forward = () => state.trace && seek(following(stops(), state.step), "step");
const back = () => state.trace && seek(preceding(stops(), state.step), "step");
const first = () => state.trace && seek(state.step === state.trace.opens ? 0 : state.trace.opens);
const last = () => state.trace && seek(state.trace.length - 1);

function playOrPause() {
  if (state.mode === "playing") return become("pause");
  if (state.mode === "ended") seek(state.trace.opens);
  return become("play");
}

function tick() {
  state.step = following(stops(), state.step);
  show();
  if (atEnd()) become("end");
  else state.timer = setTimeout(tick, PACE / state.speed);
}

// Showing a step

function show() {
  const { trace, view, step } = state;
  paint(view, trace, step, preceding(stops(), step));
  const scrubber = $("#scrubber");
  scrubber.value = step;
  scrubber.setAttribute("aria-valuetext", whereText());
  $("#where").textContent = whereText();
}

function whereText() {
  const { trace, step } = state;
  const parts = [`step ${step} of ${trace.length - 1}`];
  const pass = trace.at("pass", step);
  const source = trace.at("source", step);
  if (trace.chapters[trace.at("chapter", step)].name === "zonelists") parts.push("zonelists");
  else if (pass) parts.push(`pass ${pass}`);
  if (source !== -1) parts.push(`node ${source}`);
  return parts.join(", ");
}

function showMode() {
  const playing = state.mode === "playing";
  const button = $("#play-pause");
  button.classList.toggle("playing", playing);
  button.title = playing ? "Pause" : "Play";
  button.setAttribute("aria-label", button.title);
  $("#narration").setAttribute("aria-live", playing ? "off" : "polite");
  $("#main").dataset.mode = state.mode;
}

// Loading another run

function ask(change) {
  const { kernel, zonelists } = state.request ?? {};
  state.request = { ...state.request, kernel, zonelists, ...change };
  $("#status").textContent = "loading";
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => ($("#status").textContent = "The server does not answer; this page plays on."), PATIENCE);
  window.dash_clientside.set_props("request", { data: { ...state.request, asked: Date.now() } });
}

function take(play) {
  clearTimeout(state.waiting);
  $("#status").textContent = "";
  if (play.error) return refuse(play.error);
  $("#paste").close();
  state.request = play.request;
  if (!$("#scrubber")) makeScrubber();
  $("#stage").innerHTML = play.stage;
  $("#registers").innerHTML = play.registers;
  $("#code").innerHTML = play.listing;
  state.trace = openTrace(play.trace);
  state.view = lookUp($("#main"));
  state.stops = stopsOf(state.trace);
  state.step = state.trace.opens;
  $("#scrubber").max = state.trace.length - 1;
  become("load");
  showTexts(play);
  showMarks();
  show();
}

function refuse(error) {
  if ($("#paste").open) $("#error").textContent = error;
  else $("#status").textContent = error;
  if (state.play) showChoices(state.play);
}

function showTexts(play) {
  state.play = play;
  $("#title").textContent = play.title;
  $("#note").textContent = play.note;
  $("#note").title = play.source;
  const told = [...play.warnings];
  if (play.asked.replace(/^v/, "") !== play.kernel.replace(/^v/, "")) told.unshift(`Kernel ${play.asked} computes as row ${play.kernel} does.`);
  $("#warnings").replaceChildren(...told.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  $("#error").textContent = "";
  showChoices(play);
}

function showChoices(play) {
  $("#kernel").value = play.kernel;
  $("#zonelists").value = play.zonelists;
  const topology = $("#topology");
  const pasted = topology.querySelector("[value='']") ?? topology.appendChild(new Option("", ""));
  pasted.hidden = !play.request.text;
  if (play.request.text) pasted.textContent = `pasted: ${play.title}`;
  topology.value = play.request.text ? "" : play.request.topology;
  $("#kernel").title = play.differs;
}

// Dash has no plain range input, and its own slider fails screen readers.
function makeScrubber() {
  const scrubber = Object.assign(document.createElement("input"), { id: "scrubber", type: "range", min: 0 });
  scrubber.setAttribute("aria-label", "Step");
  $("#scrubber-place").append(scrubber);
  $("#size").value = state.size;
  $("#speed").value = state.speed;
}

// Marks over the scrubber where passes and chapters begin.
function showMarks() {
  const { trace } = state;
  const marks = trace.chapters.map(({ first, name }) => [first, name === "order" ? "disable" : name]);
  for (let step = 1; step < trace.length; step++) {
    const pass = trace.at("pass", step);
    if (pass && pass !== trace.at("pass", step - 1)) marks.push([step, `pass ${pass}`]);
  }
  $("#marks").replaceChildren(...marks.map(([step, label], index) => markOf(step, label, marks[index + 1]?.[0])));
}

function markOf(step, label, next = state.trace.length - 1) {
  const mark = document.createElement("span");
  const width = state.trace.length - 1 || 1;
  mark.style.left = `${(100 * step) / width}%`;
  mark.style.width = `${(100 * (next - step)) / width}%`;
  mark.textContent = label;
  return mark;
}

// Controls and keys

const KEYS = {
  " ": playOrPause,
  ".": playOrPause,
  ArrowRight: forward,
  ArrowLeft: back,
  Home: first,
  End: last,
  "?": () => $("#keys").showModal(),
};

const ALL_KEYS = "input:not([type=range]), textarea, select, [contenteditable]";
const USES = {
  " ": "button, a[href], summary",
  ArrowRight: "input[type=range]",
  ArrowLeft: "input[type=range]",
  Home: "input[type=range]",
  End: "input[type=range]",
};

// A key acts on the player only where the focused element has no use for it itself.
function onKey(event) {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (event.target.closest(ALL_KEYS) || (USES[event.key] && event.target.closest(USES[event.key]))) return;
  event.preventDefault();
  act();
}

const CLICKS = {
  first,
  back,
  "play-pause": playOrPause,
  forward,
  last,
  theme: switchTheme,
  "open-keys": () => $("#keys").showModal(),
  "close-keys": () => $("#keys").close(),
  "open-paste": () => $("#paste").showModal(),
  "close-paste": () => $("#paste").close(),
  load: () => ask({ text: $("#text").value || " ", topology: undefined, kernel: undefined, zonelists: undefined }),
};

const CHANGES = {
  topology: (value) => ask({ topology: value, text: undefined, kernel: undefined, zonelists: undefined }),
  kernel: (value) => ask({ kernel: value }),
  zonelists: (value) => ask({ zonelists: value }),
  size: (value) => {
    state.size = Number(value);
    if (state.trace) show();
  },
  speed: (value) => (state.speed = Number(value)),
};

function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => CLICKS[event.target.closest("button")?.id]?.());
document.addEventListener("change", (event) => CHANGES[event.target.id]?.(event.target.value));
document.addEventListener("input", (event) => {
  if (event.target.id === "scrubber") seek(Number(event.target.value));
});
window.addEventListener("tierscope:play", () => take(window.tierscope.play));
if (window.tierscope) take(window.tierscope.play);
