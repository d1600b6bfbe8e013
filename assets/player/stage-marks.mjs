// @ts-check
// Marks cards of a stage: each gets a ring and a sign at its corner, in a layer over the stage.

import { svgElement } from "#core/dom";
import { boxOf } from "#player/card-boxes";

const RING = 7; // the distance from a card to its ring, in units of the stage

/**
 * Mark these nodes of a stage under a name; older marks of that name go.
 * @param {SVGSVGElement | null} svg
 * @param {string} name
 * @param {NodeId[]} nodes
 */
export function markNodes(svg, name, nodes) {
  const marked = svg?.querySelector(`.marks.${name}`);
  const wanted = nodes.join(" ");
  if (!svg || (marked?.dataset.nodes ?? "") === wanted) return;
  marked?.remove();
  if (!wanted) return;
  const layer = svg.appendChild(
    svgElement("g", { class: `marks ${name}`, "aria-hidden": "true", "data-nodes": wanted }),
  );
  for (const node of nodes) {
    const box = boxOf(svg, node);
    if (box) layer.append(...signsAt(box));
  }
}

/**
 * Return the ring and the sign of a card.
 * @param {import("#player/card-boxes").Box} box
 */
function signsAt({ x, y, width, height }) {
  const ring = svgElement("rect", {
    x: x - RING,
    y: y - RING,
    width: width + 2 * RING,
    height: height + 2 * RING,
    rx: 14,
  });
  const sign = svgElement("text", { x: x - RING, y: y - RING });
  sign.textContent = "\u2260";
  return [ring, svgElement("circle", { cx: x - RING, cy: y - RING, r: 11 }), sign];
}
