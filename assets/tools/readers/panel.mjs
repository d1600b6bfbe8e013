// @ts-check
// The tool that shows what a reader without a lock can see while an event, or the first build, changes the order.

import { askServer, messageOf } from "#core/api";
import { $, all, button, element, find, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { chapterBounds } from "#core/trace";
import { questionOf as machineQuestion } from "#player/history";
import { requestRun } from "#player/loading";
import { seek, show as showStep } from "#player/playback";
import { asMoments } from "#tools/readers/model";
import { OUTCOMES, showOutcomes, walkItems } from "#tools/readers/outcomes";
import { lendStage, removeWalker, returnStage, showWalker } from "#tools/readers/stage";
import { Witness } from "#tools/readers/witness";

const OWN = "own"; // the choice, in the list of events, of two orders that the visitor writes
const FIRST = ["0>1>2", "0>2>1"]; // the example of the mailing-list discussion; its A, B, C are nodes 0, 1, 2
/** @type {Record<Protocol, string>} */
const PROTOCOLS = {
  "in-place": "in place: new targets over the old ones",
  barrier: "barrier: disable, smp_wmb(), new targets",
  "grace-walk": "grace-walk: disable, synchronize_rcu(), new targets; one section over the walk",
  "grace-hop": "grace-hop: disable, synchronize_rcu(), new targets; a section for each hop",
};
const FORM = `<div class="tool-head"><h2>What a reader can see</h2>
    <button type="button" data-act="first-example"
      title="The seed discussion's own: A → B → C becomes A → C → B">First example</button></div>
  <form>
    <label>while <select name="event"></select></label>
    <label class="own">old <input name="old" spellcheck="false" autocomplete="off"></label>
    <label class="own">new <input name="new" spellcheck="false" autocomplete="off"></label>
    <button class="own">Show</button>
    <label>from node <select name="start"></select></label>
    <label>protocol <select name="protocol"></select></label>
    <label>stores visible <select name="order"><option value="">in any order between barriers</option>
      <option value="program">in program order</option></select></label>
  </form>
  <p class="refusal" role="alert"></p>
  <div class="outcome" hidden>${OUTCOMES}</div>`;

let root = /** @type {HTMLElement} */ (/** @type {unknown} */ (null)); // made by open()
/** @type {{ form: NamedForm, witness: Witness } | null} */
let parts = null; // null until there is a run
const panel = {
  /** How many questions were asked. An answer to an earlier question is dropped. */
  asked: 0,
  isFresh: false,
  answer: /** @type {ReaderAnswer | null} */ (null),
  /** Whether the stage shows a walk, and whether this panel itself is moving the player to a step of that walk. */
  isPlaying: false,
  isSeeking: false,
};

/** @param {HTMLElement} place */
export function open(place) {
  root = place.appendChild(element("div"));
  parts = null;
  Object.assign(panel, { answer: null, isPlaying: false });
  if (!hasRun()) return root.append(element("p", "There is no machine yet.", "quiet"));
  root.innerHTML = FORM;
  const form = $("form", root);
  parts = { form, witness: new Witness($(".witness", root), { shown: onMoment, speed: () => state.speed }) };
  form.protocol.replaceChildren(...Object.entries(PROTOCOLS).map(([name, text]) => new Option(text, name)));
  on(form, "change", ({ target }) => onChange(target.name));
  on(form, "submit", (event) => {
    event.preventDefault();
    look(true);
  });
  on(root, "click", ({ target }) => onButton(target.closest("button")));
  $(".walks", root).addEventListener("toggle", listWalks);
  begin();
}

export function onRun() {
  leaveStage(); // the stage belongs to the new run by now
  if (parts) return begin();
  const place = /** @type {HTMLElement} */ (root.parentElement);
  root.remove();
  open(place);
}

export const again = () => look(panel.isFresh);

export function close() {
  panel.asked += 1; // so that answers to open questions are dropped
  if (panel.answer) forget();
}

/**
 * Show the two orders of a story, and play a walk that ends with its verdict.
 * @param {StoryWalk} walk
 */
export async function showWalk(walk) {
  if (!parts) return;
  const { form } = parts;
  form.event.value = OWN;
  [form.old.value, form.new.value] = [walk.old, walk.new];
  form.protocol.value = walk.protocol;
  if (![...form.start.options].some(({ value }) => value === String(walk.start))) {
    form.start.append(new Option(String(walk.start)));
  }
  form.start.value = String(walk.start);
  await look(false);
  const witness = panel.answer?.witnesses[walk.verdict];
  if (witness) play(witness.moments, false);
}

/** Show the run on the stage again when the visitor steps through it. */
export function onStep() {
  if (panel.isSeeking || !panel.isPlaying) return;
  parts?.witness.stop();
  leaveStage();
  parts?.witness.tell("The stage shows the run again. Step here to go back to the walk.");
}

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
  const { act, verdict, walk } = pressed?.dataset ?? {};
  const witness = panel.answer?.witnesses[/** @type {Verdict} */ (verdict)];
  if (act === "first-example") firstExample();
  else if (act === "v5.15") requestRun({ kernel: act });
  else if (witness) play(witness.moments);
  else if (walk) playWalk(JSON.parse(walk));
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
  look(true);
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
    if (!isOwn() && hasSeveralTargets()) return offerAnother(refusal);
    const answer = await askServer("readers", isFresh ? question : { ...question, protocol, start });
    if (asked !== panel.asked) return;
    refusal.replaceChildren();
    show(answer, parts.form);
  } catch (error) {
    if (asked === panel.asked) refusal.textContent = messageOf(error);
  }
}

/** @param {NamedForm} form */
function questionOf(form) {
  const change = isOwn() ? { old: form.old.value, new: form.new.value } : { event: Number(form.event.value) };
  const start = form.start.value === "" ? undefined : Number(form.start.value);
  const programOrder = form.order.value === "program";
  return { ...machineQuestion(), ...change, start, protocol: form.protocol.value, programOrder };
}

function hasSeveralTargets() {
  const { arrays, nodes, at } = state.trace;
  return typeof at(`${arrays[0]}[${nodes[0]}]`, 0) === "string";
}

/** @param {HTMLElement} place */
function offerAnother(place) {
  const targets = `With ${state.play.kernel} a node has several targets`;
  const words = `${targets}; what readers see is worked out for one target a node. `;
  place.replaceChildren(element("span", words, "quiet"), button("Show v5.15", "", { act: "v5.15" }));
}

/** Remove everything that is shown of the previous change. */
function forget() {
  panel.answer = null;
  parts?.witness.stop();
  for (const place of all(".outcome, .witness", root)) place.hidden = true;
  if (!panel.isPlaying) return;
  leaveStage();
  showStep();
}

/** Show the run's own stage again. */
function leaveStage() {
  panel.isPlaying = false;
  removeWalker();
  returnStage();
}

/**
 * @param {ReaderAnswer} answer
 * @param {NamedForm} form
 */
function show(answer, form) {
  panel.answer = answer;
  form.protocol.value = answer.protocol;
  const starts = answer.starts.map(({ start, verdicts }) => {
    const words = `${start}${verdicts.cycle === "never" ? "" : ", can go round"}`;
    return new Option(words, String(start));
  });
  form.start.replaceChildren(...starts);
  form.start.value = String(answer.start);
  showOutcomes($(".outcome", root), answer);
}

/** List the walks if their list is open: there may be a thousand. */
function listWalks() {
  const isOpen = find(".walks[open]", root) !== null;
  $(".walks ul", root).replaceChildren(...(isOpen && panel.answer ? walkItems(panel.answer) : []));
}

// Playing one walk

/** @param {NodeId[]} walk */
async function playWalk(walk) {
  if (!parts) return;
  const { asked } = panel;
  try {
    const { moments } = await askServer("walk", { ...questionOf(parts.form), walk });
    if (asked === panel.asked) play(moments);
  } catch (error) {
    $(".refusal", root).textContent = messageOf(error);
  }
}

/**
 * @param {MomentList[]} moments
 * @param {boolean} takesFocus
 */
function play(moments, takesFocus = true) {
  if (!parts || !panel.answer) return;
  const section = $(".witness", root);
  section.hidden = false;
  parts.witness.open(panel.answer, asMoments(moments));
  section.scrollIntoView({ block: "nearest" });
  if (takesFocus) parts.witness.lanes.focus({ preventScroll: true });
}

/**
 * Show a moment on the page: the player goes to the step of the store, and the stage shows the reader. The visitor's
 * own two orders have no run, so the large sentence is that of the moment.
 * @param {Standpoint} point
 * @param {MomentRow | undefined} row
 * @param {string} sentence
 */
function onMoment(point, row, sentence) {
  const stage = panel.answer?.stage;
  panel.isPlaying = panel.isSeeking = true;
  if (!isOwn()) seekStore(Number(parts?.form.event.value), row);
  else if (stage) lendStage(stage);
  if (!isOwn() || stage) showWalker(point);
  if (isOwn()) $("#narration").textContent = sentence;
  $("#live").textContent = ""; // the panel says what happens
  panel.isSeeking = false;
}

/**
 * Take the player to the step at which the run made the row's stores, if it has made them.
 * @param {number} event
 * @param {MomentRow | undefined} row
 */
function seekStore(event, row) {
  const { trace } = state;
  const [first, end] = chapterBounds(trace, event + 1);
  if (!trace.chapters[event + 1]) return;
  const steps = row ? row.moments.map((moment) => stepOf(moment, first, end)).filter((step) => step >= 0) : [first];
  if (steps.length) seek(Math.max(...steps));
}

/**
 * Return the step of a chapter at which a moment happened in the run; -1 if it did not happen.
 * @param {Moment} moment
 * @param {Step} first
 * @param {Step} end
 */
function stepOf({ kind, node, value }, first, end) {
  const { trace } = state;
  const isIn = (/** @type {Step} */ step) => step >= first && step < end;
  if (kind === "barrier" || kind === "starts" || kind === "ends") {
    const barriers = trace.changes("operation").filter((step) => trace.at("operation", step)[0] === "Barrier");
    return barriers.findLast(isIn) ?? -1;
  }
  const name = `${trace.arrays[0]}[${node}]`;
  if (kind !== "store" || !trace.has(name)) return -1;
  const stores = trace.changes(name).filter((step) => isIn(step) && trace.at(name, step) === value);
  return (value === -1 ? stores[0] : stores.at(-1)) ?? -1;
}
