// @ts-check
// Knows where the cards of a stage are. It reads attributes, since asking the browser for a box would force a layout.

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/** The boxes of the cards of each stage, by node. They never move. @type {WeakMap<SVGSVGElement, Map<NodeId, Box>>} */
const boxes = new WeakMap();

/**
 * Return the box of a card in units of the stage; undefined if the stage has no such card.
 * @param {SVGSVGElement} svg
 * @param {NodeId} node
 */
export const boxOf = (svg, node) => boxesOf(svg).get(node);

/**
 * Return the boxes of all cards of a stage, by node.
 * @param {SVGSVGElement} svg
 */
export function boxesOf(svg) {
  const known = boxes.get(svg);
  if (known) return known;
  /** @type {Map<NodeId, Box>} */
  const found = new Map();
  for (const card of svg.querySelectorAll("[data-node]")) {
    const face = card.querySelector(".face");
    if (!face) continue;
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(face.getAttribute(name)));
    found.set(Number(card.getAttribute("data-node")), { x, y, width, height });
  }
  boxes.set(svg, found);
  return found;
}

/**
 * Return the middle of a box.
 * @param {Box} box
 */
export const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
