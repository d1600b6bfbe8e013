// Marks over a stage, in a layer of their own: a ring around cards and a sign at their corner.

import { made } from "./svg.mjs";

const RING = 7; // stage units around a card

// Exactly these nodes of the stage are marked under this name.
export function markNodes(svg, name, nodes) {
  svg?.querySelector(`.marks.${name}`)?.remove();
  if (!svg || !nodes.length) return;
  const layer = svg.appendChild(made("g", { class: `marks ${name}`, "aria-hidden": "true" }));
  for (const node of nodes) {
    const card = svg.querySelector(`[data-node="${node}"] .card`);
    if (card) layer.append(...signs(card.getBBox()));
  }
}

function signs({ x, y, width, height }) {
  const ring = made("rect", { x: x - RING, y: y - RING, width: width + 2 * RING, height: height + 2 * RING, rx: 14 });
  const sign = made("text", { x: x - RING, y: y - RING });
  sign.textContent = "\u2260";
  return [ring, made("circle", { cx: x - RING, cy: y - RING, r: 11 }), sign];
}
