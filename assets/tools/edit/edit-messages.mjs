// @ts-check
// Writes the messages of the editor's panel: what can be undone, that an edit got no answer, what the last edit did,
// and which distances are odd.

import { $, button, element, find } from "#core/dom";
import { canRedo, canRevert, canUndo, failure, lastChange } from "#player/history";
import { oddities } from "#tools/edit/distances";
import { differences, effectSentence, finalTargets, together } from "#tools/edit/effect";

const MAX_ODD = 6; // how many odd distances are listed; the others are counted

/**
 * @param {HTMLElement} panel
 * @param {Machine} machine
 * @param {boolean} isPlain whether the lines are no buttons, because there is no grid to go to
 */
export function showOddities(panel, machine, isPlain) {
  const odd = oddities(machine);
  const lines = odd.slice(0, MAX_ODD).map(([from, to, words]) => {
    const line = element("li");
    line.append(isPlain ? element("span", words) : button(words, "link", { pair: `${from} ${to}` }));
    return line;
  });
  if (odd.length > MAX_ODD) lines.push(element("li", `and ${odd.length - MAX_ODD} more`));
  $(".odd-ones", panel).replaceChildren(...lines);
}

/** @param {HTMLElement} panel */
export function showHistory(panel) {
  showHistoryButton(panel, "undo", "Undo", "Ctrl+Z", canUndo());
  showHistoryButton(panel, "redo", "Redo", "Ctrl+Shift+Z", canRedo());
  $("[data-act=revert]", panel).disabled = !canRevert();
}

/**
 * @param {HTMLElement} panel
 * @param {"undo" | "redo"} act
 * @param {string} word
 * @param {string} keys
 * @param {string | undefined} description
 */
function showHistoryButton(panel, act, word, keys, description) {
  const shown = $(`[data-act=${act}]`, panel);
  const hasFocus = shown === document.activeElement;
  if (!description && hasFocus) find(`[data-act=${act === "undo" ? "redo" : "undo"}]`, panel)?.focus();
  shown.disabled = !description;
  shown.replaceChildren(element("span", description ? `${word} ${description}` : word));
  shown.title = description ? `${word} ${description} (${keys})` : "";
}

/** @param {HTMLElement} panel */
export function showUnanswered(panel) {
  const place = $(".unanswered", panel);
  if (!failure()) return place.replaceChildren();
  if (place.children.length) return;
  const line = `${failure()} The stage still shows the machine before your edit, which is kept here. `;
  place.replaceChildren(element("span", line, "refusal"), button("Try again", "", { act: "try-again" }));
}

/**
 * Say what the last edit did to the order; nothing if there was no edit, or if the kernel has changed, too.
 * @param {HTMLElement} panel
 */
export function showEffect(panel) {
  const place = $(".effect", panel);
  const last = lastChange();
  if (!last) return place.replaceChildren();
  const { before, after, changes } = last;
  if (before.kernel !== after.kernel || before.zonelists !== after.zonelists) return place.replaceChildren();
  const { description, renamed } = together(changes);
  const found = differences(finalTargets(before), finalTargets(after), renamed);
  const sentence = effectSentence(description, found);
  place.textContent = sentence[0].toUpperCase() + sentence.slice(1);
}
