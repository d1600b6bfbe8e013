// @ts-check
// Shows another stage of the run in place of the one on the page: for another width of the window, or for a hall.

import { find } from "#core/dom";
import { hasRun, state } from "#core/state";
import { putStage } from "#player/loading";
import { show } from "#player/playback";

/** The classes of cards that no step gives: the mark of a stop, and the answer that is selected. */
const KEPT = ["story-mark", "predicted"];

/** Draw the stage for the new width of the window, if the server has sent one for narrow windows, too. */
export function redrawStage() {
  if (hasRun() && state.play.narrow) mountStage(null);
}

/**
 * Show another stage of the run, or the usual one for null.
 * @param {string | null} stage
 */
export function mountStage(stage) {
  const before = [...state.view.cards.values()].filter((card) => KEPT.some((name) => card.classList.contains(name)));
  const focused = selectorOn(document.activeElement);
  putStage(stage);
  for (const card of before) {
    const now = state.view.cards.get(Number(card.dataset.node));
    now?.classList.add(...KEPT.filter((name) => card.classList.contains(name)));
  }
  show();
  if (focused) find(focused)?.focus({ preventScroll: true });
}

/**
 * Return the selector of an element of the stage, which finds it on another stage of the run; "" for any other element.
 * @param {Element | null} target
 */
function selectorOn(target) {
  const { node, from, to } = target?.closest("#stage [data-node], #stage [data-from]")?.dataset ?? {};
  if (node) return `#stage [data-node="${node}"]`;
  return from ? `#stage [data-from="${from}"][data-to="${to}"]` : "";
}
