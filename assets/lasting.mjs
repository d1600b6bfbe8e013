// What a page does when its server goes, comes back, or is renewed. While the server is gone it is asked for a trifle, at
// growing intervals; once it is back, what did not come from it is asked for again.

import { formatAddress, parseAddress } from "./address.mjs";
import { askForChart } from "./charts.mjs";
import { isNewest, keepDraft, machineOf, sendNewest } from "./draft.mjs";
import { NO_ANSWER, RENEWED, become, server } from "./failures.mjs";
import { keepMachine } from "./kept.mjs";
import { firstRequest, refuse, send, writeAddress } from "./loading.mjs";
import { state } from "./player.mjs";
import { takeScenario } from "./scenario.mjs";
import { element } from "./tables.mjs";
import { askToolAgain } from "./tools.mjs";

const INTERVALS = [5, 10, 20, 30]; // seconds until the server is asked again; the last one repeats
const CALM = 60; // seconds after which the intervals are short again
const MOST_RETURNS = 3; // before that: what is asked for again may be what ends the server
const $ = (selector) => document.querySelector(selector);
const now = { timer: 0, asked: 0, returns: 0, back: 0 };

window.addEventListener("online", askWhetherBack);
document.addEventListener("visibilitychange", () => (document.hidden ? keepDraft(state) : askWhetherBack())); // it may be discarded
window.addEventListener("tierscope:play", () => hideNotice("again"));

export function gone() {
  if (performance.now() - now.back > 1000 * CALM) Object.assign(now, { asked: 0, returns: 0 });
  askLater();
}

function askLater() {
  now.timer = setTimeout(askWhetherBack, 1000 * (INTERVALS[now.asked] ?? INTERVALS.at(-1)));
  now.asked += 1;
}

// The reply is looked at as any other. Nobody asks for a page that is not looked at.
function askWhetherBack() {
  clearTimeout(now.timer);
  if (!server.gone || document.hidden) return;
  askLater();
  const options = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(1000 * INTERVALS[0]) };
  fetch(new URL("robots.txt", document.baseURI), options).catch(() => {});
}

// Import once more, if the server has the module; an import that fails does not say why.
export async function fetchAgain(place, fetched) {
  const reply = await fetch(place, { method: "HEAD", cache: "no-store" });
  if (reply.status === 404) become("renewed", true);
  if (server.renewed) return { absent: RENEWED };
  return fetched().catch(() => ({ absent: "This panel did not come. Load the page again." }));
}

// The server answers again. Another run takes the place of the one on show only if that has not gone on meanwhile; else a
// notice offers it.
export function back() {
  if (server.gone) return;
  clearTimeout(now.timer);
  Object.assign(now, { back: performance.now(), returns: now.returns + 1 });
  if (now.returns > MOST_RETURNS) return;
  for (const told of document.querySelectorAll("#status, #error, #share-note")) {
    if (told.textContent.includes(NO_ANSWER)) told.textContent = "";
  }
  if (!state.play && !$("#stores")) refuse(state, "The server answers again. Load the page again.", "slow"); // Dash has not come
  else if (state.unheard) askOrOffer();
  window.dispatchEvent(new Event("tierscope:ahead"));
  window.dispatchEvent(new Event("tierscope:back"));
  if (state.play) takeScenario(state);
  askToolAgain(state);
  askForChart(state);
}

function askOrOffer() {
  const { play, step } = state.unheard;
  if (state.mode !== "playing" && state.play === play && state.step === step) askUnheard();
  else showNotice("again", "The server answers again. What you asked for last has not come.", "Ask again", askUnheard);
}

// The draft asks for its newest machine itself, also after any other answer.
function askUnheard() {
  const { request, wanted } = state.unheard;
  if (isNewest(machineOf({ request }))) return sendNewest(state);
  if (state.play) state.entry = "push";
  state.wanted = wanted;
  send(state, request);
}

export const renewed = () => showNotice("renewed", RENEWED, "Reload", reload);

// At the same step; or at what was asked for last, if that has not come. The draft keeps its newest machine itself.
function reload() {
  if (state.play) writeAddress(state);
  if (state.unheard && !isNewest(machineOf(state.unheard))) history.replaceState(null, "", formatAddress(placeOf(state.unheard)));
  location.reload();
}

function placeOf({ request: { kernel, zonelists, ...request } }) {
  const { topology, link: machine } = request;
  return { topology, machine, kept: topology || machine ? undefined : keepMachine(machineOf({ request })), kernel, zonelists };
}

// A renewed server has sent what this page cannot read: the run before is shown again.
export function stayWith(play, step) {
  Object.assign(state, { play, wanted: step, entry: "replace" });
  window.tierscopePlay = play;
  if (play) window.dispatchEvent(new Event("tierscope:play"));
  refuse(state, RENEWED);
}

// The server refuses the machine that this tab had kept, so the page opens without it, and back leads to it again.
export function openWithout() {
  const place = parseAddress(location.hash);
  if (state.recalled === "kept") place.kept = place.step = undefined;
  send(state, firstRequest(state, null, place));
  state.entry = "push";
  state.odd = "The machine that this tab had kept can no longer be read. This is another.";
}

// Notices above the player: a line and what can be done about it, for as long as it is true or until it is closed.

function showNotice(name, line, label, act) {
  hideNotice(name);
  const notice = element("div", "", name);
  notice.append(element("p", line), button(label, act), button("Close", () => hideNotice(name)));
  $("#notice").append(notice);
}

function hideNotice(name) {
  const notice = $(`#notice .${name}`);
  if (notice?.contains(document.activeElement)) $("#play-pause").focus();
  notice?.remove();
}

function button(label, act) {
  const made = Object.assign(element("button", label), { type: "button" });
  made.addEventListener("click", act);
  return made;
}
