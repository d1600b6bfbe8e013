// @ts-check
// Shows in the presenter mode and in a frame which stop of how many this is, and says when the end is reached.

import { $, element, find } from "#core/dom";
import { state } from "#core/state";

/** The place, the line beside it, and the run and the step of which the line speaks. */
const shown = { place: "", line: "", play: /** @type {Play | null} */ (null), step: 0 };

/**
 * Show where in a talk or story the page is, such as "4 of 12"; an empty text shows nothing.
 * @param {string} place
 */
export function showPlace(place) {
  shown.place = place;
  tell("");
}

/**
 * Show a line beside the place until the next step, and let a screen reader say it.
 * @param {string} line
 */
export function tell(line) {
  const { play, step } = state;
  Object.assign(shown, { line, play, step });
  if (line) $("#live").textContent = line;
  if (find("#stop-counter")?.textContent === textOf(line)) return;
  const place = find("#stop-counter") ?? made();
  place.textContent = textOf(line);
  place.hidden = !place.textContent;
}

/** Take the line away if another step is shown now. The step that it speaks of may only have been drawn anew. */
export function forgetLine() {
  if (shown.line && (shown.play !== state.play || shown.step !== state.step)) tell("");
}

/** @param {string} line */
const textOf = (line) => [shown.place, line].filter(Boolean).join(" · ");

function made() {
  const place = element("span"); // no live region, since #live says the same
  place.id = "stop-counter";
  $(".transport").append(place);
  return place;
}
