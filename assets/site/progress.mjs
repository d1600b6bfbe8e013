// @ts-check
// Shows what is being fetched or started, above all else on the page, dialogs included.

import { button, element, find, on, setAttribute, setText } from "#core/dom";

const MEGA = 1e6;

/**
 * The box with its parts, and what its button does.
 * @type {{ box: HTMLElement, line: HTMLElement, amount: HTMLElement, bar: HTMLProgressElement,
 *   end: HTMLButtonElement, stop: () => void } | null}
 */
let parts = null;

function made() {
  const box = element("div");
  box.id = "progress";
  box.popover = "manual";
  const [line, bar, amount] = [element("p"), element("progress"), element("span")];
  setAttribute(line, "role", "status");
  setAttribute(bar, "aria-label", "How much has come");
  const end = button("Stop");
  box.append(line, bar, amount, end);
  const all = { box, line, bar, amount, end, stop: () => {} };
  on(end, "click", () => all.stop());
  parts = all;
  return all;
}

/**
 * Show a line and, if the bytes are known, how much has come. With `stop` there is a button that calls it.
 * @param {string} what
 * @param {{ come?: number, all?: number, stop?: () => void }} [more]
 */
export function showProgress(what, { come = 0, all = 0, stop } = {}) {
  const shown = parts ?? made();
  const { box, line, bar, amount, end } = shown;
  const place = find("dialog[open]") ?? document.body; // what is outside an open dialog cannot be reached
  if (box.parentElement !== place) place.append(box);
  if (!box.matches(":popover-open")) box.showPopover();
  setText(line, what);
  end.hidden = !stop;
  if (stop) shown.stop = stop;
  setText(amount, all ? `${(Math.min(come, all) / MEGA).toFixed(1)} of ${(all / MEGA).toFixed(1)} MB` : "");
  if (all) Object.assign(bar, { max: all, value: Math.min(come, all) });
  else bar.removeAttribute("value");
}

export function hideProgress() {
  if (parts?.box.matches(":popover-open")) parts.box.hidePopover();
}
