// @ts-check
// The reader on the stage: a figure that walks from card to card, its way so far as a dotted line, and the arrows as a
// reader finds them at that moment. It has its own layer over the stage; the player knows nothing of it.

import { $, find, setAttribute, svgElement } from "#core/dom";
import { hopsOf } from "#tools/readers/model";

const FULL = 84; // the height of a card that has room for everything, in stage units
const FIGURE = "M0-17a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM-8 10v-7a8 8 0 0 1 16 0v7z";

const stage = () => find("#stage svg");
/** @type {SVGSVGElement | null} */
let replaced = null; // the machine's stage, while two orders of the visitor's own have its place

/**
 * Show a stage of its own in place of the machine's, unless it is there.
 * @param {string} text
 */
export function lendStage(text) {
  if (find("#stage [data-lent]")) return;
  replaced = stage();
  $("#stage").innerHTML = text;
  const svg = $("#stage svg");
  svg.dataset.whole = svg.getAttribute("viewBox") ?? "";
}

/** The machine's stage is back, unless another machine's has come in the meantime. */
export function returnStage() {
  if (replaced && find("#stage [data-lent]")) $("#stage").replaceChildren(replaced);
  replaced = null;
}

/**
 * Show the array as it is at a moment, and the reader with what it has seen.
 * @param {Standpoint} point
 */
export function showWalker({ entries, walk }) {
  const svg = stage();
  if (!svg) return;
  for (const arrow of svg.querySelectorAll("[data-from]")) {
    arrow.classList.toggle("stored", String(entries[arrow.dataset.from ?? ""]) === arrow.dataset.to);
  }
  const layer = svg.querySelector(":scope > .walker") ?? svg.appendChild(newLayer());
  const end = walk[walk.length - 1];
  const last = end === -1 ? walk[walk.length - 2] : end;
  layer.classList.toggle("stopped", end === -1);
  layer.classList.toggle("round", walk.slice(0, -1).includes(end));
  const ways = hopsOf(walk).map(([from, to]) => svgElement("path", { d: wayOf(svg, from, to) }));
  layer.querySelector(".way")?.replaceChildren(...ways);
  const box = boxOf(svg, last);
  if (box) placeWalker(layer, box);
}

export function removeWalker() {
  stage()?.querySelector(":scope > .walker")?.remove();
}

function newLayer() {
  const layer = svgElement("g", { class: "walker", "aria-hidden": "true" });
  const figure = svgElement("g", { class: "figure" });
  figure.append(
    svgElement("circle", { r: 19, class: "ground" }),
    svgElement("path", { d: FIGURE }),
    svgElement("path", { d: "M-14 15h28", class: "halt" }),
  );
  const rings = ["ring", "ring again"].map((name) => svgElement("rect", { class: name }));
  layer.append(svgElement("g", { class: "way" }), ...rings, figure);
  return layer;
}

/**
 * @param {SVGSVGElement} svg
 * @param {NodeId} node
 */
function boxOf(svg, node) {
  const face = /** @type {SVGGraphicsElement | null} */ (svg.querySelector(`[data-node="${node}"] .face`));
  return face?.getBBox();
}

/**
 * The way from one card to the next: that of the arrow where one was ever drawn, else a straight line.
 * @param {SVGSVGElement} svg
 * @param {NodeId} from
 * @param {NodeId} to
 */
function wayOf(svg, from, to) {
  const drawn = svg.querySelector(`[data-from="${from}"][data-to="${to}"] .shaft`)?.getAttribute("d");
  const [a, b] = [boxOf(svg, from), boxOf(svg, to)];
  if (drawn || !a || !b) return drawn ?? "";
  return `M${a.x + a.width / 2} ${a.y + a.height / 2}L${b.x + b.width / 2} ${b.y + b.height / 2}`;
}

/**
 * @param {Element} layer
 * @param {DOMRect} box
 */
function placeWalker(layer, { x, y, width, height }) {
  const scale = Math.max(0.5, height / FULL);
  for (const [index, ring] of layer.querySelectorAll(".ring").entries()) {
    const out = (8 + 7 * index) * scale;
    const box = { x: x - out, y: y - out, width: width + 2 * out, height: height + 2 * out, rx: 16 * scale };
    for (const [name, value] of Object.entries(box)) setAttribute(ring, name, value);
  }
  layer.style.setProperty("--scale", String(scale));
  const figure = layer.querySelector(".figure");
  if (figure) figure.style.transform = `translate(${x + width}px, ${y}px) scale(${scale})`;
}
