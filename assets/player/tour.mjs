// @ts-check
// Shows the tour: five stops for a first visit, at a step where a node chooses. The page offers it once.

import { $, all } from "#core/dom";
import { state } from "#core/state";
import { keep } from "#core/storage";
import { seek } from "#player/playback";
import { openTool } from "#player/tool-panel";
import { closeAnswer } from "#player/why-panel";

const GAP = 12; // pixels between the tour's box and the part of the page that it explains
/** For each stop the selector of the part of the page that it explains, its title and its text. */
const STOPS = [
  [
    ".stage-panel",
    "The stage",
    "Each card is a NUMA node. An arrow is an entry of node_demotion[]: where cold pages of a node go when it " +
      "fills up. A halo marks the node that chooses, figures at the others\u2019 corners how far they are from " +
      "it.",
  ],
  [
    "#registers",
    "The registers",
    "this_pass are the nodes that choose now, next_pass those that were chosen and will choose next, " +
      "used_targets all that can no longer be chosen. Click any cell to ask why.",
  ],
  [
    ".code-panel",
    "The code that runs",
    "This is the program's own source, and the marked line is the one that ran. Click a line to run to it.",
  ],
  [
    "#scores",
    "Scores and answers",
    "Whenever a node chooses, every candidate is listed here with its distance and what it pays extra. Answers" +
      " to “why” take this place.",
  ],
  [
    ".deck",
    "The player",
    "The sentence says what happened and why. Space plays, the arrow keys step, Home and End jump, and ? lists" +
      " all keys.",
  ],
];

let stop = 0;

export function startTour() {
  if (state.subject) closeAnswer();
  openTool("code");
  const { trace, step } = state;
  const compares = (/** @type {Step} */ one) => trace.at("scores", one)[0].length > 0;
  if (!compares(step)) seek([...Array(trace.length).keys()].find(compares));
  stop = -1;
  nextStop();
}

export function nextStop() {
  stop += 1;
  if (stop >= STOPS.length) return endTour();
  keep("tour", "seen");
  $("#invitation").hidden = true;
  const [selector, title, text] = STOPS[stop];
  const place = $(selector);
  showPlace(place);
  $("#tour-title").textContent = `${stop + 1} of ${STOPS.length}: ${title}`;
  $("#tour-text").textContent = text;
  $("#next-stop").textContent = stop === STOPS.length - 1 ? "Done" : "Next";
  $("#tour").hidden = false;
  place.scrollIntoView({ block: "nearest" });
  standBeside($("#tour"), place.getBoundingClientRect());
  $("#next-stop").focus({ preventScroll: true });
}

export function endTour() {
  keep("tour", "seen");
  $("#invitation").hidden = true;
  $("#tour").hidden = true;
  showPlace(null);
}

/** @param {HTMLElement | null} place */
function showPlace(place) {
  for (const other of all(".toured")) other.classList.remove("toured");
  place?.classList.add("toured");
}

/**
 * Put the box right or left of a part of the page, or below or above it, whichever fits first into the window; if none
 * fits, at the end of the window.
 * @param {HTMLElement} box
 * @param {DOMRect} place
 */
function standBeside(box, place) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const fitsRight = place.right + GAP + width < innerWidth;
  const fitsLeft = place.left - GAP - width > 0;
  const fitsBelow = place.bottom + GAP + height < innerHeight;
  const above = place.top - GAP - height;
  const x = fitsRight ? place.right + GAP : fitsLeft ? place.left - GAP - width : Math.max(GAP, place.left + GAP);
  const y = fitsRight || fitsLeft ? place.top : fitsBelow ? place.bottom + GAP : above > 0 ? above : innerHeight;
  box.style.left = `${Math.min(x, innerWidth - width - GAP)}px`;
  box.style.top = `${Math.max(GAP, Math.min(y, innerHeight - height - GAP))}px`;
}
