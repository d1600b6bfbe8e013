// What the editor's panel tells: what can be undone, what no server has heard, what the last edit did, which distances are odd.

import { canRedo, canRevert, canUndo, failure } from "../draft.mjs";
import { element } from "../tables.mjs";
import { oddities } from "./edit-distances.mjs";
import { differences, effectSentence, finalTargets, together } from "./edit-effect.mjs";

const MOST_ODD = 6; // told one by one

export function showOddities(panel, document, plain) {
  const odd = oddities(document);
  const lines = odd.slice(0, MOST_ODD).map(([from, to, words]) => oddLine(from, to, words, plain));
  if (odd.length > MOST_ODD) lines.push(element("li", `and ${odd.length - MOST_ODD} more`));
  panel.querySelector(".odd-ones").replaceChildren(...lines);
}

function oddLine(from, to, words, plain) {
  const line = element("li");
  const button = line.appendChild(element(plain ? "span" : "button", words, plain ? "" : "link"));
  if (!plain) Object.assign(button, { type: "button" }).dataset.pair = `${from} ${to}`;
  return line;
}

export function showHistory(panel) {
  for (const [act, told] of [["undo", canUndo()], ["redo", canRedo()]]) {
    const button = panel.querySelector(`[data-act=${act}]`);
    const word = act === "undo" ? "Undo" : "Redo";
    if (!told && button === document.activeElement) panel.querySelector(`[data-act=${act === "undo" ? "redo" : "undo"}]`).focus();
    button.disabled = !told;
    button.replaceChildren(element("span", told ? `${word} ${told}` : word));
    button.title = told ? `${word} ${told} (Ctrl+${act === "undo" ? "Z" : "Shift+Z"})` : "";
  }
  panel.querySelector("[data-act=revert]").disabled = !canRevert();
}

export function showUnheard(panel) {
  const place = panel.querySelector(".unheard");
  if (!failure()) return place.replaceChildren();
  if (place.children.length) return;
  const button = Object.assign(element("button", "Try again"), { type: "button" });
  button.dataset.act = "try-again";
  place.replaceChildren(element("span", `${failure()} The stage still shows the machine before your edit, which is kept here. `, "refusal"), button);
}

// What the last edit did to the order; nothing where the machine or the kernel is another.
export function tellEffect(panel, last) {
  const place = panel.querySelector(".effect");
  const { steps, before, after } = last ?? {};
  if (!last || before.kernel !== after.kernel || before.zonelists !== after.zonelists) return place.replaceChildren();
  const { told, renamed } = together(steps);
  const found = differences(finalTargets(before), finalTargets(after), renamed);
  const sentence = effectSentence(told, found);
  place.textContent = sentence[0].toUpperCase() + sentence.slice(1);
}
