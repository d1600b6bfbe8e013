// Edit the machine beside the stage and on it: nodes, their places, ids and distances. Each edit is a change of the draft;
// what it did to the order is said in a sentence.

import { change, documentOf, lastChange, redo, revert, sendNewest, undo } from "../draft.mjs";
import { isSwitch, keep, recall } from "../storage.mjs";
import { element } from "../tables.mjs";
import { MOST_SHOWN, readBlock, setBlock, setDistance } from "./edit-distances.mjs";
import { choosers } from "./edit-effect.mjs";
import { Grid } from "./edit-grid.mjs";
import { MOST_NODES, addNode, moveNode, nodeOf, removeNode, renumber, setKey, shiftId, toggle } from "./edit-model.mjs";
import { FIELDS, NodeForm, nodeOptions } from "./edit-node.mjs";
import { Hand, focusCard, makeRoom, markStage, nextSocket, ordinal, spotsOnStage, writeName } from "./edit-stage.mjs";
import { showHistory, showOddities, showUnheard, tellEffect } from "./edit-told.mjs";

const FORM = `<div class="told"><div class="tool-head"><h2>Edit</h2><div class="bar history">
    <button type="button" data-act="undo"></button><button type="button" data-act="redo"></button>
    <button type="button" data-act="revert" title="Back to the machine as it was before the first edit">Revert</button></div></div>
  <p class="effect" role="status"></p>
  <div class="unheard" role="alert"></div></div>
  <form class="node-form"><div class="bar"><label>node <select name="node"></select></label>
    <button type="button" data-act="add" title="Add a node beside it (Insert)">Add</button>
    <button type="button" data-act="rename" title="Rename it on the stage (F2, or double click)">Rename</button>
    <button type="button" data-act="remove" title="Remove it (Delete)">Remove</button></div>
    ${FIELDS}</form>
  <section class="distances"><div class="tool-head"><h2 id="distances-title">Distances</h2>
    <label class="switch"><input type="checkbox" name="both"> both ways</label>
    <label class="switch" title="A node that is moved gets the distances, and the adistance, of nodes that stand there"><input type="checkbox" name="follow"> follow moves</label></div>
    <p class="refusal" id="grid-refusal" role="alert"></p>
    <div class="grid-box"><table role="grid" class="distance-grid" aria-labelledby="distances-title"></table></div>
    <p class="quiet too-many" hidden></p><ul class="odd-ones" aria-label="Odd distances"></ul>
    <p class="quiet grid-help">Type a number from 10 to 255, Enter takes it, Escape does not, Delete gives 10 or 20. Paste a block from a
    spreadsheet or numactl -H.</p></section>
  <details class="edit-keys"><summary>On the stage</summary><p class="quiet">Drag a card to another socket or tier. With the focus on a
    card, Alt and an arrow key moves it, F2 or a double click renames it, Insert adds a node beside it, Delete removes it, Enter goes
    to its fields. Ctrl+Z undoes, Ctrl+Shift+Z or Ctrl+Y does it again.</p></details>`;

const SWITCHES = ["both", "follow"];
const here = { node: null, focused: null, told: false }; // panel, state, form, grid, hand; `asker`: where the last edit was made

export function open(place, state) {
  const panel = place.appendChild(element("div", "", "edit"));
  Object.assign(here, { panel, state, form: null, asker: null, told: false });
  const document = documentOf(state);
  if (!document) return panel.append(element("p", whyNot(state), "quiet"));
  panel.innerHTML = FORM;
  buildPanel(panel);
  here.hand = new Hand({ spots: () => spotsOf(documentOf(state)), selected: select, moved: move });
  listen(true);
  show();
}

function whyNot({ play }) {
  if (!play) return "There is no machine yet.";
  return `A page edits machines of up to ${MOST_NODES} nodes, and this one has more. Save it as TOML or JSON (Share), change the file, and open that.`;
}

function buildPanel(panel) {
  const form = panel.querySelector(".node-form");
  here.form = new NodeForm(form, { set: setField, toggle: (key) => edit(toggle(documentOf(here.state), here.node, key), here.form) });
  form.node.addEventListener("change", () => select(Number(form.node.value)));
  here.grid = new Grid(panel.querySelector(".distance-grid"), {
    refusal: panel.querySelector("#grid-refusal"),
    set: (from, to, text) => edit(setDistance(documentOf(here.state), from, to, text, isOn("both")), here.grid),
    paste: (from, to, text) => edit(setBlock(documentOf(here.state), readBlock(text), from, to, isOn("both")), here.grid),
  });
  for (const name of SWITCHES) panel.querySelector(`[name=${name}]`).checked = recall(`edit-${name}`, isSwitch) !== "off";
  panel.addEventListener("change", ({ target }) => SWITCHES.includes(target.name) && keep(`edit-${target.name}`, target.checked ? "on" : "off"));
  panel.addEventListener("click", ({ target }) => clickedInside(target.closest("button")));
}

const isOn = (name) => here.panel.querySelector(`[name=${name}]`).checked;

function listen(on) {
  const act = on ? "addEventListener" : "removeEventListener";
  here.hand.listen(on);
  document[act]("keydown", pressed);
  document[act]("dblclick", doubleClicked);
  document[act]("focusin", focused);
}

export function close() {
  if (!here.form) return;
  listen(false);
  here.form = null;
  document.querySelector("#stage .edit-marks")?.remove();
  makeRoom(false);
}

export function taken(state) {
  here.hand?.stop();
  if (!here.form || !documentOf(state)) {
    const place = here.panel.parentElement;
    close();
    here.panel.remove();
    return open(place, state);
  }
  if (here.told) here.asker?.tell("");
  here.told = false;
  tellEffect(here.panel, lastChange());
  show();
  if (document.activeElement === document.body && here.focused !== null) focusCard(here.focused);
}

// The server says no, or is gone: said where the edit was made, and nothing that was written is lost.
export function refused(state, line, why) {
  if (!here.form || why === "unasked") return;
  here.asker?.tell(line);
  here.told = true;
  showHistory(here.panel);
  showUnheard(here.panel);
}

// Edits

function edit(made, asker = null) {
  here.asker = asker;
  if (!made) return;
  if (made.renamed) here.node = new Map(made.renamed).get(here.node) ?? here.node;
  if (made.renamed) here.focused = new Map(made.renamed).get(here.focused) ?? here.focused;
  change(here.state, made.document, made.told, undefined, made.renamed);
  if (made.id !== undefined) here.node = made.id;
  show();
}

function tried(act) {
  here.form.last = null;
  try {
    act();
    here.form.tell("");
  } catch (error) {
    here.form.tell(error.message);
  }
}

function setField(key, text) {
  const document = documentOf(here.state);
  const spots = spotsOf(document);
  if (key === "id") return edit(renumber(document, here.node, text), here.form);
  if (key === "socket") return edit(moveNode(document, spots, here.node, { ...spots[here.node], socket: text }, isOn("follow")), here.form);
  if (key === "tier" && /^\d{1,4}$/.test(text)) return edit(moveNode(document, spots, here.node, { ...spots[here.node], tier: Number(text) }, isOn("follow")), here.form);
  return edit(setKey(document, here.node, key, text), here.form);
}

function move(id, spot) {
  const document = documentOf(here.state);
  select(id);
  tried(() => edit(moveNode(document, spotsOf(document), id, spot, isOn("follow")), here.form));
}

const ACTS = {
  undo: () => undo(here.state),
  redo: () => redo(here.state),
  revert: () => revert(here.state),
  "try-again": () => sendNewest(here.state),
  add: () => tried(() => edit(addNode(documentOf(here.state), spotsOf(documentOf(here.state)), spotOf(here.node)), here.form)),
  remove: () => remove(here.node),
  rename: () => rename(here.node),
  earlier: () => tried(() => edit(shiftId(documentOf(here.state), here.node, -1), here.form)),
  later: () => tried(() => edit(shiftId(documentOf(here.state), here.node, 1), here.form)),
};

function clickedInside(button) {
  if (!button) return;
  if (button.dataset.act) ACTS[button.dataset.act]();
  if (button.dataset.pair) here.grid.goTo(...button.dataset.pair.split(" ").map(Number));
  if (here.form && button.dataset.act) show();
}

function remove(id) {
  const document = documentOf(here.state);
  const ids = document.nodes.map((node) => node.id);
  tried(() => {
    const made = removeNode(document, id);
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1];
    if (here.focused === id) here.focused = next;
    here.node = next;
    edit(made, here.form);
  });
}

function rename(id) {
  writeName(id, nodeOf(documentOf(here.state), id).label ?? "", (text) => tried(() => edit(setKey(documentOf(here.state), id, "label", text), here.form)));
}

// On the stage

export function clicked(state, event) {
  if (!here.form || !event.target.closest?.("#stage")) return false;
  const card = event.target.closest("[data-node]");
  const arrow = event.target.closest("[data-from]");
  if (here.hand.justDropped(event)) return true;
  if (card) select(Number(card.dataset.node));
  if (card && event.type === "keydown") here.panel.querySelector("[name=label]").focus();
  if (arrow && here.grid.ids.length) here.grid.goTo(Number(arrow.dataset.from), Number(arrow.dataset.to));
  return Boolean(card || arrow);
}

function doubleClicked({ target }) {
  const card = target.closest?.("#stage [data-node]");
  if (card) rename(Number(card.dataset.node));
}

function focused({ target }) {
  const card = target.closest?.("#stage [data-node]");
  here.focused = card ? Number(card.dataset.node) : null;
  if (card) select(here.focused);
}

const KEYS = { F2: rename, Delete: remove, Insert: () => ACTS.add() };
const WAYS = { ArrowUp: ["tier", -1], ArrowDown: ["tier", 1], ArrowLeft: ["socket", -1], ArrowRight: ["socket", 1] };

function pressed(event) {
  const card = event.target.closest?.("#stage [data-node]");
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const id = Number(card.dataset.node);
  const [way, by] = WAYS[event.key] ?? [];
  if (event.altKey && way) shift(id, way, by);
  else if (!event.altKey && KEYS[event.key]) KEYS[event.key](id);
  else return;
  event.preventDefault();
}

// Move the node by a tier or by a socket; beyond the last socket there is a new one.
function shift(id, way, by) {
  const spots = spotsOf(documentOf(here.state));
  const spot = spots[id];
  if (way === "tier") return move(id, { ...spot, tier: Math.max(0, spot.tier + by) });
  const sockets = [...new Set(Object.values(spots).map(({ socket }) => socket)), nextSocket(spots)];
  move(id, { ...spot, socket: sockets[Math.max(0, sockets.indexOf(spot.socket) + by)] });
}

function select(id) {
  if (here.node === id) return;
  here.node = id;
  show();
}

// Where every node of the document stands: as it says itself, else as the stage has it.
function spotsOf(document) {
  const seen = spotsOnStage();
  return Object.fromEntries(document.nodes.map(({ id, socket, tier }) => [id, { socket: socket ?? seen[id]?.socket ?? "0", tier: tier ?? seen[id]?.tier ?? 0 }]));
}

const spotOf = (id) => spotsOf(documentOf(here.state))[id];

// Showing

function show() {
  const document = documentOf(here.state);
  if (!nodeOf(document, here.node)) here.node = document.nodes[0].id;
  const order = choosers(here.state.trace);
  const words = (id) => (order?.includes(id) ? `chooses ${ordinal(order.indexOf(id) + 1)}` : "");
  const { form } = here.form;
  form.node.replaceChildren(...nodeOptions(document, words));
  form.node.value = here.node;
  here.form.show(document, here.node, spotsOf(document));
  showDistances(document);
  showHistory(here.panel);
  showUnheard(here.panel);
  makeRoom(true);
  markStage(here.node, order);
}

function showDistances(document) {
  const { panel, grid } = here;
  const many = document.nodes.length > MOST_SHOWN;
  panel.querySelector(".grid-box").hidden = panel.querySelector(".grid-help").hidden = many;
  panel.querySelector(".too-many").hidden = !many;
  if (many) panel.querySelector(".too-many").textContent = `The grid holds the distances of up to ${MOST_SHOWN} nodes, and this machine has ${document.nodes.length}. Save it as TOML or JSON (Share) to change them in a file.`;
  else grid.show(document);
  showOddities(panel, document, many);
}
