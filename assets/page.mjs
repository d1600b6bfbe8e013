// @ts-check
// The page starts here: where its first run comes from, and what follows a run and a step. commands.mjs says what a
// visitor can press. What neither needs for the first picture is fetched after it (later.mjs).

import { listenToCommands } from "#commands";
import { askDash, hearDash, startDash } from "#core/dash";
import { $, find, isExported, on } from "#core/dom";
import { later, loadLater, loadReconnect, server, withLater } from "#core/server";
import { hasRun, state } from "#core/state";
import { isSwitch, recall } from "#core/storage";
import { showFunction } from "#player/code";
import { followEventStrip, listenToEventStrip, showEventStrip } from "#player/event-strip";
import {
  firstRequest,
  followAddress,
  keepAddress,
  loadRun,
  narrow,
  redrawStage,
  runOfDocument,
  showFailure,
  waitForAnswer,
  writeAddress,
} from "#player/loading";
import { onStep } from "#player/playback";
import { followLane, showScrubberMarks } from "#player/scrubber-marks";
import { showStory } from "#player/stage-notes";
import { questionAt, showAnswer } from "#player/why-panel";

const LATEST = 5000; // milliseconds until that is fetched even if no run has come
const AGAIN = 5000; // and until it is asked for again

// A run has come

function onPlay() {
  const { tierscopePlay: play } = window;
  const { play: before, step } = state;
  try {
    loadRun(play, onRun);
  } catch (error) {
    if (!server.renewed) throw error; // else the server has sent what this page cannot read
    return loadReconnect().then(({ stayWith }) => stayWith(before, step));
  }
  if (play.needs) withLater(({ askForMissing }) => askForMissing(play));
  fetchRest();
}

/** Fetch the rest of a run of which only the beginning is here. */
function fetchRest() {
  if (hasRun() && state.play.more) import("#player/prefetch").then(({ prefetchRest }) => prefetchRest(onWholeRun));
}

/** The whole run is on the page where a part of it was. */
function onWholeRun() {
  showEventStrip();
  later.module?.onWholeRun();
}

function onRun() {
  showStory(state.play);
  showEventStrip();
  offerTour();
  later.module?.onRun();
  requestAnimationFrame(() => setTimeout(fetchLater));
}

/** Offer the tour on a first visit. */
function offerTour() {
  const isEmbedded = "embed" in document.documentElement.dataset;
  const isSeen = recall("tour", (text) => text === "seen") !== null;
  $("#invitation").hidden = isEmbedded || isSeen || !$("#tour").hidden;
}

// What follows a step, in this order. The code comes last, since it measures: all is laid out once, before the picture.

onStep(followLane);
onStep(followEventStrip);
onStep(() => {
  $("#ask").textContent = questionAt()?.[1] ?? "";
});
onStep(showAnswer);
onStep(() => later.module?.onStep());
onStep(keepAddress);
onStep(() => showFunction(state.trace.at("stack", state.step).slice(-1)[0]));

// The page around the run

/** The player has another size, and with it what stands above and around it. */
function onResize() {
  document.documentElement.style.setProperty("--deck", `${$(".deck").offsetHeight}px`);
  if (hasRun()) showScrubberMarks();
}

/** In a frame of another page, a link leads to the whole page at the same step. */
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

/** Open the run of the document, or ask for the one that the address or the tab names. */
async function start() {
  // What no server has heard is in the history, which the page does not start with.
  const isKept = !isExported() && recall("draft", Boolean) !== null;
  const request = firstRequest(isKept ? (await loadLater()).unsentMachine() : null);
  if (isExported()) return loadLater(); // its run is in the file
  const play = runOfDocument(request);
  if (play) return showPlay(play);
  setTimeout(fetchLater, LATEST);
  waitForAnswer();
  askDash("play", request);
}

/** Fetch what the page does not start with, after the first picture. */
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

find("#late")?.remove();
hearDash("play", showPlay, (line) => showFailure(line));
listenToCommands();
$("#single-keys").checked = recall("keys", isSwitch) !== "off";
if (new URLSearchParams(location.search).get("embed") === "1") embed();
new ResizeObserver(onResize).observe($(".deck"));
listenToEventStrip();
on($("#registers"), "scroll", () => hasRun() && state.view.finish?.());
narrow.addEventListener("change", () => {
  if (!hasRun()) return;
  redrawStage();
  later.module?.toolOnRun();
  later.module?.askForChart();
});
window.addEventListener("popstate", followAddress);
window.addEventListener("tierscope:play", onPlay);
window.addEventListener("tierscope:ahead", fetchRest);
window.addEventListener("pagehide", () => later.module?.keepHistory());
start();
if (window.tierscopePlay) onPlay();
