// @ts-check
// Moves things on the stage, as player/choreography.mjs says. While a run plays, each beat shows its own step, and its
// motion leads there. After a step by hand the stage shows its end at once, and the motion is drawn over it; any key
// ends the motion. If the visitor's system asks for less motion, there is none.

import { all, find, on } from "#core/dom";
import { state } from "#core/state";
import { flowsAt, nodesOf, targetsAt } from "#core/trace";
import { beatsBetween, joinShort, readingTime } from "#player/choreography";
import {
  drawGhosts,
  drawPages,
  drawRings,
  drawRun,
  drawShrinking,
  endMotion,
  growArrow,
  weigh,
} from "#player/motion-shapes";

const LONGEST = 1600; // milliseconds that the motion after a step by hand takes at most
const QUICK = 150; // milliseconds; steps that follow each other sooner have no motion
const SHORTEST = 24; // milliseconds that a beat lasts at least; shorter ones are joined
const A_NODE = 1.25; // milliseconds a node, if that is more: a step takes the browser longer on a large machine
const BRIEF = 60; // milliseconds; in a beat that is shorter nothing moves, since nobody would see it
const FAR = 400; // steps; a jump that is longer has no motion
const HALF = 8; // milliseconds; half of the time from one picture of the screen to the next
const UNSEEN = 100; // milliseconds without a picture after which nobody looks: a tab out of sight draws none

const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

/** What was shown last, the beat to be shown next, and the timer and the frame that this beat waits for. */
const shown = {
  /** @type {Trace | null} */
  trace: null,
  step: 0,
  at: 0,
  /** @type {Beat | null} */
  beat: null,
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer: undefined,
  frame: 0,
};

/** @type {Choreography} */
export const choreography = {
  lead(step, showStep, arrive) {
    const told = beatsTo(step);
    const showBeat = (/** @type {Step} */ at) => showStep(at, at === step ? step : told[0].step);
    afterPicture(0, () => playBeats(told, step, showBeat, arrive));
  },
  stop: forgetNext,
  readingTime,
};

/**
 * Show beats one after the other, then the step that they lead to. The sentence of the first one, which tells the
 * cause, stays until that step.
 * @param {Beat[]} beats
 * @param {Step} step
 * @param {(step: Step) => void} showStep
 * @param {() => void} arrive
 */
function playBeats([beat, ...others], step, showStep, arrive) {
  if (!beat) {
    if (state.step !== step) showStep(step);
    return arrive();
  }
  shown.beat = beat;
  showStep(beat.step);
  afterPicture(beat.lasts, () => playBeats(others, step, showStep, arrive));
}

/**
 * Call a function about `delay` milliseconds from now, just after a picture was drawn. To show a step then takes no
 * picture from what moves: the browser has the longest time until the next one is due.
 * @param {number} delay
 * @param {() => void} act
 */
function afterPicture(delay, act) {
  forgetNext();
  const wait = () => {
    shown.frame = requestAnimationFrame(() => {
      clearTimeout(shown.timer);
      shown.timer = setTimeout(act);
    });
    shown.timer = setTimeout(() => {
      forgetNext();
      act();
    }, UNSEEN);
  };
  shown.timer = setTimeout(wait, delay - HALF);
}

/** Forget the function that afterPicture() was to call. */
function forgetNext() {
  clearTimeout(shown.timer);
  cancelAnimationFrame(shown.frame);
}

/**
 * Return the beats with which the player goes to a step, with their lengths at the player's speed.
 * @param {Step} step
 */
function beatsTo(step) {
  if (prefersStill.matches) return [];
  const { trace, speed } = state;
  const beats = beatsBetween(trace, state.step, step).filter(({ lasts }) => lasts);
  return joinShort(lasting(beats, 1 / speed), leastOf(trace));
}

/**
 * Return the milliseconds that a beat lasts at least.
 * @param {Trace} trace
 */
const leastOf = ({ nodes }) => Math.max(SHORTEST, A_NODE * nodes.length);

/** Begin the motion of the step that was just shown. */
export function onStep() {
  endMotion();
  const { trace, step, view } = state;
  const { beat, ...before } = shown;
  const now = performance.now();
  Object.assign(shown, { trace, step, at: now, beat: null });
  drawLeaving(view.svg, trace, step);
  if (prefersStill.matches) return;
  if (beat) return playBeat(view, trace, beat);
  const isJump = before.trace !== trace || Math.abs(step - before.step) > FAR;
  if (isJump || step === before.step || now - before.at < QUICK || state.mode === "playing") return;
  // The end is painted first, so that the motion never holds up a step.
  requestAnimationFrame(() => setTimeout(() => shown.at === now && drawOver(view, trace, before.step, step)));
}

/**
 * Show that pages leave a node, for as long as the step is shown. Without motion they stand still on their way.
 * @param {SVGSVGElement} svg
 * @param {Trace} trace
 * @param {Step} step
 * @param {boolean} isStill
 */
function drawLeaving(svg, trace, step, isStill = prefersStill.matches) {
  svg.querySelector(".leaving-pages")?.remove();
  const [kind, node] = trace.at("operation", step);
  if (kind !== "PagesLeave") return;
  const others = nodesOf(trace.at("populated", step)).filter((other) => other !== node);
  drawPages(svg, node, others, isStill);
}

/**
 * Lead to the step of a beat, which is on the stage already: what is new there appears by and by.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Beat} beat
 */
function playBeat(view, trace, beat) {
  const { step, move, lasts } = beat;
  if (lasts < BRIEF) return;
  if (move === "arrow") growArrow(view, arrowsOf(view, trace, step, false), trace.at("chosen", step), lasts);
  else if (move === "weigh") weigh(view, trace, step, lasts);
  else draw(view, trace, beat, { delay: 0, lasts, isBack: false });
}

/**
 * Draw the motion from one step to another over the stage, which shows the second step already. Of a long way only some
 * beats are drawn.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} from
 * @param {Step} to
 */
function drawOver(view, trace, from, to) {
  const isBack = to < from;
  const beats = beatsBetween(trace, Math.min(from, to), Math.max(from, to)).filter(({ lasts }) => lasts);
  const whole = beats.reduce((sum, { lasts }) => sum + lasts, 0);
  const total = Math.min(whole, LONGEST);
  let begins = 0;
  for (const beat of joinShort(lasting(beats, total / (whole || 1)), leastOf(trace))) {
    draw(view, trace, beat, { delay: isBack ? total - begins - beat.lasts : begins, lasts: beat.lasts, isBack });
    begins += beat.lasts;
  }
}

/**
 * Return beats that last `factor` times as long.
 * @param {Beat[]} beats
 * @param {number} factor
 */
const lasting = (beats, factor) => beats.map((beat) => ({ ...beat, lasts: beat.lasts * factor }));

/**
 * Draw the motion of one beat.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Beat} beat
 * @param {Timing} timing
 */
function draw(view, trace, { step, move }, timing) {
  const { svg } = view;
  if (move === "arrow") drawRun(svg, arrowsOf(view, trace, step, false), timing, true);
  else if (move === "disable") drawRun(svg, arrowsOf(view, trace, step, true), timing, false);
  else if (move === "weigh") drawRings(svg, nodesOf(trace.at("candidates", step)), timing, trace.at("chosen", step));
  else if (move === "stands") drawGhosts(view, trace, step - 1, timing);
  else {
    drawRings(svg, nodesAt(trace, step, move), timing);
    if (move === "node" && trace.at("operation", step)[0] === "BlocksChanged") drawShrinking(view, trace, step, timing);
  }
}

/**
 * Return the arrows of the entry that a step stores, or takes away.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {boolean} isTaken
 */
function arrowsOf({ arrows }, trace, step, isTaken) {
  const [kind, array, stored] = trace.at("operation", step);
  const node = kind === "Store" ? stored : array;
  const targets = isTaken ? targetsAt(trace, node, step - 1) : flowsAt(trace, node, step);
  return arrows.filter(({ from, to }) => from === node && targets.includes(to)).map(({ arrow }) => arrow);
}

/**
 * Return the nodes that light up at a beat.
 * @param {Trace} trace
 * @param {Step} step
 * @param {string} move
 * @returns {NodeId[]}
 */
function nodesAt(trace, step, move) {
  const [kind, one, other] = trace.at("operation", step);
  if (move === "pass") return nodesOf(trace.at("this_pass", step));
  if (move === "card") return [trace.at("chosen", step)].filter((node) => node >= 0);
  if (move === "turn" || move === "zonelist") return [trace.at("source", step)];
  if (move === "announce" || move === "node") return [kind === "EventBegins" || kind === "StateChanged" ? other : one];
  return [];
}

/**
 * End all motion, that of arrows that are thick for a moment, too. Pages that leave a node stand still from then on,
 * unless the run plays.
 */
function endAll() {
  endMotion();
  if (find("#stage .leaving-pages") && state.mode !== "playing") {
    drawLeaving(state.view.svg, state.trace, state.step, true);
  }
  for (const arrow of all("#stage .arrow.grows")) arrow.classList.remove("grows");
}

on(document, "keydown", endAll, true);
on(document, "pointerdown", endAll, true);
