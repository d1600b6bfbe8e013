// The tour: five stops for a first visit, at a step where a node chooses. It is offered once and never comes back by itself.

import { closeAnswer } from "./answer.mjs";
import { keep, recall } from "./storage.mjs";
import { openTool } from "./tools.mjs";

const STOPS = [
  [".stage-panel", "The stage", "Each card is a NUMA node. An arrow is an entry of node_demotion[]: where cold pages of a node go when it fills up. A halo marks the node that chooses, figures at the others\u2019 corners how far they are from it."],
  ["#registers", "The registers", "this_pass are the nodes that choose now, next_pass those that were chosen and will choose next, used_targets all that can no longer be chosen. Click any cell to ask why."],
  [".code-panel", "The code that runs", "This is the program's own source, and the marked line is the one that ran. Click a line to run to it."],
  ["#scores", "Scores and answers", "Whenever a node chooses, every candidate is listed here with its distance and what it pays extra. Answers to “why” take this place."],
  [".deck", "The player", "The sentence says what happened and why. Space plays, the arrow keys step, Home and End jump, and ? lists all keys."],
];

const $ = (selector) => document.querySelector(selector);
let stop = 0;

// Offer the tour on a first visit.
export function invite() {
  const embedded = "embed" in document.documentElement.dataset;
  $("#invitation").hidden = embedded || recall("tour", (text) => text === "seen") !== null || !$("#tour").hidden;
}

export function startTour(state) {
  if (state.subject) closeAnswer(state);
  openTool(state, "code");
  const { trace, step } = state;
  const compares = (one) => trace.at("scores", one)[0].length > 0;
  if (!compares(step)) state.seek([...Array(trace.length).keys()].find(compares));
  stop = -1;
  nextStop();
}

export function nextStop() {
  stop += 1;
  if (stop >= STOPS.length) return endTour();
  keep("tour", "seen");
  $("#invitation").hidden = true;
  const [place, title, text] = STOPS[stop];
  for (const shown of document.querySelectorAll(".toured")) shown.classList.remove("toured");
  $(place).classList.add("toured");
  $("#tour-title").textContent = `${stop + 1} of ${STOPS.length}: ${title}`;
  $("#tour-text").textContent = text;
  $("#next-stop").textContent = stop === STOPS.length - 1 ? "Done" : "Next";
  $("#tour").hidden = false;
  $(place).scrollIntoView({ block: "nearest" });
  standBeside($("#tour"), $(place).getBoundingClientRect());
  $("#next-stop").focus({ preventScroll: true });
}

export function endTour() {
  keep("tour", "seen");
  $("#invitation").hidden = true;
  $("#tour").hidden = true;
  for (const shown of document.querySelectorAll(".toured")) shown.classList.remove("toured");
}

// Right or left of what it speaks of, below or above it, whichever fits the window, or at the window's end.
function standBeside(box, place) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const gap = 12;
  const right = place.right + gap + width < innerWidth;
  const left = place.left - gap - width > 0;
  const x = right ? place.right + gap : left ? place.left - gap - width : Math.max(gap, place.left + gap);
  const above = place.top - gap - height;
  const y = right || left ? place.top : place.bottom + gap + height < innerHeight ? place.bottom + gap : above > 0 ? above : innerHeight;
  box.style.left = `${Math.min(x, innerWidth - width - gap)}px`;
  box.style.top = `${Math.max(gap, Math.min(y, innerHeight - height - gap))}px`;
}
