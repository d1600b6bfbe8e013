// @ts-check
// Returns what the page shows as a stop of a talk.

import { OPENED } from "#core/constants";
import { isPresenting, looks } from "#core/dom";
import { state } from "#core/state";
import { isNamed } from "#player/loading";
import { shownWords } from "#player/shown-words";
import { nameOfStep } from "#player/step-names";
import { toolStopOfWalk } from "#player/tool-panel";

/** The views of a stop. */
const LOOKED_AT = ["code", "edit", "events", "compare", "stranding", "pressure", "readers", "log"];
const MAX_TITLE = 60;
const TOO_LARGE = "This machine is too large for a talk. Save it as a file, and name that in the talk.";
const NO_SCENARIO =
  "A talk can hold only scenarios that are built in, and Pressure shows none of these. Share its link instead.";

const isBuiltIn = () => isNamed(state.request) && state.request.topology !== OPENED;

/** Return a line that says why what is shown cannot be a stop; "" if it can. */
export function problemOfStop() {
  const { play, pressure, played } = state;
  if (!isBuiltIn() && !play.document) return TOO_LARGE;
  return looks().tool === "pressure" && (!pressure || played?.question.toml) ? NO_SCENARIO : "";
}

/**
 * Return what is shown as a stop.
 * @returns {TalkStop}
 */
export function shownStop() {
  const { play, trace, step, request, against } = state;
  const { panel, bands, tool = "code" } = looks();
  const view = LOOKED_AT.includes(tool) ? tool : "code";
  const kernel = /^kernel:([^,]+)$/.exec(against ?? "")?.[1];
  const walked = toolStopOfWalk();
  const stop = {
    title: walked ? `A reader from node ${walked.walk.start}: ${walked.walk.verdict}` : titleOf(shownWords().sentence),
    ...(isBuiltIn() ? { topology: request.topology, allowed: request.allowed } : { machine: play.document }),
    kernel: play.asked,
    zonelists: play.zonelists,
    step: nameOfStep(trace, step),
    view: view === "code" ? undefined : view,
    against: view === "compare" ? kernel : undefined,
    ...walked,
    ...(view === "pressure" && sceneInTalk()),
    presenter: isPresenting(),
    panel,
    bands: bands ? true : undefined,
    ask: view === "code" ? askedCell() : undefined,
  };
  return Object.fromEntries(Object.entries(stop).filter(([, value]) => value !== undefined));
}

/** Return the cell that the open answer is about; undefined if no answer is open, or if it is about a register. */
function askedCell() {
  const { subject, trace } = state;
  return subject !== null && trace.has(`why ${subject}`) ? subject : undefined;
}

/** Return the scenario and the tick that Pressure shows. */
function sceneInTalk() {
  const [scenario, tick] = state.pressure?.split(":") ?? [];
  return { scenario, tick: Number(tick) };
}

/**
 * Return the beginning of a sentence as a title.
 * @param {string} sentence
 */
function titleOf(sentence) {
  const [clause] = sentence.split(/[.:;,] /);
  return clause.length > MAX_TITLE ? `${clause.slice(0, MAX_TITLE - 1).replace(/ \S*$/, "")}…` : clause;
}
