// Zoom and pan of the stage: its view box, changed by buttons, by the wheel with Ctrl (a pinch), and by dragging.

const MOST = 12; // times
const stage = () => document.querySelector("#stage svg");
const whole = (svg) => svg.dataset.whole.split(" ").map(Number);
const shown = (svg) => svg.getAttribute("viewBox").split(" ").map(Number);

// A stage that was just put on the page shows all of itself.
export function fit() {
  const svg = stage();
  svg.dataset.whole ??= svg.getAttribute("viewBox");
  svg.setAttribute("viewBox", svg.dataset.whole);
}

// Zoom by a factor, keeping the point (x, y) of the stage where it is; the middle if none is given.
export function zoom(factor, point) {
  const svg = stage();
  const [left, top, width, height] = shown(svg);
  const [, , most] = whole(svg);
  const wanted = Math.min(most, Math.max(most / MOST, width / factor));
  const by = wanted / width;
  const { x, y } = point ?? { x: left + width / 2, y: top + height / 2 };
  move(svg, [x - (x - left) * by, y - (y - top) * by, wanted, height * by]);
}

// Nothing beyond the edges of the stage comes into sight.
function move(svg, [left, top, width, height]) {
  const [x, y, wide, high] = whole(svg);
  const within = (at, least, most) => Math.max(least, Math.min(at, most));
  svg.setAttribute("viewBox", [within(left, x, x + wide - width), within(top, y, y + high - height), width, height].join(" "));
}

function pointAt(svg, event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { x: place.x, y: place.y };
}

export function listenForZoom(panel) {
  panel.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !stage()) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), pointAt(stage(), event));
  }, { passive: false });
  panel.addEventListener("pointerdown", (event) => drag(event));
}

function drag(begin) {
  const svg = stage();
  if (!svg || begin.button !== 0 || svg.getAttribute("viewBox") === svg.dataset.whole) return;
  const from = pointAt(svg, begin);
  const go = (event) => {
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
