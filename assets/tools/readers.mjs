// What a reader who takes no lock can see while an event, or the first build, turns one order into another.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { ask } from "../loading.mjs";
import { element } from "../tables.mjs";
import { asMoments } from "./readers-model.mjs";
import { OUTCOMES, showOutcomes, walkItems } from "./readers-outcomes.mjs";
import { Witness } from "./readers-play.mjs";
import { layWalker, lendStage, removeWalker, returnStage } from "./readers-stage.mjs";

const OWN = "own"; // instead of an event: two orders that the visitor writes
const FIRST = ["0>1>2", "0>2>1"]; // the seed discussion's own: A, B, C are nodes 0, 1, 2
const PROTOCOLS = {
  "in-place": "in place: new targets over the old ones",
  barrier: "barrier: disable, smp_wmb(), new targets",
  "grace-walk": "grace-walk: disable, synchronize_rcu(), new targets; one section over the walk",
  "grace-hop": "grace-hop: disable, synchronize_rcu(), new targets; a section for each hop",
};
const FORM = `<div class="tool-head"><h2>What a reader can see</h2>
    <button type="button" data-act="first-example" title="The seed discussion's own: A → B → C becomes A → C → B">First example</button></div>
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

const here = { asked: 0 }; // panel, state, form, witness, what was told last; whether the stage shows a walk now

export function open(place, state) {
  const panel = place.appendChild(element("div"));
  Object.assign(here, { panel, state, told: null, playing: false });
  if (!state.trace) return panel.append(element("p", "There is no machine yet.", "quiet"));
  panel.innerHTML = FORM;
  here.form = panel.querySelector("form");
  here.form.protocol.replaceChildren(...Object.entries(PROTOCOLS).map(([name, text]) => new Option(text, name)));
  here.witness = new Witness(panel.querySelector(".witness"), { shown, speed: () => state.speed });
  here.form.addEventListener("change", ({ target }) => changed(target.name));
  here.form.addEventListener("submit", (event) => {
    event.preventDefault();
    look({ fresh: true });
  });
  panel.addEventListener("click", clickedInside);
  panel.querySelector(".walks").addEventListener("toggle", listWalks);
  begin(state);
}

export function taken(state) {
  leave(); // the stage is another machine's by now
  if (here.panel.querySelector("form")) return begin(state);
  const place = here.panel.parentElement;
  here.panel.remove();
  open(place, state);
}

export const again = () => here.panel.querySelector("form") && look({ fresh: here.fresh });

export function close() {
  here.asked += 1; // whatever is still asked comes too late
  if (here.told) forget();
}

// The stage shows the run again as soon as the visitor steps through that.
export function stepped() {
  if (here.going || !here.playing) return;
  here.witness.stop();
  leave();
  here.witness.tell("The stage shows the run again. Step here to go back to the walk.");
}

// On the stage, a click on a card says where the reader starts.
export function clicked(state, { target }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !here.told) return Boolean(target.closest("#stage [data-lent]"));
  here.form.start.value = card.dataset.node;
  if (here.form.start.value === "") here.form.start.append(new Option(card.dataset.node, card.dataset.node, true, true));
  changed("start");
  return true;
}

function clickedInside({ target }) {
  const button = target.closest("button");
  if (button?.dataset.act === "first-example") firstExample();
  else if (button?.dataset.act === "v5.15") ask(here.state, { kernel: "v5.15" });
  else if (button?.dataset.verdict) play(here.told.witnesses[button.dataset.verdict]);
  else if (button?.dataset.walk) playWalk(button.dataset.walk);
}

// Which change is looked at

// A machine has come: the event that the page stands in, under its kernel's protocol.
function begin({ trace, step }) {
  const { form } = here;
  const events = trace.chapters.slice(1).map(({ title }, event) => new Option(event ? `event ${event}: ${title}` : "the first build, from an empty order", event));
  form.event.replaceChildren(...events, new Option("two orders of your own", OWN));
  form.event.value = Math.max(0, trace.at("chapter", step) - 1);
  if (!form.old.value) [form.old.value, form.new.value] = FIRST;
  look({ fresh: true });
}

function firstExample() {
  here.form.event.value = OWN;
  [here.form.old.value, here.form.new.value] = FIRST;
  look({ fresh: true });
}

function changed(name) {
  if (name === "old" || name === "new") return;
  look({ fresh: name === "event" });
}

const isOwn = () => here.form.event.value === OWN;

// Ask for the outcomes; a `fresh` change is looked at under its own protocol, from the start where most can go wrong.
async function look({ fresh = false } = {}) {
  const { form, panel } = here;
  for (const field of panel.querySelectorAll(".own")) field.hidden = !isOwn();
  forget();
  const question = questionOf(form);
  if (fresh) {
    delete question.protocol;
    delete question.start;
  }
  const asked = ++here.asked;
  here.fresh = fresh;
  const refusal = panel.querySelector(".refusal");
  try {
    if (!isOwn() && severalTargets(here.state)) return offerAnother(refusal);
    const told = await askServer("readers", question);
    if (asked !== here.asked) return;
    refusal.replaceChildren();
    show(told);
  } catch (error) {
    if (asked !== here.asked) return;
    refusal.textContent = error.message;
  }
}

function questionOf(form) {
  const { play } = here.state;
  const change = isOwn() ? { old: form.old.value, new: form.new.value } : { event: Number(form.event.value) };
  const start = form.start.value === "" ? {} : { start: Number(form.start.value) };
  const machine = { ...machineOf(here.state), kernel: play.asked, zonelists: play.zonelists };
  return { ...machine, ...change, ...start, protocol: form.protocol.value, programOrder: form.order.value === "program" };
}

const severalTargets = ({ trace }) => typeof trace.at(`${trace.arrays[0]}[${trace.nodes[0]}]`, 0) === "string";

function offerAnother(place) {
  const button = element("button", "Show v5.15");
  button.type = "button";
  button.dataset.act = "v5.15";
  const told = `With ${here.state.play.kernel} a node has several targets; what readers see is worked out for one target a node. `;
  place.replaceChildren(element("span", told, "quiet"), button);
}

// Nothing is told of the change before.
function forget() {
  here.told = null;
  here.witness.stop();
  here.panel.querySelector(".outcome").hidden = true;
  here.panel.querySelector(".witness").hidden = true;
  if (!here.playing) return;
  leave();
  here.state.show();
}

// The stage is the run's again.
function leave() {
  here.playing = false;
  removeWalker();
  returnStage();
}

function show(told) {
  const { panel, form } = here;
  here.told = told;
  form.protocol.value = told.protocol;
  form.start.replaceChildren(...told.starts.map(({ start, verdicts }) => new Option(`${start}${verdicts.cycle === "never" ? "" : ", can go round"}`, start)));
  form.start.value = told.start;
  showOutcomes(panel.querySelector(".outcome"), told);
}

// There may be a thousand walks; they are written once somebody looks.
function listWalks({ target }) {
  target.querySelector("ul").replaceChildren(...(target.open ? walkItems(here.told) : []));
}

// Playing one walk

async function playWalk(seen) {
  const asked = here.asked;
  try {
    const played = await askServer("walk", { ...questionOf(here.form), walk: JSON.parse(seen) });
    if (asked === here.asked) play(played);
  } catch (error) {
    here.panel.querySelector(".refusal").textContent = error.message;
  }
}

function play({ moments }) {
  const { told, panel } = here;
  const section = panel.querySelector(".witness");
  section.hidden = false;
  const game = { old: told.old, new: told.new, protocol: told.protocol, programOrder: told.programOrder, start: told.start };
  here.witness.open(game, asMoments(moments));
  section.scrollIntoView({ block: "nearest" });
  here.witness.lanes.focus({ preventScroll: true });
}

// A moment is shown: the player goes to the store, the reader stands on the stage. Two orders of one's own have no
// run, so the large sentence is theirs.
function shown(moment, row, sentence) {
  const { state, told } = here;
  here.playing = here.going = true;
  if (!isOwn()) seekStore(state, Number(here.form.event.value), row);
  else if (told.stage) lendStage(told.stage);
  if (!isOwn() || told.stage) layWalker(moment);
  if (isOwn()) document.querySelector("#narration").textContent = sentence;
  document.querySelector("#live").textContent = ""; // the panel says what happens
  here.going = false;
}

// Take the player to the step of the run at which the row's stores were made, if it made them.
function seekStore(state, event, row) {
  const { trace } = state;
  const chapter = trace.chapters[event + 1];
  const end = trace.chapters[event + 2]?.first ?? trace.length;
  if (!chapter) return;
  const steps = row ? row.moments.map((moment) => stepOf(trace, moment, chapter.first, end)).filter((step) => step >= 0) : [chapter.first];
  if (steps.length) state.seek(Math.max(...steps));
}

function stepOf(trace, { kind, node, value }, first, end) {
  if (kind === "barrier" || kind === "starts" || kind === "ends") {
    return trace.changes("operation").findLast((step) => step >= first && step < end && trace.at("operation", step)[0] === "Barrier") ?? -1;
  }
  const name = `${trace.arrays[0]}[${node}]`;
  if (kind !== "store" || !trace.has(name)) return -1;
  const stores = trace.changes(name).filter((step) => step >= first && step < end && trace.at(name, step) === value);
  return (value === -1 ? stores[0] : stores.at(-1)) ?? -1;
}
