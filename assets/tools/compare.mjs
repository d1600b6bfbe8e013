// Further runs beside the one on show: other kernels, other machines, the machine before the last change, or the order
// before the event at hand. They keep step with the player; what differs is marked on the stages and in the registers.

import { machineOf, previousMachine } from "../draft.mjs";
import { machineTable, versionTable } from "./compare-lists.mjs";
import { SYNCS } from "./compare-steps.mjs";
import { Twin, valueOf } from "./compare-twin.mjs";
import { markNodes } from "./marks.mjs";

const MOST = 3; // runs beside the one on show; the stages of more would be too small to see
const USUAL = ["v6.12", "v5.15", "v5.18", "v6.1", "posted"]; // the first that is neither on show nor beside it
const FORM = `<div class="tool-head"><h2>Compare</h2><button type="button" id="stop-comparing">Close</button></div>
  <form id="other"><label>in step by <select name="sync"></select></label>
  <button type="button" id="one-more">One more run</button></form>
  <div id="twins"></div>
  <details id="all-versions"><summary>This machine under every version</summary><div></div></details>
  <details id="all-machines"><summary>Every built-in machine under this version</summary><div></div></details>`;

const $ = (selector) => document.querySelector(selector);
let twins = [];

export function open(panel, state) {
  panel.innerHTML = FORM;
  $("#other [name=sync]").append(...SYNCS.map(([value, text]) => new Option(text, value)));
  $("#other").addEventListener("change", () => stepped(state));
  $("#other").addEventListener("submit", (event) => event.preventDefault());
  $("#twins").addEventListener("change", ({ target }) => load(state, twins.find((twin) => twin.select === target)));
  $("#stop-comparing").addEventListener("click", () => $("#tool-code").click());
  for (const [id, fill] of [["all-versions", versionTable], ["all-machines", machineTable]]) {
    $(`#${id}`).addEventListener("toggle", ({ target }) => target.open && fill(state, target.querySelector("div")));
  }
  for (const wanted of state.against?.split(",").slice(0, MOST) ?? [undefined]) add(state, wanted);
  for (const twin of twins) load(state, twin);
}

export function close(state) {
  for (const twin of twins) twin.forget();
  twins = [];
  unmark();
  state.against = undefined;
  state.show();
}

// Another run is on show.
export function taken(state) {
  for (const details of document.querySelectorAll("#all-versions[open], #all-machines[open]")) details.open = false;
  for (const twin of twins) {
    offer(state, twin, twin.wanted);
    load(state, twin);
  }
}

export function clicked(state, { target }) {
  if (target.closest("#one-more")) {
    const twin = add(state);
    twin.select.focus();
    load(state, twin);
  } else if (target.closest("[data-drop]")) drop(state, twins.find(({ section }) => section.contains(target)));
  else return Boolean(target.closest("#twins figure"));
  return true;
}

function add(state, wanted) {
  const twin = new Twin();
  offer(state, twin, wanted);
  twins.push(twin);
  $("#twins").append(twin.section);
  counted();
  return twin;
}

function drop(state, twin) {
  twin.forget();
  twin.section.remove();
  twins = twins.filter((other) => other !== twin);
  counted();
  $("#one-more").focus();
  unmark();
  state.show();
}

// Their number decides how high a stage can be, and whether one can come or go.
function counted() {
  $("#twins").dataset.count = twins.length;
  $("#one-more").hidden = twins.length === MOST;
  for (const twin of twins) {
    twin.find("[data-drop]").hidden = twins.length === 1;
    twin.find("details").open = twins.length === 1; // stages above each other tell more than words between them
  }
}

// What can stand beside the run: the kernels and machines that the pickers have, and what has a before.
function offer(state, twin, wanted) {
  const of = (id) => [...$(id).options].filter(({ value }) => value).map(({ value, text }) => [value, text]);
  const before = [];
  if (previousMachine()) before.push(["before:edit", "before the last change"]);
  if (state.trace.chapters.some(({ name }) => !["zonelists", "order"].includes(name))) before.push(["before:event", "the order before the event at hand"]);
  const others = twins.filter((other) => other !== twin).map((other) => other.wanted);
  const usual = USUAL.find((kernel) => kernel !== state.play.kernel && !others.includes(`kernel:${kernel}`));
  twin.offer(
    [
      ["this machine, earlier", before],
      ["this machine under", of("#kernel").map(([value, text]) => [`kernel:${value}`, text])],
      ["this kernel on", of("#topology").map(([value, text]) => [`topology:${value}`, text])],
    ],
    wanted,
    `kernel:${usual}`,
  );
}

// The two runs of a comparison as questions: what is on show, and what differs from it.
function questions(state, [kind, name]) {
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

async function load(state, twin) {
  state.against = twins.map(({ wanted }) => wanted).join(",");
  if (await twin.load(questions(state, twin.wanted.split(":")))) state.show(); // the address says what is compared
  else if (twins.includes(twin)) stepped(state);
}

// All runs at the same place, and what differs there.
export function stepped(state) {
  state.against = twins.map(({ wanted }) => wanted).join(",");
  const stale = twins.filter(({ trace, event }) => trace && event !== undefined && event !== eventAt(state));
  for (const twin of stale) load(state, twin);
  const here = twins.filter((twin) => twin.trace && !stale.includes(twin));
  const apart = new Set(here.flatMap((twin) => twin.follow(state, $("#other [name=sync]").value)));
  markNodes($("#stage svg"), "twin-marks", [...apart]);
  markRegisters(state, here);
}

// Cells of the registers that another run fills otherwise, with what it has there.
function markRegisters({ trace, step, view }, here) {
  for (const [name, { cells }] of view.rows) {
    for (const [node, cell] of cells) {
      const own = valueOf(trace, name, node, step);
      const others = here.map((twin) => [twin.name, twin.apart(name, node, own)]).filter(([, value]) => value !== undefined);
      cell.classList.toggle("apart", others.length > 0);
      if (!others.length) delete cell.dataset.there;
      else {
        cell.dataset.there = [...new Set(others.map(([, value]) => said(value)))].join(" / ");
        cell.title = [cell.title, ...others.map(([run, value]) => `${said(value)} in ${run}`)].filter(Boolean).join("; ");
      }
    }
  }
}

const said = (value) => (value === true ? "in" : value === false ? "out" : value === "" ? "empty" : value);

function unmark() {
  markNodes($("#stage svg"), "twin-marks", []);
  for (const cell of document.querySelectorAll("#registers .apart")) {
    cell.classList.remove("apart");
    delete cell.dataset.there;
  }
}
