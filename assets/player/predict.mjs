// @ts-check
// Asks the visitor before a choice which node the source will choose. The player stops there. The visitor clicks a
// card, or moves with the up and down arrows and presses Enter, and then sees the choice; after a wrong answer, the
// page also shows the reason. Going on without an answer skips the question. The questions are off until the visitor
// switches them on, or a stop of a story asks one.

import { $, all, element, find, on, setAttribute } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { choice } from "#core/words";
import { writeAddress } from "#player/loading";
import { seek, setHold, transition } from "#player/playback";
import { choicesFor, chosenOf, questionOf, questionsOf } from "#player/questions";
import { openAnswer } from "#player/why-panel";

const FORM = `<p id="predict-question"></p>
  <p class="quiet" id="predict-how">Click a card, or choose with the up and down arrows and press Enter.</p>
  <div id="predict-choices" role="listbox" tabindex="0" aria-labelledby="predict-question"
    aria-describedby="predict-how"></div>
  <div class="row"><button type="button" id="predict-skip">Skip</button>
    <button type="button" id="predict-off">No more questions</button></div>
  <p id="predict-result" role="status"></p>`;
const NOBODY = -1;

/** @typedef {import("#player/questions").Question} Question */

const now = {
  /** The run to which the questions belong. @type {Trace | null} */
  trace: null,
  /** @type {Question[]} */
  questions: [],
  /** The steps whose question was answered or skipped since the run was last at its first step. @type {Set<Step>} */
  done: new Set(),
  /** The question that is open. @type {Question | null} */
  open: null,
  /** The step at which the result of the last answer is shown. @type {Step | null} */
  result: null,
  plays: false,
  /** The element that had the focus before the question. @type {Element | null} */
  before: null,
};

/** Switch the questions on or off. */
export function switchPredict() {
  setTools({ predict: state.predict ? undefined : "on" });
  if (!hasRun()) return;
  onRun();
  writeAddress();
}

/** Look for the questions of the run that is shown, and show whether there are any. */
export function onRun() {
  setAttribute($("#predict-switch"), "aria-pressed", state.predict === "on");
  if (now.trace !== state.trace) now.done.clear();
  now.trace = state.trace;
  now.questions = state.predict ? questionsOf(state.trace) : [];
  onStep();
}

/**
 * Ask about the choice after the step that is shown, for a stop of a story.
 * @param {Step} scan the step at which the node chooses
 */
export function askAt(scan) {
  const question = questionOf(state.trace, scan);
  now.trace = state.trace;
  now.done.delete(question.asks);
  now.questions = [...now.questions.filter(({ asks }) => asks !== question.asks), question];
  onStep();
}

/**
 * Return the step at which the player is to stop on its way from one step to another, because a question stands there.
 * @param {Step} from
 * @param {Step} to
 */
function holds(from, to) {
  if (now.open) finish(now.open); // going on skips the question
  return now.questions.find(({ asks }) => asks > from && asks < to && !now.done.has(asks))?.asks;
}

/** Open the question that stands at the step that is shown, or close what is open. */
export function onStep() {
  const { step, trace } = state;
  if (step === 0) now.done.clear();
  const here = now.trace === trace && now.questions.find(({ asks }) => asks === step && !now.done.has(asks));
  if (here) open(here);
  else if (step !== now.result) close();
}

/** @param {Question} question */
function open(question) {
  if (now.open === question) return;
  const { node, asks } = question;
  const box = find("#predict") ?? made();
  Object.assign(now, { open: question, result: null, plays: state.mode === "playing" });
  $("#predict-question").textContent = `Who will node ${node} choose?`;
  $("#predict-result").textContent = "";
  const others = choicesFor(state.trace, node, asks);
  const options = [...others.map((one) => option(one, `Node ${one}`)), option(NOBODY, "Nobody")];
  $("#predict-choices").replaceChildren(...options);
  showParts(true);
  box.hidden = false;
  select(0);
  const { activeElement } = document;
  if (activeElement?.matches("input:not([type=range]), textarea, select")) return; // somebody is writing
  now.before = activeElement;
  $("#predict-choices").focus({ preventScroll: true });
}

/** @param {NodeId} node @param {string} words */
function option(node, words) {
  const made = element("div", words);
  made.id = `predict-${node === NOBODY ? "nobody" : node}`;
  made.dataset.predict = String(node);
  setAttribute(made, "role", "option");
  return made;
}

function made() {
  const box = element("section", "", "panel");
  box.id = "predict";
  setAttribute(box, "aria-labelledby", "predict-question");
  box.innerHTML = FORM;
  document.body.append(box);
  on(box, "keydown", onKey);
  on(box, "click", ({ target }) => {
    const chosen = target.closest("[data-predict]");
    if (chosen) answer(Number(chosen.dataset.predict));
    if (target.closest("#predict-skip")) skip();
    if (target.closest("#predict-off")) switchOff();
  });
  return box;
}

/** @param {TargetedEvent<KeyboardEvent>} event */
function onKey(event) {
  const isInList = event.target.closest("#predict-choices") !== null;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (isInList && by) moveGuess(by);
  else if (isInList && event.key === "Enter") giveGuess();
  else if (event.key === "Escape") skip();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const options = () => all("#predict-choices [role=option]");
const selected = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

/** @param {number} at */
function select(at) {
  for (const [index, one] of options().entries()) setAttribute(one, "aria-selected", index === at);
  const chosen = options()[at];
  setAttribute($("#predict-choices"), "aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
  markCard(Number(chosen.dataset.predict));
}

/** @param {NodeId} [node] */
function markCard(node) {
  for (const [id, card] of state.view.cards) card.classList.toggle("predicted", id === node);
}

/**
 * Go on to the next or the previous answer; return whether a question is open.
 * @param {number} by
 */
export function moveGuess(by) {
  if (!now.open) return false;
  const { length } = options();
  select((selected() + by + length) % length);
  return true;
}

/** Give the selected answer; return whether a question is open. */
export function giveGuess() {
  if (!now.open) return false;
  answer(Number(options()[selected()].dataset.predict));
  return true;
}

/**
 * Take a click on a card as the answer; return whether it was one.
 * @param {Element} target
 */
export function takeCard(target) {
  const card = now.open && target.closest("#stage [data-node]");
  const node = Number(card?.dataset.node);
  if (!card || !now.open || !choicesFor(state.trace, now.open.node, now.open.asks).includes(node)) return false;
  answer(node);
  return true;
}

/** @param {NodeId} guess */
function answer(guess) {
  const question = now.open;
  if (!question) return;
  const targets = chosenOf(state.trace, question);
  const isRight = targets.length ? targets.includes(guess) : guess === NOBODY;
  const truth = `node ${question.node} ${targets.length ? `chooses node ${choice(targets)}` : "finds nobody"}`;
  finish(question);
  now.result = question.ends;
  seek(question.ends);
  showParts(false);
  $("#predict").hidden = false;
  $("#predict-result").textContent = isRight
    ? `Right: ${truth}.`
    : `No: ${truth}. The answer to “why” says the reason.`;
  const subject = `${state.trace.arrays[0]}[${question.node}]`;
  if (!isRight) openAnswer({ subject, follows: subject });
  else if (now.plays) transition("play");
}

/** Go on without an answer. */
function skip() {
  const question = now.open;
  if (!question) return;
  finish(question);
  close();
  seek(question.ends);
  if (now.plays) transition("play");
}

function switchOff() {
  const question = now.open;
  if (question) finish(question);
  now.questions = [];
  close();
  if (state.predict) switchPredict();
  if (question && now.plays) transition("play");
}

/**
 * Record that a question was answered or skipped.
 * @param {Question} question
 */
function finish(question) {
  now.done.add(question.asks);
  now.open = null;
  markCard();
  giveFocusBack();
}

/** If the box has the focus, give it to the element that had it before the question. */
function giveFocusBack() {
  if (!$("#predict").contains(document.activeElement)) return;
  const { before } = now;
  const isThere = before?.isConnected && before !== document.body;
  (isThere ? before : $("#play-pause")).focus({ preventScroll: true });
}

function close() {
  now.open = null;
  const box = find("#predict");
  if (!box || box.hidden) return;
  giveFocusBack();
  box.hidden = true;
  markCard();
}

/** @param {boolean} isQuestion whether the box shows a question, and not a result */
function showParts(isQuestion) {
  for (const part of all("#predict > :not(#predict-result)")) part.hidden = !isQuestion;
}

setHold(holds);
