// @ts-check
// What the page does when its server goes, comes back, or is renewed. While the server is gone it is asked for a small
// file at growing intervals; once it is back, the page asks again for what has not come from it.

import { formatAddress, parseAddress } from "#core/address";
import { $, all, button, element, find } from "#core/dom";
import { fetchWatched, NO_ANSWER, probe, RENEWED, server, setServer } from "#core/server";
import { hasRun, setOpening, setRun, state } from "#core/state";
import { keepMachine } from "#core/storage";
import { askForChart } from "#player/charts";
import { showEventStrip } from "#player/event-strip";
import { isNewest, keepHistory, machineOf, sendNewest } from "#player/history";
import { firstRequest, sendRequest, showFailure, writeAddress } from "#player/loading";
import { editStrip, retryTool } from "#player/tool-panel";

const INTERVALS = [5, 10, 20, 30]; // seconds until the server is asked again; the last one repeats
const CALM = 60; // seconds after which the intervals are short again
const MAX_RETURNS = 3; // within that time: what is asked for again may be what ends the server

/**
 * When the server is asked next and how often it was, how often it has come back, and when it last did.
 * @type {{ timer: ReturnType<typeof setTimeout> | undefined, asked: number, returns: number, back: number }}
 */
const now = { timer: undefined, asked: 0, returns: 0, back: 0 };

window.addEventListener("online", askWhetherBack);
document.addEventListener("visibilitychange", () => {
  if (document.hidden)
    keepHistory(); // a hidden page may be discarded
  else askWhetherBack();
});
window.addEventListener("tierscope:play", () => hideNotice("again"));

export function gone() {
  if (performance.now() - now.back > 1000 * CALM) Object.assign(now, { asked: 0, returns: 0 });
  askLater();
}

function askLater() {
  const seconds = INTERVALS[now.asked] ?? INTERVALS[INTERVALS.length - 1];
  now.timer = setTimeout(askWhetherBack, 1000 * seconds);
  now.asked += 1;
}

/** Ask for the small file; core/server.mjs notes the reply. A page that nobody looks at does not ask. */
function askWhetherBack() {
  clearTimeout(now.timer);
  if (!server.gone || document.hidden) return;
  askLater();
  probe(1000 * INTERVALS[0]);
}

/**
 * Import a module once more, if the server has it; an import that fails does not say why.
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
 * The server answers again. Another run takes the place of the one on show only if the visitor has not gone on
 * meanwhile; otherwise a notice offers it.
 */
export function back() {
  if (server.gone) return;
  clearTimeout(now.timer);
  Object.assign(now, { back: performance.now(), returns: now.returns + 1 });
  if (now.returns > MAX_RETURNS) return;
  for (const line of all("#status, #error, #share-note")) {
    if (line.textContent?.includes(NO_ANSWER)) line.textContent = "";
  }
  if (state.unheard) askOrOffer(state.unheard);
  window.dispatchEvent(new Event("tierscope:ahead"));
  window.dispatchEvent(new Event("tierscope:back"));
  if (hasRun()) {
    showEventStrip();
    editStrip();
  }
  retryTool();
  askForChart();
}

/** @param {NonNullable<PageState["unheard"]>} unheard */
function askOrOffer({ play, step }) {
  if (state.mode !== "playing" && state.play === play && state.step === step) askUnheard();
  else {
    showNotice("again", "The server answers again. What you asked for last has not come.", "Ask again", askUnheard);
  }
}

/** Ask for what no server has heard. The history asks for its newest machine itself, also after any other answer. */
function askUnheard() {
  if (!state.unheard) return;
  const { request, wanted } = state.unheard;
  if (isNewest(machineOf(request))) return sendNewest();
  if (hasRun()) setOpening({ entry: "push" });
  setOpening({ wanted });
  sendRequest(request);
}

export const renewed = () => showNotice("renewed", RENEWED, "Reload", reload);

/** Load the page again at the same step, or at what was asked for last if that has not come. */
function reload() {
  if (hasRun()) writeAddress();
  const { unheard } = state;
  if (unheard && !isNewest(machineOf(unheard.request))) {
    history.replaceState(null, "", formatAddress(addressFor(unheard.request))); // the history keeps its newest itself
  }
  location.reload();
}

/**
 * @param {RunRequest} request
 * @returns {Address}
 */
function addressFor(request) {
  const { topology, link: machine, kernel, zonelists } = request;
  const kept = topology || machine ? undefined : keepMachine(machineOf(request));
  return { topology, machine, kept, kernel, zonelists };
}

/**
 * A renewed server has sent what this page cannot read: the run before is shown again.
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

/** The server refuses the machine that this tab had kept: the page opens without it, and back leads to it again. */
export function openWithout() {
  const place = parseAddress(location.hash);
  if (state.recalled === "kept") place.kept = place.step = undefined;
  sendRequest(firstRequest(null, place));
  setOpening({ entry: "push", odd: "The machine that this tab had kept can no longer be read. This is another." });
}

// Notices above the player: a line and what can be done about it, for as long as it is true or until it is closed

/**
 * @param {string} name
 * @param {string} line
 * @param {string} label
 * @param {() => void} act
 */
function showNotice(name, line, label, act) {
  hideNotice(name);
  const notice = element("div", "", name);
  notice.append(
    element("p", line),
    actor(label, act),
    actor("Close", () => hideNotice(name)),
  );
  $("#notice").append(notice);
}

/** @param {string} name */
function hideNotice(name) {
  const notice = find(`#notice .${name}`);
  if (notice?.contains(document.activeElement)) $("#play-pause").focus();
  notice?.remove();
}

/**
 * @param {string} label
 * @param {() => void} act
 */
function actor(label, act) {
  const made = button(label);
  made.addEventListener("click", act);
  return made;
}
