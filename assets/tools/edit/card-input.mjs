// @ts-check
// Lets the visitor edit nodes by keys and double clicks on the cards of the stage, and follows the focus from card to
// card. The panel gives it the functions that change the machine.

import { on } from "#core/dom";
import { nextSocket } from "#tools/edit/stage";

/** @type {Record<string, [way: "tier" | "socket", by: number]>} */
const WAYS = { ArrowUp: ["tier", -1], ArrowDown: ["tier", 1], ArrowLeft: ["socket", -1], ArrowRight: ["socket", 1] };
/** @type {Record<string, "rename" | "remove" | "add">} */
const KEYS = { F2: "rename", Delete: "remove", Insert: "add" };

/**
 * The functions that a card's events call; spots() returns places in the form of spotsOf(), and onFocus() is given null
 * when no card has the focus.
 * @typedef {{ spots: () => Spots, onFocus: (id: NodeId | null) => void, move: (id: NodeId, spot: Spot) => void,
 *   rename: (id: NodeId) => void, remove: (id: NodeId) => void, add: (id: NodeId) => void }} CardActs
 */

export class CardInput {
  /** Ends the listening, once it has begun. @type {AbortController | null} */
  listening = null;

  /** @param {CardActs} acts */
  constructor(acts) {
    this.acts = acts;
  }

  listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    on(document, "keydown", this.onKey, { signal });
    on(document, "dblclick", this.onDoubleClick, { signal });
    on(document, "focusin", this.onFocus, { signal });
  }

  ignore() {
    this.listening?.abort();
  }

  onDoubleClick = (/** @type {TargetedEvent<MouseEvent>} */ event) => {
    const card = cardAt(event);
    if (card) this.acts.rename(Number(card.dataset.node));
  };

  onFocus = (/** @type {TargetedEvent<FocusEvent>} */ event) => {
    const card = cardAt(event);
    this.acts.onFocus(card ? Number(card.dataset.node) : null);
  };

  onKey = (/** @type {TargetedEvent<KeyboardEvent>} */ event) => {
    const card = cardAt(event);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = Number(card.dataset.node);
    if (event.altKey && WAYS[event.key]) this.shift(id, ...WAYS[event.key]);
    else if (!event.altKey && KEYS[event.key]) this.acts[KEYS[event.key]](id);
    else return;
    event.preventDefault();
  };

  /**
   * Move a node by a tier or by a socket; beyond the last socket this makes a new one.
   * @param {NodeId} id
   * @param {"tier" | "socket"} way
   * @param {number} by
   */
  shift(id, way, by) {
    const spots = this.acts.spots();
    const spot = spots[id];
    if (way === "tier") return this.acts.move(id, { ...spot, tier: Math.max(0, spot.tier + by) });
    const sockets = [...new Set(Object.values(spots).map(({ socket }) => socket)), nextSocket(spots)];
    this.acts.move(id, { ...spot, socket: sockets[Math.max(0, sockets.indexOf(spot.socket) + by)] });
  }
}

/** @param {TargetedEvent<Event>} event */
const cardAt = ({ target }) => target.closest?.("#stage [data-node]");
