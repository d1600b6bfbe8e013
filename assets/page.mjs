// What a visitor can press: every key, click and change with what it does. The page starts here.

import { SIZES } from "./signals.mjs";
import { showFunction, toggleClaims } from "./code.mjs";
import { askedAt, closeAnswer, openAnswer, questionAt } from "./answer.mjs";
import { jump } from "./breaks.mjs";
import { askForChart, askWhenIdle, chooseChart, noChart, prepareCharts } from "./charts.mjs";
import { canRedo, canUndo, draftRefused, keepDraft, redo, takeDraft, undo, unsentMachine } from "./draft.mjs";
import { fillIn, listenForFiles, loadText, meetNeed, openPaste, turnGuess } from "./opening.mjs";
import { hearFailures, lasting, server } from "./failures.mjs";
import { fetchAhead } from "./ahead.mjs";
import { ask, firstRequest, follow, narrow, redraw, refuse, take, writeAddress } from "./loading.mjs";
import { showScale } from "./scale.mjs";
import { isUsed, isWriting, moveInTable, rove, singleKeys } from "./keys.mjs";
import { fullScreen, panel, present, presenting, switchTheme } from "./modes.mjs";
import { openShare, shareActs } from "./sharing.mjs";
import { back, faster, first, forward, last, playOrPause, runTo, seek, setSize, show, state } from "./player.mjs";
import { listenToScenario, takeScenario } from "./scenario.mjs";
import { isSwitch, keep, recall } from "./storage.mjs";
import { fit, listenForZoom, zoom } from "./zoom.mjs";
import { showStory } from "./story.mjs";
import { openTool, toolClicked, toolRefused, toolTaken, withTool } from "./tools.mjs";
import { endTour, invite, nextStop, startTour } from "./tour.mjs";

const LATER = 3000; // milliseconds after a run has come
const isExported = "exported" in document.documentElement.dataset; // it holds its one machine, and has no server
const $ = (selector) => document.querySelector(selector);

// Keys

function changeTheme() {
  switchTheme();
  askForChart(state);
}

function showPanel(name) {
  if (presenting() && name !== "registers") openTool(state, "code"); // where the code and the scores stand
  panel(name);
  if (state.trace) show();
}

function taken() {
  const play = window.tierscopePlay;
  const { play: before, step } = state;
  try {
    take(state, play, loaded);
  } catch (error) {
    if (!server.renewed) throw error; // or it has sent what this page cannot read
    return lasting().then(({ stayWith }) => stayWith(before, step));
  }
  if (play.needs) meetNeed(state, play.needs);
  ahead();
}

const ahead = () => state.play && fetchAhead(state, joined);

// The whole run is on the page where a part of it was.
function joined() {
  takeScenario(state);
  toolTaken(state);
}

function loaded() {
  takeDraft(state);
  showStory(state);
  takeScenario(state);
  if (state.against) openTool(state, "compare"); // as a link says
  invite();
  toolTaken(state);
  askForChart(state);
  askWhenIdle(state);
  if (!isExported) setTimeout(() => lasting().catch(() => {}), LATER);
}

function escape() {
  if (state.subject) return closeAnswer(state);
  if (!$("#tour").hidden) return endTour();
  present(false);
}

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
  d: () => changeTheme(),
  c: () => showPanel("code"),
  r: () => showPanel("registers"),
  w: () => showPanel("scores"),
  "?": () => $("#keys").showModal(),
  Escape: escape,
  PageDown: () => presenting() && forward(),
  PageUp: () => presenting() && back(),
  ArrowDown: (event) => rove(event, 1),
  ArrowUp: (event) => rove(event, -1),
  Enter: (event) => activate(event),
};

// As everywhere, unless a text that is being written has a history of its own.
function onHistoryKey(event) {
  const { key, target } = event;
  const back = key.toLowerCase() === "z" && !event.shiftKey;
  const again = key.toLowerCase() === "y" || (key.toLowerCase() === "z" && event.shiftKey);
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !(back || again)) return;
  if (isWriting(target) || $("dialog[open]") || isExported) return;
  event.preventDefault();
  if (back && canUndo()) undo(state);
  else if (again && canRedo()) redo(state);
}

function onKey(event) {
  const { key, target } = event;
  if (!KEYS[key] || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (key.length === 1 && !singleKeys()) return;
  if (isUsed(key, target)) {
    if (key === " " && target.closest("[data-cell]")) activate(event);
    else if (!moveInTable(event)) return;
    event.preventDefault();
  } else if (KEYS[key](event) !== false) event.preventDefault();
}

function activate(event) {
  if (toolClicked(state, event)) return;
  const line = event.target.closest("#code [data-line]");
  if (line) return runTo(Number(line.dataset.of ?? line.dataset.line), ...line.parentElement.dataset.function.split(" "));
  const asked = askedAt(event.target, state.trace?.arrays[0]);
  if (!asked) return false;
  openTool(state, "code");
  openAnswer(state, asked);
  (event.target.closest("#stage g[class]") ?? event.target).scrollIntoView({ block: "nearest" }); // an answer may lie over it
}

async function compareOrders() {
  await openTool(state, "events");
  const [panel, heading] = [$("#tool"), $("#before-after")];
  heading?.focus({ preventScroll: true });
  if (panel.scrollHeight > panel.clientHeight) panel.scrollTop += heading.getBoundingClientRect().top - panel.getBoundingClientRect().top - 12;
  else heading?.scrollIntoView();
}

function askWhy() {
  openTool(state, "code"); // its answer stands there
  openAnswer(state, questionAt(state)[0]);
}

// The player has another size, and with it what stands above and around it.
function deckResized([{ target }]) {
  document.documentElement.style.setProperty("--deck", `${target.offsetHeight}px`);
  if (state.trace) showScale(state);
}

// Clicks and changes

const CLICKS = {
  first,
  back: () => back(),
  forward: () => forward(),
  "play-pause": playOrPause,
  last,
  theme: () => changeTheme(),
  present: () => present(),
  "open-keys": () => $("#keys").showModal(),
  "close-keys": () => $("#keys").close(),
  "open-shape": () => withTool("shape", ({ openShape }) => openShape(state)),
  "open-paste": openPaste,
  "close-paste": () => $("#paste").close(),
  "open-share": () => openShare(state),
  "close-share": () => $("#share").close(),
  ask: askWhy,
  "compare-orders": compareOrders,
  "close-why": () => closeAnswer(state),
  "earlier-change": () => jump(state, -1),
  "later-change": () => jump(state, 1),
  "zoom-in": () => zoom(1.5),
  "zoom-out": () => zoom(1 / 1.5),
  "zoom-fit": fit,
  "start-tour": startTour,
  "skip-tour": endTour,
  "end-tour": endTour,
  "next-stop": nextStop,
  "close-broken": () => ($("#broken").hidden = true),
  "open-default": () => ($("#stores") ? ask(state, { topology: $("#topology option").value }) : location.reload()),
  load: loadText,
  "fill-in": fillIn,
};

const CHANGES = {
  topology: (value) => ask(state, { topology: value }),
  kernel: (value) => ask(state, { kernel: value }),
  zonelists: (value) => ask(state, { zonelists: value }),
  size: (value) => setSize(Number(value)),
  speed: (value) => (state.speed = Number(value)),
};

function onClick(event) {
  const { target } = event;
  if (toolClicked(state, event)) return;
  const button = target.closest("button");
  if (event.detail && button?.matches("[role=tab], .transport button")) button.blur(); // who points at one goes on with the keys
  if (button?.dataset.frame) return showFunction(JSON.parse(button.dataset.frame));
  if (button?.dataset.step) return seek(Number(button.dataset.step));
  if (button?.dataset.guess) return turnGuess(state, Number(button.dataset.guess));
  if (button?.dataset.machine) return ask(state, { topology: button.dataset.machine });
  if (button?.dataset.kernel) return ask(state, { kernel: button.dataset.kernel });
  if (button?.matches(".claim")) return toggleClaims(button);
  const act = button && (CLICKS[button.id] ?? shareActs[button.id]);
  if (act) return act(state);
  if (button?.dataset.tool) return openTool(state, button.dataset.tool);
  if (button?.dataset.chart) return chooseChart(state, button.dataset.chart);
  if (target.closest("a[href]")) return; // it leads elsewhere
  if (target.closest(".stage, #registers, #code")) activate(event);
}

function onChange(event) {
  if (event.target.id === "single-keys") keep("keys", event.target.checked ? "on" : "off");
  else CHANGES[event.target.id]?.(event.target.value);
}

// In a frame of another page, a link leads to the whole page at the same step.
function embed() {
  document.documentElement.dataset.embed = "";
  const link = $("#open-whole");
  link.hidden = false;
  link.href = location.pathname;
  link.addEventListener("click", () => {
    if (state.play) writeAddress(state);
    link.href = location.pathname + location.hash;
  });
}

$("#late")?.remove();
hearFailures({ play: (line) => refuse(state, line), "chart-answer": noChart });
document.addEventListener("keydown", onKey);
document.addEventListener("keydown", onHistoryKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
$("#scrubber").addEventListener("input", (event) => seek(Number(event.target.value)));
$("#single-keys").checked = recall("keys", isSwitch) !== "off";
if (new URLSearchParams(location.search).get("embed") === "1") embed();
prepareCharts(state);
listenForZoom($("#stage"));
new ResizeObserver(deckResized).observe($(".deck"));
listenToScenario(state);
if (!isExported) listenForFiles(state);
$("#registers").addEventListener("scroll", () => state.view?.finish?.());
narrow.addEventListener("change", () => {
  if (!state.play) return;
  redraw(state);
  toolTaken(state);
  askForChart(state);
});
window.addEventListener("popstate", () => follow(state));
window.addEventListener("tierscope:play", taken);
window.addEventListener("tierscope:ahead", ahead);
window.addEventListener("pagehide", () => keepDraft(state));
state.refused = (line, why) => {
  draftRefused(state, line, why);
  toolRefused(state, line, why);
};
window.tierscopeFirst = firstRequest(state, unsentMachine());
window.dispatchEvent(new Event("tierscope:ready"));
if (window.tierscopePlay) taken();
