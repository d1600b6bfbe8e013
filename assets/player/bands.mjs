// @ts-check
// Shows the masks of the run as bands of chips under the stage, in presenter mode. A band takes one line, so the bands
// fit beside any panel.

import { $, element, find } from "#core/dom";
import { nodesOf } from "#core/trace";

const MAX_SINGLE = 8; // how many nodes have a chip each; more nodes are shown as ranges
const MAX_CHIPS = 8; // how many chips a band has at most, beside one that counts the others

/** Show the bands, or hide them. The root element's attribute `data-withbands` holds whether they are shown. */
export function toggleBands() {
  document.documentElement.toggleAttribute("data-withbands");
}

/**
 * Show the masks of a step.
 * @param {Trace} trace
 * @param {Step} step
 */
export function paintBands(trace, step) {
  if (!("withbands" in document.documentElement.dataset)) return;
  const bands = find("#bands") ?? made();
  const masks = trace.masks.filter((name) => trace.has(name));
  bands.replaceChildren(...masks.map((name) => bandOf(name, String(trace.at(name, step)))));
}

/**
 * @param {string} name
 * @param {Mask} mask
 */
function bandOf(name, mask) {
  const band = element("div", "", `band ${name.replaceAll("_", "-")}`);
  const chips = element("span", "", "band-chips");
  const labels = chipsOf(mask);
  chips.append(...labels.map((label) => element("b", label)));
  if (!labels.length) chips.append(element("span", "empty"));
  band.append(element("span", name, "band-name"), chips);
  return band;
}

/**
 * Return the labels of a mask's chips: its nodes or, if there are many, its ranges. The last chip counts what has no
 * room.
 * @param {Mask} mask
 */
export function chipsOf(mask) {
  const nodes = nodesOf(mask);
  const labels = nodes.length <= MAX_SINGLE ? nodes.map(String) : mask.split(",");
  if (labels.length <= MAX_CHIPS) return labels;
  const shown = labels.slice(0, MAX_CHIPS);
  return [...shown, `+${nodes.length - nodesOf(shown.join(",")).length}`];
}

function made() {
  const bands = element("section", "", "bands");
  bands.id = "bands";
  bands.setAttribute("aria-label", "Masks");
  $(".scene").after(bands);
  return bands;
}
