// A second run beside the one on show: another kernel, another machine, the machine before the last change, or the order
// before the event at hand. It keeps step with the player; what differs is marked on both stages and in the registers.

import { askServer } from "../asking.mjs";
import { machineOf, previousMachine } from "../draft.mjs";
import { openTrace } from "../signals.mjs";
import { lookUpStage, paintStage, targetsAt } from "../stage.mjs";
import { element } from "../tables.mjs";
import { listDifferences, machineTable, versionTable } from "./compare-lists.mjs";
import { SYNCS, twinStep } from "./compare-steps.mjs";
import { markNodes } from "./marks.mjs";

const FORM = `<div class="tool-head"><h2>Compare</h2><button type="button" id="stop-comparing">Close</button></div>
  <form id="other"><label>with <select name="other"></select></label>
  <label>in step by <select name="sync"></select></label></form>
  <p id="apart" role="status"></p>
  <figure id="twin" hidden><figcaption></figcaption><div></div></figure>
  <ul id="differences" aria-label="Where they differ, and why"></ul>
  <details id="all-versions"><summary>This machine under every version</summary><div></div></details>
  <details id="all-machines"><summary>Every built-in machine under this version</summary><div></div></details>`;

const $ = (selector) => document.querySelector(selector);
const twin = { trace: null, view: null, turn: 0, answer: null };

export function open(panel, state) {
  panel.innerHTML = FORM;
  offer(state);
  $("#other [name=sync]").append(...SYNCS.map(([value, text]) => new Option(text, value)));
  $("#other [name=sync]").value = "source";
  $("#other").addEventListener("change", ({ target }) => (target.name === "sync" ? stepped(state) : choose(state)));
  $("#stop-comparing").addEventListener("click", () => $("#tool-code").click());
  for (const [id, fill] of [["all-versions", versionTable], ["all-machines", machineTable]]) {
    $(`#${id}`).addEventListener("toggle", ({ target }) => target.open && fill(state, target.querySelector("div")));
  }
  load(state);
}

export function close(state) {
  twin.turn++;
  forget();
  state.against = undefined;
  state.show();
}

// Another run is on show.
export function taken(state) {
  offer(state);
  for (const details of document.querySelectorAll("#tool details[open]")) details.open = false;
  load(state);
}

export function clicked(state, { target }) {
  return Boolean(target.closest("#twin"));
}

// What can stand beside the run: the kernels and machines that the pickers have, and what has a before.
function offer(state) {
  const select = $("#other [name=other]");
  const group = (label, options) => {
    const made = Object.assign(element("optgroup"), { label });
    made.append(...options.map(([value, text]) => new Option(text, value)));
    return made;
  };
  const of = (id) => [...$(id).options].filter(({ value }) => value).map(({ value, text }) => [value, text]);
  const before = [];
  if (previousMachine()) before.push(["before:edit", "before the last change"]);
  if (state.trace.chapters.some(({ name }) => !["zonelists", "order"].includes(name))) before.push(["before:event", "the order before the event at hand"]);
  select.replaceChildren(
    ...(before.length ? [group("this machine, earlier", before)] : []),
    group("this machine under", of("#kernel").map(([value, text]) => [`kernel:${value}`, text])),
    group("this kernel on", of("#topology").map(([value, text]) => [`topology:${value}`, text])),
  );
  const usual = state.play.kernel === "v6.12" ? "kernel:v5.15" : "kernel:v6.12";
  select.value = state.against ?? usual;
  if (!select.value) select.value = usual;
}

function choose(state) {
  state.against = $("#other [name=other]").value;
  load(state);
}

// The second run as a question: what differs from the first.
function otherOf(state, [kind, name]) {
  const here = { ...machineOf(state), kernel: state.play.asked, zonelists: state.play.zonelists };
  if (kind === "kernel") return [here, { ...here, kernel: name }];
  if (kind === "topology") return [here, { topology: name, kernel: here.kernel, zonelists: here.zonelists }];
  if (name === "edit") return [here, { ...previousMachine(), kernel: here.kernel, zonelists: here.zonelists }];
  const event = eventAt(state);
  return [{ ...here, events: event }, { ...here, events: Math.max(0, event - 1) }];
}

// How many events have begun.
const eventAt = ({ trace, step }) =>
  trace.chapters.filter(({ name, first }) => first <= step && !["zonelists", "order"].includes(name)).length;

async function load(state) {
  const turn = ++twin.turn;
  state.against = $("#other [name=other]").value;
  const [here, other] = otherOf(state, state.against.split(":"));
  twin.event = other.events === undefined ? undefined : here.events;
  $("#apart").textContent = "Comparing.";
  try {
    const answer = await askServer("against", { ...here, other });
    if (turn === twin.turn) show(state, answer);
  } catch (error) {
    if (turn !== twin.turn) return;
    forget();
    $("#differences")?.replaceChildren();
    if ($("#apart")) $("#apart").textContent = error.message;
  }
}

function show(state, answer) {
  forget();
  twin.answer = answer;
  twin.trace = openTrace(answer.trace);
  const figure = $("#twin");
  figure.hidden = false;
  figure.querySelector("div").innerHTML = answer.stage;
  const svg = figure.querySelector("svg");
  for (const card of svg.querySelectorAll("[tabindex]")) for (const name of ["tabindex", "role", "aria-label"]) card.removeAttribute(name);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `The stage of ${answer.names[1]}; what differs is listed below`);
  twin.view = lookUpStage(svg, answer.classes);
  listDifferences($("#differences"), answer);
  const count = answer.differences.length;
  $("#apart").textContent = count
    ? `${count} of ${state.trace.nodes.length} nodes demote elsewhere in ${answer.names[1]} than in ${answer.names[0]}.`
    : `${answer.names[0]} and ${answer.names[1]} give the same targets in the end.`;
  stepped(state);
  state.show(); // the address says what it is compared with
}

// Both runs at the same place, and what differs there.
export function stepped(state) {
  if (!twin.trace) return;
  if (twin.event !== undefined && twin.event !== eventAt(state)) return load(state);
  const at = twinStep($("#other [name=sync]").value, state, twin.trace);
  paintStage(twin.view, twin.trace, at);
  const nodes = state.trace.nodes.filter((node) => differ(state, node, at));
  markNodes($("#stage svg"), "twin-marks", nodes);
  markNodes($("#twin svg"), "twin-marks", nodes);
  markRegisters(state, at);
  $("#twin figcaption").textContent = `${twin.answer.names[1]}, step ${at} of ${twin.trace.length - 1}${nodes.length ? `; differs now at node ${nodes.join(", ")}` : "; the same targets now"}`;
}

function differ({ trace, step }, node, at) {
  if (!twin.trace.nodes.includes(node)) return true;
  const [one, other] = [targetsAt(trace, node, step), targetsAt(twin.trace, node, at)];
  return one.length !== other.length || one.some((target) => !other.includes(target));
}

// Cells of the registers that the second run fills otherwise, with what it has there.
function markRegisters({ trace, step, view }, at) {
  for (const [name, { cells }] of view.rows) {
    for (const [node, cell] of cells) {
      const there = valueOf(twin.trace, name, node, at);
      const apart = there !== undefined && String(there) !== String(valueOf(trace, name, node, step));
      cell.classList.toggle("apart", apart);
      if (apart) cell.dataset.there = there === true ? "in" : there === false ? "not in" : there;
      else delete cell.dataset.there;
    }
  }
}

function valueOf(trace, name, node, step) {
  if (trace.masks.includes(name)) return trace.holds(name, node, step);
  return trace.has(`${name}[${node}]`) ? trace.at(`${name}[${node}]`, step) : undefined;
}

function forget() {
  twin.trace = twin.view = null;
  for (const svg of [$("#stage svg"), $("#twin svg")]) markNodes(svg, "twin-marks", []);
  for (const cell of document.querySelectorAll("#registers .apart")) {
    cell.classList.remove("apart");
    delete cell.dataset.there;
  }
  if ($("#twin")) $("#twin").hidden = true;
}
