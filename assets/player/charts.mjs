// @ts-check
// Asks for the charts below the stage, and shows the step on them. The page asks for a chart when the visitor scrolls
// to it, or pauses after a key or click, so that the chart is here even if the server ends later. What draws it is
// larger than all else, and keeps the browser busy for a moment: a visitor who only looks never gets it. The step's
// marks are elements over the chart.

import { askDash, onDashAnswer, sayInChart, startCharts } from "#core/dash";
import { $, all, element, find, isExported, setAttribute } from "#core/dom";
import { GONE, server } from "#core/server";
import { hasRun, state } from "#core/state";
import { nodesOf } from "#core/trace";
import { forWindow } from "#player/loading";
import { themeOfPage } from "#player/modes";
import { seek } from "#player/playback";
import { toolShowScene } from "#player/tool-panel";

const LATER = 5000; // milliseconds before a chart out of sight is asked for; most steps are looked at for less
const MAX_CELLS = 100_000; // nodes times steps; a larger chart is asked for only once it is in sight
const NOTHING_DRAWS = "What draws the charts did not come. Load the page again.";

const chart = {
  name: /** @type {"timeline" | "distances" | "fill"} */ ("timeline"),
  /** The last request, as JSON. */
  key: "",
  hasCome: false,
  isSeen: false,
  isIdle: false,
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
};

/** Begin to watch whether the charts are in sight, and whether plotly has drawn. */
export function prepareCharts() {
  if (isExported()) return;
  const seen = (/** @type {IntersectionObserverEntry[]} */ [entry]) => {
    chart.isSeen = entry.isIntersecting;
    $("#chart").toggleAttribute("data-unseen", !chart.isSeen);
    askForChart();
    followStep();
  };
  new IntersectionObserver(seen, { rootMargin: "-24px" }).observe($("#charts")); // 24 px of it must be in the window
  new MutationObserver(listen).observe($("#chart"), { childList: true, subtree: true });
  const failed = (/** @type {Event} */ { target }) => {
    const isScript = target instanceof Element && target.matches("script[src*=plotly], script[src*=async-graph]");
    if (isScript) showNoChart(NOTHING_DRAWS);
  };
  window.addEventListener("error", failed, true);
  for (const type of ["pointerup", "keydown"])
    window.addEventListener(type, askWhenIdle, { capture: true, passive: true });
  onDashAnswer("chart-answer", onChart, noChart);
}

/** @param {{ error?: string }} answer */
function onChart({ error }) {
  chart.hasCome = true;
  if (error) showWaiting(false);
  // Plotly draws, and says so, only if the chart differs from the one before. If it does not, this waits for two
  // frames.
  else if (plot()) requestAnimationFrame(() => requestAnimationFrame(onDrawn));
}

/** @param {string} name */
export function chooseChart(name) {
  chart.name = /** @type {typeof chart.name} */ (name);
  for (const tab of all("[data-chart]")) {
    setAttribute(tab, "aria-selected", tab.dataset.chart === name);
    tab.tabIndex = tab.dataset.chart === name ? 0 : -1;
  }
  setAttribute($("#chart"), "aria-labelledby", `tab-${name}`);
  askForChart();
}

/** Ask for the chart of the run, even if it is out of sight, once a visitor who uses the page pauses for LATER. */
export function askWhenIdle() {
  const whenIdle = (/** @type {() => void} */ act) =>
    "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: LATER }) : setTimeout(act);
  clearTimeout(chart.timer);
  chart.isIdle = false;
  if (!hasRun() || !navigator.userActivation?.hasBeenActive || navigator.connection?.saveData) return;
  const { nodes, length } = state.trace;
  if (nodes.length * length > MAX_CELLS) return;
  const act = () => {
    if (state.mode === "playing") return askWhenIdle();
    if (!$("#charts").checkVisibility()) return;
    chart.isIdle = true;
    askForChart();
  };
  chart.timer = setTimeout(() => whenIdle(act), LATER);
}

/**
 * Show whether the chart of this run is still awaited. Until it comes, the previous chart stays, in paler colours.
 * @param {boolean} isWaiting
 */
function showWaiting(isWaiting) {
  if (isWaiting) $("#chart").setAttribute("aria-busy", "true");
  else $("#chart").removeAttribute("aria-busy");
  $("#chart-wait").hidden = !isWaiting;
}

/** End the waiting once plotly has drawn the awaited chart. (A resized window makes it draw the old chart again.) */
function onDrawn() {
  if (chart.hasCome) showWaiting(false);
}

/**
 * Show why there is no chart, and how to ask for it again.
 * @param {string} line
 */
const noChart = (line) => showNoChart(`${line} Choose the chart again to ask again.`);

/** @param {string} line */
function showNoChart(line) {
  chart.key = "";
  showWaiting(false);
  $("#overlay").replaceChildren();
  sayInChart(line);
}

/** Ask the server for the chart of this run, unless that was done already, or the chart is out of sight. */
export function askForChart() {
  if (!(chart.isSeen || chart.isIdle) || !hasRun()) return;
  const theme = themeOfPage();
  const { asked: kernel, zonelists } = state.play;
  const played = chart.name === "fill" ? { kernel, zonelists, ...state.played?.question } : undefined;
  const wanted = forWindow({ ...state.request, ...played, chart: chart.name, theme });
  const key = JSON.stringify([wanted, state.play.kernel, state.play.zonelists]);
  if (chart.key === key) return;
  Object.assign(chart, { key, hasCome: false });
  showWaiting(true);
  $("#overlay").replaceChildren();
  startCharts().then(
    () => chart.key === key && askDash("chart-answer", wanted),
    () => chart.key === key && (server.gone ? noChart(GONE) : showNoChart(NOTHING_DRAWS)),
  );
}

const plot = () => find("#chart .js-plotly-plot");

function listen() {
  const drawn = plot();
  if (!drawn?.on || drawn.dataset.hasListeners) return;
  drawn.dataset.hasListeners = "yes";
  drawn.on("plotly_click", ({ points: [point] }) => {
    if (chart.name === "timeline") seek(Math.round(point.x));
    if (chart.name === "fill") toolShowScene(`:${point.x}`);
  });
  drawn.on("plotly_afterplot", () => {
    onDrawn();
    followStep();
  });
}

/** Lay the marks of the step shown over the chart. Until there is one, somebody who steps has not paused yet. */
export function followStep() {
  const drawn = plot();
  if (!chart.key) askWhenIdle();
  const { xaxis: x, yaxis: y, yaxis2: lower } = drawn?._fullLayout ?? {};
  if (!chart.isSeen || !drawn || !x || !y || !hasRun()) return;
  const below = lower ?? y; // the timeline has two plots
  const [left, top] = [drawn.offsetLeft + x._offset, drawn.offsetTop];
  const cursor = (/** @type {number} */ at, /** @type {number} */ height) =>
    box("cursor", left + x.l2p(at), top + y._offset, 0, height);
  const laid = {
    timeline: () => [cursor(state.step, below._offset + below._length - y._offset)],
    distances: () => cells(x, y, left, top + y._offset),
    fill: () => [cursor(state.played?.tick ?? 0, drawn._fullLayout?._size.h ?? 0)],
  };
  $("#overlay").replaceChildren(...laid[chart.name]());
}

/**
 * Add the tab of the chart of how full nodes are and show the chart, or remove the tab.
 * @param {boolean} isOffered
 */
export function offerFill(isOffered) {
  $("#tab-fill").hidden = !isOffered;
  if (isOffered) chooseChart("fill");
  else if (chart.name === "fill") chooseChart("timeline");
}

/**
 * Return an element of a class at a place over the chart, in pixels.
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function box(name, x, y, width, height) {
  const made = element("div", "", name);
  Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  return made;
}

/**
 * Return the marks on the matrix of distances: the columns of used targets and, while a node chooses, that node's row
 * and its candidates' cells.
 * @param {Axis} x
 * @param {Axis} y
 * @param {number} left
 * @param {number} top
 */
function cells(x, y, left, top) {
  const { trace, step } = state;
  const { nodes } = trace;
  const wide = Math.abs(x.l2p(1) - x.l2p(0));
  const high = Math.abs(y.l2p(1) - y.l2p(0));
  const across = (/** @type {NodeId} */ node) => left + x.l2p(nodes.indexOf(node)) - wide / 2;
  const down = (/** @type {NodeId} */ node) => top + y.l2p(nodes.indexOf(node)) - high / 2;
  const used = trace.has("used_targets") ? nodesOf(trace.at("used_targets", step)) : [];
  const columns = used.map((node) => box("used-column", across(node), down(nodes[0]), wide, high * nodes.length));
  const source = trace.at("source", step);
  if (source === -1) return columns;
  const row = box("source-row", left, down(source), wide * nodes.length, high);
  const candidates = nodesOf(trace.at("candidates", step));
  return [...columns, row, ...candidates.map((node) => box("candidate-cell", across(node), down(source), wide, high))];
}
