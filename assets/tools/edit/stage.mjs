// @ts-check
// Edits the stage: marks the selected node, lets the visitor drag cards to other places, and write a node's name over
// its card. This module handles places and pointers; the panel gives it the functions that change the machine.

import { $, all, element, find, off, on, svgElement } from "#core/dom";
import { ordinal } from "#core/words";

const DRAG_DISTANCE = 5; // pixels that a pointer must move to begin a drag
const ROOM = 110; // units of the stage beside the sockets, for a new socket
const STRIP = 26; // units of the stage below the tiers, for a new tier
const PLATE = 88; // the width, in units of the stage, of the sign over a card that says when the node chooses
const CLICK = 50; // milliseconds after the end of a drag, within which a click belongs to the drag

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** A place where a card can be dropped; if its tier is null, the card keeps its tier. */
/** @typedef {{ socket: string, tier: number | null, box: Box, text: string, shape?: SVGElement }} Zone */

const svg = () => find("#stage svg");
/** @param {NodeId | null} id @returns {SVGElement | null | undefined} */
const cardOf = (id) => svg()?.querySelector(`[data-node="${id}"]`);
const cards = () => all("#stage svg [data-node]");
/** @param {Element | null | undefined} card */
const faceOf = (card) => /** @type {SVGGraphicsElement | null | undefined} */ (card?.querySelector(".face"))?.getBBox();

/**
 * Return the socket and tier of every node, as the stage shows them. A group of nodes that is only guessed to be a
 * socket gets a name.
 * @returns {Spots}
 */
export function spotsOnStage() {
  const ownName = (/** @type {string} */ group) => /^Socket (.*)$/.exec(group)?.[1];
  const groups = cards().map(({ dataset }) => dataset.socketOf ?? "");
  const taken = new Set(groups.flatMap((group) => ownName(group) ?? []));
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const group of groups) {
    if (!names.has(group)) names.set(group, ownName(group) ?? freeName(/\d+$/.exec(group)?.[0] ?? "0", taken));
  }
  return Object.fromEntries(
    cards().map(({ dataset }) => [
      dataset.node,
      { socket: names.get(dataset.socketOf ?? ""), tier: Number(dataset.tier) },
    ]),
  );
}

/**
 * Return a name that is not taken yet, with a number behind it if need be, and take it.
 * @param {string} name
 * @param {Set<string>} taken
 */
function freeName(name, taken) {
  let free = name;
  for (let more = 1; taken.has(free); more++) free = `${name} ${more}`;
  taken.add(free);
  return free;
}

/**
 * Return a name for a new socket: the next letter or number.
 * @param {Spots} spots
 */
export function nextSocket(spots) {
  const taken = new Set(Object.values(spots).map(({ socket }) => socket));
  const areLetters = [...taken].every((name) => /^[A-Z]$/.test(name));
  for (let place = 0; ; place++) {
    const name = areLetters && place < 26 ? String.fromCharCode(65 + place) : String(place);
    if (!taken.has(name)) return name;
  }
}

/**
 * Mark the selected node, and show on the cards in which order the nodes choose.
 * @param {NodeId | null} id
 * @param {NodeId[] | null} order
 */
export function markStage(id, order) {
  const picture = svg();
  picture?.querySelector(".edit-marks")?.remove();
  if (!picture) return;
  const layer = picture.appendChild(svgElement("g", { class: "edit-marks", "aria-hidden": "true" }));
  const box = faceOf(cardOf(id));
  if (box) {
    const around = { x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8 };
    layer.append(svgElement("rect", { class: "selected", ...around, rx: 14 }));
  }
  if (!picture.classList.contains("id"))
    for (const [place, node] of order?.entries() ?? []) layer.append(...turn(node, place));
}

/**
 * Return the sign over a card that says when the node chooses.
 * @param {NodeId} node
 * @param {number} place
 */
function turn(node, place) {
  const box = faceOf(cardOf(node));
  if (!box) return [];
  const label = svgElement("text", { x: box.x + PLATE / 2, y: box.y - 14 });
  label.textContent = `chooses ${ordinal(place + 1)}`;
  return [svgElement("rect", { class: "turn-plate", x: box.x, y: box.y - 22, width: PLATE, height: 16, rx: 8 }), label];
}

/** @param {NodeId | null} id */
export const focusCard = (id) => cardOf(id)?.focus();

// Dragging

/**
 * Return the places where a card can be dropped: every tier of every socket, a new tier, and a new socket.
 * @param {Spots} spots
 * @returns {Zone[]}
 */
function zonesOf(spots) {
  const socketOf = (/** @type {HTMLElement} */ card) => spots[card.dataset.node ?? ""].socket;
  const names = new Map(cards().map((card) => [card.dataset.socketOf, socketOf(card)]));
  const boxes = all("#stage svg [data-socket]").map((group) => ({
    socket: names.get(group.dataset.socket) ?? "",
    box: /** @type {SVGRectElement} */ (group.querySelector("rect")).getBBox(),
  }));
  const rows = rowsOf(cards());
  const areStacked = new Set(boxes.map(({ box }) => Math.round(box.y))).size > 1;
  const zones = boxes.flatMap(({ socket, box }) =>
    zonesIn(socket, box, areStacked ? rowsOf(cards().filter((card) => socketOf(card) === socket)) : rows),
  );
  const last = boxes[boxes.length - 1].box;
  const next = nextSocket(spots);
  const beside = { x: last.x + last.width + 14, y: last.y, width: ROOM - 22, height: last.height };
  return [...zones, { socket: next, tier: null, box: beside, text: `socket ${next}` }];
}

/** @typedef {{ tier: number, top: number, bottom: number }} Row */

/**
 * Return the tiers of some cards, with the top and bottom of each.
 * @param {HTMLElement[]} some
 * @returns {Row[]}
 */
function rowsOf(some) {
  /** @type {Map<number, Row>} */
  const rows = new Map();
  for (const card of some) {
    const tier = Number(card.dataset.tier);
    const { y, height } = faceOf(card) ?? { y: 0, height: 0 };
    const { top, bottom } = rows.get(tier) ?? { top: Infinity, bottom: -Infinity };
    rows.set(tier, { tier, top: Math.min(top, y), bottom: Math.max(bottom, y + height) });
  }
  return [...rows.values()].sort((one, other) => one.tier - other.tier);
}

/**
 * Return the places of one socket where a card can be dropped: its tiers, and a new tier below them.
 * @param {string} socket
 * @param {Box} box
 * @param {Row[]} rows
 * @returns {Zone[]}
 */
function zonesIn(socket, box, rows) {
  const [x, width] = [box.x + 4, box.width - 8];
  const zones = rows.map(({ tier, top, bottom }, place) => {
    const above = place ? (rows[place - 1].bottom + top) / 2 : box.y + 4;
    const below = place < rows.length - 1 ? (bottom + rows[place + 1].top) / 2 : box.y + box.height - 4;
    return { socket, tier, box: { x, y: above, width, height: below - above }, text: `class ${tier}` };
  });
  const tier = rows[rows.length - 1].tier + 1;
  const under = { x, y: box.y + box.height + 3, width, height: STRIP - 6 };
  return [...zones, { socket, tier, box: under, text: `class ${tier}` }];
}

/**
 * Make room on the stage for a new socket and a new tier, or remove that room.
 * @param {boolean} isMore
 */
export function makeRoom(isMore) {
  const picture = svg();
  if (!picture || Boolean(picture.dataset.tight) === isMore) return;
  const [x, y, width, height] = (picture.dataset.tight ?? picture.dataset.whole ?? "").split(" ").map(Number);
  if (isMore) picture.dataset.tight = picture.dataset.whole;
  else delete picture.dataset.tight;
  const whole = (isMore ? [x, y, width + ROOM, height + STRIP] : [x, y, width, height]).join(" ");
  picture.dataset.whole = whole;
  picture.setAttribute("viewBox", whole);
}

/**
 * The functions that a drag calls; spots() returns places in the form of spotsOnStage().
 * @typedef {{ spots: () => Spots, onSelect: (id: NodeId) => void, onMove: (id: NodeId, spot: Spot) => void }} DragActs
 */
/**
 * The card under the pointer. While it is dragged, `lifted` has the drawn copy of it and the place where it would land.
 * @typedef {{ id: NodeId, x: number, y: number, pointer: number,
 *   lifted?: { layer: SVGElement, ghost: SVGElement, zones: Zone[], over?: Zone } }} Carried
 */

export class CardDragger {
  /** @type {Carried | null} */
  carried = null;
  dropped = -Infinity; // the time at which a card was dropped last

  /** @param {DragActs} acts */
  constructor(acts) {
    this.acts = acts;
  }

  listen() {
    on(document, "pointerdown", this.onDown, true);
    on(document, "pointermove", this.onMove, true);
    on(document, "pointerup", this.onUp, true);
    on(document, "pointercancel", this.stop, true);
    on(document, "keydown", this.onKey, true);
  }

  ignore() {
    off(document, "pointerdown", this.onDown, true);
    off(document, "pointermove", this.onMove, true);
    off(document, "pointerup", this.onUp, true);
    off(document, "pointercancel", this.stop, true);
    off(document, "keydown", this.onKey, true);
    this.stop();
  }

  onDown = (/** @type {TargetedEvent<PointerEvent>} */ event) => {
    const card = event.target.closest?.("#stage [data-node]");
    if (!card || event.button !== 0) return;
    event.stopPropagation(); // otherwise the whole stage would be dragged, too
    this.carried = { id: Number(card.dataset.node), x: event.clientX, y: event.clientY, pointer: event.pointerId };
  };

  onMove = (/** @type {TargetedEvent<PointerEvent>} */ event) => {
    const { carried } = this;
    if (!carried || event.pointerId !== carried.pointer) return;
    const moved = Math.hypot(event.clientX - carried.x, event.clientY - carried.y);
    if (!carried.lifted && moved < DRAG_DISTANCE) return;
    const lifted = carried.lifted ?? this.lift(carried.id);
    carried.lifted = lifted;
    event.preventDefault();
    const [from, to] = [pointOf(carried.x, carried.y), pointOf(event.clientX, event.clientY)];
    lifted.ghost.setAttribute("transform", `translate(${to.x - from.x} ${to.y - from.y})`);
    lifted.over = lifted.zones.find(({ box }) => isIn(box, to));
    for (const zone of lifted.zones) zone.shape?.classList.toggle("over", zone === lifted.over);
  };

  /**
   * Begin to drag a card: show a copy of it, and every place where it can be dropped.
   * @param {NodeId} id
   * @returns {NonNullable<Carried["lifted"]>}
   */
  lift(id) {
    this.acts.onSelect(id);
    const card = /** @type {SVGElement} */ (cardOf(id));
    const layer = $("#stage svg").appendChild(svgElement("g", { class: "drop-zones", "aria-hidden": "true" }));
    const zones = zonesOf(this.acts.spots());
    for (const zone of zones) zone.shape = layer.appendChild(shapeOf(zone));
    const ghost = /** @type {SVGElement} */ (card.cloneNode(true));
    for (const name of ["data-node", "tabindex", "role", "aria-label"]) ghost.removeAttribute(name);
    ghost.classList.add("ghost");
    layer.append(ghost);
    card.classList.add("lifted");
    return { layer, ghost, zones };
  }

  onUp = (/** @type {TargetedEvent<PointerEvent>} */ event) => {
    const { carried } = this;
    if (!carried || event.pointerId !== carried.pointer) return;
    this.stop();
    if (!carried.lifted) return;
    this.dropped = event.timeStamp;
    const { over } = carried.lifted;
    const { tier } = this.acts.spots()[carried.id];
    if (over) this.acts.onMove(carried.id, { socket: over.socket, tier: over.tier ?? tier });
  };

  onKey = (/** @type {TargetedEvent<KeyboardEvent>} */ event) => {
    if (event.key !== "Escape" || !this.carried) return;
    this.stop();
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  /**
   * Return whether a click belongs to a drag that has just ended.
   * @param {Event} event
   */
  isEndOfDrag = (event) => event.timeStamp - this.dropped < CLICK;

  stop = () => {
    this.carried?.lifted?.layer.remove();
    if (this.carried) cardOf(this.carried.id)?.classList.remove("lifted");
    this.carried = null;
  };
}

/**
 * @param {Box} box
 * @param {{ x: number, y: number }} point
 */
const isIn = (box, { x, y }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

/** @param {Zone} zone */
function shapeOf({ box, text }) {
  const shape = svgElement("g", { class: "zone" });
  const label = svgElement("text", { x: box.x + box.width - 8, y: box.y + Math.min(12, box.height / 2) });
  label.textContent = text;
  shape.append(svgElement("rect", { ...box, rx: 8 }), label);
  return shape;
}

/**
 * Return a point of the window in units of the stage.
 * @param {number} x
 * @param {number} y
 */
const pointOf = (x, y) => new DOMPoint(x, y).matrixTransform(svg()?.getScreenCTM()?.inverse());

/**
 * Show a field over a card in which the visitor writes the node's name.
 * @param {NodeId} id
 * @param {string} name
 * @param {(text: string) => void} take
 */
export function writeName(id, name, take) {
  const place = cardOf(id)?.getBoundingClientRect();
  if (!place) return;
  const input = Object.assign(element("input", "", "name-field"), {
    defaultValue: name,
    maxLength: 60,
    autocomplete: "off",
  });
  input.setAttribute("aria-label", `Label of node ${id}`);
  Object.assign(input.style, {
    left: `${place.left}px`,
    top: `${place.top + place.height / 2 - 17}px`,
    width: `${Math.max(150, place.width)}px`,
  });
  let isOver = false;
  const end = (/** @type {string | undefined} */ text) => {
    if (isOver) return;
    isOver = true;
    input.remove();
    if (text !== undefined && text !== name) take(text);
    focusCard(id);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(input.value);
    if (event.key === "Escape") end(undefined);
    event.stopPropagation();
  });
  input.addEventListener("blur", () => end(input.value));
  document.body.append(input);
  input.focus();
  input.select();
}
