// @ts-check
// Takes the place of core/dash.mjs on a site, which has neither a server nor Dash: lets questions be answered in this
// browser, passes the requests for runs and charts on, and draws charts with plotly.js alone.

import { $, element, find } from "#core/dom";
import { inBrowser } from "#core/server";

const CONFIG = { showSendToCloud: false, displaylogo: false, displayModeBar: false, responsive: true };
/** The name that KINDS in viz/app/answers.py has for each kind of request. */
const KINDS = /** @type {Record<string, string>} */ ({ play: "play", "chart-answer": "chart" });

/**
 * For each kind of request, the functions that get the answer, or the reason why there is none. An answer to an earlier
 * request is dropped.
 * @type {Record<string, { answered: (answer: any) => unknown, failed: (line: string) => void, turn: number }>}
 */
const channels = {
  play: { answered: () => {}, failed: () => {}, turn: 0 },
  "chart-answer": { answered: () => {}, failed: () => {}, turn: 0 },
};

/** @type {Promise<void> | null} */
let plotly = null;

/**
 * Register the functions that are called with each answer to askDash(), or with the reason why there is none.
 * @param {string} name
 * @param {(answer: any) => unknown} answered
 * @param {(line: string) => void} failed
 */
export const onDashAnswer = (name, answered, failed) => void Object.assign(channels[name], { answered, failed });

/**
 * Ask for a run or a chart.
 * @param {string} name
 * @param {object} question
 */
export async function askDash(name, question) {
  const one = channels[name];
  const turn = ++one.turn;
  try {
    const answer = await inBrowser.answer?.(KINDS[name], question);
    if (turn !== one.turn) return;
    if (name === "chart-answer") showChart(answer);
    one.answered(answer);
  } catch (error) {
    if (turn === one.turn) one.failed(/** @type {Error} */ (error).message);
  }
}

/** There is nothing to start. */
export function startDash() {}

/** Load plotly.js; throw if it cannot be loaded. A later call tries again. */
export async function startCharts() {
  plotly ??= new Promise((resolve, reject) => {
    const script = element("script");
    Object.assign(script, { src: $("#site").dataset.plotly, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  await plotly.catch((error) => {
    plotly = null;
    throw error;
  });
}

/** @param {{ figure?: { data: object[], layout: object }, error?: string }} answer */
function showChart({ figure, error }) {
  if (error || !figure) return sayInChart(error ?? "");
  find("#chart > #chart-place")?.remove();
  let graph = find("#chart > #chart-graph");
  if (!graph) {
    graph = Object.assign(element("div"), { id: "chart-graph" });
    $("#chart").prepend(graph);
  }
  window.Plotly?.react(graph, figure.data, figure.layout, CONFIG);
}

/**
 * Write a line in the place of the chart.
 * @param {string} line
 */
export function sayInChart(line) {
  find("#chart > #chart-graph")?.remove();
  const place = find("#chart > #chart-place") ?? Object.assign(element("p"), { id: "chart-place" });
  place.textContent = line;
  $("#chart").prepend(place);
}

// All that answers, and what keeps the files of the site, comes after the first picture.

inBrowser.answer = async (kind, question) => (await import("#site/answers")).answer(kind, question);
const keepFiles = () => import("#site/keep").then((module) => module.keepFiles());
if (document.readyState === "complete") keepFiles();
else window.addEventListener("load", keepFiles);
