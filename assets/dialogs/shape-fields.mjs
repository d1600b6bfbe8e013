// @ts-check
// The fields of the dialog for a new machine: its form, a row for nodes, and what fields hold.

import { all, $ as at, element } from "#core/dom";

export const FORM = `<form novalidate>
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

/** The values of fields, by the fields' names. */
/** @typedef {Record<string, string | boolean>} Words */

/** @param {Element} row @param {string} name */
export const field = (row, name) => at(`[data-name=${name}]`, row);
/** @param {ParentNode} place */
export const fieldsOf = (place) => /** @type {Control[]} */ (all("[data-name]", place));

/** @param {ParentNode} place @returns {Words} */
export const wordsOf = (place) => Object.fromEntries(fieldsOf(place).map((one) => [one.dataset.name, wordOf(one)]));

/** @param {Control} field */
function wordOf({ type, checked, value, dataset }) {
  if (type === "checkbox") return checked;
  return FLAGS.includes(dataset.name ?? "") ? value === "1" : value;
}

/**
 * @param {Control} field
 * @param {string | boolean} word
 */
export function setWord(field, word) {
  if (field.type === "checkbox") field.checked = word === true;
  else field.value = word === true ? "1" : word || "";
}

/**
 * Return a row of fields.
 * @param {Record<string, string>} kinds the kinds of memory, by name
 * @param {Record<string, any>} stand what its fields hold
 */
export function rowOf(kinds, stand) {
  const row = element("div", "", "stand");
  row.dataset.row = "";
  row.setAttribute("role", "group");
  row.innerHTML = ROW;
  for (const [value, label] of Object.entries(kinds)) field(row, "kind").append(new Option(label, value));
  for (const one of fieldsOf(row)) setWord(one, stand[one.dataset.name ?? ""]);
  showRow(row);
  return row;
}

/**
 * Enable the fields that a row needs. A distance is counted from the nodes with CPUs, so those have no field for it.
 * @param {Element} row
 */
export function showRow(row) {
  const hasCpus = field(row, "has_cpus").checked;
  field(row, "cpus").disabled = !hasCpus;
  field(row, "at").disabled = hasCpus;
}

/**
 * Show in each empty field the value that it stands for.
 * @param {Element} row
 * @param {Record<string, string>} usual
 */
export function hint(row, usual) {
  for (const name of ["cpus", "size", "at"]) field(row, name).placeholder = usual[name] ?? "";
}
