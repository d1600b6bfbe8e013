// @ts-check
// Reacts when the server goes, comes back, or is renewed. While it is gone, the page asks for a small file at growing
// intervals. Once it is back, the page asks again for everything that has not come.

import { formatAddress, parseAddress } from "#core/address";
import { $, all, button, element, find } from "#core/dom";
import { fetchWatched, inBrowser, NO_ANSWER, probe, RENEWED, server, setServer } from "#core/server";
import { hasRun, setOpening, setRun, state } from "#core/state";
import { keepMachine } from "#core/storage";
import { askForChart } from "#player/charts";
import { showEventStrip } from "#player/event-strip";
import { isNewest, keepHistory, sendNewest } from "#player/history";
import { firstRequest, sendRequest, showFailure, writeAddress } from "#player/loading";
import { markWhileGone } from "#player/needs-server";
import { machineOf } from "#player/request-keys";
import { editStrip, retryTool } from "#player/tool-panel";

const INTERVALS = [5, 10, 20, 30]; // seconds between two questions to a server that is gone; the last one repeats
const RESET_AFTER = 60; // seconds; if the server was back for longer, the intervals begin anew
// If the server has come back more often than this, each time for less than RESET_AFTER, the page does not repeat its
// requests, because one of them may be the reason why the server ends.
const MAX_RETURNS = 3;
const INSTEAD = `${NO_ANSWER}. Python in this browser answers in its place.`;

/**
 * The timer of the next question, how many were asked, how often the server has come back, and when it last did.
 * @type {{ timer: ReturnType<typeof setTimeout> | undefined, asked: number, returns: number, back: number }}
 */
const now = { timer: undefined, asked: 0, returns: 0, back: 0 };

window.addEventListener("online", askWhetherBack);
document.addEventListener("visibilitychange", () => {
  if (document.hidden)
    keepHistory(); // a browser may discard a hidden page
  else askWhetherBack();
});
window.addEventListener("tierscope:play", () => hideNotice("again"));

export function gone() {
  markWhileGone(true);
  if (inBrowser.answer) showNotice("instead", INSTEAD);
  if (performance.now() - now.back > 1000 * RESET_AFTER) Object.assign(now, { asked: 0, returns: 0 });
  askLater();
}

function askLater() {
  const seconds = INTERVALS[now.asked] ?? INTERVALS[INTERVALS.length - 1];
  now.timer = setTimeout(askWhetherBack, 1000 * seconds);
  now.asked += 1;
}

/** Ask whether the server is back; core/server.mjs notes the reply. A hidden page does not ask. */
function askWhetherBack() {
  clearTimeout(now.timer);
  if (!server.gone || document.hidden) return;
  askLater();
  probe(1000 * INTERVALS[0]);
}

/**
 * Import a module again after that has failed, and find out why it failed: an import does not say.
 * @template T
 * @param {string} place
 * @param {() => Promise<T>} fetched
 * @returns {Promise<T | Absent>}
 */
export async function fetchAgain(place, fetched) {
  const reply = await fetchWatched(place, { method: "HEAD", cache: "no-store" });
  if (reply.status === 404) setServer("renewed", true);
  if (server.renewed) return { absent: RENEWED };
  return fetched().catch(() => ({ absent: "This panel did not come. Load the page again." }));
}

/**
 * Ask again for everything that has not come, once the server answers again. If the visitor has stepped on meanwhile, a
 * notice offers to ask for the other run; otherwise it is asked for at once.
 */
export function back() {
  if (server.gone) return;
  markWhileGone(false);
  hideNotice("instead");
  clearTimeout(now.timer);
  Object.assign(now, { back: performance.now(), returns: now.returns + 1 });
  if (now.returns > MAX_RETURNS) return;
  for (const line of all("#status, #error, #share-note")) {
    if (line.textContent?.includes(NO_ANSWER)) line.textContent = "";
  }
  if (state.unanswered) askOrOffer(state.unanswered);
  window.dispatchEvent(new Event("tierscope:ahead"));
  window.dispatchEvent(new Event("tierscope:back"));
  if (hasRun()) {
    showEventStrip();
    editStrip();
  }
  retryTool();
  askForChart();
}

/** @param {NonNullable<PageState["unanswered"]>} unanswered */
function askOrOffer({ play, step }) {
  if (state.mode !== "playing" && state.play === play && state.step === step) repeatRequest();
  else {
    showNotice("again", "The server answers again. What you asked for last has not come.", "Ask again", repeatRequest);
  }
}

/** Repeat the request that got no answer; a request for the newest machine of the history is left to the history. */
function repeatRequest() {
  if (!state.unanswered) return;
  const { request, wanted } = state.unanswered;
  if (isNewest(machineOf(request))) return sendNewest();
  if (hasRun()) setOpening({ entry: "push" });
  setOpening({ wanted });
  sendRequest(request);
}

export const renewed = () => showNotice("renewed", RENEWED, "Reload", reload);

/** Load the page again: with the run that was asked for last if it has not come, else with the same run and step. */
function reload() {
  if (hasRun()) writeAddress();
  const { unanswered } = state;
  // The newest machine of the history needs no address: player/history.mjs keeps it for the reload.
  if (unanswered && !isNewest(machineOf(unanswered.request))) {
    history.replaceState(null, "", formatAddress(addressFor(unanswered.request)));
  }
  location.reload();
}

/**
 * Return the address of the run that a request asks for.
 * @param {RunRequest} request
 * @returns {Address}
 */
function addressFor(request) {
  const { topology, link: machine, kernel, zonelists } = request;
  const kept = topology || machine ? undefined : keepMachine(machineOf(request));
  return { topology, machine, kept, kernel, zonelists };
}

/**
 * Show the previous run again, after a renewed server has sent a run that this page cannot read.
 * @param {Play} play
 * @param {Step} step
 */
export function stayWith(play, step) {
  setRun({ play });
  setOpening({ wanted: step, entry: "replace" });
  window.tierscopePlay = play;
  if (play) window.dispatchEvent(new Event("tierscope:play"));
  showFailure(RENEWED);
}

/**
 * Open the page with another machine, after the server has refused the one that this tab had kept; "back" leads to it.
 */
export function openWithout() {
  const place = parseAddress(location.hash);
  if (state.recalled === "kept") place.kept = place.step = undefined;
  sendRequest(firstRequest(null, place));
  setOpening({ entry: "push", odd: "The machine that this tab had kept can no longer be read. This is another." });
}

// Notices above the player: a line with a button. A notice stays for as long as it is true, or until it is closed.

/**
 * Show a notice; it replaces an older one of the same name. With a label it has a button that calls `act`.
 * @param {string} name
 * @param {string} line
 * @param {string} [label]
 * @param {() => void} [act]
 */
export function showNotice(name, line, label, act) {
  hideNotice(name);
  const notice = element("div", "", name);
  notice.append(
    element("p", line),
    ...(label && act ? [actionButton(label, act)] : []),
    actionButton("Close", () => hideNotice(name)),
  );
  $("#notice").append(notice);
}

/** @param {string} name */
export function hideNotice(name) {
  const notice = find(`#notice .${name}`);
  if (notice?.contains(document.activeElement)) $("#play-pause").focus();
  notice?.remove();
}

/**
 * Return a button that calls a function.
 * @param {string} label
 * @param {() => void} act
 */
function actionButton(label, act) {
  const made = button(label);
  made.addEventListener("click", act);
  return made;
}
