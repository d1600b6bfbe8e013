// @ts-check
// The editor: changes the nodes of the machine, their places, ids and distances, in its panel and on the stage. Each
// edit is a change of the history; a sentence says what it did to the order.

import { MAX_EDIT_NODES } from "#core/constants";
import { $, element, find, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { isSwitch, keep, recall } from "#core/storage";
import { ordinal } from "#core/words";
import { change, documentOf, redo, revert, sendNewest, undo } from "#player/history";
import { CardInput } from "#tools/edit/card-input";
import { MAX_GRID_NODES, readBlock, setBlock, setDistance } from "#tools/edit/distances";
import { CardDragger, makeRoom } from "#tools/edit/dragging";
import { showEffect, showHistory, showOddities, showUnanswered } from "#tools/edit/edit-messages";
import { choosers } from "#tools/edit/effect";
import { FORM } from "#tools/edit/form";
import { Grid } from "#tools/edit/grid";
import { addNode, moveNode, nodeOf, removeNode, renumber, setKey, shiftId, toggle } from "#tools/edit/model";
import { NodeForm, nodeOptions } from "#tools/edit/node-form";
import { focusCard, markStage, spotsOf, writeName } from "#tools/edit/stage";

const SWITCHES = ["both", "follow"];

/** The parts of the panel; null if the machine cannot be edited. */
let parts = /** @type {{ form: NodeForm, grid: Grid, dragger: CardDragger, input: CardInput } | null} */ (null);
let root = /** @type {HTMLElement} */ (/** @type {unknown} */ (null)); // made by open()
const selection = {
  /** The node that is edited. */
  node: /** @type {NodeId} */ (-1),
  /** The node whose card has the focus. */
  focused: /** @type {NodeId | null} */ (null),
  /** The part in which the last edit was made, and whether that part shows a refusal. */
  asker: /** @type {NodeForm | Grid | null} */ (null),
  isRefused: false,
};

/** @param {HTMLElement} place */
export function open(place) {
  root = place.appendChild(element("div", "", "edit"));
  parts = null;
  Object.assign(selection, { asker: null, isRefused: false });
  if (!documentOf()) return root.append(element("p", whyNot(), "quiet"));
  root.innerHTML = FORM;
  parts = buildParts();
  parts.dragger.listen();
  parts.input.listen();
  show();
}

function whyNot() {
  if (!hasRun()) return "There is no machine yet.";
  const line = `A page edits machines of up to ${MAX_EDIT_NODES} nodes, and this one has more.`;
  return `${line} Save it as TOML or JSON (Share), change the file, and open that.`;
}

function buildParts() {
  const fields = $("form", root);
  const form = new NodeForm(fields, {
    set: setField,
    toggle: (key) => edit(toggle(machine(), selection.node, key), form),
  });
  on(fields.node, "change", () => select(Number(fields.node.value)));
  const grid = new Grid($("table", root), {
    refusal: $("#grid-refusal", root),
    set: (from, to, text) => edit(setDistance(machine(), from, to, text, isOn("both")), grid),
    paste: (from, to, text) => edit(setBlock(machine(), readBlock(text), from, to, isOn("both")), grid),
  });
  for (const name of SWITCHES) $(`[name=${name}]`, root).checked = recall(`edit-${name}`, isSwitch) !== "off";
  on(root, "change", ({ target }) => {
    if (SWITCHES.includes(target.name)) keep(`edit-${target.name}`, target.checked ? "on" : "off");
  });
  on(root, "click", ({ target }) => onButton(target.closest("button")));
  const spots = () => spotsOf(machine());
  const dragger = new CardDragger({ spots, onSelect: select, onMove: move });
  const input = new CardInput({ spots, onFocus, move, rename, remove, add });
  return { form, grid, dragger, input };
}

/** Return the newest machine, which there is whenever the panel has its parts. */
const machine = () => /** @type {Machine} */ (documentOf());

/** @param {string} name */
const isOn = (name) => $(`[name=${name}]`, root).checked;

export function close() {
  if (!parts) return;
  parts.dragger.ignore();
  parts.input.ignore();
  parts = null;
  find("#stage .edit-marks")?.remove();
  makeRoom(false);
}

export function onRun() {
  parts?.dragger.stop();
  if (!parts || !documentOf()) {
    const place = /** @type {HTMLElement} */ (root.parentElement);
    close();
    root.remove();
    return open(place);
  }
  if (selection.isRefused) selection.asker?.tell("");
  selection.isRefused = false;
  showEffect(root);
  show();
  if (document.activeElement === document.body && selection.focused !== null) focusCard(selection.focused);
}

/**
 * Show that the server has refused an edit, or is gone, in the part where the edit was made. Written texts stay.
 * @param {string} line
 * @param {Failure} why
 */
export function onRunFailed(line, why) {
  if (!parts || why === "unasked") return;
  selection.asker?.tell(line);
  selection.isRefused = true;
  showHistory(root);
  showUnanswered(root);
}

// Edits

/**
 * Take an edit into the history, and show it; null changes nothing.
 * @param {Edit | null} made
 * @param {NodeForm | Grid | null} asker
 */
function edit(made, asker) {
  selection.asker = asker;
  if (!made) return;
  const names = new Map(made.renamed);
  selection.node = names.get(selection.node) ?? selection.node;
  if (selection.focused !== null) selection.focused = names.get(selection.focused) ?? selection.focused;
  change(made.document, made.description, undefined, made.renamed);
  if (made.id !== undefined) selection.node = made.id;
  show();
}

/**
 * Make an edit that does not come from a field. If it is refused, the reason is shown below the fields.
 * @param {() => Edit | null} act
 */
function tryEdit(act) {
  if (!parts) return;
  const { form } = parts;
  form.last = null;
  try {
    edit(act(), form);
    form.tell("");
  } catch (error) {
    form.tell(/** @type {Error} */ (error).message);
  }
}

/**
 * Make the edit for a changed field of the form.
 * @param {string} key
 * @param {string} text
 */
function setField(key, text) {
  const { node } = selection;
  const now = machine();
  const spots = spotsOf(now);
  const asker = parts?.form ?? null;
  if (key === "id") edit(renumber(now, node, text), asker);
  else if (key === "socket") edit(moveNode(now, spots, node, { ...spots[node], socket: text }, isOn("follow")), asker);
  else if (key === "tier" && /^\d{1,4}$/.test(text)) {
    edit(moveNode(now, spots, node, { ...spots[node], tier: Number(text) }, isOn("follow")), asker);
  } else edit(setKey(now, node, /** @type {import("#tools/edit/fields").Key} */ (key), text), asker);
}

/**
 * @param {NodeId} id
 * @param {Spot} spot
 */
function move(id, spot) {
  select(id);
  tryEdit(() => moveNode(machine(), spotsOf(machine()), id, spot, isOn("follow")));
}

const add = () => tryEdit(() => addNode(machine(), spotsOf(machine()), spotsOf(machine())[selection.node]));

/** @param {NodeId} id */
function remove(id) {
  const ids = machine().nodes.map((node) => node.id);
  tryEdit(() => {
    const made = removeNode(machine(), id);
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1];
    if (selection.focused === id) selection.focused = next;
    selection.node = next;
    return made;
  });
}

/** @param {NodeId} id */
function rename(id) {
  const { label = "" } = nodeOf(machine(), id) ?? {};
  writeName(id, label, (text) => tryEdit(() => setKey(machine(), id, "label", text)));
}

/** @type {Record<string, () => void>} */
const ACTS = {
  undo,
  redo,
  revert,
  "try-again": sendNewest,
  add,
  remove: () => remove(selection.node),
  rename: () => rename(selection.node),
  earlier: () => tryEdit(() => shiftId(machine(), selection.node, -1)),
  later: () => tryEdit(() => shiftId(machine(), selection.node, 1)),
};

/** @param {HTMLButtonElement | null} button */
function onButton(button) {
  const { act, pair } = button?.dataset ?? {};
  if (act) ACTS[act]();
  if (pair) goTo(...pair.split(" ").map(Number));
  if (parts && act) show();
}

/** @param {NodeId[]} pair */
const goTo = (...[from, to]) => parts?.grid.goTo(from, to);

// On the stage

/** @param {TargetedEvent<Event>} event */
export function onClick(event) {
  if (!parts || !event.target.closest?.("#stage")) return false;
  const card = event.target.closest("[data-node]");
  const arrow = event.target.closest("[data-from]");
  if (parts.dragger.isEndOfDrag(event)) return true;
  if (card) select(Number(card.dataset.node));
  if (card && event.type === "keydown") $("[name=label]", root).focus();
  if (arrow && parts.grid.ids.length) goTo(Number(arrow.dataset.from), Number(arrow.dataset.to));
  return Boolean(card || arrow);
}

/** @param {NodeId | null} id the node whose card has the focus now */
function onFocus(id) {
  selection.focused = id;
  if (id !== null) select(id);
}

/** @param {NodeId} id */
function select(id) {
  if (selection.node === id) return;
  selection.node = id;
  show();
}

// Showing

function show() {
  if (!parts) return;
  const now = machine();
  if (!nodeOf(now, selection.node)) selection.node = now.nodes[0].id;
  const order = choosers(state.trace);
  const words = (/** @type {NodeId} */ id) => (order?.includes(id) ? `chooses ${ordinal(order.indexOf(id) + 1)}` : "");
  const { form } = parts.form;
  form.node.replaceChildren(...nodeOptions(now, words));
  form.node.value = String(selection.node);
  parts.form.show(now, selection.node, spotsOf(now));
  showDistances(now, parts.grid);
  showHistory(root);
  showUnanswered(root);
  makeRoom(true);
  markStage(selection.node, order);
}

/**
 * @param {Machine} machine
 * @param {Grid} grid
 */
function showDistances(machine, grid) {
  const count = machine.nodes.length;
  const areTooMany = count > MAX_GRID_NODES;
  $(".grid-box", root).hidden = $(".grid-help", root).hidden = areTooMany;
  $(".too-many", root).hidden = !areTooMany;
  if (areTooMany) {
    const line = `The grid holds the distances of up to ${MAX_GRID_NODES} nodes, and this machine has ${count}.`;
    $(".too-many", root).textContent = `${line} Save it as TOML or JSON (Share) to change them in a file.`;
  } else grid.show(machine);
  showOddities(root, machine, areTooMany);
}
