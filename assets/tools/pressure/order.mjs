// @ts-check
// Shows on the stage the order of demotion that holds at a tick. The stage has arrows for what its run stores; once a
// node has left or come back in a scenario, arrows that hold no longer are hidden, and new ones are drawn here.

import { find, svgElement } from "#core/dom";
import { boxOf, middle } from "#player/card-boxes";
import { isCrossed, wayOf } from "#tools/pressure/ways";

const HEAD = "M0 0l-14-8v16z";

/**
 * @param {SVGSVGElement} svg
 * @param {Arrow[] | null} order null for the order of the run
 */
export function showOrder(svg, order) {
  find(".order-anew", svg)?.remove();
  const drawn = new Set();
  for (const arrow of svg.querySelectorAll(".arrow")) {
    const pair = `${arrow.getAttribute("data-from")}>${arrow.getAttribute("data-to")}`;
    const isShown = arrow.classList.contains("stored") && order?.some(([from, to]) => pair === `${from}>${to}`);
    arrow.classList.toggle("of-gone", order !== null && !isShown);
    if (isShown) drawn.add(pair);
  }
  const anew = order?.filter(([from, to]) => !drawn.has(`${from}>${to}`)) ?? [];
  if (!anew.length) return;
  const layer = svgElement("g", { class: "order-anew", "aria-hidden": "true" });
  layer.append(...anew.flatMap((pair) => drawArrow(svg, pair) ?? []));
  find(".flows", svg)?.before(layer);
}

/**
 * Return an arrow from card to card; null if the stage has no such cards.
 * @param {SVGSVGElement} svg
 * @param {Arrow} pair
 */
function drawArrow(svg, [source, target]) {
  const [from, to] = [boxOf(svg, source), boxOf(svg, target)];
  if (!from || !to) return null;
  const isAround = isCrossed(svg, from, to);
  const [start, end] = [edgeTowards(from, to), isAround ? { x: to.x, y: middle(to).y } : edgeTowards(to, from)];
  const way = isAround ? wayOf(svg, { kind: "migrate", source, target }) : `M${start.x} ${start.y}L${end.x} ${end.y}`;
  const angle = isAround ? 0 : (Math.atan2(end.y - start.y, end.x - start.x) * 180) / Math.PI;
  const group = svgElement("g", { "data-order": `${source}>${target}` });
  const transform = `translate(${end.x} ${end.y}) rotate(${angle.toFixed(1)})`;
  group.append(svgElement("path", { d: way, class: "way" }), svgElement("path", { d: HEAD, class: "head", transform }));
  return group;
}

/**
 * Return where the line from the middle of a card to that of another leaves the card.
 * @param {import("#player/card-boxes").Box} box
 * @param {import("#player/card-boxes").Box} other
 */
function edgeTowards(box, other) {
  const [{ x, y }, to] = [middle(box), middle(other)];
  const part = Math.min(box.width / 2 / Math.abs(to.x - x), box.height / 2 / Math.abs(to.y - y));
  return { x: x + part * (to.x - x), y: y + part * (to.y - y) };
}
