// @ts-check
// Everything that the page does not need at its start: dialogs, tools, charts, history, zoom. page.mjs fetches this
// module once the first step is on the page, so that all of it works even if the server goes later. The rest of the
// page calls it through what is exported here.

import { $, element, isEmbedded, isExported, isPresenting } from "#core/dom";
import { loadReconnect } from "#core/server";
import { hasRun, setTools, state } from "#core/state";
import { recall } from "#core/storage";
import * as handout from "#dialogs/handout";
import { listenForFiles, openPaste } from "#dialogs/open-dialog";
import { listOwnMachines, noteOwnMachine } from "#dialogs/own-machines";
import { tellWhatElseChanged } from "#player/also-changed";
import { paintBands, toggleBands } from "#player/bands";
import { askForChart, askWhenIdle, followStep, prepareCharts } from "#player/charts";
import * as findings from "#player/findings";
import { fitStage } from "#player/hall";
import * as history from "#player/history";
import { onRunFailed } from "#player/loading";
import { switchTheme, togglePanel } from "#player/modes";
import { choreography, onStep as moveOnStep } from "#player/motion";
import { setSpeed, show, transition, useChoreography } from "#player/playback";
import { markRebuild, tellRebuild } from "#player/rebuild-marks";
import {
  editStrip,
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

export { askForMissing, chooseMachine, examine, fillIn, loadText, openPaste, turnGuess } from "#dialogs/open-dialog";
export { openOwnMachine, openOwnMachines } from "#dialogs/own-machines";
export { openShareDialog } from "#dialogs/share-dialog";
export { askForChart, chooseChart } from "#player/charts";
export { keepHistory, redo, undo } from "#player/history";
export { unsentMachine } from "#player/history-storage";
export { foldPlayer, fullScreen, present } from "#player/modes";
export { openTool, toolOnRun } from "#player/tool-panel";
export { fit, zoom } from "#player/zoom";

/**
 * The part of the page that shows which nodes a cgroup may use; null until it is first needed.
 * @type {typeof import("#player/allowed") | null}
 */
let allowed = null;

/**
 * Call a function with player/allowed.mjs, which is fetched first if need be.
 * @param {(module: typeof import("#player/allowed")) => void} use
 */
function withAllowed(use) {
  if (allowed) use(allowed);
  else
    withModule("#player/allowed", "allowed.css", (module) => {
      allowed = module;
      use(module);
    });
}

/**
 * The module of the field that finds a step; null until the field is first opened.
 * @type {typeof import("#player/find-step") | null}
 */
let finder = null;

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

export const openFind = () =>
  withModule("#player/find-step", "find-step.css", (module) => {
    finder = module;
    module.openFind();
  });

/**
 * The module of the stories; null until a story or the gallery is first opened.
 * @type {typeof import("#dialogs/story-gallery") | null}
 */
let stories = null;

/** @param {(module: typeof import("#dialogs/story-gallery")) => void} use */
export const withStories = (use) =>
  withModule("#dialogs/story-gallery", "stories.css", (module) => {
    stories = module;
    use(module);
  });

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

export const openGallery = () => withStories((module) => module.openGallery());

// What a first visit offers

/** End the welcome of a first visit. */
export function endWelcome() {
  const hadFocus = $("#welcome").contains(document.activeElement);
  $("#welcome").hidden = true;
  if (hasRun()) show();
  if (hadFocus) $("#play-pause").focus();
}

/** Play from the first step, as slowly as it takes to read each sentence. */
export function startPlaying() {
  endWelcome();
  setSpeed("");
  if (hasRun()) transition("play");
}

/** @param {string} id */
export function startStory(id) {
  endWelcome();
  withStories((module) => module.openStory(id));
}

export function startMachine() {
  endWelcome();
  openPaste();
}

/** Close the story that is shown, and return whether there was one. */
export const leaveStory = () => Boolean(stories?.leaveStory());

/**
 * Go to the next stop of the story that is shown or, with -1, to the previous one. Return whether there is a story.
 * @param {number} by
 */
export const walkStops = (by) => Boolean(stories?.walkStops(by));

/** Show the story and the stop in the address, which may have changed; close the story if the address has none. */
export function followStory() {
  if (!isExported() && (stories || state.story)) withStories((module) => module.followStory());
}

/** Print the stops of the story that is shown or, without one, the passes of the run. */
export const printHandout = () => handout.printHandout(stories?.shownStory() ?? null);

/**
 * The module that asks whom a node will choose; null until that is first wanted.
 * @type {typeof import("#player/predict") | null}
 */
let predict = null;

/** @param {(module: typeof import("#player/predict")) => void} use */
const withPredict = (use) =>
  withModule("#player/predict", "predict.css", (module) => {
    predict = module;
    use(module);
  });

export const switchPredict = () => withPredict((module) => module.switchPredict());

/** @param {Step} scan */
export const askAt = (scan) => withPredict((module) => module.askAt(scan));

/** @param {number} by */
export const moveGuess = (by) => Boolean(predict?.moveGuess(by));
export const giveGuess = () => Boolean(predict?.giveGuess());

/** Show the questions if the address wants them, or no longer if it does not. */
export function followPredict() {
  if (!isExported() && (predict || state.predict)) withPredict((module) => module.onRun());
}

export const openAllowed = () => withAllowed((module) => module.openAllowed());

/**
 * Return whether a click was for the open tool, or on a card that answers a question or switches whether its node is
 * allowed.
 * @param {TargetedEvent<Event>} event
 */
export const isTaken = (event) =>
  Boolean(predict?.takeCard(event.target) || allowed?.switchCard(event.target)) || toolClicked(event);

export function onRun() {
  paintRest();
  moveOnStep();
  $("#kernel-name").textContent = `kernel ${state.play.asked}`;
  fitStage();
  history.onRun();
  noteOwnMachine();
  tellWhatElseChanged();
  findings.onRun();
  setTools({ copy: null });
  editStrip();
  if (state.against) openTool("compare"); // the link names runs to compare
  if (state.pressure || state.play.pressure) openTool("pressure"); // of the link, or of the exported file
  if (state.readers && !state.story) openTool("readers"); // the link names a reader's walk; a story names its own
  followPredict();
  stories?.onRun();
  embedding?.onRun();
  audience?.onRun();
  followStory();
  toolOnRun();
  if (state.play.patch && !isExported()) withModule("#player/own-patch", undefined, ({ watchFile }) => watchFile());
  if (allowed || (state.play.allowed && !isExported())) withAllowed(({ showAllowed }) => showAllowed());
  askForChart();
  askWhenIdle();
}

/** Update the tools once the whole run has come where only its beginning was. */
export function onWholeRun() {
  editStrip();
  toolOnRun();
  followPredict();
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
  predict?.onStep();
  finder?.showFound();
  toolOnStep();
  embedding?.onStep();
  audience?.onStep();
}

export function changeTheme() {
  switchTheme();
  askForChart();
}

/** Show the masks as bands under the stage in presenter mode, or hide them. */
export function showBands() {
  if (!isPresenting()) return;
  toggleBands();
  if (hasRun()) show();
}

/** @param {string} name */
export function showPanel(name) {
  if (isPresenting() && name !== "registers") openTool("code"); // code and scores are shown only while it is open
  togglePanel(name);
  if (hasRun()) show();
}

export const openShape = () => withModule("#dialogs/new-machine", "new-machine.css", (dialog) => dialog.openShape());

if (!isExported()) {
  // Nobody can enter presenter mode before its style sheet has come.
  const sheet = Object.assign(element("link"), {
    rel: "stylesheet",
    href: new URL("styles/presenter.css", import.meta.url).href,
  });
  const ends = new Promise((resolve) => (sheet.onload = sheet.onerror = resolve));
  document.head.append(sheet);
  await ends;
}
useChoreography(choreography);
new ResizeObserver(() => fitStage()).observe($("#stage"));
prepareCharts();
import("#player/terms").catch(() => {}); // it marks words of the glossary; without it they stay unmarked
listenForZoom($("#stage"));
handout.listenForPrint();
onRunFailed(history.onRunFailed);
onRunFailed(toolOnRunFailed);
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
  const isSpeaker = recall("speaker", Boolean) !== null;
  withModule(`#player/${isSpeaker ? "speaking" : "following"}`, undefined, (module) => {
    audience = module;
  });
}
if (hasRun()) onRun();
