// @ts-check
// Shows the order before and after an event: two small stages side by side, with signs at the arrows that are new or
// gone, and a sentence for each change.

import { $, element, svgElement } from "#core/dom";
import { copyStage, lookUpStage, paintStage } from "#player/stage";
import { differences, differenceText } from "#tools/events/model";

const DROPPED = [
  "title, defs, .looks, .barrier, .walker, .motion, .veil-off, .badge, .tag, .halo, .turn, .hatched, .end, .tier",
  ".roles .outline, .roles .leaving",
].join();

/** @typedef {import("#tools/events/model").Difference} Difference */

/**
 * Fill a place with what has changed in the order between the steps `first` and `end`.
 * @param {HTMLElement} place
 * @param {Trace} trace
 * @param {StageClasses["lacks"]} lacks
 * @param {Step} first
 * @param {Step} end
 */
export function showDifference(place, trace, lacks, first, end) {
  const found = differences(trace, first, end);
  place.replaceChildren(pictures(found, trace, lacks, first, end), listOf(found));
  for (const svg of place.querySelectorAll("svg")) {
    for (const arrow of svg.querySelectorAll(".signed")) sign(arrow);
    crop(svg);
    svg.style.setProperty("--px", String(svg.getScreenCTM()?.a || 1)); // for the ids in presenter mode
  }
}

/**
 * @param {Difference[]} found
 * @param {Trace} trace
 * @param {StageClasses["lacks"]} lacks
 * @param {Step} first
 * @param {Step} end
 */
function pictures(found, trace, lacks, first, end) {
  const pair = element("div", "", "pair");
  for (const isAfter of [false, true]) {
    const figure = pair.appendChild(element("figure"));
    const drawn = picture(found, trace, lacks, isAfter ? end : first, isAfter);
    figure.append(element("figcaption", isAfter ? "after" : "before"), drawn);
  }
  return pair;
}

/**
 * @param {Difference[]} found
 * @param {Trace} trace
 * @param {StageClasses["lacks"]} lacks
 * @param {Step} step
 * @param {boolean} isAfter
 */
function picture(found, trace, lacks, step, isAfter) {
  const svg = copyStage($("#stage svg"));
  svg.setAttribute("role", "img");
  const when = isAfter ? "after" : "before";
  svg.setAttribute("aria-label", `The order ${when} the event; the list below says what differs.`);
  for (const part of svg.querySelectorAll(DROPPED)) part.remove();
  for (const card of svg.querySelectorAll("[data-node]")) card.setAttribute("class", "node");
  const view = lookUpStage(svg, { masks: {}, ones: {}, lacks });
  paintStage(view, trace, step);
  for (const { arrow } of view.arrows) markArrow(arrow, found, isAfter);
  for (const card of view.cards.values()) rename(card, "node", "card");
  return svg;
}

/**
 * @param {SVGElement} arrow
 * @param {Difference[]} found
 * @param {boolean} isAfter
 */
function markArrow(arrow, found, isAfter) {
  if (!arrow.classList.contains("stored")) return arrow.remove();
  const [from, to] = [arrow.dataset.from, arrow.dataset.to].map(Number);
  const change = found.find(({ node }) => node === from);
  arrow.classList.remove("grows");
  if (change && !(isAfter ? change.before : change.after).includes(to)) {
    arrow.classList.add("signed", isAfter ? "comes" : "goes");
  }
  rename(arrow, "from", "arrow");
}

/**
 * Rename a data attribute of a part of the picture, and take its role: the page must not treat it as a part of the
 * stage.
 * @param {SVGElement} part
 * @param {string} old
 * @param {string} other
 */
function rename(part, old, other) {
  part.dataset[other] = part.dataset[old];
  delete part.dataset[old];
  for (const name of ["tabindex", "role", "aria-label"]) part.removeAttribute(name);
}

/**
 * Crop the picture to what is drawn, since it has no labels.
 * @param {SVGSVGElement} svg
 */
function crop(svg) {
  const { x, y, width, height } = svg.getBBox();
  svg.setAttribute("viewBox", [x - 4, y - 4, width + 8, height + 8].map(Math.round).join(" "));
}

/**
 * Put a disc on an arrow, with a plus if the arrow is new and a minus if it is gone afterwards.
 * @param {Element} arrow
 */
function sign(arrow) {
  const shaft = /** @type {SVGPathElement} */ (arrow.querySelector(".shaft"));
  const plate = /** @type {SVGGraphicsElement | null} */ (arrow.querySelector(".plate"));
  const box = plate?.getBBox(); // the plate of a label, which is beside the arrow if the arrow is short
  const middle = box
    ? { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    : shaft.getPointAtLength(shaft.getTotalLength() / 2);
  plate?.remove();
  arrow.querySelector(".far")?.remove();
  const disc = svgElement("g", { class: "sign", transform: `translate(${middle.x} ${middle.y})` });
  const lines = arrow.classList.contains("comes") ? "M-8 0h16M0-8v16" : "M-8 0h16";
  disc.append(svgElement("circle", { r: 14 }), svgElement("path", { d: lines }));
  arrow.append(disc);
}

/** @param {Difference[]} found */
function listOf(found) {
  const list = element("ul", "", "differences");
  for (const one of found) {
    list.appendChild(element("li")).append(element("b", one.kind, `kind ${one.kind}`), differenceText(one));
  }
  if (!found.length) list.append(element("li", "No target is another one."));
  return list;
}
