// @ts-check
// Shows the dialog for a new machine: fields for the nodes of each socket and a few numbers, and the same machine as
// one line of text. A change of either changes the other. The server alone reads lines; this module only moves texts
// between fields and the server.

import { askServer, messageOf } from "#core/api";
import { all, $ as at, element, find, on, setAttribute } from "#core/dom";
import { NO_ANSWER } from "#core/server";
import { hasRun, state } from "#core/state";
import { FORM, field, fieldsOf, hint, rowOf, setWord, showRow, wordsOf } from "#dialogs/shape-fields";
import { replaceMachine } from "#player/history";
import { machineOf } from "#player/request-keys";

const ASK_DELAY = 150; // milliseconds after the last key until the server is asked

const LISTS = /** @type {const} */ (["stands", "shared"]);
/** @type {Words} */
const NEW = { count: "1", has_cpus: false, cpus: "", kind: "cxl", size: "", at: "", per_socket: false };

/** @typedef {{ line: string } | { shape: Shape }} Question */
/** A shape as the server sends it (viz/topology/shapes.py); `usual` has the values that empty fields stand for. */
/** @typedef {import("#dialogs/shape-fields").Words} Words */
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
/** @param {string} list */
const rowsOf = (list) => all(`[data-rows=${list}] > *`, root());
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
 * @param {string} list
 * @param {Record<string, any>} stand
 */
function addRow(list, stand) {
  const row = rowOf(dialog.kinds, stand);
  $(`[data-rows=${list}]`).append(row);
  return row;
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
