// @ts-check
// Finds the ways that pages take from card to card on the stage.

import { boxesOf, boxOf, middle } from "#player/card-boxes";

const DEMOTIONS = ["kswapd", "direct", "proactive"];
const SWING = 80; // stage units that a way goes around other cards, and that an allocation comes from

/**
 * Return the path of a flow. Demotion goes along the arrow if one is drawn, else from card to card. An allocation comes
 * into the card from its right, since a program makes it and no other node's memory, and a page that goes to swap
 * leaves its card below.
 * @param {SVGSVGElement} svg
 * @param {Pick<Flow, "kind" | "source" | "target">} flow
 */
export function wayOf(svg, { kind, source, target }) {
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
 * @param {import("#player/card-boxes").Box} from
 * @param {import("#player/card-boxes").Box} to
 */
export function isCrossed(svg, from, to) {
  const [start, end] = [middle(from), middle(to)];
  const others = [...boxesOf(svg).values()].filter((box) => box !== from && box !== to);
  const points = Array.from({ length: 21 }, (_, number) => number / 20).map((part) => ({
    x: start.x + part * (end.x - start.x),
    y: start.y + part * (end.y - start.y),
  }));
  return others.some((box) =>
    points.some(({ x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height),
  );
}
