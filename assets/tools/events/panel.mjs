// @ts-check
// The tool for events: what can happen next to a node, the current event, and how many rebuilds all events cause.

import { askServer, messageOf } from "#core/api";
import { MAX_EDIT_NODES, MAX_EVENTS } from "#core/constants";
import { $, all, button, element, find, headCell, isExported, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { chapterBounds } from "#core/trace";
import { BEFORE, eventPlace } from "#player/event-strip";
import { disableKernels } from "#player/needs-server";
import { questionOf } from "#player/request-keys";
import { showDifference } from "#tools/events/before-after";
import { isEditable, moveEvent, removeEvents, setEvents, workingMachine } from "#tools/events/event-strip-edit";
import { grown, offers } from "#tools/events/model";
import { offerGroup, refusals } from "#tools/events/offer-buttons";

const FORM = `<div class="tool-head"><h2>What happens next</h2></div>
  <p class="quiet where"></p>
  <form class="offers">
    <div class="choose"><label>node <select name="node"></select></label>
    <label>at once <input name="times" type="number" min="1" max="${MAX_EVENTS}" value="1"></label>
    <span class="quiet">or click a node on the stage</span></div>
    <div class="offered"></div><ul class="refused quiet"></ul>
    <details class="grow"><summary>Add a node that the machine does not have</summary>
      <p class="quiet"></p><button type="button" data-act="grow"></button></details>
  </form>
  <p class="refusal" role="alert"></p>
  <section class="event" hidden>
    <h2 id="before-after" tabindex="-1"></h2>
    <p class="sum"></p>
    <div class="bar"><button type="button" data-act="earlier">Earlier</button><button type="button"
    data-act="later">Later</button>
    <button type="button" data-act="remove">Remove</button></div>
    <div class="difference"></div>
  </section>
  <section class="rebuilds"><h2>Rebuilds</h2><table><thead><tr><th scope="col">kernel</th><th scope="col">rebuilds
  at</th>
    <th scope="col">caused</th><th scope="col">changed the order</th></tr></thead><tbody></tbody></table>
    <p class="quiet legend"><i class="event-outcome changed"></i> rebuilt, the order changes
    <i class="event-outcome same"></i> rebuilt for nothing
    <i class="event-outcome kept"></i> not rebuilt</p></section>`;

let root = /** @type {HTMLElement} */ (/** @type {unknown} */ (null)); // set by open()
const panel = {
  form: /** @type {NamedForm | null} */ (null),
  /** How many questions were asked. An answer to an earlier question is dropped. */
  asked: 0,
  /** The server's answer about the events of a run, and that run. */
  facts: /** @type {import("#tools/events/model").Facts | null} */ (null),
  play: /** @type {Play | null} */ (null),
  /** The chapter that is shown, the stage of which its pictures are copies, and the node that is chosen. */
  chapter: -1,
  stage: /** @type {SVGSVGElement | null} */ (null),
  node: /** @type {NodeId | undefined} */ (undefined),
};

/** @param {HTMLElement} place */
export function open(place) {
  root = place;
  Object.assign(panel, { form: null, facts: null, chapter: -1, node: undefined });
  if (!hasRun()) return place.append(element("p", "There is no machine yet.", "quiet"));
  place.innerHTML = FORM;
  const form = $("form", place);
  panel.form = form;
  on(form, "submit", (event) => event.preventDefault());
  on(form, "input", ({ target }) => {
    if (target.name === "node") panel.node = Number(target.value);
    showOffers();
  });
  on(place, "click", ({ target }) => onButton(target.closest("button")));
  return begin();
}

export function close() {
  panel.asked += 1; // so that answers to open questions are dropped
  markCard(null);
}

export function onRun() {
  if (panel.form?.isConnected) begin();
  else open(root);
}

export function onStep() {
  const chapter = BEFORE + eventPlace();
  const isShown = chapter === panel.chapter && panel.stage === state.view.svg;
  if (!panel.facts || panel.play !== state.play || isShown) return;
  panel.chapter = chapter;
  show();
}

/**
 * Choose a node whose card was clicked. After Enter on a card, the focus goes to the events that can happen to it.
 * @param {TargetedEvent<Event>} event
 */
export function onClick({ target, type }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !panel.form) return false;
  panel.node = Number(card.dataset.node);
  showOffers();
  if (type === "keydown") find(".offered button", root)?.focus();
  return true;
}

/** Ask the server about the events of this run, and show the answers. */
async function begin() {
  panel.asked += 1;
  const { asked } = panel;
  const machine = questionOf();
  const askFor = (/** @type {string} */ name, /** @type {(answer: any) => void} */ use) =>
    askServer(name, machine).then(
      (answer) => asked === panel.asked && use(answer),
      (error) => {
        if (asked === panel.asked) $(".refusal", root).textContent = messageOf(error);
      },
    );
  $(".refusal", root).textContent = "";
  await askFor("events", (facts) => {
    Object.assign(panel, { facts, play: state.play, chapter: BEFORE + eventPlace() });
    show();
  });
  if (asked !== panel.asked) return;
  askFor("rebuilds", ({ kernels }) => {
    $(".rebuilds tbody", root).replaceChildren(...kernels.map(rebuildsRow));
    disableKernels(root);
  });
}

// Showing

function show() {
  panel.stage = state.view.svg;
  showOffers();
  showEvent();
}

/** Return the index of the event that is shown; -1 before the first one. */
const shown = () => Math.max(-1, eventPlace());

/** @param {number} place */
const chipOf = (place) => state.play.scenario.chips.find(({ first, times }) => place >= first && place < first + times);

/** Return how many events come before a new one: all up to the current event, and the equal ones of its chip. */
function countOver() {
  const chip = chipOf(shown());
  return chip ? chip.first + chip.times : 0;
}

function showOffers() {
  const { form, facts } = panel;
  if (!form || !facts || panel.play !== state.play) return; // the facts are about the previous run
  form.hidden = !isEditable() || !state.play.scenario.played;
  $(".where", root).textContent = whereText();
  if (form.hidden || !state.play.document) return;
  /** @type {Machine} */
  const machine = JSON.parse(state.play.document); // the shown one, since the server has no facts about a newer one yet
  const { nodes, events = [] } = machine;
  const node = nodes.find(({ id }) => id === (panel.node ?? events[shown()]?.node)) ?? nodes[0];
  if (form.node.length !== nodes.length) form.node.replaceChildren(...nodes.map(({ id }) => new Option(String(id))));
  form.node.value = String(node.id);
  markCard(node.id);
  const times = Math.max(1, Math.min(Number(form.times.value) || 1, MAX_EVENTS));
  const focused = document.activeElement?.dataset.offer;
  const groups = offers(facts, events, node, countOver(), times);
  $(".offered", root).replaceChildren(...groups.flatMap((group) => offerGroup(group) ?? []));
  $(".refused", root).replaceChildren(...refusals(groups));
  if (focused) find(`[data-offer="${focused}"]`, root)?.focus();
  showGrow(machine, node);
}

function whereText() {
  const { played, chips } = state.play.scenario;
  if (!played) {
    return `${state.play.kernel} is no kernel, so nothing says what its events would do: they are not played.`;
  }
  if (isExported()) return "This file plays these events; the served page takes others, too.";
  if (!isEditable()) return "This machine is too large to be changed here. Its file can be.";
  const chip = chipOf(shown());
  if (chip) return `What you add happens after event ${countOver()}: ${chip.words}.`;
  return chips.length ? "What you add happens first, before the other events." : "Nothing happens to this machine yet.";
}

/**
 * @param {Machine} machine
 * @param {MachineNode} node
 */
function showGrow(machine, node) {
  const box = $(".grow", root);
  box.hidden = !node.memory || machine.nodes.length >= MAX_EDIT_NODES;
  if (box.hidden) return;
  const { id, apart } = grown(machine, node.id);
  $("p", box).textContent =
    `Node ${id} would be like node ${node.id}: as much memory, and as far from every node. ` +
    `Between the two the distance would be ${apart}, as from node ${node.id} to its nearest. ` +
    "It has no CPUs, and is added empty.";
  $("button", box).textContent = `Add node ${id}`;
}

function showEvent() {
  const { trace, play } = state;
  const place = shown();
  const section = $(".event", root);
  section.hidden = place < 0;
  if (section.hidden) return;
  const [first, end] = chapterBounds(trace, panel.chapter);
  $("h2", section).textContent = `Event ${place + 1}, before and after: ${trace.chapters[panel.chapter].title}`;
  $(".sum", section).textContent = trace.at("sentence", end - 1);
  $(".bar", section).hidden = !isEditable();
  const { chips } = play.scenario;
  const chip = chips.findIndex((one) => one === chipOf(place));
  $("[data-act=earlier]", section).disabled = chip === 0;
  $("[data-act=later]", section).disabled = chip === chips.length - 1;
  showDifference($(".difference", section), trace, play.classes.lacks, first, end - 1);
}

/** @param {{ kernel: string, when: string[], caused: number, changed: number }} rebuilds */
function rebuildsRow({ kernel, when, caused, changed }) {
  const row = element("tr");
  const isNow = kernel === state.play.kernel;
  const head = row.appendChild(headCell("", "row"));
  head.append(isNow ? element("b", kernel) : button(kernel, "link", { kernel }));
  row.append(element("td", when.join("; ")), element("td", caused), element("td", changed));
  if (isNow) row.setAttribute("aria-current", "true");
  return row;
}

/**
 * Mark the card of the chosen node, or none.
 * @param {NodeId | null} node
 */
function markCard(node) {
  for (const card of all("#stage [data-node]")) card.classList.toggle("picked", Number(card.dataset.node) === node);
}

// Adding, moving and removing events

/** @param {HTMLButtonElement | null} pressed */
function onButton(pressed) {
  const place = shown();
  const { event, times, act } = pressed?.dataset ?? {};
  if (event) happen(event, Number(times));
  if (act === "grow") grow();
  if (act === "earlier") moveEvent(place, -1);
  if (act === "later") moveEvent(place, 1);
  if (act === "remove") removeEvents(place, 1);
}

const chosenNode = () => Number(panel.form?.node.value);

/**
 * Add an event `times` times, after the current event or, if an event was just added, after that one.
 * @param {string} event
 * @param {number} times
 */
function happen(event, times) {
  const { machine, after } = workingMachine();
  put(machine, { event, node: chosenNode() }, times, after);
}

/**
 * @param {Machine} machine
 * @param {MachineEvent} event
 * @param {number} times
 * @param {number | null} after
 */
function put(machine, event, times, after) {
  const { events = [] } = machine;
  const at = Math.min(after === null ? countOver() : after + 1, events.length);
  const added = Array.from({ length: times }, () => event);
  const description = `${event.event} ${event.node}${times > 1 ? `, ${times} times` : ""}`;
  setEvents(machine, events.toSpliced(at, 0, ...added), description, at, at + times - 1);
}

function grow() {
  const { machine, after } = workingMachine();
  const { id, machine: larger } = grown(machine, chosenNode());
  panel.node = id;
  put(larger, { event: "mem_add", node: id }, 1, after);
}
