// @ts-check
// Shows the stage of presenter mode: that one of the stages for a hall whose text is readable in the space that the
// panels leave. The server draws them (viz/figures/stage.py, hall_stages()); an exported page holds them.

import { askServer } from "#core/api";
import { $, isPresenting } from "#core/dom";
import { hasRun, state } from "#core/state";
import { mountStage } from "#player/mount-stage";

const [LINES, WIDTH] = [720, 960]; // of the screen for which these stages are laid out, as in styles/presenter.css
const READABLE = 0.97; // of a hall's stage: how much of its own size it needs

const shown = {
  /** The run for which stages were asked, and the stages, once they have come: the one with the most facts is first. */
  play: /** @type {Play | null} */ (null),
  stages: /** @type {string[]} */ ([]),
};

/** Show the stage for the page's mode and size. As long as no stage for a hall has come, show the usual stage. */
export async function fitStage() {
  if (!hasRun()) return;
  const { play } = state;
  if (isPresenting() && shown.play !== play) {
    Object.assign(shown, { play, stages: [] });
    const stages = play.halls ?? (await askForStages(state.request));
    if (shown.play !== play) return;
    shown.stages = stages;
    if (state.play !== play) return;
  }
  const place = $("#stage");
  showScale();
  const best = isPresenting() ? bestStage(shown.stages, place) : -1;
  if (best === Number(place.dataset.hall ?? -1) && isThere(best)) return;
  if (best >= 0) place.dataset.hall = String(best);
  else delete place.dataset.hall;
  mountStage(shown.stages[best] ?? null);
}

/** Tell the style sheet how many pixels a unit of the stage takes, for the ids of what a step is about. */
function showScale() {
  const svg = $("#stage svg");
  const { width, height } = svg.viewBox.baseVal;
  const { clientWidth, clientHeight } = $("#stage");
  svg.style.setProperty("--px", String(Math.min(clientWidth / width, clientHeight / height) || 1));
}

/**
 * Return whether the page shows a stage for a hall, or, for -1, whether it shows the usual one.
 * @param {number} best
 */
const isThere = (best) => $("#stage svg").classList.contains("hall") === best >= 0;

/**
 * Return the stages of a run for a hall; none if the machine is too large, or if the server does not answer.
 * @param {RunRequest} request
 * @returns {Promise<string[]>}
 */
export async function askForStages(request) {
  try {
    return (await askServer("halls", request)).stages;
  } catch {
    return [];
  }
}

/**
 * Return the index of the first stage that is readable in a place, or else of the one that is drawn largest there; -1
 * if there is no stage.
 * @param {string[]} stages
 * @param {Element} place
 */
export function bestStage(stages, { clientWidth, clientHeight }) {
  const unit = Math.min(innerHeight / LINES, innerWidth / WIDTH);
  const scales = stages.map((stage) => {
    const [, , width, height] = (/viewBox="([^"]+)"/.exec(stage)?.[1] ?? "").split(" ").map(Number);
    return Math.min(clientWidth / width, clientHeight / height) / unit;
  });
  const readable = scales.findIndex((scale) => scale >= READABLE);
  return readable >= 0 ? readable : scales.indexOf(Math.max(...scales));
}
