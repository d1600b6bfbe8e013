// @ts-check
// Shows in the presenter mode and in a frame which stop of how many this is, and says when the end is reached.

import { $, element, find } from "#core/dom";

const shown = { place: "", line: "" };

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
  if (line === shown.line && find("#stop-counter")?.textContent === textOf(line)) return;
  shown.line = line;
  const place = find("#stop-counter") ?? made();
  place.textContent = textOf(line);
  place.hidden = !place.textContent;
  if (line) $("#live").textContent = line;
}

/** @param {string} line */
const textOf = (line) => [shown.place, line].filter(Boolean).join(" · ");

function made() {
  const place = element("span"); // no live region, since #live says the same
  place.id = "stop-counter";
  $(".transport").append(place);
  return place;
}
