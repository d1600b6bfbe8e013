// @ts-check
// The page starts here: what a visitor can press, every key, click and change with what it does, and what follows a
// step and a run.

import { loadReconnect, server, watchRequests } from "#core/dash-errors";
import { $, find, isExported, on } from "#core/dom";
import { hasRun, setPlayer, state } from "#core/state";
import { isSwitch, keep, recall } from "#core/storage";
import { SIZES } from "#core/trace";
import {
  askForMissing,
  chooseMachine,
  fillIn,
  listenForFiles,
  loadText,
  openPaste,
  turnGuess,
} from "#dialogs/open-dialog";
import { openShareDialog } from "#dialogs/share-dialog";
import { askForChart, askWhenIdle, chooseChart, followStep, noChart, prepareCharts } from "#player/charts";
import { showFunction, toggleClaims } from "#player/code";
import { followLane } from "#player/demotion-lane";
import { followEventStrip, listenToEventStrip, showEventStrip } from "#player/event-strip";
import * as history from "#player/history";
import { isUsed, isWriting, moveAmongTabs, moveFocus, moveInTable, singleKeys } from "#player/keys";
import {
  firstRequest,
  followAddress,
  keepAddress,
  loadRun,
  narrow,
  onRunFailed,
  redrawStage,
  requestRun,
  showFailure,
  writeAddress,
} from "#player/loading";
import { fullScreen, isPresenting, present, switchTheme, togglePanel } from "#player/modes";
import { back, faster, first, forward, last, onStep, playOrPause, runTo, seek, setSize, show } from "#player/playback";
import { showScrubberMarks } from "#player/scrubber-marks";
import { showStory } from "#player/story";
import { openTool, toolClicked, toolOnRun, toolOnRunFailed, toolOnStep, withModule } from "#player/tool-panel";
import { endTour, nextStop, offerTour, startTour } from "#player/tour";
import { askedAt, asksAbout, closeAnswer, jump, openAnswer, questionAt, showAnswer } from "#player/why-panel";
import { fit, listenForZoom, zoom } from "#player/zoom";

const LATER = 3000; // milliseconds after a run has come until what may be needed without a server is fetched

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
  if (play.needs) askForMissing(play);
  fetchRest();
}

/** What shows which nodes are allowed, once it is here. @type {typeof import("#player/allowed") | null} */
let allowed = null;

/** @param {(module: typeof import("#player/allowed")) => void} use */
function withAllowed(use) {
  if (allowed) use(allowed);
  else
    withModule("#player/allowed", "allowed.css", (module) => {
      allowed = module;
      use(module);
    });
}

/** Fetch the rest of a run of which only the beginning is here. */
function fetchRest() {
  if (hasRun() && state.play.more) import("#player/prefetch").then(({ prefetchRest }) => prefetchRest(onWholeRun));
}

/** The whole run is on the page where a part of it was. */
function onWholeRun() {
  showEventStrip();
  toolOnRun();
}

function onRun() {
  history.onRun();
  showStory(state.play);
  showEventStrip();
  if (state.against) openTool("compare"); // as a link says
  offerTour();
  toolOnRun();
  if (allowed || (state.play.allowed && !isExported())) withAllowed(({ showAllowed }) => showAllowed());
  askForChart();
  askWhenIdle();
  if (!isExported()) setTimeout(fetchForLater, LATER);
}

/** Fetch what the page does not start with, so that it is here when the server is not. */
const fetchForLater = () => loadReconnect().catch(() => {});

// What follows a step, in this order. The code comes last, since it measures: all is laid out once, before the picture.

onStep(followLane);
onStep(followEventStrip);
onStep(() => {
  $("#ask").textContent = questionAt()?.[1] ?? "";
});
onStep(showAnswer);
onStep(followStep);
onStep(toolOnStep);
onStep(keepAddress);
onStep(() => showFunction(state.trace.at("stack", state.step).slice(-1)[0]));

// Keys

function changeTheme() {
  switchTheme();
  askForChart();
}

/** @param {string} name */
function showPanel(name) {
  if (isPresenting() && name !== "registers") openTool("code"); // where the code and the scores stand
  togglePanel(name);
  if (hasRun()) show();
}

function onEscape() {
  if (state.subject) return closeAnswer();
  if (!$("#tour").hidden) return endTour();
  present(false);
}

/**
 * What each key does; false lets the browser do what it does with it.
 * @type {Record<string, (event: Heard<KeyboardEvent>) => unknown>}
 */
const KEYS = {
  " ": playOrPause,
  ".": playOrPause,
  ArrowRight: (event) => forward(event.shiftKey ? SIZES.source : state.size),
  ArrowLeft: (event) => back(event.shiftKey ? SIZES.source : state.size),
  "]": () => forward(SIZES.pass),
  "[": () => back(SIZES.pass),
  Home: first,
  End: last,
  1: () => setSize(SIZES.micro),
  2: () => setSize(SIZES.source),
  3: () => setSize(SIZES.pass),
  4: () => setSize(SIZES.event),
  "+": () => faster(1),
  "-": () => faster(-1),
  f: fullScreen,
  p: () => present(),
  d: changeTheme,
  c: () => showPanel("code"),
  r: () => showPanel("registers"),
  w: () => showPanel("scores"),
  "?": () => $("#keys").showModal(),
  Escape: onEscape,
  PageDown: () => isPresenting() && forward(),
  PageUp: () => isPresenting() && back(),
  ArrowDown: (event) => moveFocus(event, 1),
  ArrowUp: (event) => moveFocus(event, -1),
  Enter: (event) => activate(event),
};

/**
 * Undo and redo, unless the text that is being written has a history of its own.
 * @param {Heard<KeyboardEvent>} event
 */
function onHistoryKey(event) {
  const key = event.key.toLowerCase();
  const isUndo = key === "z" && !event.shiftKey;
  const isRedo = key === "y" || (key === "z" && event.shiftKey);
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !(isUndo || isRedo)) return;
  if (isWriting(event.target) || find("dialog[open]") || isExported()) return;
  event.preventDefault();
  if (isUndo) history.undo();
  else history.redo();
}

/** @param {Heard<KeyboardEvent>} event */
function onKey(event) {
  const { key, target } = event;
  if (!KEYS[key] || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  if (key.length === 1 && !singleKeys()) return;
  if (moveInTable(event)) return event.preventDefault();
  if (isUsed(key, target)) {
    if (key === " " && target.closest("[data-cell]")) activate(event);
    else if (!moveAmongTabs(event)) return;
    event.preventDefault();
  } else if (KEYS[key](event) !== false) event.preventDefault();
}

/**
 * Do what the stage, the registers or the code do when one of their parts is clicked; returns false where it does
 * nothing.
 * @param {Heard<Event>} event
 */
function activate(event) {
  const { target } = event;
  if (allowed?.switchCard(target) || toolClicked(event)) return;
  const line = target.closest("#code [data-line]");
  if (line) {
    const [file, name] = (line.parentElement?.dataset.function ?? "").split(" ");
    return runTo(Number(line.dataset.of ?? line.dataset.line), file, name);
  }
  const asked = askedAt(target, hasRun() ? asksAbout() : undefined);
  if (!asked) return false;
  openTool("code");
  openAnswer(asked);
  (target.closest("#stage g[class]") ?? target).scrollIntoView({ block: "nearest" }); // an answer may lie over it
}

async function compareOrders() {
  await openTool("events");
  const panel = $("#tool");
  const heading = find("#before-after");
  if (!heading) return;
  heading.focus({ preventScroll: true });
  if (panel.scrollHeight > panel.clientHeight) {
    panel.scrollTop += heading.getBoundingClientRect().top - panel.getBoundingClientRect().top - 12;
  } else heading.scrollIntoView();
}

function askWhy() {
  openTool("code"); // where its answer stands
  const question = questionAt();
  if (question) openAnswer(question[0]);
}

/** The player has another size, and with it what stands above and around it. */
function onResize() {
  document.documentElement.style.setProperty("--deck", `${$(".deck").offsetHeight}px`);
  if (hasRun()) showScrubberMarks();
}

// Clicks and changes

/** @type {Record<string, () => unknown>} */
const CLICKS = {
  first,
  back: () => back(),
  forward: () => forward(),
  "play-pause": playOrPause,
  last,
  theme: changeTheme,
  present: () => present(),
  "open-keys": () => $("#keys").showModal(),
  "close-keys": () => $("#keys").close(),
  "open-shape": () => withModule("#dialogs/new-machine", "new-machine.css", ({ openShape }) => openShape()),
  "open-paste": openPaste,
  "close-paste": () => $("#paste").close(),
  "open-allowed": () => withAllowed(({ openAllowed }) => openAllowed()),
  "open-share": openShareDialog,
  "close-share": () => $("#share").close(),
  ask: askWhy,
  "compare-orders": compareOrders,
  "close-why": closeAnswer,
  "earlier-change": () => jump(-1),
  "later-change": () => jump(1),
  "zoom-in": () => zoom(1.5),
  "zoom-out": () => zoom(1 / 1.5),
  "zoom-fit": fit,
  "start-tour": startTour,
  "skip-tour": endTour,
  "end-tour": endTour,
  "next-stop": nextStop,
  "close-broken": () => ($("#broken").hidden = true),
  "open-default": openDefault,
  load: loadText,
  "fill-in": fillIn,
};

function openDefault() {
  if (find("#stores")) requestRun({ topology: $("#topology option").value });
  else location.reload();
}

/** @type {Record<string, (value: string) => void>} */
const CHANGES = {
  topology: (value) => requestRun({ topology: value }),
  kernel: (value) => requestRun({ kernel: value }),
  zonelists: (value) => requestRun({ zonelists: value }),
  size: (value) => setSize(Number(value)),
  speed: (value) => setPlayer({ speed: Number(value) }),
};

/** @type {Record<string, (value: string, data: DOMStringMap) => void>} */
const DATA_CLICKS = {
  frame: (frame) => showFunction(JSON.parse(frame)),
  step: (step) => seek(Number(step)),
  guess: (place, { choice }) => turnGuess(Number(place), choice),
  one: chooseMachine,
  machine: (name) => requestRun({ topology: name }),
  kernel: (name) => requestRun({ kernel: name }),
};

/** @param {Heard<MouseEvent>} event */
function onClick(event) {
  const { target } = event;
  if (allowed?.switchCard(target) || toolClicked(event)) return;
  const button = target.closest("button");
  // Who points at one of these goes on with the keys, which the button must not take.
  if (event.detail && button?.matches("[role=tab], .transport button")) button.blur();
  if (button && onButton(button)) return;
  if (target.closest("a[href]")) return; // it leads elsewhere
  if (target.closest(".stage, #registers, #code")) activate(event);
}

/**
 * Do what a button of the page does; returns whether it was one.
 * @param {HTMLButtonElement} button
 */
function onButton(button) {
  const { dataset } = button;
  const named = Object.keys(DATA_CLICKS).find((name) => dataset[name]);
  if (named) DATA_CLICKS[named](dataset[named] ?? "", dataset);
  else if (button.matches(".claim")) toggleClaims(button);
  else if (CLICKS[button.id]) CLICKS[button.id]();
  else if (dataset.tool) openTool(dataset.tool);
  else if (dataset.chart) chooseChart(dataset.chart);
  else return false;
  return true;
}

/** @param {Heard<Event>} event */
function onChange({ target }) {
  if (target.id === "single-keys") keep("keys", target.checked ? "on" : "off");
  else CHANGES[target.id]?.(target.value);
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

find("#late")?.remove();
watchRequests({ play: (line) => showFailure(line), "chart-answer": noChart });
on(document, "keydown", onKey);
on(document, "keydown", onHistoryKey);
on(document, "click", onClick);
on(document, "change", onChange);
on($("#scrubber"), "input", ({ target }) => seek(Number(target.value)));
$("#single-keys").checked = recall("keys", isSwitch) !== "off";
if (new URLSearchParams(location.search).get("embed") === "1") embed();
prepareCharts();
listenForZoom($("#stage"));
new ResizeObserver(onResize).observe($(".deck"));
listenToEventStrip();
if (!isExported()) listenForFiles();
on($("#registers"), "scroll", () => hasRun() && state.view.finish?.());
narrow.addEventListener("change", () => {
  if (!hasRun()) return;
  redrawStage();
  toolOnRun();
  askForChart();
});
window.addEventListener("popstate", followAddress);
window.addEventListener("tierscope:play", onPlay);
window.addEventListener("tierscope:ahead", fetchRest);
window.addEventListener("pagehide", history.keepHistory);
onRunFailed(history.onRunFailed);
onRunFailed(toolOnRunFailed);
window.tierscopeFirst = firstRequest(history.unsentMachine());
window.dispatchEvent(new Event("tierscope:ready"));
if (window.tierscopePlay) onPlay();
