// @ts-check
// Starts Dash and exchanges messages with its callbacks. Dash's scripts wait in a <template>. They start once the first
// step is on the page, or at once if the address names another run than the one in the document. Runs and charts are
// Dash callbacks (viz/app/callbacks.py): askDash() sets the property that is the callback's input, and the function
// that onDashAnswer() has registered is called with the answer.

import { namesRun, parseAddress } from "#core/address";
import { $, all, element, find } from "#core/dom";
import {
  GONE,
  heldRun,
  inBrowser,
  lineOf,
  NOT_HELD,
  noteEdition,
  noteReply,
  probe,
  server,
  setServer,
} from "#core/server";

const WITH_CHARTS = "[src*='/dash/deps/polyfill'], [src*='/dash/dcc/']"; // dcc draws charts, and needs the polyfill
const NEVER = "[src*='/dash_table/']"; // this script is large, and the page has no table of Dash's
const LONG = 5000; // milliseconds after which Dash should have started, counted from when its scripts have come
const NOT_STARTED = "A part of this page has not come. Load the page again.";
const GRAPH = {
  id: "chart-graph",
  // Without the first option, plotly.js would offer to upload the figure to a public site.
  config: { showSendToCloud: false, displaylogo: false, displayModeBar: false },
  responsive: true,
};

/**
 * One callback of the server, as the page sees it. Dash does not say which of several requests has failed. So failed()
 * is called only when no request is under way any more and the newest one has got no answer.
 * @typedef {object} Channel
 * @property {string} kind the kind of the question, a key of KINDS in viz/app/answers.py
 * @property {string} question the id of the component whose `data` is the callback's input
 * @property {(answer: any) => unknown} answered is called with each answer
 * @property {(line: string) => void} failed is called with the reason if there is no answer
 * @property {object | null} asked the newest question
 * @property {object | null} waiting the question that is sent once Dash has started
 * @property {number} underWay how many requests Dash has sent that have not ended
 * @property {object | null} newest the request that Dash has sent last, if it has no answer yet
 * @property {string} failure why one of the requests under way has failed
 * @property {number} turn how many questions were asked and answers have come
 */

/** @type {Record<string, Channel>} */
const channels = {
  play: channel("play", "request"),
  "chart-answer": channel("chart", "chart-request"),
};

/**
 * Whether Dash has started, and the promises of what was begun: loading the scripts, the start, loading the chart
 * scripts.
 * @type {{ isReady: boolean } & Record<"scripts" | "started" | "charts", Promise<void> | null>}
 */
const dash = { isReady: false, scripts: null, started: null, charts: null };

/** @param {string} kind @param {string} question @returns {Channel} */
function channel(kind, question) {
  const nothing = { asked: null, waiting: null, underWay: 0, newest: null, failure: "", turn: 0 };
  return { kind, question, answered: () => {}, failed: () => {}, ...nothing };
}

/**
 * Register the functions that are called with each answer to askDash(), or with the reason why there is none.
 * @param {string} name
 * @param {Channel["answered"]} answered
 * @param {Channel["failed"]} failed
 */
export const onDashAnswer = (name, answered, failed) => void Object.assign(channels[name], { answered, failed });

/**
 * Ask the server by a callback. Until Dash has started, the newest question waits; older ones are dropped. An answer to
 * an older question that is being unpacked is dropped, too.
 * @param {string} name
 * @param {object} question
 */
export function askDash(name, question) {
  Object.assign(channels[name], { asked: question, waiting: question, turn: channels[name].turn + 1 });
  if (inBrowser.answer) answerHere(channels[name]);
  else if (dash.isReady) sendWaiting();
  else if (find("#dash")) startDash();
  else answerHeld(name);
}

/**
 * Answer a question from what the exported page holds, if it does.
 * @param {string} name
 */
function answerHeld(name) {
  const { waiting } = channels[name];
  const held = waiting && heldRun(waiting);
  if (!held || name !== "play") return failWaiting(NOT_HELD);
  channels[name].waiting = null;
  setTimeout(() => channels[name].answered(held));
}

/**
 * Answer the newest question in this browser, in place of a server that is gone. A chart is drawn by Dash all the same.
 * @param {Channel} one
 */
async function answerHere(one) {
  const turn = ++one.turn;
  one.waiting = null;
  const answer = await inBrowser.answer?.(one.kind, one.asked ?? {});
  if (turn !== one.turn) return;
  if (one !== channels["chart-answer"]) one.answered(answer);
  else if (dash.isReady) setProps("chart-answer", { data: { ...answer, isFromHere: true } });
  else one.failed(GONE);
}

/**
 * Say why a question has got no answer, unless the server is gone and this browser can answer it.
 * @param {Channel} one
 * @param {string} line
 */
function fail(one, line) {
  if (line === GONE && inBrowser.answer) answerHere(one);
  else one.failed(line);
}

/** @param {string} id @param {object} props */
const setProps = (id, props) => window.dash_clientside?.set_props?.(id, props);

/**
 * Write a line in the place of the chart. Until Dash has started, an element made here takes that place.
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
    if (one.waiting) fail(one, line);
    one.waiting = null;
  }
}

// The start

/** Start Dash, unless it has started already. */
export function startDash() {
  start().catch((error) => {
    failWaiting(server.gone ? GONE : NOT_STARTED);
    if (error instanceof Error) throw error; // a script that cannot be loaded gives an Event, and is no defect here
  });
}

/** Load the scripts, then add the elements that they look for, then the inline script that starts Dash. */
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

/** Load the scripts that draw charts; throw if they cannot be loaded. A later call tries again. */
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
 * Run scripts of the template in their order. If one cannot be loaded, ask whether the server is there, and throw.
 * @param {string} which a selector
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

/**
 * Add the template's elements: to the chart panel the element that Dash renders into, to the page's end the scripts.
 */
function addParts() {
  for (const before of all("#react-entry-point, #_dash-config, #_dash-renderer")) before.remove();
  window.dash_stores = []; // Dash keeps a state here for each of its starts; a new start must not find an old one
  for (const part of parts().children) {
    if (part.matches("[src]")) continue;
    const copy = document.importNode(part, true);
    if (part.matches("script")) document.body.append(copy);
    else $("#chart").prepend(copy);
  }
  setTimeout(lookAfter, LONG, true);
}

/**
 * Start Dash again if it has not started in time: Dash reports nothing when it cannot load its layout. If the server is
 * gone, the next question starts it. Otherwise Dash may only be slow, so it is started anew only after a second check.
 * @param {boolean} isFirst whether this is the first check
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
 * Count a request: Dash calls this when it sends a callback to the server.
 * @param {{ output: string }} payload
 */
function onAsked(payload) {
  const one = channelOf(payload);
  if (one) Object.assign(one, { underWay: one.underWay + 1, newest: payload, failure: "" });
}

/**
 * Count a request as ended, and note why it has failed. The error is a Response if the server has refused; any other
 * error means that the server is gone.
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
 * Return a reply that can still be read. Dash reads the body, too, and a body can be read once, so this copies the
 * reply unless Dash was first.
 * @param {Response} reply
 */
const copyOf = (reply) => (reply.bodyUsed ? reply : reply.clone());

/** @param {Channel} one */
function tellFailure(one) {
  const { newest, failure } = one;
  Object.assign(one, { newest: null, failure: "" });
  if (newest && failure) fail(one, failure);
}

/** @param {{ output: string }} callback */
const channelOf = ({ output }) => channels[output.split(".")[0]];

/**
 * Report a failure for all requests under way when an answer broke off or is not in Dash's form. Dash leaves that error
 * unhandled and would wait for the answer for ever.
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
 * Return an answer, unpacked; null if there is a newer question or answer by then.
 * @param {Channel} one
 * @param {{ packed?: string, edition?: string, isFromHere?: boolean }} answer
 */
async function opened(one, { packed, edition, isFromHere, ...plain }) {
  if (!isFromHere) noteEdition(edition);
  const turn = ++one.turn;
  const whole = packed ? await unpacked(packed) : plain;
  return turn === one.turn ? whole : null;
}

/**
 * Return what answer_job_as_text() of viz/app/dispatcher.py has packed: JSON, with gzip, in base64.
 * @param {string} text
 */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The clientside functions of viz/app/callbacks.py. */
const functions = {
  /** Dash calls this once its layout has come and all callbacks listen. */
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
