// @ts-check
// Marks what needs a server before it is pressed: while the server of the page does not answer, and for good in an
// exported page, where such controls are disabled.

import { all, isExported, setAttribute } from "#core/dom";
import { heldRun, inBrowser } from "#core/server";
import { hasRun, state } from "#core/state";

const CONTROLS = [
  "#topology, #kernel, #zonelists, #open-paste, #open-shape, #open-stories, #open-find, #open-allowed",
  "[data-tool]:not([data-tool='code']), [data-chart]",
].join();
const NEVER_HERE = "#open-stories"; // what Python in this browser has no answer to
const GONE = "needs the server, which does not answer";
const NONE = "not in this file: it needs a server";

/**
 * Mark all controls that need the server while it is gone, or take the marks away.
 * @param {boolean} isGone
 */
export function markWhileGone(isGone) {
  for (const control of all(CONTROLS)) {
    tell(control, isGone && (!inBrowser.answer || control.matches(NEVER_HERE)) ? GONE : "");
  }
}

/**
 * Write at a control what it needs; an empty text removes what was written.
 * @param {HTMLElement} control
 * @param {string} need
 */
function tell(control, need) {
  if (control.dataset.need === (need || undefined)) return;
  if (control.dataset.need) control.title = control.dataset.titled ?? "";
  else control.dataset.titled = control.title;
  if (need) {
    control.dataset.need = need;
    control.title = [control.dataset.titled, need].filter(Boolean).join("; ");
    setAttribute(control, "aria-description", need);
  } else {
    delete control.dataset.need;
    control.removeAttribute("aria-description");
  }
}

/** Disable in an exported page what the file does not hold. */
export function disableAbsent() {
  if (!isExported() || !hasRun()) return;
  disableKernels(document);
  for (const control of all(CONTROLS)) {
    if (control instanceof HTMLSelectElement) disableOptions(control);
    else if (!isHeldTool(control)) disable(/** @type {HTMLButtonElement} */ (control));
  }
}

/**
 * Disable the buttons that show the machine under a kernel which the exported file does not hold.
 * @param {ParentNode} place
 */
export function disableKernels(place) {
  if (!isExported()) return;
  for (const choice of all("button[data-kernel]", place)) {
    const one = /** @type {HTMLButtonElement} */ (choice);
    one.disabled = !isHeld("kernel", one.dataset.kernel ?? "");
    if (one.disabled) one.title = NONE;
  }
}

/** @param {HTMLElement} control */
const isHeldTool = ({ dataset }) =>
  document.documentElement.dataset.tools?.split(" ").includes(dataset.tool ?? "") ?? false;

/** @param {HTMLButtonElement} control */
function disable(control) {
  control.disabled = true;
  tell(control, NONE);
}

/** @param {HTMLSelectElement} select */
function disableOptions(select) {
  const choices = [...select.options];
  for (const option of choices) {
    option.disabled = !option.selected && !isHeld(select.id, option.value);
    if (option.disabled) option.title = NONE;
  }
  tell(select, choices.every(({ disabled, selected }) => disabled || selected) ? NONE : "");
}

/**
 * Return whether the file holds a run with another choice.
 * @param {string} name
 * @param {string} value
 */
function isHeld(name, value) {
  const { asked: kernel, zonelists } = state.play;
  if (name === "topology") return heldRun({ topology: value }) !== undefined;
  const wanted = { topology: state.request.topology, kernel, zonelists, [name]: value };
  const held = heldRun(wanted);
  return held?.asked === wanted.kernel && held.zonelists === wanted.zonelists;
}
