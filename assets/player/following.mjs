// @ts-check
// Follows a speaker: shows the machine and the step that the speaker's page shows, until the visitor looks around, and
// again once the visitor presses a button. later.mjs fetches this module where the server has an audience
// (viz/app/following.py). The server learns nothing but that somebody asks.

import { parseAddress, sameRun } from "#core/address";
import { $, button, element, find, setText } from "#core/dom";
import { fetchWatched, server } from "#core/server";
import { hasRun, setOpening, state } from "#core/state";
import { currentAddress, followAddress } from "#player/loading";

const INTERVAL = 2000; // milliseconds between two questions to the server; each is up to a quarter earlier or later
const PATIENCE = 8000; // milliseconds until a question counts as unanswered
const AGAIN = 6000; // milliseconds until a run that has not come is asked for again

const now = {
  /** The address that the speaker's page shows, and whether that page is there: "none" (not yet), "here" or "away". */
  place: "",
  speaker: "none",
  /** The tag of the last answer. The page sends it back, so that the server need not send the same answer again. */
  tag: "",
  isWith: true,
  /** Whether a step is taken because the speaker has taken it. */
  isMoving: false,
  /** The address of the speaker whose run was asked for last, and when. */
  asked: { place: "", time: -AGAIN },
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
};

async function poll() {
  clearTimeout(now.timer);
  if (!document.hidden && !server.gone) await ask();
  tell();
  clearTimeout(now.timer);
  now.timer = setTimeout(poll, INTERVAL * (0.75 + Math.random() / 2));
}

async function ask() {
  const headers = { "If-None-Match": now.tag };
  const options = /** @type {RequestInit} */ ({ headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  const reply = await fetchWatched(new URL("follow", document.baseURI), options).catch(() => null);
  const told = reply?.status === 200 ? await reply.json().catch(() => null) : null;
  if (typeof told?.place === "string" && typeof told.speaker === "string") {
    Object.assign(now, { place: told.place, speaker: told.speaker, tag: reply?.headers.get("ETag") ?? "" });
  }
  if (now.isWith) go();
}

/** Show what the speaker's page shows, if this page does not. */
function go() {
  if (!now.place || isThere()) return;
  const place = parseAddress(now.place);
  if (!hasRun() || !sameRun(place, currentAddress())) {
    const { asked } = now;
    const isSame = sameRun(place, parseAddress(asked.place)) && performance.now() - asked.time < AGAIN;
    if (isSame) return setOpening({ wanted: place.step }); // its run is on its way
    now.asked = { place: now.place, time: performance.now() };
  }
  history.replaceState(null, "", now.place);
  now.isMoving = true;
  followAddress();
  now.isMoving = false;
}

/** Return whether the page shows what the speaker's page shows. */
function isThere() {
  const place = parseAddress(now.place);
  return hasRun() && sameRun(place, currentAddress()) && place.step === state.step && place.story === state.story;
}

/** Stop following once the visitor has gone elsewhere. */
export function onStep() {
  if (now.isMoving || !now.isWith || !now.place || isThere() || isComing()) return;
  now.isWith = false;
  tell();
}

/** Return whether this step is the first one of the run that was asked for. */
const isComing = () => now.asked.place !== "" && sameRun(parseAddress(now.asked.place), currentAddress());

export function onRun() {
  now.asked.place = "";
  tell();
}

function comeBack() {
  now.isWith = true;
  now.asked.time = -AGAIN;
  go();
  poll();
  tell();
}

// What the visitor is told

/** Return the line that says where the visitor is, and the words of the button that leads back, if there is one. */
function words() {
  const isAway = now.speaker === "away";
  if (server.gone) return ["The server does not answer. This is the last picture.", ""];
  if (!now.place) return [isAway ? "The speaker is away." : "The speaker has not begun yet.", ""];
  if (now.isWith) return [isAway ? "The speaker is away. This is the last picture." : "You follow the speaker.", ""];
  return [
    isAway ? "You look around, and the speaker is away." : "You look around.",
    isAway ? "Back to the last picture" : "Back to the speaker",
  ];
}

function tell() {
  const [line, label] = words();
  const bar = find("#notice .follow") ?? made();
  setText(find("p", bar), line);
  const back = $("button", bar);
  setText(back, label);
  back.hidden = !label;
}

function made() {
  const bar = element("div", "", "follow");
  const back = button("", "primary");
  back.addEventListener("click", comeBack);
  bar.append(element("p"), back);
  $("#notice").append(bar);
  return bar;
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});
window.addEventListener("tierscope:back", poll);
window.addEventListener("online", poll);
tell();
poll();
