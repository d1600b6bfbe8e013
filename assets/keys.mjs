// Which keys the focused element keeps for itself, and how the focus moves on the stage and in the registers.

import { reach } from "./columns.mjs";

const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";
const USES = {
  " ": "button, a[href], summary, [type=checkbox], [data-cell]",
  Enter: "button, a[href], summary",
  ArrowRight: "input[type=range], [data-cell], [role=tab]",
  ArrowLeft: "input[type=range], [data-cell], [role=tab]",
  ArrowUp: "input[type=range], [data-cell]",
  ArrowDown: "input[type=range], [data-cell]",
  Home: "input[type=range]",
  End: "input[type=range]",
  PageUp: "input[type=range]",
  PageDown: "input[type=range]",
};

export const singleKeys = () => document.querySelector("#single-keys").checked;

// Whether the focused element has a use of its own for the key, so that the player must not act on it.
export function isUsed(key, target) {
  if (key === "Escape") return false;
  return Boolean(target.closest(TYPING) || (USES[key] && target.closest(USES[key])));
}

// Whether the element holds a text that was changed and not yet taken.
export function isWriting(target) {
  return target.matches("input, textarea") && isUsed("z", target) && target.value !== target.defaultValue;
}

// On the stage, up and down go from card to card, in the code from line to line; elsewhere they scroll.
export function rove(event, by) {
  const [stops, at] = event.target.closest("#code") ? linesAt(event.target) : cardsAt(event.target);
  if (!stops) return false;
  focusOn(stops[Math.max(0, Math.min(at + by, stops.length - 1))], stops);
}

function cardsAt(target) {
  const card = target.closest("#stage [data-node]");
  const cards = [...document.querySelectorAll("#stage [data-node]")];
  return card ? [cards, cards.indexOf(card)] : [];
}

// Who comes into the code starts beside the line that runs.
function linesAt(target) {
  const lines = [...document.querySelectorAll("#code ol [data-line]")];
  const at = target.closest("[data-line]") ?? document.querySelector("#code .now");
  return [lines, lines.indexOf(at)];
}

function focusOn(element, others) {
  for (const other of others) other.setAttribute("tabindex", other === element ? "0" : "-1");
  element.focus();
}

// In the registers, the arrow keys go from cell to cell, and from tab to tab among tabs; whether one did.
export function moveInTable({ key, target }) {
  const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const tab = target.closest("[role=tab]");
  if (tab && across) {
    const other = across > 0 ? tab.nextElementSibling : tab.previousElementSibling;
    if (other?.matches("[role=tab]")) other.click(), other.focus();
    return true;
  }
  const cell = target.closest("[data-cell]");
  if (!cell || !(across || down)) return false;
  const row = cell.closest("tbody").rows[cell.parentElement.sectionRowIndex + down] ?? cell.parentElement;
  const next = row.cells[cell.cellIndex + across]?.closest("[data-cell]") ?? cell;
  reach(next);
  focusOn(next, document.querySelectorAll("[data-cell]"));
  return true;
}
