// @ts-check
// Says in words what is shown: a step of the run or, while Pressure plays, a tick of its scenario.

import { state } from "#core/state";

/** Return the title and the sentence of what the page shows, and which step or tick it is. */
export function shownWords() {
  const { trace, step, play, played } = state;
  if (!played) return { title: play.title, sentence: trace.at("sentence", step), where: whereOf(trace, step) };
  const { title, sentence, tick, last } = played;
  return { title: `${play.title}: ${title}`, sentence: sentence || title, where: `tick ${tick} of ${last}` };
}

/**
 * Return which step of how many it is, and in which pass.
 * @param {Trace} trace
 * @param {Step} step
 */
export function whereOf(trace, step) {
  const pass = trace.at("pass", step);
  return `step ${step} of ${trace.length - 1}${pass ? `, pass ${pass}` : ""}`;
}

/**
 * Return the kernel of a run, and where its node_load[] is from.
 * @param {Play} play
 * @param {Trace} trace
 */
export function runWords({ document }, { kernel, zonelists }) {
  const loads = document?.includes('"node_load"') ? "node_load as given" : `zonelists ${zonelists}`;
  return `kernel ${kernel}, ${loads}`;
}
