// The dialog for a new machine: what stands in each socket and a few numbers, as controls and as one line, each following
// the other. What a line means only the server knows; here are words in fields.

import { askServer } from "../asking.mjs";
import { exchange, machineOf } from "../draft.mjs";
import { NO_ANSWER } from "../failures.mjs";
import { element } from "../tables.mjs";

const CALM = 150; // milliseconds without another key before the server is asked

const FORM = `<form novalidate>
  <h2 id="shape-title">New machine</h2>
  <label class="shape-line"><span>In one line</span>
    <input data-name="line" type="text" spellcheck="false" autocomplete="off" autocapitalize="off"></label>
  <fieldset class="numbers" disabled><legend>Sockets</legend>
    <label><span>sockets</span><input data-name="sockets" inputmode="numeric"></label>
    <label><span>clusters in each</span><input data-name="clusters" inputmode="numeric"></label>
    <label><span>lowest ids for</span><select data-name="cpus_first"><option value="">the first socket</option>
      <option value="1">nodes with CPUs</option></select></label>
  </fieldset>
  <fieldset disabled><legend id="shape-each"></legend><div data-rows="stands"></div>
    <button type="button" data-act="add" data-to="stands">Add a node</button></fieldset>
  <fieldset disabled><legend>Shared by all sockets</legend><div data-rows="shared"></div>
    <button type="button" data-act="add" data-to="shared">Add shared memory</button></fieldset>
  <fieldset class="numbers" disabled><legend>Distances</legend>
    <label><span>from socket to socket</span><input data-name="cross" inputmode="numeric"></label>
    <label><span>sockets form</span><select data-name="ring"><option value="">a mesh</option><option value="1">a ring</option></select></label>
    <label><span>between clusters</span><input data-name="cluster_at" inputmode="numeric"></label>
    <label class="wide"><span>single distances</span><input data-name="pairs" placeholder="0-1 at 20; 1>0 at 25"></label>
  </fieldset>
  <p id="shape-wrong" class="refusal" role="alert"></p>
  <div class="shape-end">
    <div class="preview"><p id="shape-told" role="status"></p><pre id="shape-order" tabindex="0" role="region" aria-label="Who demotes to whom" hidden></pre></div>
    <div class="row"><button type="button" data-act="cancel">Cancel</button><button class="primary">Create</button></div>
  </div></form>`;

const ROW = `<label class="few"><span>nodes</span><input data-name="count" inputmode="numeric"></label>
  <label class="tick"><span>CPUs</span><input data-name="has_cpus" type="checkbox"></label>
  <label class="few"><span class="unseen">number of CPUs</span><input data-name="cpus" inputmode="numeric"></label>
  <label><span>memory</span><select data-name="kind"><option value="">none</option></select></label>
  <label class="few"><span>size</span><input data-name="size"></label>
  <label class="few"><span>distance</span><input data-name="at" inputmode="numeric" title="From the CPUs beside it"></label>
  <label class="each"><span>in each</span><select data-name="per_socket"><option value="">cluster</option><option value="1">socket</option></select></label>
  <button type="button" data-act="up" title="Move up: ids follow this order">↑</button>
  <button type="button" data-act="remove" title="Remove">×</button>`;

const FLAGS = ["ring", "cpus_first", "per_socket"]; // choices between two
const NEW = { count: "1", has_cpus: false, cpus: "", kind: "cxl", size: "", at: "", per_socket: false };

const now = { state: null, dialog: null, kinds: {}, turn: 0, timer: 0, asked: "line", question: null };
const $ = (selector) => now.dialog.querySelector(selector);
const control = (at) => $(`[data-at="${at}"]`); // by the name under which the server knows it: "cross", "stands.0.size"
const field = (row, name) => row.querySelector(`[data-name=${name}]`);
const rowsOf = (list) => [...now.dialog.querySelectorAll(`[data-rows=${list}] > *`)];

export function openShape(state) {
  now.state = state;
  now.dialog ??= made();
  now.dialog.showModal();
  const start = state.play ? machineOf(state) : { topology: document.querySelector("#topology option").value };
  settle(start).then((answer) => answer && control("line").select());
}

function made() {
  const dialog = element("dialog");
  dialog.id = "shape";
  dialog.setAttribute("aria-labelledby", "shape-title");
  dialog.innerHTML = FORM;
  dialog.addEventListener("input", heard);
  dialog.addEventListener("click", clicked);
  dialog.querySelector("form").addEventListener("submit", create);
  for (const one of dialog.querySelectorAll("[data-name]")) one.dataset.at = one.dataset.name;
  document.body.append(dialog);
  window.addEventListener("tierscope:back", () => dialog.open && $("#shape-wrong").textContent.includes(NO_ANSWER) && settle(now.question));
  return dialog;
}

// What the visitor does

function heard({ target }) {
  now.asked = target.dataset.name === "line" ? "line" : "shape";
  now.turn++; // an answer that is on its way would overwrite this
  if (target.matches("[type=checkbox]")) showRow(target.closest("[data-row]"));
  clearTimeout(now.timer);
  now.timer = setTimeout(() => settle(question()), CALM);
}

function clicked({ target }) {
  const button = target.closest("[data-act]");
  if (button) ACTS[button.dataset.act](button);
}

const ACTS = {
  cancel: () => now.dialog.close(),
  add: ({ dataset }) => {
    const row = addRow(dataset.to, NEW);
    rearranged();
    field(row, "kind").focus();
  },
  up: (button) => {
    const row = button.closest("[data-row]");
    row.previousElementSibling?.before(row);
    rearranged();
    button.focus();
  },
  remove: (button) => {
    const row = button.closest("[data-row]");
    const rows = row.parentElement;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    refuse({});
    row.remove();
    rearranged();
    (next?.querySelector("[data-act=remove]") ?? $(`[data-to=${rows.dataset.rows}]`)).focus();
  },
};

function rearranged() {
  now.asked = "shape";
  number();
  settle(question());
}

async function create(event) {
  event.preventDefault();
  clearTimeout(now.timer);
  const answer = await settle(question());
  if (!answer) return $("[aria-invalid=true]")?.focus();
  now.dialog.close();
  exchange(now.state, answer.line, `New machine: ${answer.line}`);
}

// What the server makes of it

const question = () => (now.asked === "line" ? { line: control("line").value } : { shape: words() });

// Ask, and show what comes; null if that is not a machine, or if something else was asked meanwhile.
async function settle(asked) {
  const turn = ++now.turn;
  now.question = asked;
  const { asked: kernel, zonelists } = now.state.play ?? {};
  let answer;
  try {
    answer = await askServer("shape", { ...asked, kernel, zonelists });
  } catch (error) {
    answer = { wrong: error.message, at: "" };
  }
  if (turn !== now.turn) return null;
  refuse(answer);
  if (answer.wrong) return null;
  show(answer, asked);
  return answer;
}

// The words as they stand in the fields.
function words() {
  const rows = (list) => rowsOf(list).map((row) => wordsOf(row));
  return { ...wordsOf($(".numbers")), ...wordsOf($(".numbers ~ .numbers")), stands: rows("stands"), shared: rows("shared") };
}

const wordsOf = (place) => Object.fromEntries([...place.querySelectorAll("[data-name]")].map((one) => [one.dataset.name, wordOf(one)]));

function wordOf({ type, checked, value, dataset }) {
  if (type === "checkbox") return checked;
  return FLAGS.includes(dataset.name) ? value === "1" : value;
}

// What it shows

function show({ line, shape, told, order, kinds, usual }, asked) {
  now.kinds = kinds;
  if (asked.line === undefined) control("line").value = line; // else the visitor is writing it
  if (!asked.shape) fill(shape);
  for (const [at, word] of Object.entries(usual)) if (control(at)) control(at).placeholder = word;
  for (const list of ["stands", "shared"]) rowsOf(list).forEach((row, place) => hint(row, { cpus: usual.cpus, ...shape[list][place].usual }));
  $("#shape-told").textContent = told;
  $("#shape-order").textContent = order.join("\n");
  $("#shape-order").hidden = !order.length;
  const split = Number(shape.clusters) > 1;
  now.dialog.toggleAttribute("data-clusters", split);
  $("#shape-each").textContent = split ? "In each cluster or socket" : "In each socket";
}

function fill(shape) {
  for (const one of now.dialog.querySelectorAll("fieldset")) one.disabled = false; // empty before the first answer
  for (const one of now.dialog.querySelectorAll(".numbers [data-name]")) setWord(one, shape[one.dataset.name]);
  for (const list of ["stands", "shared"]) {
    $(`[data-rows=${list}]`).replaceChildren();
    for (const stand of shape[list]) addRow(list, stand);
  }
  number();
}

function setWord(one, word) {
  if (one.type === "checkbox") one.checked = word;
  else one.value = word === true ? "1" : word || "";
}

function addRow(list, stand) {
  const row = element("div", "", "stand");
  row.dataset.row = "";
  row.setAttribute("role", "group");
  row.innerHTML = ROW;
  for (const [value, label] of Object.entries(now.kinds)) field(row, "kind").append(new Option(label, value));
  for (const one of row.querySelectorAll("[data-name]")) setWord(one, stand[one.dataset.name]);
  $(`[data-rows=${list}]`).append(row);
  showRow(row);
  return row;
}

// Distances are counted from nodes with CPUs, so these have none of their own.
function showRow(row) {
  const has = field(row, "has_cpus").checked;
  field(row, "cpus").disabled = !has;
  field(row, "at").disabled = has;
}

// Every row and field by its place, as the server names what is wrong.
function number() {
  for (const list of ["stands", "shared"]) {
    const rows = rowsOf(list);
    rows.forEach((row, place) => {
      row.setAttribute("aria-label", `${list === "shared" ? "Shared memory" : "Node"} ${place + 1}`);
      for (const one of row.querySelectorAll("[data-name]")) one.dataset.at = `${list}.${place}.${one.dataset.name}`;
      row.querySelector("[data-act=up]").disabled = !place;
      row.querySelector("[data-act=remove]").disabled = rows.length === 1 && list === "stands";
    });
  }
}

// What an empty field stands for.
function hint(row, usual) {
  for (const name of ["cpus", "size", "at"]) field(row, name).placeholder = usual[name] ?? "";
}

// What is wrong is said right below the control that it is about, in its row.
function refuse({ wrong, at }) {
  const said = $("#shape-wrong");
  for (const one of now.dialog.querySelectorAll("[aria-invalid]")) {
    one.removeAttribute("aria-invalid");
    one.removeAttribute("aria-describedby");
  }
  const about = at ? control(at) : null;
  about?.setAttribute("aria-invalid", "true");
  about?.setAttribute("aria-describedby", said.id);
  if (about) about.closest("[data-row], .numbers, form > *").append(said);
  else $(".shape-end").before(said);
  said.textContent = wrong ?? "";
  now.dialog.toggleAttribute("data-wrong", Boolean(wrong));
}
