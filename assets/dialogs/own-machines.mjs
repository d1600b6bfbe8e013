// @ts-check
// Keeps a visitor's own machines, which were pasted or edited, in this browser, and lists them below the topologies.
// Whoever edits a machine has one entry for all edits of it, beside the entry of the machine as it was pasted.

import { $, all, button, element, find, isExported, on } from "#core/dom";
import { state } from "#core/state";
import { forget, isMachine, keep, recall } from "#core/storage";
import { requestOwn } from "#dialogs/open-dialog";
import { lastChange } from "#player/history";
import { isNamed } from "#player/loading";
import { machineOf } from "#player/request-keys";

const MAX_MACHINES = 12; // how many machines are kept; the oldest are deleted
const MAX_LENGTH = 100_000; // characters of a machine that is kept
const MAX_NAME = 80;
const FORM = `<h2 id="own-title">My machines</h2>
  <p class="quiet">The machines that you have pasted or edited. Only this browser keeps them.</p>
  <ul id="own-machines"></ul>
  <div class="row"><button type="button" id="close-own">Close</button></div>`;

/** @typedef {{ id: string, name: string, machine: MachineName, link: string | null }} Own */

const now = {
  /** The machine of the run that is shown. @type {MachineName | null} */
  machine: null,
  /** The id of the machine that is shown, if it is one of the visitor's own. */
  shown: "",
  /** The id of the machine to which all edits go since another machine was opened. */
  edited: "",
};

/** @param {Own} value */
const isOwn = ({ id, name, machine, link }) =>
  /^\w{1,20}$/.test(id) && name.length <= MAX_NAME && isMachine(machine) && (link === null || typeof link === "string");

/** @param {Own[]} list */
const areMachines = (list) => list.length > 0 && list.length <= MAX_MACHINES && list.every(isOwn);

/** Return the machines that are kept, the newest first. */
const machines = () => /** @type {Own[]} */ (recall("machines", areMachines, JSON.parse) ?? []);

/**
 * Keep these machines, or as many of them as the browser has room for.
 * @param {Own[]} list
 */
function store(list) {
  const kept = list.slice(0, MAX_MACHINES);
  if (!kept.length) forget("machines");
  for (let count = kept.length; count > 0; count--) {
    if (keep("machines", JSON.stringify(kept.slice(0, count)))) return;
  }
  if (kept.length) keep("machines", JSON.stringify(kept)); // nothing is stored; the page has them until it is left
}

/** Keep the machine of a new run if it was pasted or edited, and list all own machines. */
export function noteOwnMachine() {
  if (isExported()) return;
  const machine = machineOf(state.request);
  const isAnother = !now.machine || !isSame(machine, now.machine);
  now.machine = machine;
  now.shown = isNamed(state.request) ? "" : idOf(machine, isAnother);
  if (!lastChange()) now.edited = "";
  listOwnMachines();
}

/**
 * Return the id under which a machine is kept, and keep it if it is new; "" if it is not the visitor's own, or was
 * removed while it was shown.
 * @param {MachineName} machine
 * @param {boolean} isAnother whether the run before was not of this machine
 */
function idOf(machine, isAnother) {
  const { link, title } = state.play;
  const list = machines();
  const same = list.find((one) => isSame(one.machine, machine) || (link !== null && one.link === link));
  if (same || !isAnother) return same?.id ?? "";
  const isEdit = lastChange() !== null && (machine.text ?? "").startsWith("{");
  const isGiven = lastChange() !== null || (!state.story && (machine.text ?? machine.file) !== undefined);
  const changed = list.find((one) => (isEdit ? one.id === now.edited : isSameText(one.machine, machine)));
  const kept = [machine, { link: link ?? "" }].find(
    (one) => JSON.stringify(one).length <= MAX_LENGTH && hasMachine(one),
  );
  if (!kept || (!changed && !isGiven)) return "";
  const entry = changed ?? { id: newId(list), name: nameFor(title, isEdit, list), machine, link };
  store([{ ...entry, machine: kept, link }, ...list.filter(({ id }) => id !== entry.id)]);
  if (isEdit) now.edited = entry.id;
  return entry.id;
}

/** @param {MachineName} machine */
const hasMachine = (machine) => Object.values(machine).some(Boolean);

/** @param {MachineName} one @param {MachineName} other */
const isSame = (one, other) =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/**
 * Return whether two machines were read from the same text; guesses and additions may differ.
 * @param {MachineName} one
 * @param {MachineName} other
 */
const isSameText = (one, other) =>
  /** @type {const} */ (["topology", "text", "file", "link", "machine"]).every((key) => one[key] === other[key]);

/** @param {Own[]} list */
function newId(list) {
  let id = Date.now().toString(36);
  while (list.some((one) => one.id === id)) id += "0";
  return id;
}

/**
 * Return a name that no machine of the list has.
 * @param {string} title
 * @param {boolean} isEdit
 * @param {Own[]} list
 */
function nameFor(title, isEdit, list) {
  const stem = `${title.slice(0, MAX_NAME - 16)}${isEdit ? ", edited" : ""}`;
  let name = stem;
  for (let number = 2; list.some((one) => one.name === name); number++) name = `${stem} (${number})`;
  return name;
}

/** List the own machines below the topologies. The one that is shown stands there already, as the selected one. */
export function listOwnMachines() {
  const list = machines();
  const select = $("#topology");
  const group = /** @type {HTMLOptGroupElement} */ (
    find("#my-machines") ?? select.appendChild(Object.assign(element("optgroup"), { id: "my-machines" }))
  );
  group.label = "My machines";
  group.hidden = !list.some(({ id }) => id !== now.shown);
  const others = list.filter(({ id }) => id !== now.shown);
  group.replaceChildren(...others.map(({ id, name }) => new Option(name, `own:${id}`)));
  if (now.shown) {
    const shown = list.find(({ id }) => id === now.shown);
    $("#topology [value='']").textContent = `own: ${shown?.name ?? state.play.title}`;
    if (!shown) now.shown = "";
  }
  $("#open-own").hidden = !list.length;
  if (find("#own[open]")) fill();
}

/**
 * Open a machine of the list.
 * @param {string} value the value of its option: "own:ID"
 */
export function openOwnMachine(value) {
  const own = machines().find(({ id }) => `own:${id}` === value);
  if (own) requestOwn(own.machine, own.machine.text ?? "");
  else listOwnMachines(); // another tab has removed it
}

// The dialog that names and removes them

export function openOwnMachines() {
  const dialog = /** @type {HTMLDialogElement} */ (find("#own") ?? made());
  fill();
  dialog.showModal();
}

function made() {
  const dialog = element("dialog");
  dialog.id = "own";
  dialog.setAttribute("aria-labelledby", "own-title");
  dialog.innerHTML = FORM;
  document.body.append(dialog);
  on(dialog, "change", ({ target }) => rename(target));
  on(dialog, "click", ({ target }) => {
    const { open, remove: gone } = target.dataset;
    if (target.closest("#close-own") || open) dialog.close();
    if (open) openOwnMachine(`own:${open}`);
    if (gone) remove(gone);
  });
  return dialog;
}

/** Show a row for each machine. A row that is there stays, so that it keeps the focus. */
function fill() {
  const list = machines();
  const place = $("#own-machines");
  const ids = list.map(({ id }) => id);
  for (const item of [...place.children]) if (!ids.includes(item.dataset.own ?? "")) item.remove();
  for (const [at, { id, name }] of list.entries()) {
    const row = find(`[data-own="${id}"]`, place) ?? rowOf(id);
    if (place.children[at] !== row) place.insertBefore(row, place.children[at] ?? null);
    showName(row, name);
  }
  if (!list.length) place.replaceChildren(element("li", "There is none.", "quiet"));
}

/** @param {string} id */
function rowOf(id) {
  const row = element("li");
  row.dataset.own = id;
  const field = Object.assign(element("input"), { name: id, maxLength: MAX_NAME });
  row.append(field, button("Open", "", { open: id }), button("Remove", "", { remove: id }));
  return row;
}

/**
 * Show the name of a machine in its row, but not in a field in which the visitor is writing another one.
 * @param {HTMLElement} row
 * @param {string} name
 */
function showName(row, name) {
  const field = /** @type {HTMLInputElement} */ (row.querySelector("input"));
  if (field !== document.activeElement) field.value = name;
  field.setAttribute("aria-label", `Name of ${name}`);
  for (const act of row.querySelectorAll("button")) act.setAttribute("aria-label", `${act.textContent} ${name}`);
}

/** @param {Control} field */
function rename(field) {
  const name = field.value.trim();
  const list = machines();
  const own = list.find(({ id }) => id === field.name);
  if (own && name) store(list.map((one) => (one === own ? { ...one, name } : one)));
  field.value = name || (own?.name ?? "");
  listOwnMachines();
}

/** @param {string} id */
function remove(id) {
  const list = machines();
  const place = list.findIndex((one) => one.id === id);
  store(list.filter((one) => one.id !== id));
  listOwnMachines();
  const left = all("#own-machines [data-remove]");
  const at = Math.min(place, left.length - 1);
  (left[at] ?? $("#close-own")).focus();
}
