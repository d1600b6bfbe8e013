// @ts-check
// Dash on this page. Its scripts lie in a <template> and start once the first step is on the page, or at once where the
// address names another run than the one in the document. Runs and charts are Dash callbacks (viz/app/callbacks.py):
// askDash() fills the message that the server's callback listens to, and whoever listens here hears of the answer.

import { namesRun, parseAddress } from "#core/address";
import { $, all, element, find } from "#core/dom";
import { GONE, lineOf, noteEdition, noteReply, probe, server, setServer } from "#core/server";

const WITH_CHARTS = "[src*='/dash/deps/polyfill'], [src*='/dash/dcc/']"; // dcc draws charts, and needs the polyfill
const NEVER = "[src*='/dash_table/']"; // large, and nothing here is a table of Dash's
const LONG = 5000; // milliseconds in which Dash starts once its scripts are here
const NOT_STARTED = "A part of this page has not come. Load the page again.";
const GRAPH = {
  id: "chart-graph",
  // Without the first option, plotly.js would offer to upload the figure to a public site.
  config: { showSendToCloud: false, displaylogo: false, displayModeBar: false },
  responsive: true,
};

/**
 * A message that a callback of the server fills: the one that asks, what hears of an answer and of none, a question
 * that waits for Dash, and the requests under way. Dash does not say which of them has failed, so a failure counts once
 * none is left and the newest has no answer.
 * @typedef {object} Channel
 * @property {string} question
 * @property {(answer: any) => unknown} answered
 * @property {(line: string) => void} failed
 * @property {object | null} waiting
 * @property {number} underWay
 * @property {object | null} newest what Dash has sent last and has no answer yet
 * @property {string} failure why one of those under way has none
 * @property {number} turn
 */

/** @type {Record<string, Channel>} */
const channels = {
  play: channel("request"),
  "chart-answer": channel("chart-request"),
};

/**
 * Whether Dash is here, and what has begun: the scripts, the start, what draws charts.
 * @type {{ isReady: boolean } & Record<"scripts" | "started" | "charts", Promise<void> | null>}
 */
const dash = { isReady: false, scripts: null, started: null, charts: null };

/** @param {string} question @returns {Channel} */
function channel(question) {
  const nothing = { waiting: null, underWay: 0, newest: null, failure: "", turn: 0 };
  return { question, answered: () => {}, failed: () => {}, ...nothing };
}

/**
 * Hear of the answers to askDash(), and why there is none.
 * @param {string} name
 * @param {Channel["answered"]} answered
 * @param {Channel["failed"]} failed
 */
export const hearDash = (name, answered, failed) => void Object.assign(channels[name], { answered, failed });

/**
 * Ask the server by a callback. Before Dash is here, the last question waits for it.
 * @param {string} name
 * @param {object} question
 */
export function askDash(name, question) {
  channels[name].waiting = question;
  if (dash.isReady) sendWaiting();
  else if (find("#dash")) startDash();
  else failWaiting(GONE);
}

/** @param {string} id @param {object} props */
const setProps = (id, props) => window.dash_clientside?.set_props?.(id, props);

/**
 * Write a line where the chart would be. Before Dash is here, an element of ours takes that place.
 * @param {string} line
 */
export function sayInChart(line) {
  if (dash.isReady) return setProps("chart-place", { children: line });
  const place = find("#chart > #chart-place") ?? Object.assign(element("p"), { id: "chart-place" });
  place.textContent = line;
  $("#chart").prepend(place);
}

function sendWaiting() {
  for (const one of Object.values(channels)) {
    const { waiting, question } = one;
    one.waiting = null;
    if (waiting) setProps(question, { data: waiting });
  }
}

/** @param {string} line */
function failWaiting(line) {
  for (const one of Object.values(channels)) {
    if (one.waiting) one.failed(line);
    one.waiting = null;
  }
}

// The start

/** Start Dash; it is done once. */
export function startDash() {
  start().catch((error) => {
    failWaiting(notCome());
    if (error instanceof Error) throw error; // of a script that does not come there is only an event
  });
}

const notCome = () => (server.gone ? GONE : NOT_STARTED);

/** The scripts, then what they find in the document, then the one line that starts them. */
function start() {
  dash.scripts ??= loadScripts(`:not(${WITH_CHARTS}, ${NEVER})`);
  dash.started ??= dash.scripts
    .then(isParsed)
    .then(addParts)
    .catch((error) => {
      Object.assign(dash, { scripts: null, started: null });
      throw error;
    });
  return dash.started;
}

/** What draws charts. It throws where that does not come, and may be called again. */
export async function startCharts() {
  await start();
  dash.charts ??= loadScripts(WITH_CHARTS);
  await dash.charts.catch((error) => {
    dash.charts = null;
    throw error;
  });
}

const isParsed = () =>
  new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve, { once: true });
    else resolve(undefined);
  });

const parts = () => /** @type {HTMLTemplateElement} */ (/** @type {unknown} */ ($("#dash"))).content;

/**
 * Run scripts of the template in their order. Where one does not come, the server is asked whether it is there.
 * @param {string} which
 */
async function loadScripts(which) {
  const found = [...parts().querySelectorAll("script[src]")].filter((script) => script.matches(which));
  await Promise.all(
    found.map((script) => {
      const copy = element("script");
      Object.assign(copy, { src: script.getAttribute("src"), async: false });
      return new Promise((resolve, reject) => {
        copy.onload = resolve;
        copy.onerror = reject;
        document.head.append(copy);
      });
    }),
  ).catch(async (error) => {
    await probe();
    throw error;
  });
}

/** The place of what Dash renders is in the panel of the charts; the rest stands at the end of the page. */
function addParts() {
  for (const before of all("#react-entry-point, #_dash-config, #_dash-renderer")) before.remove();
  window.dash_stores = []; // where Dash keeps the state of each of its starts
  for (const part of parts().children) {
    if (part.matches("[src]")) continue;
    const copy = document.importNode(part, true);
    if (part.matches("script")) document.body.append(copy);
    else $("#chart").prepend(copy);
  }
  setTimeout(lookAfter, LONG, true);
}

/**
 * Dash says nowhere that it could not ask for its layout. Where the server is gone, it is started again with the next
 * question; else it may only be slow, and is started again after a second look.
 * @param {boolean} isFirst
 */
async function lookAfter(isFirst) {
  if (!dash.isReady) await probe();
  if (dash.isReady) return;
  if (isFirst && !server.gone) return void setTimeout(lookAfter, LONG, false);
  dash.started = null;
  if (server.gone) failWaiting(GONE);
  else startDash();
}

// What Dash calls

/**
 * A callback of the server is sent.
 * @param {{ output: string }} payload
 */
function onAsked(payload) {
  const one = channelOf(payload);
  if (one) Object.assign(one, { underWay: one.underWay + 1, newest: payload, failure: "" });
}

/**
 * A callback has ended. Where it has no answer, the error is a Response, or else the server is gone.
 * @param {{ output: string }} callback
 * @param {{ error?: unknown, payload: object | null }} result
 */
async function onResolved(callback, { error, payload }) {
  const one = channelOf(callback);
  if (!one) return;
  one.underWay -= 1;
  if (payload === one.newest) one.newest = null;
  if (error instanceof Response) noteReply(error);
  else if (error) setServer("gone", true);
  if (error) one.failure = error instanceof Response ? await lineOf(copyOf(error)) : GONE;
  if (!one.underWay) tellFailure(one);
}

/**
 * Dash reads the reply, too; sometimes it has done so.
 * @param {Response} reply
 */
const copyOf = (reply) => (reply.bodyUsed ? reply : reply.clone());

/** @param {Channel} one */
function tellFailure(one) {
  const { newest, failure } = one;
  Object.assign(one, { newest: null, failure: "" });
  if (newest && failure) one.failed(failure);
}

/** @param {{ output: string }} callback */
const channelOf = ({ output }) => channels[output.split(".")[0]];

/**
 * An answer broke off, or is none of Dash's: Dash then waits for it for ever, and nobody handles the error.
 * @param {PromiseRejectionEvent} event
 */
function onUnhandled({ reason }) {
  if (![TypeError, SyntaxError, DOMException].some((kind) => reason instanceof kind)) return;
  for (const one of Object.values(channels).filter(({ underWay }) => underWay)) {
    setServer("gone", true);
    Object.assign(one, { underWay: 0, failure: GONE });
    tellFailure(one);
  }
}

/**
 * The answer to the newest question, unpacked; null if it is not the newest any more.
 * @param {Channel} one
 * @param {{ packed?: string, edition?: string }} answer
 */
async function opened(one, { packed, edition, ...plain }) {
  noteEdition(edition);
  const turn = ++one.turn;
  const whole = packed ? await unpacked(packed) : plain;
  return turn === one.turn ? whole : null;
}

/**
 * What answer_job_as_text() of viz/app/dispatcher.py has packed.
 * @param {string} text
 */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The clientside functions of viz/app/callbacks.py. */
const functions = {
  /** The layout is here, and all callbacks listen. */
  ready() {
    dash.isReady = true;
    find("#chart > #chart-place")?.remove();
    setTimeout(sendWaiting);
  },
  /** @param {any} answer */
  async showRun(answer) {
    const play = await opened(channels.play, answer);
    if (play) channels.play.answered(play);
  },
  /** @param {any} answer */
  async showChart(answer) {
    const chart = await opened(channels["chart-answer"], answer);
    if (!chart) return window.dash_clientside?.no_update;
    channels["chart-answer"].answered(chart);
    const { figure, error } = chart;
    return error ?? { namespace: "dash_core_components", type: "Graph", props: { ...GRAPH, figure } };
  },
};

window.dash_clientside = Object.assign({}, window.dash_clientside, { tierscope: functions });
window.tierscope = { onAsked, onResolved, Message: () => null };
window.addEventListener("unhandledrejection", onUnhandled);
if (find("#dash") && !namesRun(parseAddress(location.hash), $("#dash").dataset)) startDash();
