// @ts-check
// The page's side of the speaker's window: tells it over a BroadcastChannel what is shown and what comes next, and does
// what its buttons ask for.

import { looks, showStatus } from "#core/dom";
import { hasRun, state } from "#core/state";
import { keep, recall } from "#core/storage";
import { blank, isBlank } from "#player/modes";
import { shownWords } from "#player/shown-words";
import { nextStep, position, walkStops } from "#player/story-stops";

const BLOCKED = "The browser has blocked the second window; allow pop-ups for this page.";
const name = nameOfChannel();
const channel = new BroadcastChannel(`tierscope.${name}`);
channel.onmessage = ({ data }) => onMessage(data);

/** Return the name of this tab's channel, which a reload keeps. */
function nameOfChannel() {
  const known = recall("notes", (text) => /^\w{8,40}$/.test(text));
  const made = known ?? crypto.getRandomValues(new Uint32Array(3)).join("").slice(0, 40);
  if (!known) keep("notes", made);
  return made;
}

/** Open the second window, or bring it to the front. */
export function openWindow() {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("notes", name);
  const opened = window.open(address, `tierscope-${name}`, "popup,width=900,height=640");
  if (!opened) showStatus(BLOCKED);
  send();
}

/** @param {{ kind?: string, by?: number }} message */
function onMessage({ kind, by }) {
  if (kind === "go" && (by === 1 || by === -1)) {
    if (isBlank()) blank();
    else walkStops(by);
  }
  if (kind === "blank") blank();
  if (kind === "hello" || kind === "blank" || kind === "go") send();
}

/** Send what is shown. The page calls this after each step and each run. */
export function send() {
  const { story, at } = position();
  const stop = story?.stops[at];
  const next = story?.stops[at + 1];
  const inside = nextStep();
  channel.postMessage({
    kind: "shown",
    talk: story?.question ?? "",
    minutes: story?.minutes ?? null,
    at: at + 1,
    count: story?.stops.length ?? 0,
    stop: stop && partsOf(stop),
    next: next && partsOf(next),
    sentence: hasRun() ? shownWords().sentence : "",
    nextSentence: inside === undefined ? "" : state.trace.at("sentence", inside),
    isBlank: isBlank(),
    theme: looks().theme,
  });
}

/** @param {StoryStop} stop */
const partsOf = ({ title, notes = "", words = "", text = "", missing = "" }) => ({
  title,
  notes,
  words,
  text,
  missing,
});
