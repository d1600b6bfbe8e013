// @ts-check
// Fills the notes around the stage. Above it is the story of a case: who asked what, what happens, and why (written by
// viz/page/story.py). Below it are the guesses about a machine, each with its choices, and the warnings.

import { $, button, element, find, setAttribute } from "#core/dom";
import { forget, keep, recall } from "#core/storage";

/**
 * Show the story of a run, or hide the place for it. It is closed for a visitor who has closed one before.
 * @param {Play} play
 */
export function showStory({ story }) {
  const details = $("#story");
  const focused = document.activeElement;
  const pressed = details.contains(focused) ? focused?.dataset.kernel : null;
  details.hidden = !story;
  details.innerHTML = story;
  details.open = recall("story", (text) => text === "folded") === null;
  details.ontoggle = () => standBeside(details.open);
  standBeside(details.open);
  details.querySelector("summary")?.addEventListener("click", fold);
  if (pressed) find(`[data-kernel="${pressed}"]`, details)?.focus();
}

/** Keep whether the visitor wants stories closed. The browser opens or closes this one only after the click. */
function fold() {
  const isOpen = !$("#story").open;
  standBeside(isOpen);
  if (isOpen) forget("story");
  else keep("story", "folded");
}

/**
 * Put an open story beside the stage, and a closed one above it. (A rule with :has() would lay out the page anew for
 * each arrow that ends its motion on the stage.)
 * @param {boolean} isOpen
 */
const standBeside = (isOpen) => $(".scene").toggleAttribute("data-story", isOpen && !$("#story").hidden);

/** @param {Play} play */
export function showWarnings(play) {
  const turned = turnedIn(play.request);
  const focused = document.activeElement?.closest("#guesses button")?.dataset ?? {};
  $("#note").textContent = play.guesses.length ? "" : play.note; // the note of a listing repeats its guesses
  $("#note").title = play.source;
  $("#guesses").replaceChildren(...play.guesses.map((guess, place) => guessLine(guess, place, turned.has(place))));
  if (focused.guess) find(`#guesses [data-guess="${focused.guess}"]${kindOf(focused.choice)}`)?.focus();
  const lines = [...play.warnings];
  if (play.form) lines.unshift(`Read as ${play.form}.`);
  if (play.asked.replace(/^v/, "") !== play.kernel.replace(/^v/, "")) {
    lines.unshift(`Kernel ${play.asked} computes as row ${play.kernel} does.`);
  }
  if (play.cpuset) lines.unshift(play.cpuset);
  const warnings = $("#warnings");
  const isOpen = find("#warnings details")?.open ?? false;
  warnings.replaceChildren(...lines.map((text) => element("li", text)));
  if (play.trust.length) warnings.append(trustFold(play.trust, isOpen));
  warnings.tabIndex = warnings.scrollHeight > warnings.clientHeight ? 0 : -1; // with the focus, keys can scroll it
}

/**
 * Return the line of a guess, with buttons for its choices.
 * @param {Guess} guess
 * @param {number} place
 * @param {boolean} isTurned
 */
function guessLine({ sentence, turns, choices = [] }, place, isTurned) {
  const line = element("li", sentence);
  if (!turns) return line;
  if (choices.length) {
    for (const choice of choices) line.append(" ", choiceButton(choice, place));
    return line;
  }
  const turn = button(isTurned ? "Back to the guess" : "Other choice", "", { guess: place });
  setAttribute(turn, "aria-pressed", isTurned);
  turn.setAttribute("aria-label", `${isTurned ? "Take the guess again" : "Take the other choice"}: ${sentence}`);
  line.append(" ", turn);
  return line;
}

/** @param {string | undefined} choice */
const kindOf = (choice) => (choice ? `[data-choice="${choice}"]` : "");

/**
 * @param {Choice} choice
 * @param {number} place
 */
function choiceButton({ name, words, taken }, place) {
  const made = button(words, "", { guess: place, choice: name });
  setAttribute(made, "aria-pressed", taken);
  return made;
}

/**
 * Return an element that opens to show where the tier of each node is from.
 * @param {string[]} lines
 * @param {boolean} isOpen
 */
function trustFold(lines, isOpen) {
  const item = element("li", "", "trust");
  const fold = item.appendChild(Object.assign(element("details"), { open: isOpen }));
  const list = element("ul");
  list.tabIndex = 0; // with the focus, keys can scroll it
  list.append(...lines.map((line) => element("li", line)));
  fold.append(element("summary", "Where the tiers are from"), list);
  return item;
}

/**
 * Return the guesses that the visitor has turned: by its place, the choice taken, or "" if there is only one other.
 * @param {RunRequest} request
 * @returns {Map<number, string>}
 */
export const turnedIn = ({ turned }) =>
  new Map(turned?.split(",").map((part) => [Number.parseInt(part, 10), part.split(":")[1] ?? ""]));

/**
 * Return turned guesses as a request names them, in the order of their places.
 * @param {Map<number, string>} turned
 */
export const turnedText = (turned) =>
  [...turned]
    .sort(([one], [other]) => one - other)
    .map(([place, choice]) => (choice ? `${place}:${choice}` : place))
    .join(",");
