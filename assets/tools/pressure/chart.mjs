// @ts-check
// Draws how full a node is over time: layers by owner, the watermarks, and a line at the tick that is shown.

import { svgElement } from "#core/dom";
import { HEAD, layersAt, levelOf } from "#tools/pressure/model";
import { tintOf } from "#tools/pressure/stage";

const [WIDTH, HEIGHT, COLUMNS] = [300, 46, 150];

/**
 * Return the chart of a node.
 * @param {Film} film
 * @param {number} node
 */
export function fillChart(film, node) {
  const svg = svgElement("svg", { class: "fill", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" });
  const columns = Math.min(COLUMNS, film.length + 1);
  const ticks = Array.from({ length: columns }, (_, column) => Math.round((column * film.length) / (columns - 1 || 1)));
  const stacks = ticks.map((tick) => layersAt(film, tick, node));
  for (const [place, { owner }] of stacks[0].entries()) {
    const tops = stacks.map((stack, column) => pointAt(column, columns, stack[place].to));
    const bottoms = stacks.map((stack, column) => pointAt(column, columns, stack[place].from)).reverse();
    svg.append(svgElement("path", { d: `M${[...tops, ...bottoms].join("L")}z`, class: tintOf(owner, film) }));
  }
  for (const name of /** @type {const} */ (["high", "low", "min"])) {
    const y = HEIGHT * (1 - levelOf(film.nodes[node], film.nodes[node][name]));
    svg.append(svgElement("path", { d: `M0 ${y}h${WIDTH}`, class: `mark ${name}` }));
  }
  svg.append(svgElement("path", { d: `M0 ${HEIGHT * HEAD}l3-4l4 8l4-8l3 4`, class: "break" }));
  svg.append(svgElement("path", { d: `M0 0h${WIDTH}v${HEIGHT}h-${WIDTH}z`, class: "ahead" }));
  svg.append(svgElement("path", { d: `M0 0v${HEIGHT}`, class: "now" }));
  return svg;
}

/**
 * @param {number} column
 * @param {number} columns
 * @param {number} level
 */
const pointAt = (column, columns, level) =>
  `${((column * WIDTH) / (columns - 1 || 1)).toFixed(1)} ${(HEIGHT * (1 - level)).toFixed(1)}`;

/**
 * Move the line to a tick; what comes after it is dimmed.
 * @param {Element} chart
 * @param {number} tick
 * @param {number} length
 */
export function moveNow(chart, tick, length) {
  for (const part of chart.querySelectorAll(".now, .ahead"))
    part.setAttribute("transform", `translate(${(WIDTH * tick) / Math.max(1, length)} 0)`);
}
