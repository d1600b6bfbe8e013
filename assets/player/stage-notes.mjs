// @ts-check
// What stands around the stage. Above it the story of a case: who asked what, what happens, why (Python writes it, in
// viz/page/story.py). Below it what was guessed of a machine, each guess with its other choice at hand, and what is odd.

import { $, all, button, element, find, isExported, setAttribute } from "#core/dom";
import { forget, keep, recall } from "#core/storage";

/**
 * Show the story of a run, or nothing. It stays folded for a visitor who has folded one.
 * @param {Play} play
 */
export function showStory({ story }) {
  const details = $("#story");
  const focused = document.activeElement;
  const pressed = details.contains(focused) ? focused?.dataset.kernel : null;
  details.hidden = !story;
  details.innerHTML = story;
  details.open = recall("story", (text) => text === "folded") === null;
  details.querySelector("summary")?.addEventListener("click", fold);
  if (pressed) find(`[data-kernel="${pressed}"]`, details)?.focus();
  if (!isExported()) return;
  for (const button of all("button[data-kernel]", details)) button.setAttribute("disabled", ""); // it takes a server
}

function fold() {
  if ($("#story").open)
    keep("story", "folded"); // it is open until this click is done
  else forget("story");
}

/** @param {Play} play */
export function showWarnings(play) {
  const turned = turnedIn(play.request);
  $("#note").textContent = play.guesses.length ? "" : play.note; // the note of a listing tells of its guesses
  $("#note").title = play.source;
  $("#guesses").replaceChildren(...play.guesses.map((guess, place) => guessLine(guess, place, turned.has(place))));
  const lines = [...play.warnings];
  if (play.form) lines.unshift(`Read as ${play.form}.`);
  if (play.asked.replace(/^v/, "") !== play.kernel.replace(/^v/, "")) {
    lines.unshift(`Kernel ${play.asked} computes as row ${play.kernel} does.`);
  }
  const warnings = $("#warnings");
  warnings.replaceChildren(...lines.map((text) => element("li", text)));
  warnings.tabIndex = warnings.scrollHeight > warnings.clientHeight ? 0 : -1; // so that it can be scrolled by keys
}

/**
 * @param {Guess} guess
 * @param {number} place
 * @param {boolean} isTurned
 */
function guessLine({ sentence, turns }, place, isTurned) {
  const line = element("li", sentence);
  if (!turns) return line;
  const turn = button(isTurned ? "Back to the guess" : "Other choice", "", { guess: place });
  setAttribute(turn, "aria-pressed", isTurned);
  turn.setAttribute("aria-label", `${isTurned ? "Take the guess again" : "Take the other choice"}: ${sentence}`);
  line.append(" ", turn);
  return line;
}

/**
 * The places of the guesses that the visitor has turned.
 * @param {RunRequest} request
 */
export const turnedIn = ({ turned = "" }) => new Set(turned.split(",").filter(Boolean).map(Number));
