// @ts-check
// Which keys the focused element keeps for itself, and how the focus moves on the stage, in the code and in the
// registers.

import { $, all, find } from "#core/dom";
import { reach } from "#player/register-columns";

const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";
/** @type {Record<string, string>} */
const USES = {
  " ": "button, a[href], summary, [type=checkbox], [data-moving] [data-cell]",
  Enter: "button, a[href], summary",
  ArrowRight: "input[type=range], [role=tab]",
  ArrowLeft: "input[type=range], [role=tab]",
  ArrowUp: "input[type=range]",
  ArrowDown: "input[type=range]",
  Home: "input[type=range]",
  End: "input[type=range]",
  PageUp: "input[type=range]",
  PageDown: "input[type=range]",
};
/** @type {Record<string, [across: number, down: number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const singleKeys = () => $("#single-keys").checked;

/**
 * Whether the focused element has a use of its own for the key, so that the player must not act on it.
 * @param {string} key
 * @param {Element} target
 */
export function isUsed(key, target) {
  if (key === "Escape") return false;
  return Boolean(target.closest(TYPING) || (USES[key] && target.closest(USES[key])));
}

/**
 * Whether the element holds a text that was changed and not yet taken.
 * @param {Control} target
 */
export function isWriting(target) {
  return target.matches("input, textarea") && isUsed("z", target) && target.value !== target.defaultValue;
}

/**
 * Move the focus up or down: on the stage from card to card, in the code from line to line. Returns false elsewhere,
 * where the keys scroll.
 * @param {Heard<KeyboardEvent>} event
 * @param {number} by
 */
export function moveFocus(event, by) {
  const [stops, at = 0] = event.target.closest("#code") ? linesAt(event.target) : cardsAt(event.target);
  if (!stops) return false;
  focusOn(stops[Math.max(0, Math.min(at + by, stops.length - 1))], stops);
  return true;
}

/**
 * @param {Element} target
 * @returns {[HTMLElement[], number] | []}
 */
function cardsAt(target) {
  const card = /** @type {HTMLElement | null} */ (target.closest("#stage [data-node]"));
  const cards = all("#stage [data-node]");
  return card ? [cards, cards.indexOf(card)] : [];
}

/**
 * Where a visitor comes into the code, the focus starts beside the line that runs.
 * @param {Element} target
 * @returns {[HTMLElement[], number]}
 */
function linesAt(target) {
  const lines = all("#code ol [data-line]");
  const at = target.closest("[data-line]") ?? find("#code .now");
  return [lines, lines.findIndex((line) => line === at)];
}

/**
 * @param {HTMLElement} target
 * @param {Iterable<HTMLElement>} others
 */
function focusOn(target, others) {
  for (const other of others) other.setAttribute("tabindex", other === target ? "0" : "-1");
  target.focus();
}

/**
 * Among tabs the arrow keys go from tab to tab. Returns whether one did.
 * @param {Heard<KeyboardEvent>} event
 */
export function moveAmongTabs({ key, target }) {
  const across = MOVES[key]?.[0];
  const tab = target.closest("[role=tab]");
  if (!tab || !across) return false;
  const other = across > 0 ? tab.nextElementSibling : tab.previousElementSibling;
  if (other instanceof HTMLElement && other.matches("[role=tab]")) {
    other.click();
    other.focus();
  }
  return true;
}

/**
 * In the registers the arrow keys go from cell to cell from Enter to Escape, but not with Shift. Returns whether the
 * key was used for that.
 * @param {Heard<KeyboardEvent>} event
 */
export function moveInTable({ key, target, shiftKey }) {
  const cell = /** @type {HTMLTableCellElement | null} */ (target.closest("[data-cell]"));
  const table = cell?.closest("table");
  if (!cell || !table || shiftKey) return false;
  if (!("moving" in table.dataset)) {
    if (key === "Enter") beginMoving(table);
    return key === "Enter";
  }
  if (key === "Escape") delete table.dataset.moving;
  else if (MOVES[key]) goFrom(cell, ...MOVES[key]);
  else return false;
  return true;
}

/**
 * Who leaves the table, and comes back, begins anew.
 * @param {HTMLTableElement} table
 */
function beginMoving(table) {
  table.dataset.moving = "";
  table.addEventListener("focusout", ({ relatedTarget }) => {
    if (!table.contains(/** @type {Node | null} */ (relatedTarget))) delete table.dataset.moving;
  });
}

/**
 * @param {HTMLTableCellElement} cell
 * @param {number} across
 * @param {number} down
 */
function goFrom(cell, across, down) {
  const line = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const row = cell.closest("tbody")?.rows[line.sectionRowIndex + down] ?? line;
  const beside = row.cells[cell.cellIndex + across];
  const next = beside?.matches("[data-cell]") ? beside : cell;
  reach(next);
  focusOn(next, all("[data-cell]"));
}
