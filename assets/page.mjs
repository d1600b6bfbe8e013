// @ts-check
// Starts the page: fetches its first run, and says what happens after each new run and each step. commands.mjs says
// what a visitor can press. What the first picture does not need is fetched after it (later.mjs).

import { listenToCommands } from "#commands";
import { askDash, onDashAnswer, startDash } from "#core/dash";
import { $, find, isEmbedded, isExported, on } from "#core/dom";
import { later, loadLater, loadReconnect, server, withLater } from "#core/server";
import { hasRun, state } from "#core/state";
import { isSwitch, keep, recall } from "#core/storage";
import { showFunction } from "#player/code";
import { followEventStrip, listenToEventStrip, showEventStrip } from "#player/event-strip";
import {
  firstRequest,
  followAddress,
  keepAddress,
  loadRun,
  narrow,
  runOfDocument,
  showFailure,
  waitForAnswer,
  writeAddress,
} from "#player/loading";
import { onStep, shownFor } from "#player/playback";
import { followLane, showScrubberMarks } from "#player/scrubber-marks";
import { markArrowsToCome } from "#player/stage";
import { showStory } from "#player/stage-notes";
import { offerQuestion, showAnswer } from "#player/why-panel";

const LATEST = 5000; // milliseconds after which later.mjs is fetched even if no run has come
const IN_TIME = 12; // milliseconds after the beginning of a step until which there is time before its picture
const AGAIN = 5000; // milliseconds until later.mjs is fetched again after it could not be loaded

/** The run with which all parts of the page are filled. @type {Trace | undefined} */
let complete;

// A run has come

function onPlay() {
  const { tierscopePlay: play } = window;
  const { play: before, step } = state;
  if (before && before !== play) $("#welcome").hidden = true; // who has chosen a machine needs no welcome any more
  try {
    loadRun(play, onRun);
  } catch (error) {
    if (!server.renewed) throw error; // a renewed server may send a run in a form that this page cannot read
    return loadReconnect().then(({ stayWith }) => stayWith(before, step));
  }
  if (play.examine) withLater(({ examine }) => examine(play));
  else if (play.needs) withLater(({ askForMissing }) => askForMissing(play));
  fetchRest();
}

/** Fetch the rest of a run if only its beginning has come. */
function fetchRest() {
  if (hasRun() && state.play.more) import("#player/prefetch").then(({ prefetchRest }) => prefetchRest(onWholeRun));
}

/** Update the page once the whole run has come where only its beginning was. */
function onWholeRun() {
  showEventStrip();
  complete = state.trace;
  later.module?.onWholeRun();
}

function onRun() {
  if (isFirstVisit()) markArrowsToCome(state.view, state.trace);
  showStory(state.play);
  showEventStrip();
  complete = state.trace;
  later.module?.onRun();
  requestAnimationFrame(() => setTimeout(fetchLater));
}

// A first visit

/**
 * Welcome a visitor who has never been here: say at the first step what the page is for, and show there the arrows to
 * come. A link that names a step or a story welcomes nobody, nor does a page in a frame, in a file or of an audience.
 */
function welcome() {
  const isElsewhere = isExported() || isEmbedded() || "follow" in document.documentElement.dataset;
  const isLed = state.wanted !== undefined || (state.story ?? state.talk) !== undefined;
  if (isElsewhere || isLed || recall("tour", (text) => text === "seen") !== null) return;
  keep("tour", "seen");
  $("#welcome").hidden = false;
}

/** Return whether this is a first visit, and the visitor has not gone through one of the doors yet. */
const isFirstVisit = () => !$("#welcome").hidden;

// These functions are called after each step, in this order. The code comes after all changes because it measures
// elements: so the browser lays out the page once.

onStep(followLane);
onStep(followEventStrip);
onStep(() => {
  $("#main").toggleAttribute("data-welcome", isFirstVisit() && state.step === 0);
});
onStep(offerQuestion);
onStep(showAnswer);
onStep(() => later.module?.onStep());
onStep(keepAddress);
onStep(() => showFunction(state.trace.at("stack", state.step).slice(-1)[0]));
onStep(prepareToPaint);

/**
 * Let the browser prepare the painting of a step, as it must in order to say what lies at a place. So it does that
 * while it waits for the next picture, and has less to do once that picture is due. At the first step of a run, some
 * parts of the page are still to come: the browser would count the room they take as a shift of the layout. After a
 * step that has taken long, the picture is due at once.
 */
function prepareToPaint() {
  if (state.trace === complete && shownFor() < IN_TIME) document.elementFromPoint(0, 0);
}

// The page around the run

/** Adapt the page to a new size of the player: the scrubber's marks, and the style sheet's variable for its height. */
function onResize() {
  document.documentElement.style.setProperty("--deck", `${$(".deck").offsetHeight}px`);
  if (hasRun()) showScrubberMarks();
}

/** Show the page as its address asks for: "?embed=1" is for a frame of another page, "&theme=dark" is dark. */
function followOptions() {
  const options = new URLSearchParams(location.search);
  const theme = options.get("theme") ?? "";
  if (["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
  if (options.get("embed") === "1") embed();
}

/** Show, in a frame of another page, a link to the whole page at the same step. */
function embed() {
  document.documentElement.dataset.embed = "";
  const link = $("#open-whole");
  link.hidden = false;
  link.href = location.pathname;
  link.addEventListener("click", () => {
    if (hasRun()) writeAddress();
    link.href = location.pathname + location.hash;
  });
}

// The start

/** Show the run that the document contains, or request the machine in the address or in the tab's storage. */
async function start() {
  // A machine that no server has answered yet is read by player/history.mjs, which comes with later.mjs.
  const { opens } = document.documentElement.dataset;
  if (opens && location.hash.length < 2) history.replaceState(null, "", `#${opens}`);
  const isKept = !isExported() && recall("draft", Boolean) !== null;
  const request = firstRequest(isKept ? (await loadLater()).unsentMachine() : null);
  if (isExported()) return loadLater(); // the run is in the file, and is shown by the last line of this module
  welcome();
  const play = runOfDocument(request);
  if (play) return showPlay(play);
  setTimeout(fetchLater, LATEST);
  waitForAnswer();
  askDash("play", request);
}

/** Start Dash and fetch later.mjs, after the first picture. */
function fetchLater() {
  if (isExported() || later.module) return;
  startDash();
  loadLater().catch(() => setTimeout(fetchLater, AGAIN));
}

/** @param {Play} play */
function showPlay(play) {
  window.tierscopePlay = play;
  window.dispatchEvent(new Event("tierscope:play"));
}

/** Start the page, or the window with a speaker's notes, which stands in place of the page. */
function startPage() {
  find("#late")?.remove();
  const channel = new URLSearchParams(location.search).get("notes");
  if (channel) import("#player/notes-window").then(({ openNotes }) => openNotes(channel));
  else listenAndStart();
}

function listenAndStart() {
  onDashAnswer("play", showPlay, (line) => showFailure(line));
  listenToCommands();
  $("#single-keys").checked = recall("keys", isSwitch) !== "off";
  followOptions();
  new ResizeObserver(onResize).observe($(".deck"));
  listenToEventStrip();
  on($("#registers"), "scroll", () => hasRun() && state.view.finish?.());
  narrow.addEventListener("change", () => hasRun() && withLater(({ redraw }) => redraw()));
  window.addEventListener("popstate", followAddress);
  window.addEventListener("tierscope:play", onPlay);
  window.addEventListener("tierscope:ahead", fetchRest);
  window.addEventListener("pagehide", () => later.module?.keepHistory());
  start();
  if (window.tierscopePlay) onPlay();
}

startPage();
