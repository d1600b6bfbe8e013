// What stands below the stage: what was guessed, each with its other choice at hand, and what is odd.

import { element } from "./tables.mjs";

const $ = (selector) => document.querySelector(selector);

export function showNotes(state) {
  const { play } = state;
  const turned = turnedIn(play);
  $("#note").textContent = play.guesses.length ? "" : play.note; // a listing's note tells of its guesses
  $("#note").title = play.source;
  $("#guesses").replaceChildren(...play.guesses.map((guess, place) => guessLine(guess, place, turned.has(place))));
  const told = [...play.warnings];
  if (play.form) told.unshift(`Read as ${play.form}.`);
  if (play.asked.replace(/^v/, "") !== play.kernel.replace(/^v/, "")) told.unshift(`Kernel ${play.asked} computes as row ${play.kernel} does.`);
  const warnings = $("#warnings");
  warnings.replaceChildren(...told.map((text) => element("li", text)));
  warnings.tabIndex = warnings.scrollHeight > warnings.clientHeight ? 0 : -1; // who has only keys has to scroll it, too
}

function guessLine({ sentence, turns }, place, turned) {
  const line = element("li", sentence);
  if (!turns) return line;
  const button = Object.assign(element("button", turned ? "Back to the guess" : "Other choice"), { type: "button" });
  button.dataset.guess = place;
  button.setAttribute("aria-pressed", turned);
  button.setAttribute("aria-label", `${turned ? "Take the guess again" : "Take the other choice"}: ${sentence}`);
  line.append(" ", button);
  return line;
}

// The places of the guesses that the visitor has turned.
export const turnedIn = ({ request }) => new Set((request.turned ?? "").split(",").filter(Boolean).map(Number));
