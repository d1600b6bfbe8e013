// @ts-check
// Walks what is inside a stop of a talk: the steps from its first to its last one, the moments of a reader's walk, or
// the machine that was pasted there. A stop of a story has nothing inside.

import { state } from "#core/state";
import { following, preceding, STRIDES, TALK } from "#core/trace";
import { playUpTo, seek, transition } from "#player/playback";
import { toolPlayWalk, toolWalk } from "#player/tool-panel";

/**
 * Return the stride of a stop of a talk.
 * @param {StoryStop} stop
 */
export const strideOf = ({ stride }) => (stride ? STRIDES.indexOf(stride) : TALK);

/**
 * Return the step or moment at which a stop opens: its first, or its last one for somebody who comes back to it.
 * @param {StoryStop} stop
 * @param {boolean} isBack
 */
export const openingOf = ({ step, last, walk, predict, moment = 0 }, isBack) => ({
  step: isBack ? (last ?? step) : predict ? step - 1 : step, // before the step, the page asks whom a node will choose
  moment: isBack && walk ? Infinity : moment,
});

/**
 * Begin to play what is inside a stop, if it plays by itself.
 * @param {StoryStop} stop
 */
export function playInside({ autoplay, pace, walk, last }) {
  if (!autoplay) return;
  if (walk) toolPlayWalk(pace);
  else if (last !== undefined) playUpTo(last, pace);
}

/**
 * Go one stride on inside a stop, or back if `by` is -1, and return whether there was one. A stop that plays by itself
 * goes to its end.
 * @param {StoryStop} stop
 * @param {number} by
 */
export function walkInside(stop, by) {
  const { walk, last, step: first, autoplay } = stop;
  if (walk) return toolWalk(by, autoplay);
  if (last === undefined) return false;
  const { step } = state;
  if (by > 0 && step >= last) return false;
  if (by < 0 && step <= first) return false;
  const stops = state.stops[strideOf(stop)];
  if (by > 0) seek(autoplay ? last : Math.min(following(stops, step), last), "step");
  else seek(Math.max(preceding(stops, step), first), "step");
  return true;
}

/**
 * Go on in a run that is not the stop's own, such as that of a pasted machine, and return whether it goes on.
 * @param {StoryStop} stop
 * @param {number} by
 */
export function walkPasted(stop, by) {
  const { step, trace } = state;
  const stops = state.stops[strideOf(stop)];
  if (by > 0 ? step >= trace.length - 1 : step <= trace.opens) return false;
  seek(by > 0 ? following(stops, step) : preceding(stops, step), "step");
  return true;
}

/** Stop what plays. */
export const pauseInside = () => transition("pause");

/**
 * Return how many strides are left inside a stop and its last step, for the speaker.
 * @param {StoryStop} stop
 * @returns {Step | undefined} the next step inside the stop
 */
export function nextInside(stop) {
  if (stop.last === undefined || state.step >= stop.last) return undefined;
  return Math.min(following(state.stops[strideOf(stop)], state.step), stop.last);
}
