// @ts-check
// Shows the dialog for a new machine: fields for the nodes of each socket and a few numbers, and the same machine as
// one line of text. A change of either changes the other. The server alone reads lines; this module only moves texts
// between fields and the server.

import { askServer, messageOf } from "#core/api";
import { all, $ as at, element, find, on, setAttribute } from "#core/dom";
import { NO_ANSWER } from "#core/server";
import { hasRun, state } from "#core/state";
import { machineOf, replaceMachine } from "#player/history";

const ASK_DELAY = 150; // milliseconds after the last key until the server is asked

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
    <label><span>sockets form</span><select data-name="ring"><option value="">a mesh</option>
      <option value="1">a ring</option></select></label>
    <label><span>between clusters</span><input data-name="cluster_at" inputmode="numeric"></label>
    <label class="wide"><span>single distances</span>
      <input data-name="pairs" placeholder="0-1 at 20; 1>0 at 25"></label>
  </fieldset>
  <p id="shape-wrong" class="refusal" role="alert"></p>
  <div class="shape-end">
    <div class="preview"><p id="shape-told" role="status"></p>
      <pre id="shape-order" tabindex="0" role="region" aria-label="Who demotes to whom" hidden></pre></div>
    <div class="row"><button type="button" data-act="cancel">Cancel</button><button
    class="primary">Create</button></div>
  </div></form>`;

const ROW = `<label class="few"><span>nodes</span><input data-name="count" inputmode="numeric"></label>
  <label class="tick"><span>CPUs</span><input data-name="has_cpus" type="checkbox"></label>
  <label class="few"><span class="sr-only">number of CPUs</span><input data-name="cpus" inputmode="numeric"></label>
  <label><span>memory</span><select data-name="kind"><option value="">none</option></select></label>
  <label class="few"><span>size</span><input data-name="size"></label>
  <label class="few"><span>distance</span><input data-name="at" inputmode="numeric"
  title="From the CPUs beside it"></label>
  <label class="each"><span>in each</span><select data-name="per_socket"><option value="">cluster</option>
    <option value="1">socket</option></select></label>
  <button type="button" data-act="up" title="Move up: ids follow this order">↑</button>
  <button type="button" data-act="remove" title="Remove">×</button>`;

const FLAGS = ["ring", "cpus_first", "per_socket"]; // lists of two choices, which stand for false and true
const LISTS = /** @type {const} */ (["stands", "shared"]);
/** @type {Words} */
const NEW = { count: "1", has_cpus: false, cpus: "", kind: "cxl", size: "", at: "", per_socket: false };

/** The values of fields, by the fields' names. */
/** @typedef {Record<string, string | boolean>} Words */
/** @typedef {{ line: string } | { shape: Shape }} Question */
/** A shape as the server sends it (viz/topology/shapes.py); `usual` has the values that empty fields stand for. */
/** @typedef {Record<"stands" | "shared", (Words & { usual: Record<string, string> })[]> & Record<string, any>} Shape */
/**
 * @typedef {{ line: string, shape: Shape, told: string, order: string[], kinds: Record<string, string>,
 *   usual: Record<string, string>, wrong?: string, at?: string }} ShapeAnswer
 */

/** @type {HTMLDialogElement | null} */
let made = null;
const dialog = {
  /** The kinds of memory, by name. */
  kinds: /** @type {Record<string, string>} */ ({}),
  /** How many questions were asked. An answer to an earlier question is dropped. */
  turn: 0,
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
  /** Whether the visitor has last changed the line or the fields. */
  written: /** @type {"line" | "shape"} */ ("line"),
  question: /** @type {object} */ ({}),
};

const root = () => (made ??= make());
/** @template {string} S @param {S} selector */
const $ = (selector) => at(selector, root());
/** @param {string} name the name under which the server knows a field: "cross", "stands.0.size" */
const control = (name) => /** @type {Control | null} */ (/** @type {unknown} */ (find(`[data-at="${name}"]`, root())));
/** @param {Element} row @param {string} name */
const field = (row, name) => at(`[data-name=${name}]`, row);
/** @param {string} list */
const rowsOf = (list) => all(`[data-rows=${list}] > *`, root());
/** @param {ParentNode} place */
const fieldsOf = (place) => /** @type {Control[]} */ (all("[data-name]", place));

export function openShape() {
  root().showModal();
  const start = hasRun() ? machineOf(state.request) : { topology: at("#topology option").value };
  ask(start).then((answer) => answer && field(root(), "line").select());
}

function make() {
  const made = element("dialog");
  made.id = "shape";
  made.setAttribute("aria-labelledby", "shape-title");
  made.innerHTML = FORM;
  on(made, "input", onInput);
  on(made, "click", ({ target }) => onButton(target.closest("[data-act]")));
  on(made, "submit", create);
  for (const one of fieldsOf(made)) one.dataset.at = one.dataset.name;
  document.body.append(made);
  window.addEventListener("tierscope:back", () => {
    const hasNoAnswer = $("#shape-wrong").textContent?.includes(NO_ANSWER);
    if (made.open && hasNoAnswer) ask(dialog.question);
  });
  return made;
}

// What the visitor does

/** @param {TargetedEvent<Event>} event */
function onInput({ target }) {
  dialog.written = target.dataset.name === "line" ? "line" : "shape";
  dialog.turn += 1; // the answer that is awaited would overwrite this change, so it is dropped
  const row = target.closest("[data-row]");
  if (row && target.matches("[type=checkbox]")) showRow(row);
  clearTimeout(dialog.timer);
  dialog.timer = setTimeout(() => ask(question()), ASK_DELAY);
}

/** @param {Element | null} button */
function onButton(button) {
  const row = button?.closest("[data-row]");
  const { act, to } = button?.dataset ?? {};
  if (act === "cancel") root().close();
  if (act === "add") {
    const added = addRow(to ?? "", NEW);
    onOrder();
    field(added, "kind").focus();
  }
  if (act === "up") {
    if (row) row.previousElementSibling?.before(row);
    onOrder();
    button?.focus();
  }
  if (act === "remove" && row) removeRow(row);
}

/** @param {Element} row */
function removeRow(row) {
  const list = row.parentElement?.dataset.rows;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  showWrong({});
  row.remove();
  onOrder();
  (next ? at("[data-act=remove]", next) : $(`[data-to=${list}]`)).focus();
}

/** Number the rows anew and ask the server, after rows were added, removed or moved. */
function onOrder() {
  dialog.written = "shape";
  numberRows();
  ask(question());
}

/** @param {Event} event */
async function create(event) {
  event.preventDefault();
  clearTimeout(dialog.timer);
  const answer = await ask(question());
  if (!answer) return find("[aria-invalid=true]", root())?.focus();
  root().close();
  replaceMachine({ text: answer.line }, `New machine: ${answer.line}`);
}

// The server's answer

const question = () => (dialog.written === "line" ? { line: field(root(), "line").value } : { shape: shapeWords() });

/**
 * Ask the server and show its answer. Return the answer; null if the machine is refused, or if another question was
 * asked meanwhile.
 * @param {object} asked
 * @returns {Promise<ShapeAnswer | null>}
 */
async function ask(asked) {
  dialog.turn += 1;
  const { turn } = dialog;
  dialog.question = asked;
  const options = hasRun() ? { kernel: state.play.asked, zonelists: state.play.zonelists } : {};
  let answer;
  try {
    answer = await askServer("shape", { ...asked, ...options });
  } catch (error) {
    answer = { wrong: messageOf(error), at: "" };
  }
  if (turn !== dialog.turn) return null;
  showWrong(answer);
  if (answer.wrong) return null;
  show(answer, asked);
  return answer;
}

/** Return the values of all fields as a shape. */
function shapeWords() {
  const rows = (/** @type {string} */ list) => rowsOf(list).map(wordsOf);
  const numbers = all(".numbers", root()).map(wordsOf);
  return { ...Object.assign({}, ...numbers), stands: rows("stands"), shared: rows("shared") };
}

/** @param {ParentNode} place @returns {Words} */
const wordsOf = (place) => Object.fromEntries(fieldsOf(place).map((one) => [one.dataset.name, wordOf(one)]));

/** @param {Control} field */
function wordOf({ type, checked, value, dataset }) {
  if (type === "checkbox") return checked;
  return FLAGS.includes(dataset.name ?? "") ? value === "1" : value;
}

// Showing an answer

/**
 * Show an answer: as a line, in the fields, and the order that follows from it.
 * @param {ShapeAnswer} answer
 * @param {object} asked
 */
function show({ line, shape, told, order, kinds, usual }, asked) {
  dialog.kinds = kinds;
  if (!("line" in asked)) field(root(), "line").value = line; // a line that the visitor is writing stays
  if (!("shape" in asked)) fill(shape);
  for (const [name, word] of Object.entries(usual)) {
    const hinted = control(name);
    if (hinted) hinted.placeholder = word;
  }
  for (const list of LISTS) {
    for (const [place, row] of rowsOf(list).entries()) hint(row, { cpus: usual.cpus, ...shape[list][place].usual });
  }
  $("#shape-told").textContent = told;
  $("#shape-order").textContent = order.join("\n");
  $("#shape-order").hidden = !order.length;
  const isSplit = Number(shape.clusters) > 1;
  root().toggleAttribute("data-clusters", isSplit);
  $("#shape-each").textContent = isSplit ? "In each cluster or socket" : "In each socket";
}

/** @param {Shape} shape */
function fill(shape) {
  for (const one of all("fieldset", root())) one.removeAttribute("disabled"); // disabled until the first answer comes
  for (const place of all(".numbers", root())) {
    for (const one of fieldsOf(place)) setWord(one, shape[one.dataset.name ?? ""]);
  }
  for (const list of LISTS) {
    $(`[data-rows=${list}]`).replaceChildren();
    for (const stand of shape[list]) addRow(list, stand);
  }
  numberRows();
}

/**
 * @param {Control} field
 * @param {string | boolean} word
 */
function setWord(field, word) {
  if (field.type === "checkbox") field.checked = word === true;
  else field.value = word === true ? "1" : word || "";
}

/**
 * @param {string} list
 * @param {Record<string, any>} stand
 */
function addRow(list, stand) {
  const row = element("div", "", "stand");
  row.dataset.row = "";
  row.setAttribute("role", "group");
  row.innerHTML = ROW;
  for (const [value, label] of Object.entries(dialog.kinds)) field(row, "kind").append(new Option(label, value));
  for (const one of fieldsOf(row)) setWord(one, stand[one.dataset.name ?? ""]);
  $(`[data-rows=${list}]`).append(row);
  showRow(row);
  return row;
}

/**
 * Enable the fields that a row needs. A distance is counted from the nodes with CPUs, so those have no field for it.
 * @param {Element} row
 */
function showRow(row) {
  const hasCpus = field(row, "has_cpus").checked;
  field(row, "cpus").disabled = !hasCpus;
  field(row, "at").disabled = hasCpus;
}

/** Give each field the name under which the server reports an error: list, number of the row, name. */
function numberRows() {
  for (const list of LISTS) {
    const rows = rowsOf(list);
    for (const [place, row] of rows.entries()) {
      row.setAttribute("aria-label", `${list === "shared" ? "Shared memory" : "Node"} ${place + 1}`);
      for (const one of fieldsOf(row)) one.dataset.at = `${list}.${place}.${one.dataset.name}`;
      at("[data-act=up]", row).disabled = !place;
      at("[data-act=remove]", row).disabled = rows.length === 1 && list === "stands";
    }
  }
}

/**
 * Show in each empty field the value that it stands for.
 * @param {Element} row
 * @param {Record<string, string>} usual
 */
function hint(row, usual) {
  for (const name of ["cpus", "size", "at"]) field(row, name).placeholder = usual[name] ?? "";
}

/**
 * Show what is wrong, in the row of the control that is meant.
 * @param {{ wrong?: string, at?: string }} answer
 */
function showWrong({ wrong = "", at: name }) {
  const line = $("#shape-wrong");
  for (const one of all("[aria-invalid]", root())) {
    one.removeAttribute("aria-invalid");
    one.removeAttribute("aria-describedby");
  }
  const about = name ? control(name) : null;
  if (about) {
    setAttribute(about, "aria-invalid", true);
    setAttribute(about, "aria-describedby", line.id);
    about.closest("[data-row], .numbers, form > *")?.append(line);
  } else $(".shape-end").before(line);
  line.textContent = wrong;
  root().toggleAttribute("data-wrong", Boolean(wrong));
}
