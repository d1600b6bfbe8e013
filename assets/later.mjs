// @ts-check
// Everything that the page does not need at its start: dialogs, tools, charts, history, zoom. page.mjs fetches this
// module once the first step is on the page, so that all of it works even if the server goes later. The rest of the
// page calls it through what is exported here.

import { $, find, isEmbedded, isExported, showStatus } from "#core/dom";
import { loadReconnect, NOT_HELD } from "#core/server";
import { hasRun, setTools, state } from "#core/state";
import { isSpeakerToken, recall } from "#core/storage";
import * as handout from "#dialogs/handout";
import { isTalk, listenForFiles, loadFile, loadPasted, onPastedFailed } from "#dialogs/open-dialog";
import { listOwnMachines, noteOwnMachine } from "#dialogs/own-machines";
import { showStories, stories } from "#dialogs/stories";
import { findSpeaker, loadTalk, tellSpeaker } from "#dialogs/talk-commands";
import { tellWhatElseChanged } from "#player/also-changed";
import { paintBands } from "#player/bands";
import { askForChart, askWhenIdle, followStep, prepareCharts } from "#player/charts";
import * as findings from "#player/findings";
import { fitStage } from "#player/hall";
import * as history from "#player/history";
import { keepAddress, onRunFailed } from "#player/loading";
import { switchTheme } from "#player/modes";
import { choreography, onStep as moveOnStep } from "#player/motion";
import { redrawStage } from "#player/mount-stage";
import { disableAbsent } from "#player/needs-server";
import { useChoreography } from "#player/playback";
import { markRebuild, tellRebuild } from "#player/rebuild-marks";
import { markArrowsToCome } from "#player/stage";
import { forgetLine } from "#player/stop-counter";
import {
  applyStyle,
  editStrip,
  fetchedOnce,
  importLater,
  openTool,
  toolClicked,
  toolOnRun,
  toolOnRunFailed,
  toolOnStep,
  toolShowScene,
  withModule,
} from "#player/tool-panel";
import { listenForZoom } from "#player/zoom";

const LONGEST_CHOSEN = 11; // characters of a kernel's name that the list of kernels shows at any width
const UNHURRIED = 5000; // milliseconds after which Python is fetched, so that nothing else waits for it

export { askForMissing, chooseMachine, examine, fillIn, loadText, openPaste, turnGuess } from "#dialogs/open-dialog";
export { openOwnMachine, openOwnMachines } from "#dialogs/own-machines";
export { openShareDialog } from "#dialogs/share-dialog";
export { showStories } from "#dialogs/stories";
export {
  leaveStory,
  loadTalk,
  openGallery,
  openSpeakerWindow,
  openTalkEditor,
  stopHere,
  tellSpeaker,
  walkOn,
  withStories,
} from "#dialogs/talk-commands";
export { endWelcome, startMachine, startPlaying, startStory } from "#dialogs/welcome";
export { chooseChart } from "#player/charts";
export { keepHistory, redo, undo } from "#player/history";
export { unsentMachine } from "#player/history-storage";
export { blank, foldPlayer, fullScreen, isBlank } from "#player/modes";
export { present, showBands, showPanel } from "#player/presenter";
export { openTool } from "#player/tool-panel";
export { fit, zoom } from "#player/zoom";

/**
 * The part of the page that shows which nodes a cgroup may use.
 * @type {Fetched<typeof import("#player/allowed")>}
 */
const allowed = fetchedOnce("#player/allowed", "allowed.css");
/**
 * The field that finds a step.
 * @type {Fetched<typeof import("#player/find-step")>}
 */
const finder = fetchedOnce("#player/find-step", "find-step.css");
/**
 * The questions whom a node will choose.
 * @type {Fetched<typeof import("#player/predict")>}
 */
const predict = fetchedOnce("#player/predict", "predict.css");

/** Write what help says beside the keys; without a server there are only the keys. */
export const fillHelp = () =>
  import("#dialogs/help").then(
    (module) => module.fillHelp(),
    () => {},
  );

/**
 * The module of a speaker's page or of a page that follows it; null unless the server has an audience.
 * @type {typeof import("#player/speaking") | typeof import("#player/following") | null}
 */
let audience = null;

/**
 * The module that exchanges messages with the page around an embedded player; null if the page is not embedded.
 * @type {typeof import("#player/embedding") | null}
 */
let embedding = null;

export const openFind = () => finder.use((module) => module.openFind());

/**
 * Show a scenario of the tool Pressure at a tick, "bound:184", which the address names.
 * @param {string} scene
 */
export async function followScene(scene) {
  if (scene === state.pressure) return;
  setTools({ pressure: scene });
  await openTool("pressure");
  toolShowScene(scene);
}

/**
 * Compare with the runs that the address names. A stop of a story or talk says itself what it compares with.
 * @param {string | undefined} against
 */
export async function followAgainst(against) {
  if (against === state.against || state.story || state.talk || isExported()) return;
  await openTool("code"); // so that Compare, if it is open, begins anew
  setTools({ against });
  if (against) await openTool("compare");
}

/** Show what the address names, which may have changed: a tool, the stop of a story or a talk. */
export function followAddress() {
  const isLed = state.story ?? state.talk; // a stop says itself which tool is open
  if (state.tool && !isLed && find(`#tool-${state.tool}`)) openTool(state.tool);
  setTools({ tool: undefined });
  if (isExported() && !window.tierscopeHeld) return;
  if (stories.now || state.story || state.talk) showStories((module) => module.followStory());
}

/**
 * Open a machine, or a talk, that was pasted outside of any field.
 * @param {ClipboardEvent} event
 */
export function onPaste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const [file] = event.clipboardData?.files ?? [];
  if (isExported()) return showStatus(NOT_HELD);
  if (!text.trim() && !file) return;
  event.preventDefault();
  stories.now?.onPaste();
  if (isTalk(text)) loadTalk(text);
  else if (file) loadFile(file);
  else loadPasted(text);
}

/** Print the stops of the story that is shown or, without one, the passes of the run. */
export const printHandout = () => handout.printHandout(stories.now?.shownStory() ?? null);

export const switchPredict = () => predict.use((module) => module.switchPredict());

/** @param {Step} scan */
export const askAt = (scan) => predict.use((module) => module.askAt(scan));

/** @param {number} by */
export const moveGuess = (by) => Boolean(predict.now?.moveGuess(by));
export const giveGuess = () => Boolean(predict.now?.giveGuess());

/** Show the questions if the address wants them, or no longer if it does not. */
export function followPredict() {
  if (!isExported() && (predict.now || state.predict)) predict.use((module) => module.onRun());
}

export const openAllowed = () => allowed.use((module) => module.openAllowed());

/**
 * Return whether a click was for the open tool, or on a card that answers a question or switches whether its node is
 * allowed.
 * @param {TargetedEvent<Event>} event
 */
export const isTaken = (event) =>
  Boolean(predict.now?.takeCard(event.target) || allowed.now?.switchCard(event.target)) || toolClicked(event);

export function onRun() {
  const { asked } = state.play;
  $("#kernel-name").textContent = `kernel ${asked}`;
  $("#kernel-name").classList.toggle("long", asked.length > LONGEST_CHOSEN);
  fitStage();
  disableAbsent();
  history.onRun();
  noteOwnMachine();
  tellWhatElseChanged();
  findings.onRun();
  setTools({ copy: null });
  editStrip();
  if (state.against) openTool("compare"); // the link names runs to compare
  // The link names a scenario, or the exported file has one. A stop of a talk says itself which tool is open.
  if (state.pressure || (state.play.pressure && !state.talk)) openTool("pressure");
  // The link names a reader's walk; a story names its own.
  if (state.readers && !state.story && !state.talk) openTool("readers");
  followPredict();
  stories.now?.onRun();
  embedding?.onRun();
  audience?.onRun();
  followAddress();
  toolOnRun();
  if (state.play.patch && !isExported()) withModule("#player/own-patch", undefined, ({ watchFile }) => watchFile());
  if (allowed.now || (state.play.allowed && !isExported())) allowed.use(({ showAllowed }) => showAllowed());
  askForChart();
  askWhenIdle();
}

/** Update the tools once the whole run has come where only its beginning was. */
export function onWholeRun() {
  editStrip();
  toolOnRun();
  followPredict();
}

/** Draw everything anew that is drawn differently in a narrow window. */
export function redraw() {
  redrawStage();
  if (!$("#welcome").hidden) markArrowsToCome(state.view, state.trace);
  toolOnRun();
  askForChart();
}

/** Show what the first picture needs no more than any other: what a rebuild leaves, and the bands of masks. */
function paintRest() {
  markRebuild(state.view, state.trace, state.step);
  tellRebuild(state.trace, state.step);
  paintBands(state.trace, state.step);
}

export function onStep() {
  paintRest();
  moveOnStep();
  followStep();
  predict.now?.onStep();
  forgetLine();
  tellSpeaker();
  finder.now?.showFound();
  toolOnStep();
  embedding?.onStep();
  audience?.onStep();
}

export function changeTheme() {
  switchTheme();
  tellSpeaker();
  if (hasRun()) keepAddress();
  askForChart();
}

export const openShape = () => withModule("#dialogs/new-machine", "new-machine.css", (dialog) => dialog.openShape());

if (!isExported()) {
  // Nobody can enter presenter mode before its style sheet has come.
  await applyStyle(new URL("styles/presenter.css", import.meta.url).href).catch(() => {});
}
useChoreography(choreography);
new ResizeObserver(() => fitStage()).observe($("#stage"));
// What is no talk and no token is forgotten at once, since few pages come to read them.
recall("talk", (talk) => Array.isArray(talk?.stops), JSON.parse);
const isSpeaker = recall("speaker", isSpeakerToken) !== null;
if (recall("notes", Boolean)) findSpeaker(); // after a reload the second window may be open
prepareCharts();
import("#player/terms").catch(() => {}); // it marks words of the glossary; without it they stay unmarked
listenForZoom($("#stage"));
handout.listenForPrint();
onRunFailed(history.onRunFailed);
onRunFailed(toolOnRunFailed);
onRunFailed(onPastedFailed);
if (!isExported()) {
  importLater("#dialogs/handout", "handout.css"); // an exported page has the style sheet already
  listenForFiles();
  window.addEventListener("storage", listOwnMachines); // another tab may have added a machine
  loadReconnect().catch(() => {});
}
if (isEmbedded()) {
  // If the module does not come, the player plays all the same.
  const fetched = import("#player/embedding").catch(() => null);
  fetched.then((module) => {
    embedding = module;
    if (hasRun()) module?.onRun();
  });
} else if ("follow" in document.documentElement.dataset) {
  withModule(`#player/${isSpeaker ? "speaking" : "following"}`, undefined, (module) => {
    audience = module;
  });
} else if ("python" in document.documentElement.dataset) {
  // If Python does not come, the page needs its server as any other.
  setTimeout(() => importLater("#site/fallback").then((module) => module.keepFallback?.().catch(() => {})), UNHURRIED);
}
if (hasRun()) {
  paintRest(); // the step was shown before this module had come
  moveOnStep();
  onRun();
}
