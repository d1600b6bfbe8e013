// @ts-check
// Draws the shapes that move over a stage, in a layer of their own, and lets parts of the stage appear by and by.

import { all, svgElement } from "#core/dom";
import { ghostsAt } from "#core/rebuild";
import { nodesOf } from "#core/trace";
import { boxOf, middle } from "#player/card-boxes";

const [RING, CORNER] = [6, 15]; // the distance from a card to its ring, and the ring's radius, in units of the stage
const A_RING = 50; // milliseconds for which a ring is seen at least
const FADING = 20; // how many candidates may fade one after the other: what fades has a layer of its own
const MAX_WAYS = 6; // to how many nodes pages are drawn to leave
const PAGES = [0, 0.33, 0.67]; // the places of pages on each way, as shares of it
const [WAY, PAGE_TIME] = [0.6, 1500]; // the share of a way that a page moves along, and in how many milliseconds

/** The animations that run, without those of pages that leave a node.  @type {Set<Animation>} */
const running = new Set();

/**
 * Animate a part of a stage until it is done or endMotion() is called.
 * @param {Element} part
 * @param {Keyframe[]} frames
 * @param {KeyframeAnimationOptions} options
 */
function animate(part, frames, options) {
  const animation = part.animate(frames, options);
  running.add(animation);
  animation.onfinish = () => running.delete(animation);
  return animation;
}

/** End all motion, except that of pages that leave a node. */
export function endMotion() {
  for (const animation of running) animation.cancel();
  running.clear();
  for (const part of all("#stage .motion > :not(.leaving-pages)")) part.remove();
}

/** @param {SVGSVGElement} svg */
function layerOf(svg) {
  const layer = svg.querySelector(":scope > .motion");
  return layer ?? svg.appendChild(svgElement("g", { class: "motion", "aria-hidden": "true" }));
}

/**
 * Add a shape, move it, and take it away afterwards.
 * @param {SVGSVGElement} svg
 * @param {SVGElement} shape
 * @param {Keyframe[]} frames
 * @param {Timing} timing
 */
function move(svg, shape, frames, { delay, lasts, isBack }) {
  layerOf(svg).append(shape);
  const direction = isBack ? "reverse" : "normal";
  const moving = animate(shape, frames, { delay, duration: Math.max(1, lasts), direction, fill: "both" });
  moving.finished.then(() => shape.remove()).catch(() => {}); // endMotion() has taken it away
}

/**
 * Draw rings around cards, one after the other, with the ring of `best` as the last one. If there are more cards than
 * can be seen one by one, several get their rings at once. Rings that come at once are one path: each path that moves
 * costs the browser a layer of its own.
 * @param {SVGSVGElement} svg
 * @param {NodeId[]} nodes
 * @param {Timing} timing
 * @param {NodeId} [best]
 */
export function drawRings(svg, nodes, { delay, lasts, isBack }, best = -1) {
  const others = nodes.filter((node) => node !== best);
  const groups = best < 0 ? [nodes] : [...grouped(others, Math.floor(lasts / A_RING) - 1), [best]];
  const each = lasts / groups.length;
  for (const [index, group] of groups.entries()) {
    const boxes = group.flatMap((node) => boxOf(svg, node) ?? []);
    if (!boxes.length) continue;
    const ring = svgElement("path", {
      d: boxes.map(ringAround).join(""),
      class: group[0] === best ? "ring best" : "ring",
    });
    const place = isBack ? groups.length - 1 - index : index;
    const frames = [{ opacity: 0 }, { opacity: 1, offset: 0.25 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }];
    move(svg, ring, frames, { delay: delay + place * each, lasts: each, isBack });
  }
}

/**
 * Return nodes in groups, of which there are at most `most` but at least one, unless there are no nodes.
 * @param {NodeId[]} nodes
 * @param {number} most
 */
function grouped(nodes, most) {
  const size = Math.ceil(nodes.length / Math.max(1, most));
  /** @type {NodeId[][]} */
  const groups = [];
  for (let at = 0; at < nodes.length; at += size) groups.push(nodes.slice(at, at + size));
  return groups;
}

/**
 * Return the path of a ring around a card: a rectangle with round corners.
 * @param {import("#player/card-boxes").Box} box
 */
function ringAround({ x, y, width, height }) {
  const [across, down] = [width + 2 * (RING - CORNER), height + 2 * (RING - CORNER)];
  const corner = (/** @type {number} */ byX, /** @type {number} */ byY) => `a${CORNER} ${CORNER} 0 0 1 ${byX} ${byY}`;
  const sides = [
    [`h${across}`, corner(CORNER, CORNER)],
    [`v${down}`, corner(-CORNER, CORNER)],
    [`h${-across}`, corner(-CORNER, -CORNER)],
    [`v${-down}`, corner(CORNER, -CORNER)],
  ];
  return `M${x - RING + CORNER} ${y - RING}${sides.flat().join("")}z`;
}

/**
 * Draw a thick line that runs along arrows to their heads or, if the arrows go, back from there.
 * @param {SVGSVGElement} svg
 * @param {SVGElement[]} arrows
 * @param {Timing} timing
 * @param {boolean} isNew
 */
export function drawRun(svg, arrows, timing, isNew) {
  for (const arrow of arrows) {
    const d = arrow.querySelector(".shaft")?.getAttribute("d") ?? "";
    const line = svgElement("path", { d, pathLength: 1, class: `run chain-${arrow.dataset.tint ?? 0}` });
    line.style.strokeDasharray = "1 1";
    const [none, whole] = [{ strokeDashoffset: 1 }, { strokeDashoffset: 0 }];
    move(
      svg,
      line,
      isNew ? [none, { ...whole, opacity: 1, offset: 0.7 }, { ...whole, opacity: 0 }] : [whole, none],
      timing,
    );
  }
}

/**
 * Draw the ghosts of an old order, which fade.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Timing} timing
 */
export function drawGhosts({ svg, arrows }, trace, step, timing) {
  const ghosts = ghostsAt(trace, step);
  const group = svgElement("g", {}); // all of them fade as one, which is one animation
  for (const { arrow, from, to } of arrows) {
    if (!ghosts.get(from)?.includes(to)) continue;
    const copy = /** @type {SVGElement} */ (arrow.cloneNode(true));
    copy.setAttribute("class", "arrow ghost");
    for (const name of ["from", "to"]) delete copy.dataset[name];
    copy.querySelector("title")?.remove();
    group.append(copy);
  }
  move(svg, group, [{ opacity: 1 }, { opacity: 0 }], timing);
}

/**
 * Draw the card of a node that has lost its last memory, or has got its first, as it shrinks or grows.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Timing} timing
 */
export function drawShrinking({ svg }, trace, step, { isBack, ...timing }) {
  const [, node, blocks, change] = trace.at("operation", step);
  const box = boxOf(svg, node);
  if (!box || blocks - Math.min(change, 0) !== 1) return;
  const card = svgElement("rect", { ...box, rx: 11, class: "whole" });
  card.style.transformBox = "fill-box";
  card.style.transformOrigin = "center";
  const frames = [{ opacity: 1 }, { opacity: 0.3, transform: "scale(0.55)" }];
  move(svg, card, frames, { ...timing, isBack: isBack !== change > 0 });
}

/**
 * Draw pages that leave a node towards others. Where a page arrives is not shown, since the run does not say it.
 * @param {SVGSVGElement} svg
 * @param {NodeId} node
 * @param {NodeId[]} others
 * @param {boolean} isStill
 */
export function drawPages(svg, node, others, isStill) {
  const from = boxOf(svg, node);
  if (!from) return;
  const group = svgElement("g", { class: "leaving-pages" });
  layerOf(svg).append(group);
  const { x, y } = middle(from);
  const ways = others.flatMap((other) => boxOf(svg, other) ?? []).map(middle);
  ways.sort((one, other) => Math.hypot(one.x - x, one.y - y) - Math.hypot(other.x - x, other.y - y));
  const size = Math.min(13, from.height / 4);
  for (const { x: toX, y: toY } of ways.slice(0, MAX_WAYS)) {
    for (const place of PAGES) {
      const page = svgElement("rect", { x: -size / 2, y: -size / 2, width: size, height: size, rx: 2, class: "page" });
      const [byX, byY] = [toX - x, toY - y];
      const edge = Math.min(from.width / 2 / Math.abs(byX || 1), from.height / 2 / Math.abs(byY || 1));
      /** @param {number} share */
      const along = (share) => edge + (1 - edge) * WAY * share;
      /** @param {number} share */
      const at = (share) => ({ transform: `translate(${x + byX * along(share)}px, ${y + byY * along(share)}px)` });
      group.append(page);
      page.style.transform = at(0.15 + place).transform;
      if (isStill) continue;
      const frames = [
        { ...at(0), opacity: 1 },
        { ...at(0.8), opacity: 1, offset: 0.8 },
        { ...at(1), opacity: 0 },
      ];
      page.animate(frames, { duration: PAGE_TIME, iterations: Infinity, iterationStart: place });
    }
  }
}

/**
 * Let arrows grow that are on the stage already; what they change on the card of the chosen node appears at their end.
 * @param {StageView} view
 * @param {SVGElement[]} arrows
 * @param {NodeId} chosen
 * @param {number} lasts
 */
export function growArrow({ cards }, arrows, chosen, lasts) {
  const options = { duration: lasts };
  for (const arrow of arrows) {
    const dashed = { strokeDasharray: "1 1" };
    const shaft = /** @type {Element} */ (arrow.querySelector(".shaft"));
    animate(
      shaft,
      [
        { ...dashed, strokeDashoffset: 1 },
        { ...dashed, strokeDashoffset: 0 },
      ],
      options,
    );
    for (const part of arrow.querySelectorAll(".head, .plate, .far")) appear(part, 0.8, options);
  }
  for (const part of cards.get(chosen)?.querySelectorAll(".hatched, .tag.used, .end") ?? []) appear(part, 0.9, options);
}

/**
 * Let an element appear at a share of a time.
 * @param {Element} part
 * @param {number} share
 * @param {KeyframeAnimationOptions} options
 */
const appear = (part, share, options) =>
  animate(part, [{ opacity: 0 }, { opacity: 0, offset: share }, { opacity: 1 }], options);

/**
 * Let the candidates of a scan appear one after the other, lowest id first, and then show which one is the best.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {number} lasts
 */
export function weigh({ svg, cards, looks }, trace, step, lasts) {
  const candidates = nodesOf(trace.at("candidates", step));
  const each = lasts / (candidates.length + 1);
  const isMany = candidates.length > FADING;
  const frames = isMany ? [{ visibility: "hidden" }, { visibility: "visible" }] : [{ opacity: 0 }, { opacity: 1 }];
  for (const [index, node] of candidates.entries()) {
    const badge = cards.get(node)?.querySelector(".badge");
    const way = looks.get(trace.at("source", step))?.querySelector(`[data-candidate="${node}"]`);
    const options = { delay: index * each, duration: Math.min(200, each), fill: /** @type {const} */ ("backwards") };
    for (const part of [badge, way]) if (part) animate(part, frames, options);
  }
  const chosen = trace.at("chosen", step);
  for (const [name, fill] of [
    ["rect", "var(--panel)"],
    ["text", "var(--ink)"],
  ]) {
    const part = cards.get(chosen)?.querySelector(`.badge ${name}`);
    if (part) animate(part, [{ fill }, { fill }], { duration: lasts - each });
  }
  drawRings(svg, [chosen], { delay: lasts - each, lasts: each, isBack: false }, chosen);
}
