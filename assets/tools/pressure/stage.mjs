// @ts-check
// Draws pages on the stage: each card is a vessel that fills, with lines for the watermarks, and signs flow from card
// to card (signs.mjs). All of it is in layers of its own, which the player does not use.

import { all, find, setAttribute, setText, svgElement } from "#core/dom";
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
import { drawLayerOfSigns, drawMovingSigns, drawSigns } from "#tools/pressure/signs";

const MARKS = /** @type {const} */ (["high", "low", "min"]);
const TINTS = 8; // colours of chains, which owners have here
const DEMOTIONS = ["kswapd", "direct", "proactive"];
const SWING = 80; // stage units that a way goes around other cards, and that an allocation comes from
const BREAK = "l3-3l4 6l4-6l3 3"; // the mark at which the scale of a vessel changes
const SCALE_WORDS = "Above this mark the scale is larger, so that the last free pages can be seen.";
const LEAST = { width: 150, height: 40 }; // stage units of a card that has room for words on how full it is

/** @typedef {Map<string, { still: Element, moving: Element }>} DrawnFlows */
/**
 * What is drawn, and the film and the tick that are shown in it. Only the page's own stage has a layer of moving signs.
 * @typedef {{ svg: SVGSVGElement, vessels: (Vessel | null)[], flows: SVGElement, moving: Element | null,
 *   drawn: DrawnFlows, film: Film | null, tick: number }} Layers
 */
/**
 * @typedef {{ box: Box, group: SVGElement, parts: SVGElement, words: SVGElement, worker: SVGElement,
 *   rects: SVGElement[] }} Vessel
 */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

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
  const lists = [layers.film === film ? film.isolated[layers.tick] : null, film.isolated[tick]];
  if (lists.some((list) => !list || list.length)) hideArrows(svg, film, tick);
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
  hideArrows(svg, film, tick);
  showFlows(drawn, flowsOf(film, tick));
}

/** Remove everything that the tool has drawn on the stage. */
export function clearStage() {
  for (const part of all("#stage :is(.vessel, .flows, .moving-signs)")) part.remove();
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
 * @param {NodeId} node
 * @returns {Box | null}
 */
function boxOf(svg, node) {
  const face = svg.querySelector(`[data-node="${node}"] .face`);
  if (!face) return null;
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(face.getAttribute(name)));
  return { x, y, width, height };
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
  const zigzag = `M${box.x} ${height}${BREAK}M${box.x + box.width - 14} ${height}${BREAK}`;
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
 * Hide the arrows from and to nodes whose memory has left, and show all others.
 * @param {SVGSVGElement} svg
 * @param {Film} film
 * @param {number} tick
 */
function hideArrows(svg, film, tick) {
  const gone = film.nodes.filter((_, index) => hasLeft(film, tick, index)).map(({ id }) => String(id));
  const isEnd = (/** @type {Element} */ arrow, /** @type {string} */ end) =>
    gone.includes(arrow.getAttribute(end) ?? "");
  for (const arrow of svg.querySelectorAll(".arrow"))
    arrow.classList.toggle("of-gone", isEnd(arrow, "data-from") || isEnd(arrow, "data-to"));
}

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

/**
 * Return the path of a flow. Demotion goes along the arrow if one is drawn, else from card to card. An allocation comes
 * into the card from its right, since a program makes it and no other node's memory, and a page that goes to swap
 * leaves its card below.
 * @param {SVGSVGElement} svg
 * @param {Flow} flow
 */
function wayOf(svg, { kind, source, target }) {
  const arrow = svg.querySelector(`[data-from="${source}"][data-to="${target}"] .shaft`)?.getAttribute("d");
  if (arrow && DEMOTIONS.includes(kind)) return arrow;
  const [from, to] = [boxOf(svg, source), boxOf(svg, target)];
  const [left, , width] = (svg.dataset.whole || svg.getAttribute("viewBox") || "").split(" ").map(Number);
  if (kind === "alloc" && to) {
    const start = Math.min(to.x + to.width + SWING, left + width - 8);
    return `M${start} ${middle(to).y}H${to.x + to.width * 0.8}`;
  }
  if (kind === "swap" && from) return `M${middle(from).x} ${from.y + from.height * 0.6}v${from.height * 0.7}`;
  if (!from || !to) return "";
  const [start, end] = [middle(from), middle(to)];
  if (!isCrossed(svg, from, to)) return `M${start.x} ${start.y}L${end.x} ${end.y}`;
  const edge = Math.min(from.x, to.x);
  const bend = edge - Math.min(SWING, (edge - left) * 0.9) / 0.75; // the curve goes three quarters of the way to it
  return `M${from.x} ${start.y}C${bend} ${start.y} ${bend} ${end.y} ${to.x} ${end.y}`;
}

/**
 * Return whether a third card is in the way between two cards.
 * @param {SVGSVGElement} svg
 * @param {Box} from
 * @param {Box} to
 */
function isCrossed(svg, from, to) {
  const [start, end] = [middle(from), middle(to)];
  const ids = [...svg.querySelectorAll("[data-node]")].map((card) => Number(card.getAttribute("data-node")));
  const others = ids
    .map((id) => boxOf(svg, id))
    .filter((box) => box && ![from, to].some((one) => one.x === box.x && one.y === box.y));
  const points = Array.from({ length: 21 }, (_, number) => number / 20).map((part) => ({
    x: start.x + part * (end.x - start.x),
    y: start.y + part * (end.y - start.y),
  }));
  return others.some(
    (box) =>
      box && points.some(({ x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height),
  );
}

/** @param {Box} box */
const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
