// @ts-check
// The tool that shows what a reader without a lock can see while an event, or the first build, changes the order.

import { askServer, messageOf } from "#core/api";
import { PROTOCOLS } from "#core/constants";
import { $, all, element, find, isExported, on } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { keepAddress } from "#player/loading";
import { runTo } from "#player/playback";
import { openTool } from "#player/tool-panel";
import { listClaims } from "#tools/readers/claims";
import { changeOf, FORM, fillForm, OWN, questionOf } from "#tools/readers/form";
import { linkText, readLink } from "#tools/readers/link";
import { outcomesText, showOutcomes, walkItems } from "#tools/readers/outcomes";
import { PlayedWalk } from "#tools/readers/played-walk";

const FIRST = ["0>1>2", "0>2>1"]; // the example of the mailing-list discussion; its A, B, C are nodes 0, 1, 2
let root = /** @type {HTMLElement} */ (/** @type {unknown} */ (null)); // made by open()
/** @type {{ form: NamedForm, played: PlayedWalk } | null} */
let parts = null; // null until there is a run
const panel = {
  /** How many questions were asked. An answer to an earlier question is dropped. */
  asked: 0,
  isFresh: false,
  answer: /** @type {ReaderAnswer | null} */ (null),
  /** What a link names, until it is shown. @type {LinkedWalk | null} */
  linked: null,
};

/** @param {HTMLElement} place */
export function open(place) {
  root = place.appendChild(element("div"));
  parts = null;
  Object.assign(panel, { answer: null, linked: state.story ? null : readLink(state.readers ?? "") });
  if (!hasRun()) return root.append(element("p", "There is no machine yet.", "quiet"));
  root.innerHTML = FORM;
  const form = $("form", root);
  const acts = { event: () => (isOwn() ? null : Number(form.event.value)), shown: keepLink };
  parts = { form, played: new PlayedWalk($(".witness", root), acts) };
  form.protocol.replaceChildren(...PROTOCOLS.map((name) => new Option(name, name)));
  on(form, "change", ({ target }) => onChange(target.name));
  on(form, "submit", (event) => {
    event.preventDefault();
    look(true);
  });
  on(root, "click", ({ target }) => onButton(target.closest("button")));
  $(".walks", root).addEventListener("toggle", listWalks);
  $(".claims-table", root).addEventListener("toggle", () => listClaims($(".claims-table", root)));
  begin();
}

export function onRun() {
  parts?.played.leaveStage(); // the stage belongs to the new run by now
  if (parts) return begin();
  const place = /** @type {HTMLElement} */ (root.parentElement);
  root.remove();
  open(place);
}

export const again = () => look(panel.isFresh);

export function close() {
  panel.asked += 1; // so that answers to open questions are dropped
  if (panel.answer) forget();
  setTools({ readers: undefined });
}

/**
 * Show the change of a stop, and a moment of a walk that ends with its verdict.
 * @param {StoryWalk} walk
 * @param {number} moment
 */
export async function showWalk(walk, moment) {
  if (!parts) return;
  const { form } = parts;
  form.event.value = String(walk.event ?? OWN);
  if (walk.event === undefined) [form.old.value, form.new.value] = [walk.old ?? "", walk.new ?? ""];
  form.protocol.value = walk.protocol;
  form.order.value = "";
  if (![...form.start.options].some(({ value }) => value === String(walk.start))) {
    form.start.append(new Option(String(walk.start)));
  }
  form.start.value = String(walk.start);
  await look(false);
  const witness = panel.answer?.witnesses[walk.verdict];
  if (!witness) return;
  play(witness.moments, false);
  if (moment) parts?.played.witness.go(moment);
}

/** @param {number} by @param {boolean} [toEnd] */
export const walkOn = (by, toEnd) => Boolean(parts?.played.walkOn(by, toEnd));

/** @param {number} [pace] */
export const playOn = (pace) => parts?.played.playOn(pace);

/** Return the walk that is played, and its moment, as a stop of a talk has them; null without one. */
export function stopOfWalk() {
  const { answer } = panel;
  if (!answer || !parts?.played.walk.length) return null;
  const { form, played } = parts;
  const shown = String(played.movedWalk());
  const verdict = Object.keys(answer.witnesses).find(
    (name) => String(answer.witnesses[/** @type {Verdict} */ (name)]?.seen) === shown,
  );
  if (!verdict) return null;
  const { protocol, start } = answer;
  const walk = { ...changeOf(form), protocol, start, verdict };
  return { walk, moment: played.moment() || undefined };
}

/** Return what is shown as text for a mail: the change, the verdicts and, if a walk is played, its moments. */
export function asText() {
  const { answer } = panel;
  return answer && parts ? outcomesText(answer, parts.played.lines()) : "";
}

export const onStep = () => parts?.played.onStep();

/**
 * Let the reader start at a node whose card was clicked.
 * @param {TargetedEvent<Event>} event
 */
export function onClick({ target }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !panel.answer || !parts) return Boolean(target.closest("#stage [data-lent]"));
  const { start } = parts.form;
  const node = card.dataset.node ?? "";
  start.value = node;
  if (start.value === "") start.append(new Option(node, node, true, true));
  onChange("start");
  return true;
}

/** @param {HTMLButtonElement | null} pressed */
function onButton(pressed) {
  const { act, verdict, walk, claimAt } = pressed?.dataset ?? {};
  if (claimAt) runToClaim(claimAt.split(" "));
  const witness = panel.answer?.witnesses[/** @type {Verdict} */ (verdict)];
  if (act === "first-example") firstExample();
  else if (witness) play(witness.moments);
  else if (walk) playWalk(JSON.parse(walk));
}

/**
 * Go to the step at which the line of a claim runs, and show the code there.
 * @param {string[]} place the file, the function and the line
 */
async function runToClaim([file, name, line]) {
  await openTool("code");
  runTo(Number(line), file, name);
}

// Choosing a change

/** Show the event of the current step, with the protocol of the run's kernel, after a run has come. */
function begin() {
  if (!parts) return;
  const { form } = parts;
  const { trace, step } = state;
  const events = trace.chapters.slice(1).map(({ title }, event) => {
    const words = event ? `event ${event}: ${title}` : "the first build, from an empty order";
    return new Option(words, String(event));
  });
  form.event.replaceChildren(...events, new Option("two orders of your own", OWN));
  form.event.value = String(Math.max(0, trace.at("chapter", step) - 1));
  if (!form.old.value) [form.old.value, form.new.value] = FIRST;
  if (panel.linked) showLinked(panel.linked);
  else look(true);
}

/**
 * Show the change, and the walk at its moment, that a link names.
 * @param {LinkedWalk} linked
 */
async function showLinked({ event, protocol, start, order, moment, walk, old, after }) {
  panel.linked = null;
  const { form, played } = /** @type {NonNullable<typeof parts>} */ (parts);
  Object.assign(form.event, { value: event });
  if (event === "own") [form.old.value, form.new.value] = [old, after];
  form.protocol.value = protocol;
  form.order.value = order;
  if (start !== "") form.start.replaceChildren(new Option(start));
  await look(form.event.value !== event || form.protocol.value !== protocol);
  if (!panel.answer || !walk.length) return;
  await playWalk(walk, false);
  played.witness.go(moment);
}

function firstExample() {
  if (!parts) return;
  const { form } = parts;
  form.event.value = OWN;
  [form.old.value, form.new.value] = FIRST;
  look(true);
}

/** @param {string} name */
function onChange(name) {
  if (name !== "old" && name !== "new") look(name === "event");
}

const isOwn = () => parts?.form.event.value === OWN;

/**
 * Ask for the outcomes of the chosen change, and show them.
 * @param {boolean} isFresh whether the server chooses the protocol and the start, instead of those in the form
 */
async function look(isFresh) {
  if (!parts) return;
  for (const field of all(".own", root)) field.hidden = !isOwn();
  forget();
  const { protocol, start, ...question } = questionOf(parts.form);
  panel.asked += 1;
  const { asked } = panel;
  panel.isFresh = isFresh;
  const refusal = $(".refusal", root);
  try {
    const answer = await askServer("readers", isFresh ? question : { ...question, protocol, start });
    if (asked !== panel.asked) return;
    refusal.replaceChildren();
    show(answer, parts.form);
    keepLink();
  } catch (error) {
    if (asked === panel.asked) refusal.textContent = messageOf(error);
  }
}

/** Remove everything that is shown of the previous change. */
function forget() {
  panel.answer = null;
  $(".outcome", root).hidden = true;
  parts?.played.close();
}

/**
 * @param {ReaderAnswer} answer
 * @param {NamedForm} form
 */
function show(answer, form) {
  panel.answer = answer;
  const own = answer.protocols[answer.usual].replace(/ \([^)]*\)$/, "");
  const draws = answer.several ? " A node may have several targets: a reader draws one at random at each hop." : "";
  $(".usual", root).textContent = `${state.play.kernel} does this: ${own}.${draws}`;
  fillForm(form, answer);
  $("[data-act=first-example]", root).disabled = isExported();
  showOutcomes($(".outcome", root), answer);
}

/** List the walks if their list is open: there may be a thousand. */
function listWalks() {
  const isOpen = find(".walks[open]", root) !== null;
  $(".walks ul", root).replaceChildren(...(isOpen && panel.answer ? walkItems(panel.answer) : []));
}

// Playing one walk

/**
 * @param {NodeId[]} walk
 * @param {boolean} takesFocus
 */
async function playWalk(walk, takesFocus = true) {
  if (!parts) return;
  const { asked } = panel;
  try {
    const { moments } = await askServer("walk", { ...questionOf(parts.form), walk });
    if (asked === panel.asked) play(moments, takesFocus);
  } catch (error) {
    $(".refusal", root).textContent = messageOf(error);
  }
}

/**
 * @param {MomentList[]} moments
 * @param {boolean} takesFocus
 */
function play(moments, takesFocus = true) {
  if (parts && panel.answer) parts.played.open(panel.answer, moments, takesFocus);
}

/** Put what is shown into the page's address. */
function keepLink() {
  if (!parts || !panel.answer) return;
  const { form, played } = parts;
  const { event, protocol, start, order } = form;
  const orders = { old: form.old.value, after: form.new.value };
  const values = { event: event.value, protocol: protocol.value, start: start.value, order: order.value };
  setTools({ readers: linkText({ ...values, ...orders, moment: played.moment(), walk: played.walk }) });
  keepAddress();
}
