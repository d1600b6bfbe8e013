// @ts-check
// Says what each key, each click and each change of a field does.

import { $, find, isEmbedded, isExported, isPresenting, on } from "#core/dom";
import { later, withLater } from "#core/server";
import { hasRun, state } from "#core/state";
import { keep } from "#core/storage";
import { SIZES, TALK } from "#core/trace";
import { showFunction, toggleClaims } from "#player/code";
import {
  isUsed,
  isWriting,
  markFocusedRegisters,
  moveAmongTabs,
  moveFocus,
  moveInTable,
  singleKeys,
} from "#player/keys";
import { requestRun, sameStep } from "#player/loading";
import {
  back,
  faster,
  first,
  forward,
  isFolded,
  last,
  playOrPause,
  runTo,
  seek,
  setSize,
  setSpeed,
} from "#player/playback";
import { askedAt, askOffered, asksAbout, closeAnswer, jump, openAnswer } from "#player/why-panel";

// Keys

function onEscape() {
  if (later.module?.isBlank()) return later.module.blank();
  if (state.subject) return closeAnswer();
  withLater(({ leaveStory, present }) => leaveStory() || present(false));
}

/**
 * Go on in the story, the talk or the run, or back if `by` is -1. Return false if the key shall scroll the page.
 * @param {number} by
 */
function walkOn(by) {
  if (later.module) return later.module.walkOn(by);
  if (!isPresenting() && !isEmbedded() && !state.talk && !state.story) return false;
  withLater((module) => module.walkOn(by));
}

/**
 * What each key does. A function that returns false leaves the key to the browser.
 * @type {Record<string, (event: TargetedEvent<KeyboardEvent>) => unknown>}
 */
const KEYS = {
  " ": playOrPause,
  ".": () => (isPresenting() ? withLater(({ blank }) => blank()) : playOrPause()),
  b: () => isPresenting() && withLater(({ blank }) => blank()),
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
  5: () => setSize(TALK),
  "+": () => faster(1),
  "-": () => faster(-1),
  f: () => withLater(({ fullScreen }) => fullScreen()),
  p: () => withLater(({ present }) => present()),
  d: () => withLater(({ changeTheme }) => changeTheme()),
  c: () => withLater(({ showPanel }) => showPanel("code")),
  r: () => withLater(({ showPanel }) => showPanel("registers")),
  w: () => withLater(({ showPanel }) => showPanel("scores")),
  m: () => withLater(({ showBands }) => showBands()),
  "/": () => !isExported() && withLater(({ openFind }) => openFind()), // a file cannot parse a condition
  "?": openHelp,
  Escape: onEscape,
  s: () => withLater(({ stopHere }) => stopHere()),
  n: () => withLater(({ openSpeakerWindow }) => openSpeakerWindow()),
  PageDown: () => walkOn(1),
  PageUp: () => walkOn(-1),
  g: () => !isExported() && withLater(({ switchPredict }) => switchPredict()),
  ArrowDown: (event) => moveFocus(event, 1) || Boolean(later.module?.moveGuess(1)),
  ArrowUp: (event) => moveFocus(event, -1) || Boolean(later.module?.moveGuess(-1)),
  Enter: (event) => (event.target === document.body && later.module?.giveGuess()) || activate(event),
};

/**
 * Undo or redo, except in a text field: the browser has a history of its own for that.
 * @param {TargetedEvent<KeyboardEvent>} event
 */
function onHistoryKey(event) {
  const key = event.key.toLowerCase();
  const isUndo = key === "z" && !event.shiftKey;
  const isRedo = key === "y" || (key === "z" && event.shiftKey);
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !(isUndo || isRedo)) return;
  if (isWriting(event.target) || find("dialog[open]") || isExported()) return;
  event.preventDefault();
  withLater(({ undo, redo }) => (isUndo ? undo() : redo()));
}

/** @param {TargetedEvent<KeyboardEvent>} event */
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
 * Do what a click on a part of the stage, the registers or the code does; return false if it does nothing.
 * @param {TargetedEvent<Event>} event
 */
function activate(event) {
  const { target } = event;
  if (later.module?.isTaken(event)) return;
  const line = target.closest("#code [data-line]");
  if (line) {
    const [file, name] = (line.parentElement?.dataset.function ?? "").split(" ");
    return runTo(Number(line.dataset.of ?? line.dataset.line), file, name);
  }
  const asked = askedAt(target, hasRun() ? asksAbout() : undefined);
  if (!asked) return false;
  later.module?.openTool("code");
  openAnswer(asked);
  // The answer's panel may cover what was clicked.
  (target.closest("#stage g[class]") ?? target).scrollIntoView({ block: "nearest" });
}

/**
 * Open the events and scroll to the comparison of the orders before and after them.
 * @param {typeof import("#later")} module
 */
async function compareOrders({ openTool }) {
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
  if (!isFolded()) later.module?.openTool("code"); // the answer is shown beside the code
  askOffered();
}

// Clicks and changes

/** @type {Record<string, () => unknown>} */
const CLICKS = {
  first,
  back: () => back(),
  forward: () => forward(),
  "play-pause": playOrPause,
  last,
  theme: () => withLater(({ changeTheme }) => changeTheme()),
  present: () => withLater(({ present }) => present()),
  "open-keys": openHelp,
  "close-keys": () => $("#keys").close(),
  "open-shape": () => withLater(({ openShape }) => openShape()),
  "open-paste": () => withLater(({ openPaste }) => openPaste()),
  "close-paste": () => $("#paste").close(),
  "open-own": () => withLater(({ openOwnMachines }) => openOwnMachines()),
  "open-example": openExample,
  "predict-switch": () => withLater(({ switchPredict }) => switchPredict()),
  "open-allowed": () => withLater(({ openAllowed }) => openAllowed()),
  "open-share": () => withLater(({ openShareDialog }) => openShareDialog()),
  "close-share": () => $("#share").close(),
  "stop-here": () => withLater(({ stopHere }) => stopHere()),
  "edit-talk": () => withLater(({ openTalkEditor }) => openTalkEditor()),
  "edit-own-talk": () => withLater(({ openTalkEditor }) => openTalkEditor()),
  "open-speaker": () => withLater(({ openSpeakerWindow }) => openSpeakerWindow()),
  "open-find": () => withLater(({ openFind }) => openFind()),
  ask: askWhy,
  "compare-orders": () => withLater(compareOrders),
  "close-why": closeAnswer,
  "earlier-change": () => jump(-1),
  "later-change": () => jump(1),
  fold: () => withLater(({ foldPlayer }) => foldPlayer()),
  "zoom-in": () => withLater(({ zoom }) => zoom(1.5)),
  "zoom-out": () => withLater(({ zoom }) => zoom(1 / 1.5)),
  "zoom-fit": () => withLater(({ fit }) => fit()),
  "open-stories": () => withLater(({ openGallery }) => openGallery()),
  "start-playing": () => withLater(({ startPlaying }) => startPlaying()),
  "start-passes": () => withLater(({ startStory }) => startStory("passes")),
  "start-machine": () => withLater(({ startMachine }) => startMachine()),
  "start-kernels": () => withLater(({ startStory }) => startStory("four-kernels-four-orders")),
  "skip-tour": () => withLater(({ endWelcome }) => endWelcome()),
  "close-broken": () => ($("#broken").hidden = true),
  "open-default": openDefault,
  load: () => withLater(({ loadText }) => loadText()),
  "fill-in": () => withLater(({ fillIn }) => fillIn()),
};

/** Open the help. What it says beside the keys comes with later.mjs. */
function openHelp() {
  $("#keys").showModal();
  withLater(({ fillHelp }) => fillHelp());
}

function openExample() {
  $("#paste").close();
  withLater(({ startStory }) => startStory("my-machine"));
}

function openDefault() {
  if (isExported()) location.reload();
  else requestRun({ topology: $("#topology option").value });
}

/** @type {Record<string, (value: string) => void>} */
const CHANGES = {
  topology: (value) =>
    value.startsWith("own:")
      ? withLater(({ openOwnMachine }) => openOwnMachine(value))
      : requestRun({ topology: value }),
  kernel: (value) => requestRun({ kernel: value }, hasRun() ? sameStep() : undefined),
  zonelists: (value) => requestRun({ zonelists: value }),
  size: (value) => setSize(Number(value)),
  speed: setSpeed,
};

/** @type {Record<string, (value: string, data: DOMStringMap) => void>} */
const DATA_CLICKS = {
  frame: (frame) => showFunction(JSON.parse(frame)),
  step: (step) => seek(Number(step)),
  guess: (place, { choice }) => withLater(({ turnGuess }) => turnGuess(Number(place), choice)),
  one: (name) => withLater(({ chooseMachine }) => chooseMachine(name)),
  machine: (name) => requestRun({ topology: name }),
  example: (story) => withLater(({ startStory }) => startStory(story)),
  kernel: (name) => requestRun({ kernel: name }),
};

/** @param {TargetedEvent<MouseEvent>} event */
function onClick(event) {
  const { target } = event;
  if (later.module?.isTaken(event)) return;
  const button = target.closest("button");
  // A visitor who has clicked one of these goes on with the keyboard. A button with the focus would take the space bar.
  if (event.detail && button?.matches("[role=tab], .transport button")) button.blur();
  if (button && onButton(button)) return;
  if (target.closest("a[href]")) return; // the link leads to another page
  if (target.closest(".stage, #registers, #code")) activate(event);
}

/**
 * Do what a button does; return whether it is one that this module knows.
 * @param {HTMLButtonElement} button
 */
function onButton(button) {
  const { dataset } = button;
  const named = Object.keys(DATA_CLICKS).find((name) => dataset[name]);
  if (named) DATA_CLICKS[named](dataset[named] ?? "", dataset);
  else if (button.matches(".claim")) toggleClaims(button);
  else if (CLICKS[button.id]) CLICKS[button.id]();
  else if (dataset.tool) withLater(({ openTool }) => openTool(dataset.tool ?? ""));
  else if (dataset.chart) withLater(({ chooseChart }) => chooseChart(dataset.chart ?? ""));
  else return false;
  return true;
}

/**
 * Open what is pasted outside of a field and of a dialog, in the presenter mode, too.
 * @param {TargetedEvent<ClipboardEvent>} event
 */
function onPaste(event) {
  if (event.defaultPrevented || isUsed("v", event.target) || find("dialog[open]")) return; // a tool may have taken it
  withLater((module) => module.onPaste(event));
}

/** @param {TargetedEvent<Event>} event */
function onChange({ target }) {
  if (target.id === "single-keys") keep("keys", target.checked ? "on" : "off");
  else CHANGES[target.id]?.(target.value);
}

export function listenToCommands() {
  on(document, "keydown", onKey);
  on(document, "keydown", onHistoryKey);
  on(document, "focusin", markFocusedRegisters);
  on(document, "focusout", markFocusedRegisters);
  on(document, "paste", onPaste);
  on(document, "click", onClick);
  on(document, "change", onChange);
  on($("#scrubber"), "input", ({ target }) => seek(Number(target.value)));
}
