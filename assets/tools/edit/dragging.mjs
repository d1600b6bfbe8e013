// @ts-check
// Lets the visitor drag cards on the stage to other sockets and tiers. This module handles places and pointers; the
// panel gives it the functions that change the machine.

import { $, all, on, svgElement } from "#core/dom";
import { showPart } from "#player/zoom";
import { cardOf, cards, faceOf, nextSocket, svg } from "#tools/edit/stage";

const DRAG_DISTANCE = 5; // pixels that a pointer must move to begin a drag
const ROOM = 110; // units of the stage beside the sockets, for a new socket
const STRIP = 26; // units of the stage below the tiers, for a new tier
const CLICK = 50; // milliseconds after the end of a drag, within which a click belongs to the drag

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** A place where a card can be dropped; if its tier is null, the card keeps its tier. */
/** @typedef {{ socket: string, tier: number | null, box: Box, text: string, shape?: SVGElement }} Zone */

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
 * Make room on the stage for a new socket and a new tier, or remove that room. A stage for a hall has none to spare.
 * @param {boolean} isMore
 */
export function makeRoom(isMore) {
  const picture = svg();
  if (!picture || picture.classList.contains("hall") || Boolean(picture.dataset.tight) === isMore) return;
  const [x, y, width, height] = (picture.dataset.tight ?? picture.dataset.whole ?? "").split(" ").map(Number);
  if (isMore) picture.dataset.tight = picture.dataset.whole;
  else delete picture.dataset.tight;
  const whole = (isMore ? [x, y, width + ROOM, height + STRIP] : [x, y, width, height]).join(" ");
  picture.dataset.whole = whole;
  showPart(picture, whole);
}

/**
 * The functions that a drag calls; spots() returns places in the form of spotsOf().
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
  /** Ends the listening, once it has begun. @type {AbortController | null} */
  listening = null;

  /** @param {DragActs} acts */
  constructor(acts) {
    this.acts = acts;
  }

  listen() {
    this.listening = new AbortController();
    const options = { capture: true, signal: this.listening.signal };
    on(document, "pointerdown", this.onDown, options);
    on(document, "pointermove", this.onMove, options);
    on(document, "pointerup", this.onUp, options);
    on(document, "pointercancel", this.stop, options);
    on(document, "keydown", this.onKey, options);
  }

  ignore() {
    this.listening?.abort();
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
