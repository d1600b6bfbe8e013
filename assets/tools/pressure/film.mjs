// @ts-check
// Shows a tick of a film, and plays it: its own controls take the place of the player's, because ticks are not steps of
// the run. The address and the charts keep the run's step.

import { $, element, find, setAttribute, setText } from "#core/dom";
import { later } from "#core/server";
import { setTools, state } from "#core/state";
import { followStep } from "#player/charts";
import { isUsed, singleKeys } from "#player/keys";
import { keepAddress } from "#player/loading";
import { matterFrom, placeOfTick, saidAt, tickAt } from "#tools/pressure/model";
import { showNumbers } from "#tools/pressure/numbers";
import { showTick } from "#tools/pressure/stage";

const RATE = 40; // ticks a second at speed 1, where nothing begins or ends
const [SHORTEST, A_LETTER] = [900, 32]; // milliseconds for a sentence: the base, and for each letter
const RUN_ON = 2500; // the most milliseconds for running on from one stop of a story to the next
/** @type {Record<string, number>} */
const KEYS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
  " ": 0,
  ".": 0,
};

export const shown = {
  /** @type {Film | null} */
  film: null,
  /** The place in the film that is shown. */
  place: 0,
  /** What was asked for: a built-in scenario, or a text. */
  question: /** @type {{ scenario?: string, toml?: string }} */ ({}),
  /** The name of the scenario in links (tools/pressure/link.mjs); "" if no link can hold it. */
  named: "",
  /** The place of which the answer to "why" speaks, and its film; null if there is no answer. */
  explained: /** @type {{ film: Film, place: number } | null} */ (null),
  /** The time in milliseconds from which the film plays on, after a sentence; null if the film does not play. */
  until: /** @type {number | null} */ (null),
  /** Where the film runs on to without stopping at sentences, and how fast; null while it plays as usual. */
  runsTo: /** @type {{ place: number, rate: number } | null} */ (null),
};

/**
 * Show a place of the film.
 * @param {number} wanted
 */
export function go(wanted) {
  const { film } = shown;
  if (!film) return;
  const { place: before, until } = shown;
  shown.place = Math.max(0, Math.min(wanted, film.length));
  const number = tickAt(film, shown.place);
  const slider = $("[name=tick]");
  slider.value = String(shown.place);
  const last = tickAt(film, film.length);
  const said = saidAt(film, shown.place);
  const where = `tick ${number} of ${last}`;
  setAttribute(slider, "aria-valuetext", where);
  setText($(".film-bar output"), where);
  if (!shown.runsTo) tell(said);
  showNumbers(film, shown.place, until !== null);
  const isPassing = until !== null && !film.matters.includes(shown.place);
  showTick(film, shown.place, Math.max(0, isPassing ? Math.min(before, shown.place - 1) : shown.place - 1));
  const { question, named } = shown;
  const { title } = film.answer;
  const { played } = state;
  const sentence = said.join(" ");
  forgetWhy();
  setTools({
    pressure: named ? `${named}:${number}` : undefined,
    played: { question, title, tick: number, last, sentence },
  });
  followStep();
  if (played?.sentence !== sentence || played.title !== title) later.module?.tellSpeaker();
  keepAddress(until !== null);
}

/** Take away the answer to "why" if it speaks of another tick or another film than the one on show. */
function forgetWhy() {
  const { explained, film, place } = shown;
  if (!explained || (explained.film === film && explained.place === place)) return;
  shown.explained = null;
  $(".film-why ul").replaceChildren();
}

/** @param {string[]} sentences */
function tell(sentences) {
  const told = $(".film-told");
  const text = sentences.join("\n");
  if (told.dataset.text === text) return;
  told.dataset.text = text;
  told.replaceChildren(...sentences.map((sentence) => element("p", sentence)));
}

/**
 * Go to where something begins or ends, next or before.
 * @param {number} by 1 or -1
 */
export function skip(by) {
  if (!shown.film) return;
  stop();
  go(matterFrom(shown.film, shown.place, by));
}

/** @param {TargetedEvent<KeyboardEvent>} event */
export function onKey(event) {
  const { key, target } = event;
  const { film, place } = shown;
  if (!film || !(key in KEYS) || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  if (isUsed(key, target) || (key.length === 1 && !singleKeys())) return;
  event.preventDefault();
  event.stopPropagation();
  const by = KEYS[key];
  if (!by) return playOrStop();
  stop();
  if (event.shiftKey) go(place + by);
  else if (Number.isFinite(by)) skip(by);
  else go(by);
}

export function playOrStop() {
  const { film, place } = shown;
  if (shown.until !== null || !film) return stop();
  if (place === film.length) go(0);
  play();
}

/**
 * Run on to a tick in a short time, or go there at once: backwards, and where a visitor wants no motion.
 * @param {number} number
 */
export function runTo(number) {
  const { film, place } = shown;
  if (!film) return;
  stop();
  const wanted = placeOfTick(film, number);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (wanted <= place || isStill) return go(wanted);
  shown.runsTo = { place: wanted, rate: Math.max(RATE, ((wanted - place) * 1000) / RUN_ON) };
  play();
}

/** Play on from the tick on show. */
export function play() {
  shown.until = performance.now();
  showPlaying();
  requestAnimationFrame(onFrame);
}

export function stop() {
  const { film, place, until } = shown;
  Object.assign(shown, { until: null, runsTo: null });
  showPlaying();
  if (!film || until === null) return;
  showNumbers(film, place, false);
  showTick(film, place, Math.max(0, place - 1));
}

function showPlaying() {
  const control = find("[data-go=play]");
  if (control) setText(control, shown.until === null ? "Play" : "Pause");
}

/**
 * Go on by as many ticks as have passed since the last picture, but not past a tick that has a sentence: pictures are
 * dropped, and sentences are not. A sentence stays as long as it takes to read.
 * @param {number} now
 */
function onFrame(now) {
  const { film, place, until, runsTo } = shown;
  if (until === null || !film || !find(".film-told")) return;
  const ticks = Math.floor(((now - until) / 1000) * (runsTo?.rate ?? RATE * state.speed));
  const goal = runsTo?.place ?? matterFrom(film, place, 1);
  if (ticks > 0) {
    const next = Math.min(place + ticks, goal);
    if (next === goal) shown.runsTo = null;
    shown.until = now + pauseAt(film, next);
    if (next === (runsTo?.place ?? film.length)) stop();
    go(next);
  }
  requestAnimationFrame(onFrame);
}

/**
 * Return how long a place stays on show, in milliseconds: until its sentences are read.
 * @param {Film} film
 * @param {number} place
 */
function pauseAt(film, place) {
  const letters = film.matters.includes(place) ? saidAt(film, place).join("").length : 0;
  return letters && !shown.runsTo ? (SHORTEST + A_LETTER * letters) / state.speed : 0;
}
