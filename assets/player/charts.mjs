// @ts-check
// The charts below the stage: they are asked for once they come into sight or nothing else is to be done, so that they
// are there when the server is not. What belongs to the step is laid over them.

import { askDash, hearDash, sayInChart, startCharts } from "#core/dash";
import { $, all, find, isExported, setAttribute } from "#core/dom";
import { GONE, server } from "#core/server";
import { hasRun, state } from "#core/state";
import { nodesOf } from "#core/trace";
import { forWindow } from "#player/loading";
import { seek } from "#player/playback";

const LATER = 2000; // milliseconds that a visitor has the page, and the server, to themselves
const MAX_CELLS = 100_000; // nodes by steps; a larger chart is not made for a visitor who may never look at it
const NOTHING_DRAWS = "What draws the charts did not come. Load the page again.";

const chart = {
  name: "timeline",
  /** What was asked for last. */
  key: "",
  hasCome: false,
  isSeen: false,
  isIdle: false,
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
};

/** Watch for the charts to come into sight, and for plotly to have drawn. */
export function prepareCharts() {
  if (isExported()) return;
  const seen = (/** @type {IntersectionObserverEntry[]} */ [entry]) => {
    chart.isSeen = entry.isIntersecting;
    askForChart();
    followStep();
  };
  new IntersectionObserver(seen, { rootMargin: "-24px" }).observe($("#charts")); // touching the edge is not in sight
  new MutationObserver(listen).observe($("#chart"), { childList: true, subtree: true });
  const failed = (/** @type {Event} */ { target }) => {
    const isScript = target instanceof Element && target.matches("script[src*=plotly], script[src*=async-graph]");
    if (isScript) showNoChart(NOTHING_DRAWS);
  };
  window.addEventListener("error", failed, true);
  hearDash("chart-answer", onChart, noChart);
}

/** @param {{ error?: string }} answer */
function onChart({ error }) {
  chart.hasCome = true;
  if (error) showWaiting(false);
  // The chart is drawn again only if it differs; otherwise nothing says that it is here.
  else if (plot()) requestAnimationFrame(() => requestAnimationFrame(onDrawn));
}

/** @param {string} name */
export function chooseChart(name) {
  chart.name = name;
  for (const tab of all("[data-chart]")) {
    setAttribute(tab, "aria-selected", tab.dataset.chart === name);
    tab.tabIndex = tab.dataset.chart === name ? 0 : -1;
  }
  setAttribute($("#chart"), "aria-labelledby", `tab-${name}`);
  askForChart();
}

/** Ask for the chart of a run that nobody has looked at yet, once nothing is played and nothing else is to be done. */
export function askWhenIdle() {
  const { nodes, length } = state.trace;
  const whenIdle = (/** @type {() => void} */ act) =>
    "requestIdleCallback" in window ? requestIdleCallback(act) : setTimeout(act);
  clearTimeout(chart.timer);
  chart.isIdle = false;
  if (!$("#charts").checkVisibility() || nodes.length * length > MAX_CELLS || navigator.connection?.saveData) return;
  const act = () => {
    if (state.mode === "playing") return askWhenIdle();
    chart.isIdle = true;
    askForChart();
  };
  chart.timer = setTimeout(() => whenIdle(act), LATER);
}

/**
 * Show whether the chart of this run is still to come. The one before it stays until then, paler.
 * @param {boolean} isWaiting
 */
function showWaiting(isWaiting) {
  if (isWaiting) $("#chart").setAttribute("aria-busy", "true");
  else $("#chart").removeAttribute("aria-busy");
  $("#chart-wait").hidden = !isWaiting;
}

/** Plotly has drawn. When the window changes it draws the chart before once more, which is not the one awaited. */
function onDrawn() {
  if (chart.hasCome) showWaiting(false);
}

/**
 * There is no chart, and this is why.
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

/** Ask the server for the chart of this run, unless it is there or out of sight. */
export function askForChart() {
  if (!(chart.isSeen || chart.isIdle) || !hasRun()) return;
  const theme = getComputedStyle(document.documentElement).colorScheme;
  const wanted = forWindow({ ...state.request, chart: chart.name, theme });
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
  if (!drawn?.on || drawn.dataset.heard) return;
  drawn.dataset.heard = "yes";
  drawn.on("plotly_click", ({ points: [point] }) => chart.name === "timeline" && seek(Math.round(point.x)));
  drawn.on("plotly_afterplot", () => {
    onDrawn();
    followStep();
  });
}

/** Lay over the chart what belongs to this step. */
export function followStep() {
  const drawn = plot();
  const { xaxis: x, yaxis: y, yaxis2: lower } = drawn?._fullLayout ?? {};
  if (!chart.isSeen || !drawn || !x || !y || !hasRun()) return;
  const below = lower ?? y; // the timeline has two plots
  const [left, top] = [drawn.offsetLeft + x._offset, drawn.offsetTop];
  const laid =
    chart.name === "timeline"
      ? [box("cursor", left + x.l2p(state.step), top + y._offset, 0, below._offset + below._length - y._offset)]
      : cells(x, y, left, top + y._offset);
  $("#overlay").replaceChildren(...laid);
}

/**
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function box(name, x, y, width, height) {
  const made = document.createElement("div");
  made.className = name;
  Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  return made;
}

/**
 * The used columns of the distances, and while a node chooses its row and its candidates.
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
