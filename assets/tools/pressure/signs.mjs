// @ts-check
// Draws the signs of a flow, twice. In the SVG of the stage they stand still, for pictures and for a visitor who wants
// no motion. Those that move are in a layer over it, where the browser moves them without painting; in the SVG, it
// would paint the stage anew for each picture.

import { element, svgElement } from "#core/dom";

const DROPS = [0, 1, 2]; // how many signs go along a flow
const PIECES = 10; // straight pieces of a way; style.css moves a sign from one end of a piece to the next
/**
 * The sign of each kind of move. Demotion is a diamond, whoever demotes. Those of kswapd and of direct reclaim go side
 * by side, as they often share a way.
 * @type {Record<string, string>}
 */
const SIGNS = {
  alloc: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
  kswapd: "M-9-8L-1 0L-9 8L-17 0z",
  direct: "M9-8L17 0L9 8L1 0z",
  proactive: "M0-8L8 0L0 8L-8 0z",
  promote: "M-7 5h14L0-8z",
  migrate: "M-6-6h12v12h-12z",
  swap: "M-7-5h14L0 8z",
};

/**
 * Add the layer of moving signs to a stage. It has the units of the stage, also after the stage is zoomed or resized.
 * @param {SVGSVGElement} svg
 */
export function drawLayerOfSigns(svg) {
  const layer = element("div", "", "moving-signs");
  layer.setAttribute("aria-hidden", "true");
  svg.after(layer);
  const follow = () => {
    const [units, place] = [svg.getScreenCTM(), svg.parentElement?.getBoundingClientRect()];
    if (!units || !place) return;
    layer.style.transform = `translate(${units.e - place.left}px, ${units.f - place.top}px) scale(${units.a})`;
  };
  new ResizeObserver(follow).observe(svg);
  new MutationObserver(follow).observe(svg, { attributeFilter: ["viewBox"] });
  return layer;
}

/**
 * Return the signs of a flow as they stand on its way.
 * @param {MoveKind} kind
 * @param {string} way
 */
export function drawSigns(kind, way) {
  const points = pointsOf(way);
  return DROPS.map((drop) => {
    const sign = svgElement("path", { d: SIGNS[kind], class: "sign" });
    sign.style.transform = `translate(${points[2 + 2 * drop]})`;
    return sign;
  });
}

/**
 * Return the signs of a flow for the layer in which they move.
 * @param {MoveKind} kind
 * @param {string} way
 */
export function drawMovingSigns(kind, way) {
  const signs = element("div", "", kind);
  for (const [place, point] of pointsOf(way).entries()) signs.style.setProperty(`--point-${place}`, point);
  for (const drop of DROPS) {
    const sign = svgElement("svg", { class: "sign" });
    sign.style.setProperty("--drop", String(drop / DROPS.length));
    sign.append(svgElement("path", { d: SIGNS[kind] }));
    signs.append(sign);
  }
  return signs;
}

/**
 * Return the points between the pieces of a way, as translate() has them. Signs go from point to point because a
 * browser moves a shape without painting only by such transformations, and not along an offset-path.
 * @param {string} way
 */
function pointsOf(way) {
  const path = svgElement("path", { d: way });
  const piece = path.getTotalLength() / PIECES;
  return Array.from({ length: PIECES + 1 }, (_, place) => {
    const { x, y } = path.getPointAtLength(place * piece);
    return `${x.toFixed(1)}px, ${y.toFixed(1)}px`;
  });
}
