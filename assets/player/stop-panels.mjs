// @ts-check
// Opens what a stop shows beside its run: its tool with a walk or a scenario, the answer to "why", and the question
// whom a node will choose. A stop of a talk also has a look: the mode of the page, the panel beside the stage, the
// stride.

import { isPresenting, useLooks } from "#core/dom";
import { later } from "#core/server";
import { setTools, state } from "#core/state";
import { present } from "#player/modes";
import { setSize } from "#player/playback";
import { openingOf, strideOf } from "#player/stop-inside";
import { openTool, toolShowScene, toolShowWalk } from "#player/tool-panel";
import { closeAnswer, openAnswer } from "#player/why-panel";

/**
 * Give the page the look of a stop of a talk. Bands stay as the speaker has them if no stop of the talk has any.
 * @param {StoryStop} stop
 * @param {StoryStop[]} all the stops of the talk
 */
export function takeLook(stop, all) {
  const isBanded = all.some(({ bands }) => bands);
  if (stop.presenter !== isPresenting()) present(Boolean(stop.presenter));
  useLooks({ panel: stop.panel ?? "none", bands: isBanded ? (stop.bands ? "1" : "") : undefined });
  if (state.size !== strideOf(stop)) setSize(strideOf(stop));
}

/**
 * Open the tool or the answer of a stop, and show its walk.
 * @param {StoryStop} stop
 * @param {{ isHere: boolean, isBack: boolean }} how whether the page shows the stop's run and step already, because the
 *   address names them; whether it comes back to the stop from a later one
 * @param {() => boolean} isStill whether the stop is still the one that is shown, once its tool has come
 */
export async function openPanels(stop, { isHere, isBack }, isStill) {
  const { view, against, walk, scene, ask, predict, step } = stop;
  const { moment } = openingOf(stop, isBack);
  const isLinked = isHere && state.readers !== undefined; // then Readers itself opens at the moment of the link
  if (ask) openAnswer({ subject: ask, follows: ask });
  else if (state.subject && !isHere) closeAnswer(); // a link to the stop may have an answer of its own
  if (view === "compare" && against && state.against !== `kernel:${against}`) {
    await openTool("code");
    setTools({ against: `kernel:${against}` });
  }
  if (scene) setTools({ pressure: scene });
  await openTool(view);
  if (!isStill()) return;
  if (walk && !isLinked) await toolShowWalk(walk, moment);
  if (scene) toolShowScene(scene);
  if (predict) await later.module?.askAt(step);
}
