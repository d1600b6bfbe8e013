// @ts-check
// Draws the reader on the stage: a figure that walks from card to card, a dotted line where it has walked, and the
// arrows as a reader finds them at that moment. All of it is in a separate layer over the stage.

import { $, find, setAttribute, svgElement } from "#core/dom";
import { targetsOf } from "#core/trace";
import { boxOf, middle } from "#player/card-boxes";
import { hopsOf } from "#tools/readers/model";

const FULL = 84; // the height of a large card, in units of the stage; on smaller cards the figure is smaller
const FIGURE = "M0-17a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM-8 10v-7a8 8 0 0 1 16 0v7z";

const stage = () => find("#stage svg");
/** @type {Element[] | null} */
let replaced = null; // the run's stage, while that of the visitor's own two orders is shown in its place

/**
 * Show another stage in place of the run's stage, unless that was done already.
 * @param {string} text the SVG of the other stage
 */
export function lendStage(text) {
  if (find("#stage [data-lent]")) return;
  replaced = [...$("#stage").children];
  $("#stage").innerHTML = text;
  const svg = $("#stage svg");
  svg.dataset.whole = svg.getAttribute("viewBox") ?? "";
}

/** Show the run's stage again, unless that of another run has come meanwhile. */
export function returnStage() {
  if (replaced && find("#stage [data-lent]")) $("#stage").replaceChildren(...replaced);
  replaced = null;
}

/**
 * Show the array as it is at a moment, and the reader with the way that it has gone.
 * @param {Standpoint} point
 */
export function showWalker({ entries, walk }) {
  const svg = stage();
  if (!svg) return;
  for (const arrow of svg.querySelectorAll("[data-from]")) {
    const targets = targetsOf(entries[arrow.dataset.from ?? ""] ?? -1);
    arrow.classList.toggle("stored", targets.includes(Number(arrow.dataset.to)));
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
 * Return the path from one card to the next: that of the arrow between them if there is one, or else a straight line.
 * @param {SVGSVGElement} svg
 * @param {NodeId} from
 * @param {NodeId} to
 */
function wayOf(svg, from, to) {
  const drawn = svg.querySelector(`[data-from="${from}"][data-to="${to}"] .shaft`)?.getAttribute("d");
  const [a, b] = [boxOf(svg, from), boxOf(svg, to)];
  if (drawn || !a || !b) return drawn ?? "";
  const [start, end] = [middle(a), middle(b)];
  return `M${start.x} ${start.y}L${end.x} ${end.y}`;
}

/**
 * @param {Element} layer
 * @param {import("#player/card-boxes").Box} box
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
