// Marks over a stage, in a layer of their own: a ring around cards and a sign at their corner.

import { made } from "./svg.mjs";

const RING = 7; // stage units around a card

// Exactly these nodes of the stage are marked under this name.
export function markNodes(svg, name, nodes) {
  const [marked, wanted] = [svg?.querySelector(`.marks.${name}`), nodes.join(" ")];
  if (!svg || (marked?.dataset.nodes ?? "") === wanted) return;
  marked?.remove();
  if (!wanted) return;
  const layer = svg.appendChild(made("g", { class: `marks ${name}`, "aria-hidden": "true", "data-nodes": wanted }));
  for (const node of nodes) {
    const card = svg.querySelector(`[data-node="${node}"] .face`);
    if (card) layer.append(...signs(placeOf(card)));
  }
}

// Where a card stands, as it was drawn: to ask the browser would have it lay out the stage in the middle of a step.
const placeOf = (card) => Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(card.getAttribute(name))]));

function signs({ x, y, width, height }) {
  const ring = made("rect", { x: x - RING, y: y - RING, width: width + 2 * RING, height: height + 2 * RING, rx: 14 });
  const sign = made("text", { x: x - RING, y: y - RING });
  sign.textContent = "\u2260";
  return [ring, made("circle", { cx: x - RING, cy: y - RING, r: 11 }), sign];
}
