// The charts below the stage: asked for once they come into sight or nothing else is to be done, so that they are there
// when the server is not. What follows the step is laid over them.

import { forWindow } from "./loading.mjs";
import { nodesOf } from "./signals.mjs";

const LATER = 2000; // milliseconds that a visitor has the page, and the server, to themselves
const MOST = 100_000; // nodes by steps; a larger chart is not made for somebody who may never look at it
const NOTHING_DRAWS = "What draws the charts did not come. Load the page again.";
const $ = (selector) => document.querySelector(selector);
const asked = { chart: "timeline", for: "", when: 0, came: false, seen: false, idle: false, timer: 0 };

// Watch for the charts to come into sight, and for plotly to have drawn.
export function prepareCharts(state) {
  if ("exported" in document.documentElement.dataset) return;
  const seen = ([entry]) => {
    asked.seen = entry.isIntersecting;
    askForChart(state);
    followStep(state);
  };
  new IntersectionObserver(seen, { rootMargin: "-24px" }).observe($("#charts")); // touching the edge is not in sight
  new MutationObserver(() => listen(state)).observe($("#chart"), { childList: true, subtree: true });
  const failed = ({ target }) => target.matches?.("script[src*=plotly], script[src*=async-graph]") && say(NOTHING_DRAWS);
  window.addEventListener("error", failed, true);
  window.addEventListener("tierscope:chart", ({ detail: line }) => {
    asked.came = true;
    if (line) wait(false);
    else if (graph()) requestAnimationFrame(() => requestAnimationFrame(drawn)); // drawn again only if it differs
  });
}

export function chooseChart(state, name) {
  asked.chart = name;
  for (const tab of document.querySelectorAll("[data-chart]")) {
    tab.setAttribute("aria-selected", tab.dataset.chart === name);
    tab.tabIndex = tab.dataset.chart === name ? 0 : -1;
  }
  $("#chart").setAttribute("aria-labelledby", `tab-${name}`);
  askForChart(state);
}

// Ask for the chart of a run that nobody has looked at yet, once nothing is played and nothing else is to be done.
export function askWhenIdle(state) {
  const { nodes, length } = state.trace;
  const idle = (done) => (window.requestIdleCallback ? requestIdleCallback(done) : setTimeout(done));
  clearTimeout(asked.timer);
  asked.idle = false;
  if (!$("#charts").checkVisibility() || nodes.length * length > MOST || navigator.connection?.saveData) return;
  asked.timer = setTimeout(() => idle(() => {
    if (state.mode === "playing") return askWhenIdle(state);
    asked.idle = true;
    askForChart(state);
  }), LATER);
}

// Whether the chart of this run is still to come; the one before it stays until then, and says less.
function wait(long) {
  if (long) $("#chart").setAttribute("aria-busy", "true");
  else $("#chart").removeAttribute("aria-busy");
  $("#chart-wait").hidden = !long;
}

// Plotly has drawn; a window that changes makes it draw the chart before once more.
function drawn() {
  if (asked.came) wait(false);
}

// There is no chart, and this is why; unless another one has been asked for since.
export function noChart(line, request) {
  if (request.includes(`"asked":${asked.when}`)) say(`${line} Choose the chart again to ask again.`);
}

function say(line) {
  asked.for = "";
  wait(false);
  $("#overlay").replaceChildren();
  window.dash_clientside.set_props("chart-place", { children: line });
}

// Ask the server for the chart of this run, unless it is there or out of sight.
export function askForChart(state) {
  if (!(asked.seen || asked.idle) || !state.play) return;
  const { asked: _, ...request } = state.request;
  const theme = getComputedStyle(document.documentElement).colorScheme;
  const wanted = forWindow({ ...request, chart: asked.chart, theme });
  const key = JSON.stringify([wanted, state.play.kernel, state.play.zonelists]);
  if (asked.for === key) return;
  asked.for = key;
  asked.came = false;
  wait(true);
  $("#overlay").replaceChildren();
  asked.when = Math.max(Date.now(), asked.when + 1);
  window.dash_clientside.set_props("chart-answer", { data: null }); // the same answer once more would be no change
  window.dash_clientside.set_props("chart-request", { data: { ...wanted, asked: asked.when } });
}

const graph = () => $("#chart .js-plotly-plot");

function listen(state) {
  const plot = graph();
  if (!plot?.on || plot.dataset.heard) return;
  plot.dataset.heard = "yes";
  plot.on("plotly_click", ({ points: [point] }) => asked.chart === "timeline" && state.seek(Math.round(point.x)));
  plot.on("plotly_afterplot", () => {
    drawn();
    followStep(state);
  });
}

// Lay over the chart what belongs to this step.
export function followStep(state) {
  const plot = graph();
  if (!asked.seen || !plot?._fullLayout?.xaxis || !state.trace) return;
  const { xaxis: x, yaxis: y } = plot._fullLayout;
  const [left, top] = [plot.offsetLeft + x._offset, plot.offsetTop];
  if (asked.chart === "timeline") $("#overlay").replaceChildren(box("cursor", left + x.l2p(state.step), top, 0, plot.offsetHeight));
  else $("#overlay").replaceChildren(...cells(state, x, y, left, top + y._offset));
}

function box(name, x, y, width, height) {
  const made = document.createElement("div");
  made.className = name;
  Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  return made;
}

// The used columns, and while a node chooses its row and its candidates.
function cells({ trace, step }, x, y, left, top) {
  const { nodes } = trace;
  const wide = Math.abs(x.l2p(1) - x.l2p(0));
  const high = Math.abs(y.l2p(1) - y.l2p(0));
  const across = (node) => left + x.l2p(nodes.indexOf(node)) - wide / 2;
  const down = (node) => top + y.l2p(nodes.indexOf(node)) - high / 2;
  const used = trace.has("used_targets") ? nodesOf(trace.at("used_targets", step)) : [];
  const laid = used.map((node) => box("used-column", across(node), down(nodes[0]), wide, high * nodes.length));
  const source = trace.at("source", step);
  if (source === -1) return laid;
  laid.push(box("source-row", left, down(source), wide * nodes.length, high));
  const candidates = nodesOf(trace.at("candidates", step));
  return [...laid, ...candidates.map((node) => box("candidate-cell", across(node), down(source), wide, high))];
}
