// @ts-check
// Knows which keys the focused element uses itself, and moves the focus on the stage, in the code and in the registers.

import { $, all, find } from "#core/dom";
import { reach } from "#player/registers";

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
 * Return whether the focused element uses the key itself, so that the player must not act on it.
 * @param {string} key
 * @param {Element} target
 */
export function isUsed(key, target) {
  if (key === "Escape") return false;
  return Boolean(target.closest(TYPING) || (USES[key] && target.closest(USES[key])));
}

/**
 * Return whether an element is a text field whose text was changed and not submitted yet.
 * @param {Control} target
 */
export function isWriting(target) {
  return target.matches("input, textarea") && isUsed("z", target) && target.value !== target.defaultValue;
}

/**
 * Move the focus up or down: on the stage from card to card, in the code from line to line. Elsewhere return false, so
 * that the keys scroll.
 * @param {TargetedEvent<KeyboardEvent>} event
 * @param {number} by
 */
export function moveFocus(event, by) {
  const [stops, at = 0] = event.target.closest("#code") ? linesAt(event.target) : cardsAt(event.target);
  if (!stops) return false;
  focusOn(stops[Math.max(0, Math.min(at + by, stops.length - 1))], stops);
  return true;
}

/**
 * Return all cards of the stage and the index of the focused one; an empty list if the focus is elsewhere.
 * @param {Element} target
 * @returns {[HTMLElement[], number] | []}
 */
function cardsAt(target) {
  const card = /** @type {HTMLElement | null} */ (target.closest("#stage [data-node]"));
  const cards = all("#stage [data-node]");
  return card ? [cards, cards.indexOf(card)] : [];
}

/**
 * Return all lines of the code and the index of the focused one. If none is focused, it is that of the line that runs.
 * @param {Element} target
 * @returns {[HTMLElement[], number]}
 */
function linesAt(target) {
  const lines = all("#code ol [data-line]");
  const at = target.closest("[data-line]") ?? find("#code .now");
  return [lines, lines.findIndex((line) => line === at)];
}

/**
 * Give an element the focus, and make it the only one of its group that the tab key reaches.
 * @param {HTMLElement} target
 * @param {Iterable<HTMLElement>} others
 */
function focusOn(target, others) {
  for (const other of others) other.setAttribute("tabindex", other === target ? "0" : "-1");
  target.focus();
}

/**
 * Select the next tab of a tab bar if an arrow key was pressed there; return whether it was.
 * @param {TargetedEvent<KeyboardEvent>} event
 */
export function moveAmongTabs({ key, target }) {
  const across = MOVES[key]?.[0];
  const tab = target.closest("[role=tab]");
  if (!tab || !across) return false;
  const other = across > 0 ? tab.nextElementSibling : tab.previousElementSibling;
  if (other instanceof HTMLElement && other.matches("[role=tab]:not([hidden])")) {
    other.click();
    other.focus();
  }
  return true;
}

/**
 * Move the focus from cell to cell in the registers. Enter begins it, Escape ends it; keys with Shift are left to the
 * player. Return whether the key was used.
 * @param {TargetedEvent<KeyboardEvent>} event
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
 * Let the arrow keys move within a table, until the focus leaves the table.
 * @param {HTMLTableElement} table
 */
function beginMoving(table) {
  table.dataset.moving = "";
  table.addEventListener("focusout", ({ relatedTarget }) => {
    if (!table.contains(/** @type {Node | null} */ (relatedTarget))) delete table.dataset.moving;
  });
}

/**
 * Mark the registers while a cell of them has the focus, moved there by keys: the style sheet then shows which key lets
 * the arrows go from cell to cell. (A rule with :has() would need no mark, but with such a rule browsers style all
 * cells anew when the text of one changes.)
 */
export function markFocusedRegisters() {
  const table = find("#registers table");
  table?.toggleAttribute("data-focused", find("[data-cell]:focus-visible", table) !== null);
}

/**
 * Move the focus from a cell by `across` columns and `down` rows, unless the table ends there.
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
