// Build a scenario: what can happen next to a node, the event that is shown, and how many rebuilds it all caused.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { eventAt } from "../scenario.mjs";
import { element } from "../tables.mjs";
import { editable, moveEvent, removeEvents, setEvents, working } from "./arrange.mjs";
import { showDifference } from "./events-compare.mjs";
import { grown, offers } from "./events-model.mjs";

const FORM = `<div class="tool-head"><h2>What happens next</h2></div>
  <p class="quiet where"></p>
  <form class="offers">
    <div class="choose"><label>node <select name="node"></select></label>
    <label>at once <input name="times" type="number" min="1" max="500" value="1"></label>
    <span class="quiet">or click a node on the stage</span></div>
    <div class="offered"></div><ul class="refused quiet"></ul>
    <details class="grow"><summary>Add a node that the machine does not have</summary>
      <p class="quiet"></p><button type="button" data-act="grow"></button></details>
  </form>
  <p class="refusal" role="alert"></p>
  <section class="event" hidden>
    <h2 id="before-after" tabindex="-1"></h2>
    <p class="sum"></p>
    <div class="bar"><button type="button" data-act="earlier">Earlier</button><button type="button" data-act="later">Later</button>
    <button type="button" data-act="remove">Remove</button></div>
    <div class="difference"></div>
  </section>
  <section class="rebuilds"><h2>Rebuilds</h2><table><thead><tr><th scope="col">kernel</th><th scope="col">rebuilds at</th>
    <th scope="col">caused</th><th scope="col">changed the order</th></tr></thead><tbody></tbody></table>
    <p class="quiet legend"><i class="fate changed"></i> rebuilt, the order changes <i class="fate same"></i> rebuilt for nothing
    <i class="fate kept"></i> not rebuilt</p></section>`;

const here = { asked: 0 }; // panel, state, form, what the server told, the node that is chosen, the chapter that is shown

export function open(place, state) {
  Object.assign(here, { panel: place, state, told: null, chapter: -1, node: undefined });
  if (!state.trace) return place.append(element("p", "There is no machine yet.", "quiet"));
  place.innerHTML = FORM;
  here.form = place.querySelector("form");
  here.form.addEventListener("submit", (event) => event.preventDefault());
  here.form.addEventListener("input", ({ target }) => changed(target));
  place.addEventListener("click", clickedInside);
  return begin();
}

export function close() {
  here.asked += 1; // whatever is still asked comes too late
  mark(null);
}

export function taken(state) {
  if (here.form?.isConnected) begin();
  else open(here.panel, state);
}

export function stepped(state) {
  const chapter = state.trace.at("chapter", state.step);
  if (!here.told || here.play !== state.play || chapter === here.chapter) return;
  here.chapter = chapter;
  show();
}

// A node on the stage is chosen, by mouse or by Enter; then the focus goes on to what can happen to it.
export function clicked(state, { target, type }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !here.form) return false;
  here.node = Number(card.dataset.node);
  showOffers();
  if (type === "keydown") here.panel.querySelector(".offered button")?.focus();
  return true;
}

// Ask what there is to know of this machine's events; what was known of the machine before is shown no longer.
async function begin() {
  const { state, panel } = here;
  const asked = ++here.asked;
  const machine = { ...machineOf(state), kernel: state.play.asked, zonelists: state.play.zonelists };
  const hear = (name, heard) => askServer(name, machine).then((told) => asked === here.asked && heard(told), (error) => {
    if (asked === here.asked) panel.querySelector(".refusal").textContent = error.message;
  });
  panel.querySelector(".refusal").textContent = "";
  await hear("events", (told) => {
    Object.assign(here, { told, play: state.play, chapter: state.trace.at("chapter", state.step) });
    show();
  });
  if (asked === here.asked) hear("rebuilds", ({ kernels }) => panel.querySelector(".rebuilds tbody").replaceChildren(...kernels.map(counted)));
}

function changed({ name, value }) {
  if (name === "node") here.node = Number(value);
  showOffers();
}

// Showing

function show() {
  showOffers();
  showEvent();
}

// The event that is shown; -1 before the first.
const shown = () => Math.max(-1, eventAt(here.state.trace, here.state.step));

const chipOf = (place) => here.state.play.scenario.chips.find(({ first, times }) => place >= first && place < first + times);

// How many events are over before the next one: those up to the one that is shown, and those that are equal and follow.
function over() {
  const chip = chipOf(shown());
  return chip ? chip.first + chip.times : 0;
}

function showOffers() {
  const { state, form, told, panel } = here;
  if (!told || here.play !== state.play) return; // what is told is of the machine before
  form.hidden = !editable(state) || !state.play.scenario.played;
  panel.querySelector(".where").textContent = whereText();
  if (form.hidden) return;
  const machine = JSON.parse(state.play.document); // the one on show: of a newer one nothing is told yet
  const { nodes, events = [] } = machine;
  const node = nodes.find(({ id }) => id === (here.node ?? events[shown()]?.node)) ?? nodes[0];
  if (form.node.length !== nodes.length) form.node.replaceChildren(...nodes.map(({ id }) => new Option(id, id)));
  form.node.value = node.id;
  mark(node.id);
  const times = Math.max(1, Math.min(Number(form.times.value) || 1, 500));
  const held = document.activeElement.dataset?.offer;
  const groups = offers(told, events, node, over(), times);
  panel.querySelector(".offered").replaceChildren(...groups.map(groupOf).filter(Boolean));
  panel.querySelector(".refused").replaceChildren(...refusals(groups));
  if (held) panel.querySelector(`[data-offer="${held}"]`)?.focus();
  showGrow(machine, node);
}

function whereText() {
  const { state } = here;
  const { played, chips } = state.play.scenario;
  if (!played) return `${state.play.kernel} is no kernel, so nothing says what its events would do: they are not played.`;
  if (!editable(state)) return "This machine is too large to be changed here. Its file can be.";
  if (shown() < 0) return chips.length ? "It happens first, before the other events." : "Nothing happens to this machine yet.";
  return `It happens after event ${over()}: ${chipOf(shown()).words}.`;
}

function groupOf({ name, offered }) {
  const possible = offered.filter(({ why }) => !why);
  if (!possible.length) return null;
  const group = element("div", "", "group");
  group.append(element("span", name), ...possible.map(offerButton));
  return group;
}

function offerButton({ event, label, times }) {
  const button = element("button", label);
  button.type = "button";
  Object.assign(button.dataset, { offer: `${event} ${times === 1 ? "" : label.startsWith("all") ? "all" : "some"}`, event, times });
  button.append(element("small", event));
  return button;
}

// What cannot happen, each reason once.
function refusals(groups) {
  const found = new Map();
  for (const { event, why } of groups.flatMap(({ offered }) => offered)) {
    if (why) found.set(why, (found.get(why) ?? new Set()).add(event));
  }
  return [...found].map(([why, events]) => element("li", `Not ${[...events].join(", ")}: ${why}.`));
}

function showGrow(machine, node) {
  const { panel } = here;
  const box = panel.querySelector(".grow");
  box.hidden = !node.memory || machine.nodes.length > 127;
  if (box.hidden) return;
  const { id, apart } = grown(machine, node.id);
  box.querySelector("p").textContent = `Node ${id} would be like node ${node.id}: as much memory, and as far from every node. ` +
    `Between the two the distance would be ${apart}, as from node ${node.id} to its nearest. It has no CPUs, and is added empty.`;
  box.querySelector("button").textContent = `Add node ${id}`;
}

function showEvent() {
  const { state, panel, chapter } = here;
  const { trace, play } = state;
  const place = shown();
  const section = panel.querySelector(".event");
  section.hidden = place < 0;
  if (section.hidden) return;
  const { first, title } = trace.chapters[chapter];
  const end = (trace.chapters[chapter + 1]?.first ?? trace.length) - 1;
  section.querySelector("h2").textContent = `Event ${place + 1}, before and after: ${title}`;
  section.querySelector(".sum").textContent = trace.at("sentence", end);
  section.querySelector(".bar").hidden = !editable(state);
  const { chips } = play.scenario;
  const chip = chips.findIndex((one) => place >= one.first && place < one.first + one.times);
  section.querySelector("[data-act=earlier]").disabled = chip === 0;
  section.querySelector("[data-act=later]").disabled = chip === chips.length - 1;
  showDifference(section.querySelector(".difference"), trace, play.classes.lacks, first, end);
}

function counted({ kernel, when, caused, changed: changes }) {
  const row = element("tr");
  const now = kernel === here.state.play.kernel;
  const head = row.appendChild(element("th"));
  head.scope = "row";
  const button = element("button", kernel, "link");
  Object.assign(button, { type: "button", disabled: now });
  button.dataset.kernel = kernel;
  head.append(now ? element("b", kernel) : button);
  row.append(element("td", when.join("; ")), element("td", String(caused)), element("td", String(changes)));
  if (now) row.setAttribute("aria-current", "true");
  return row;
}

// The card that is chosen.
function mark(node) {
  for (const card of document.querySelectorAll("#stage [data-node]")) card.classList.toggle("picked", Number(card.dataset.node) === node);
}

// Doing

function clickedInside({ target }) {
  const button = target.closest("button");
  const { state } = here;
  const place = shown();
  if (!button) return;
  if (button.dataset.event) happen(button.dataset.event, Number(button.dataset.times));
  const acts = {
    grow,
    earlier: () => moveEvent(state, place, -1),
    later: () => moveEvent(state, place, 1),
    remove: () => removeEvents(state, place, 1),
  };
  acts[button.dataset.act]?.();
}

// The event happens next, so many times; what was put in a moment ago stays before it.
function happen(event, times) {
  const { state, form } = here;
  const { document: machine, after } = working(state);
  put(machine, { event, node: Number(form.node.value) }, times, after);
}

function put(machine, event, times, after) {
  const events = machine.events ?? [];
  const at = Math.min(after === null ? over() : after + 1, events.length);
  const added = Array.from({ length: times }, () => event);
  const told = `${event.event} ${event.node}${times > 1 ? `, ${times} times` : ""}`;
  setEvents(here.state, machine, events.toSpliced(at, 0, ...added), told, at, at + times - 1);
}

function grow() {
  const { document: machine, after } = working(here.state);
  const { id, machine: larger } = grown(machine, Number(here.form.node.value));
  here.node = id;
  put(larger, { event: "mem_add", node: id }, 1, after);
}
