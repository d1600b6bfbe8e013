// @ts-check
// Draws pages on the stage: each card is a vessel that fills, with lines for the watermarks, and signs flow from card
// to card (signs.mjs). All of it is in layers of its own, which the player does not use.

import { all, find, setAttribute, setText, svgElement } from "#core/dom";
import { boxOf } from "#player/card-boxes";
import {
  changedNodes,
  flowsBetween,
  flowsOf,
  freeAt,
  HEAD,
  keyOf,
  layersAt,
  levelOf,
  percentAt,
} from "#tools/pressure/model";
import { showOrder } from "#tools/pressure/order";
import { drawLayerOfSigns, drawMovingSigns, drawSigns } from "#tools/pressure/signs";
import { wayOf } from "#tools/pressure/ways";

const MARKS = /** @type {const} */ (["high", "low", "min"]);
const TINTS = 8; // colours of chains, which owners have here
const BREAK = "l3-3l4 6l4-6l3 3"; // the mark at which the scale of a vessel changes
const SMALL_BREAK = "l1.5-3l2 6l2-6l1.5 3"; // the same on a small card, whose id the other one would cover
const SCALE_WORDS = "Above this mark the scale is larger, so that the last free pages can be seen.";
const LEAST = { width: 150, height: 40 }; // stage units of a card that has room for words on how full it is

/** @typedef {Map<string, { still: Element, moving: Element }>} DrawnFlows */
/**
 * What is drawn, and the film and the tick that are shown in it. Only the page's own stage has a layer of moving signs.
 * @typedef {{ svg: SVGSVGElement, vessels: (Vessel | null)[], flows: SVGElement, moving: Element | null,
 *   drawn: DrawnFlows, film: Film | null, tick: number }} Layers
 */
/**
 * @typedef {import("#player/card-boxes").Box} Box
 * @typedef {{ box: Box, group: SVGElement, parts: SVGElement, words: SVGElement, worker: SVGElement,
 *   rects: SVGElement[] }} Vessel
 */
/** @type {Layers | null} */
let layers = null;

/**
 * Show a tick of a film on the stage, and what flows in it and in the ticks before that have not been shown.
 * @param {Film} film
 * @param {number} tick
 * @param {number} since the tick that was shown before
 */
export function showTick(film, tick, since) {
  const svg = find("#stage svg");
  if (!svg) return;
  if (layers?.svg !== svg || layers.vessels.length !== film.nodes.length) {
    clearStage();
    layers = { ...drawLayers(svg, film), moving: drawLayerOfSigns(svg) };
  }
  for (const index of changedNodes(film, layers.film === film ? layers.tick : null, tick)) {
    const vessel = layers.vessels[index];
    if (vessel) fillVessel(vessel, film, tick, index);
  }
  if (layers.film !== film || film.order[layers.tick] !== film.order[tick]) showOrder(svg, film.order[tick]);
  Object.assign(layers, { film, tick });
  showFlows(layers, flowsBetween(film, since, tick));
}

/**
 * Draw a tick of a film on a stage that is not the page's own.
 * @param {SVGSVGElement} svg
 * @param {Film} film
 * @param {number} tick
 */
export function drawTick(svg, film, tick) {
  const drawn = drawLayers(svg, film);
  for (const [index, vessel] of drawn.vessels.entries()) if (vessel) fillVessel(vessel, film, tick, index);
  showOrder(svg, film.order[tick]);
  showFlows(drawn, flowsOf(film, tick));
}

/** Remove everything that the tool has drawn on the stage. */
export function clearStage() {
  for (const part of all("#stage :is(.vessel, .flows, .moving-signs, .order-anew)")) part.remove();
  for (const arrow of all("#stage .arrow.of-gone")) arrow.classList.remove("of-gone");
  layers = null;
}

/**
 * @param {number} owner
 * @param {Film} film
 */
export const tintOf = (owner, film) => (owner < film.answer.cpus.length ? `chain-${owner % TINTS}` : "used-fill");

/**
 * @param {SVGSVGElement} svg
 * @param {Film} film
 * @returns {Layers}
 */
function drawLayers(svg, film) {
  const vessels = film.nodes.map((node) => drawVessel(svg, node));
  const flows = svg.appendChild(svgElement("g", { class: "flows", "aria-hidden": "true" }));
  return { svg, vessels, flows, moving: null, drawn: new Map(), film: null, tick: 0 };
}

/**
 * @param {SVGSVGElement} svg
 * @param {VesselNode} node
 * @returns {Vessel | null}
 */
function drawVessel(svg, node) {
  const box = boxOf(svg, node.id);
  if (!box) return null;
  const group = svgElement("g", { class: "vessel", "aria-hidden": "true" });
  const parts = group.appendChild(svgElement("g", { class: "parts" }));
  for (const name of MARKS) {
    const y = box.y + box.height * (1 - levelOf(node, node[name]));
    group.append(svgElement("path", { d: `M${box.x} ${y.toFixed(1)}h${box.width}`, class: `mark ${name}` }));
  }
  const height = box.y + box.height * HEAD;
  const [line, width] = svg.classList.contains("id") ? [SMALL_BREAK, 7] : [BREAK, 14];
  const zigzag = `M${box.x} ${height}${line}M${box.x + box.width - width} ${height}${line}`;
  const mark = group.appendChild(svgElement("path", { d: zigzag, class: "break" }));
  mark.append(Object.assign(svgElement("title", {}), { textContent: SCALE_WORDS }));
  const fontSize = Math.min(14, box.height * 0.25);
  const at = { x: box.x + box.width - 18, y: box.y + box.height * 0.78, "font-size": fontSize };
  const words = svgElement("text", { class: "percent", "text-anchor": "end", ...at });
  if (box.width >= LEAST.width && box.height >= LEAST.height) group.append(words);
  const worker = svgElement("g", { class: "worker" });
  const size = Math.min(1, box.height / 50);
  worker.append(
    svgElement("circle", { r: 9 * size }),
    svgElement("path", { d: `M0-${5 * size}v${5 * size}h${4 * size}` }),
  );
  setAttribute(worker, "transform", `translate(${box.x + box.width} ${box.y + box.height})`);
  group.append(worker);
  svg.querySelector(`[data-node="${node.id}"] .face`)?.after(group);
  return { box, group, parts, words, worker, rects: [] };
}

/**
 * @param {Vessel} vessel
 * @param {Film} film
 * @param {number} tick
 * @param {number} index
 */
function fillVessel({ box, group, parts, words, worker, rects }, film, tick, index) {
  const wanted = layersAt(film, tick, index);
  while (rects.length < wanted.length)
    rects.push(parts.appendChild(svgElement("rect", { x: box.x, width: box.width })));
  for (const [place, rect] of rects.entries()) {
    const layer = wanted[place];
    const height = layer ? (layer.to - layer.from) * box.height : 0;
    const y = layer ? box.y + (1 - layer.to) * box.height : box.y;
    setIfNew(rect, "y", y.toFixed(1));
    setIfNew(rect, "height", Math.max(0, height).toFixed(1));
    if (layer) setIfNew(rect, "class", tintOf(layer.owner, film));
  }
  const { id } = film.nodes[index];
  worker.classList.toggle("awake", film.awake[tick].includes(id));
  const isIsolated = film.isolated[tick].includes(id);
  const isGone = hasLeft(film, tick, index);
  const percent = `${percentAt(film, tick, index)} %`;
  setText(words, isGone ? "offline" : isIsolated ? `leaving: ${percent}` : `${percent} full`);
  group.classList.toggle("has-left", isGone);
}

/**
 * @param {Film} film
 * @param {number} tick
 * @param {number} index
 */
const hasLeft = (film, tick, index) =>
  film.isolated[tick].includes(film.nodes[index].id) && freeAt(film, tick, index) === film.nodes[index].managed;

/**
 * @param {Element} target
 * @param {string} name
 * @param {string} value
 */
const setIfNew = (target, name, value) => {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
};

/**
 * Show these flows, and no others. What was drawn once is kept for later: drawing takes longer than a picture has time.
 * @param {Layers} layers
 * @param {Flow[]} wanted
 */
function showFlows({ svg, flows, moving, drawn }, wanted) {
  const keys = new Set();
  for (const flow of wanted) {
    const key = keyOf(flow);
    keys.add(key);
    const one = drawn.get(key) ?? drawFlow(svg, flow);
    if (!one) continue;
    drawn.set(key, one);
    if (one.still.isConnected) continue;
    flows.append(one.still);
    moving?.append(one.moving);
  }
  for (const [key, { still, moving }] of drawn) {
    if (!still.isConnected || keys.has(key)) continue;
    still.remove();
    moving.remove();
  }
}

/**
 * @param {SVGSVGElement} svg
 * @param {Flow} flow
 */
function drawFlow(svg, flow) {
  const way = wayOf(svg, flow);
  if (!way) return null;
  const still = svgElement("g", { class: `flow ${flow.kind}`, "data-flow": `${flow.source}>${flow.target}` });
  still.append(svgElement("path", { d: way, class: "way" }), ...drawSigns(flow.kind, way));
  return { still, moving: drawMovingSigns(flow.kind, way) };
}
