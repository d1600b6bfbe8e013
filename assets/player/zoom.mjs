// @ts-check
// Zooms and moves the stage by changing its view box: by buttons, by the wheel with Ctrl (or a pinch), and by dragging.

import { find, on } from "#core/dom";
import { drawingsOf } from "#player/stage";

const MAX_ZOOM = 12; // the largest factor

const stage = () => find("#stage svg");
/** @param {string | null | undefined} box */
const numbers = (box) => (box ?? "").split(" ").map(Number);
/** @param {Element} svg */
const whole = (svg) => numbers(svg.dataset.whole);
/** @param {Element} svg */
const shown = (svg) => numbers(svg.getAttribute("viewBox"));

/** Show all of the stage. */
export function fit() {
  const svg = stage();
  if (!svg) return;
  showPart(svg, svg.dataset.whole ?? "");
}

/**
 * Show a part of a stage.
 * @param {SVGSVGElement} svg
 * @param {string} box a view box, in units of the stage
 */
export function showPart(svg, box) {
  for (const drawing of drawingsOf(svg)) drawing.setAttribute("viewBox", box);
}

/**
 * Zoom by a factor. A point of the stage keeps its place in the window; the middle of what is shown if none is given.
 * @param {number} factor
 * @param {{ x: number, y: number }} [point]
 */
export function zoom(factor, point) {
  const svg = stage();
  if (!svg) return;
  const [left, top, width, height] = shown(svg);
  const [, , most] = whole(svg);
  const wanted = Math.min(most, Math.max(most / MAX_ZOOM, width / factor));
  const by = wanted / width;
  const { x, y } = point ?? { x: left + width / 2, y: top + height / 2 };
  move(svg, [x - (x - left) * by, y - (y - top) * by, wanted, height * by]);
}

/**
 * Show a part of the stage. A part that reaches beyond the stage's edges is moved inside.
 * @param {SVGSVGElement} svg
 * @param {number[]} box
 */
function move(svg, [left, top, width, height]) {
  const [x, y, wide, high] = whole(svg);
  const within = (/** @type {number} */ at, /** @type {number} */ least, /** @type {number} */ most) =>
    Math.max(least, Math.min(at, most));
  const box = [within(left, x, x + wide - width), within(top, y, y + high - height), width, height];
  showPart(svg, box.join(" "));
}

/**
 * @param {SVGSVGElement} svg
 * @param {MouseEvent} event
 */
function pointAt(svg, event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
  return { x, y };
}

/** @param {HTMLElement} panel */
export function listenForZoom(panel) {
  const turn = (/** @type {WheelEvent} */ event) => {
    const svg = stage();
    if (!event.ctrlKey || !svg) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), pointAt(svg, event));
  };
  panel.addEventListener("wheel", turn, { passive: false });
  on(panel, "pointerdown", drag);
}

/** @param {PointerEvent} begin */
function drag(begin) {
  const svg = stage();
  if (!svg || begin.button !== 0 || svg.getAttribute("viewBox") === svg.dataset.whole) return;
  const from = pointAt(svg, begin);
  const go = (/** @type {PointerEvent} */ event) => {
    const now = pointAt(svg, event);
    const [left, top, width, height] = shown(svg);
    move(svg, [left + from.x - now.x, top + from.y - now.y, width, height]);
  };
  const end = () => {
    removeEventListener("pointermove", go);
    removeEventListener("pointerup", end);
  };
  addEventListener("pointermove", go);
  addEventListener("pointerup", end);
}
