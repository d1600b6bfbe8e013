// @ts-check
// Draws pages on the stage: each card is a vessel that fills, with lines for the watermarks, and signs flow from card
// to card. All of it is in layers of its own, which the player does not use.

import { all, find, setAttribute, svgElement } from "#core/dom";
import { changedNodes, flowsBetween, flowsOf, layersAt, levelOf } from "#tools/pressure/model";

const MARKS = /** @type {const} */ (["high", "low", "min"]);
const TINTS = 8; // colours of chains, which owners have here
const DROPS = [0, 1, 2]; // how many signs go along a flow
/** The sign of each kind of move; demotion is a diamond, whoever demotes. */
const SIGNS = {
  circle: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
  diamond: "M0-8L8 0L0 8L-8 0z",
  down: "M-7-5h14L0 8z",
  up: "M-7 5h14L0-8z",
  square: "M-6-6h12v12h-12z",
};
/** @type {Record<string, keyof typeof SIGNS>} */
const SIGN_OF = {
  alloc: "circle",
  kswapd: "diamond",
  direct: "diamond",
  proactive: "diamond",
  promote: "up",
  migrate: "square",
  swap: "down",
};

/** @typedef {Map<string, Element>} DrawnFlows */
/**
 * What is drawn, and the film and the tick that are shown in it.
 * @typedef {{ svg: SVGSVGElement, vessels: (Vessel | null)[], flows: SVGElement, drawn: DrawnFlows, film: Film | null,
 *   tick: number }} Layers
 */
/** @typedef {{ box: Box, parts: SVGElement, worker: SVGElement, rects: SVGElement[] }} Vessel */
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
    layers = drawLayers(svg, film);
  }
  for (const index of changedNodes(film, layers.film === film ? layers.tick : null, tick)) {
    const vessel = layers.vessels[index];
    if (vessel) fillVessel(vessel, film, tick, index);
  }
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
  showFlows(drawn, flowsOf(film, tick));
}

/** Remove everything that the tool has drawn on the stage. */
export function clearStage() {
  for (const part of all("#stage .vessel, #stage .flows")) part.remove();
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
  return { svg, vessels, flows, drawn: new Map(), film: null, tick: 0 };
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
  const worker = svgElement("g", { class: "worker" });
  const size = Math.min(1, box.height / 50);
  worker.append(
    svgElement("circle", { r: 9 * size }),
    svgElement("path", { d: `M0-${5 * size}v${5 * size}h${4 * size}` }),
  );
  setAttribute(worker, "transform", `translate(${box.x + box.width} ${box.y + box.height})`);
  group.append(worker);
  svg.querySelector(`[data-node="${node.id}"] .face`)?.after(group);
  return { box, parts, worker, rects: [] };
}

/**
 * @param {Vessel} vessel
 * @param {Film} film
 * @param {number} tick
 * @param {number} index
 */
function fillVessel({ box, parts, worker, rects }, film, tick, index) {
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
  worker.classList.toggle("awake", film.awake[tick].includes(film.nodes[index].id));
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
function showFlows({ svg, flows, drawn }, wanted) {
  const keys = new Set();
  for (const flow of wanted) {
    const key = `${flow.kind} ${flow.source} ${flow.target}`;
    keys.add(key);
    const group = drawn.get(key) ?? drawFlow(svg, flow);
    if (!group) continue;
    drawn.set(key, group);
    if (!group.isConnected) flows.append(group);
  }
  for (const [key, group] of drawn) if (group.isConnected && !keys.has(key)) group.remove();
}

/**
 * @param {SVGSVGElement} svg
 * @param {Flow} flow
 */
function drawFlow(svg, flow) {
  const way = wayOf(svg, flow);
  if (!way) return null;
  const group = svgElement("g", { class: `flow ${flow.kind}`, "data-flow": `${flow.source}>${flow.target}` });
  group.append(svgElement("path", { d: way, class: "way" }));
  for (const drop of DROPS) {
    const sign = svgElement("path", { d: SIGNS[SIGN_OF[flow.kind]], class: "sign" });
    sign.style.offsetPath = `path("${way}")`;
    sign.style.setProperty("--drop", String(drop / DROPS.length));
    group.append(sign);
  }
  return group;
}

/**
 * Return the path of a flow. Demotion goes along the arrow if one is drawn, else straight from card to card. A page of
 * the CPU's own node comes into the card from above, and a page that goes to swap leaves its card below.
 * @param {SVGSVGElement} svg
 * @param {Flow} flow
 */
function wayOf(svg, { kind, source, target }) {
  const arrow = svg.querySelector(`[data-from="${source}"][data-to="${target}"] .shaft`)?.getAttribute("d");
  if (arrow && SIGN_OF[kind] === "diamond") return arrow;
  const [from, to] = [boxOf(svg, source), boxOf(svg, target)];
  if (kind === "swap" && from) return `M${middle(from)} ${from.y + from.height * 0.6}v${from.height * 0.7}`;
  if (kind === "alloc" && to && (source === target || !from))
    return `M${middle(to)} ${to.y - 26}v${to.height / 2 + 26}`;
  if (!from || !to) return "";
  return `M${middle(from)} ${from.y + from.height / 2}L${middle(to)} ${to.y + to.height / 2}`;
}

/** @param {Box} box */
const middle = ({ x, width }) => x + width / 2;
