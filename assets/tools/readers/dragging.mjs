// @ts-check
// Lets the visitor drag the rows of the lanes to other moments. This module handles the pointer and where the rows are;
// the functions that it is given know how far the barriers let a row move.

import { $, find } from "#core/dom";

/**
 * Return the handle of a row; null if the row cannot be moved.
 * @param {HTMLElement} lanes
 * @param {string} key
 */
export const handleIn = (lanes, key) => find(`[data-key="${key}"]`, lanes);

/**
 * The functions that a drag calls: move() moves a row up or down by one, draws the lanes anew and returns whether the
 * row could be moved; rows() returns how many rows there are.
 * @typedef {{ move: (key: string, by: number) => boolean, rows: () => number }} RowActs
 */

export class RowDragger {
  /**
   * @param {HTMLElement} place what holds the lanes
   * @param {RowActs} acts
   */
  constructor(place, acts) {
    this.place = place;
    this.acts = acts;
    this.lanes = $(".lanes", place);
  }

  /** @param {TargetedEvent<PointerEvent>} begin */
  drag(begin) {
    const { key } = begin.target.closest("[role=slider]")?.dataset ?? {};
    if (!key || begin.button !== 0) return;
    begin.preventDefault();
    handleIn(this.lanes, key)?.focus();
    this.place.classList.add("dragging");
    const go = (/** @type {PointerEvent} */ { clientY }) => this.follow(key, clientY);
    const end = () => {
      this.place.classList.remove("dragging");
      removeEventListener("pointermove", go);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", go);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  /**
   * Move a row towards the pointer, as far as it may go; beyond the panel's edge by one row at a time.
   * @param {string} key
   * @param {number} y
   */
  follow(key, y) {
    const { top, bottom } = this.lanes.getBoundingClientRect();
    for (let tries = y < top || y > bottom ? 1 : this.acts.rows(); tries > 0; tries--) {
      const box = handleIn(this.lanes, key)?.closest("tr")?.getBoundingClientRect();
      if (!box) return;
      const by = y < box.top ? -1 : y > box.bottom ? 1 : 0;
      if (!by || !this.acts.move(key, by)) return;
    }
  }
}
