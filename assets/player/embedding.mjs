// @ts-check
// Lets the page around an embedded player steer it by messages, and tells that page what the player shows;
// docs/embedding.md has the contract. later.mjs fetches this module in a frame alone.

import { OPENED } from "#core/constants";
import { $, isExported } from "#core/dom";
import { hasRun, state } from "#core/state";
import { following, preceding } from "#core/trace";
import { commandOf, VERSION, withCommand } from "#player/embed-messages";
import { playOrPause, seek, setSpeed, transition } from "#player/playback";

const PAUSE = 15; // milliseconds in which messages are collected, so that many of them cost no more than one

/** @type {EmbedCommand[]} */
let waiting = [];
let isTimed = false; // whether obey() is about to be called
/** What the page around the player was told last; empty before the first run. */
const last = { told: "" };

/**
 * What each command does.
 * @type {{ [K in EmbedCommand["type"]]: (command: Extract<EmbedCommand, { type: K }>) => void }}
 */
const DOES = {
  hello: () => tellRun("ready"),
  seek: ({ step }) => seek(step),
  move: ({ strides }) => seek(stepAfter(strides)),
  play: ({ speed }) => {
    if (speed !== undefined) setSpeed(String(speed));
    if (state.mode !== "playing") playOrPause();
  },
  pause: () => transition("pause"),
  theme: ({ theme }) => {
    document.documentElement.dataset.theme = theme;
  },
  refused: ({ reason }) => send("refused", { reason }, "*"),
};

/**
 * Return the step so many strides after the current one, or before it if the number is negative.
 * @param {number} strides
 */
function stepAfter(strides) {
  const stops = state.stops[state.size];
  let { step } = state;
  for (let left = Math.abs(strides); left; left--) step = strides > 0 ? following(stops, step) : preceding(stops, step);
  return step === state.step && strides > 0 && state.play.more ? step + 1 : step;
}

/** @param {MessageEvent} event */
function onMessage({ source, data }) {
  if (source !== window.parent) return;
  const command = commandOf(data);
  if (!command) return;
  waiting = withCommand(waiting, command);
  obeyLater();
}

function obeyLater() {
  if (!isTimed) setTimeout(obey, PAUSE);
  isTimed = true;
}

/** Do what the waiting commands say, once there is a run. */
function obey() {
  isTimed = false;
  if (!hasRun()) return;
  const commands = waiting;
  waiting = [];
  for (const command of commands) /** @type {(command: EmbedCommand) => void} */ (DOES[command.type])(command);
  onStep();
}

// What the page around the player is told

/**
 * Return whether the page around the player can know the run by itself: its machine is a built-in one, or is in the
 * address of the frame. It cannot know a machine that was pasted or that the server was started with, a kernel that is
 * somebody's own file, or what is in an exported file.
 */
function isKnown() {
  const { topology, link, beside } = state.request;
  const isNamed = (topology && topology !== OPENED) || link;
  return !isExported() && isNamed && !beside && state.play.patch === null;
}

/**
 * Return the origin that may read what is told of the run. Only a file can have an exported file from the disk in a
 * frame, and the origin of files cannot be named.
 */
const reader = () => (isKnown() || location.protocol === "file:" ? "*" : location.origin);

/**
 * @param {string} type
 * @param {object} values
 * @param {string} origin
 */
function send(type, values, origin) {
  window.parent.postMessage({ tierscope: VERSION, type, ...values }, origin);
}

function place() {
  const { trace, step, mode } = state;
  const told = { step, steps: trace.length, pass: trace.at("pass", step), playing: mode === "playing" };
  return { ...told, sentence: trace.at("sentence", step) };
}

/** @param {"ready" | "run"} type */
function tellRun(type) {
  const { title, kernel, zonelists } = state.play;
  last.told = JSON.stringify(place());
  send(type, { title, kernel, zonelists, ...place() }, reader());
}

/** Tell the page around the player that another run is shown, or, after the first one, that the player is ready. */
export function onRun() {
  tellRun(last.told ? "run" : "ready");
  if (waiting.length) obeyLater();
}

/** Tell the page around the player where it stands, unless it was told before. */
export function onStep() {
  if (!hasRun() || !last.told) return;
  const told = JSON.stringify(place());
  if (told === last.told) return;
  last.told = told;
  send("step", place(), reader());
}

/**
 * Tell the page around the player that somebody wants to go on where the run ends, so that it can show what comes next.
 * @param {KeyboardEvent} event
 */
function onKey({ key, ctrlKey, altKey, metaKey }) {
  const by = key === "PageDown" ? 1 : key === "PageUp" ? -1 : 0;
  if (!by || ctrlKey || altKey || metaKey || !hasRun()) return;
  const isBeyond = by > 0 ? state.step === state.trace.length - 1 && !state.play.more : state.step === 0;
  if (isBeyond) send("beyond", { by }, reader());
}

window.addEventListener("message", onMessage);
window.addEventListener("keydown", onKey, { capture: true });
// A run that begins or ends to play by itself takes no step.
new MutationObserver(onStep).observe($("#main"), { attributeFilter: ["data-mode"] });
