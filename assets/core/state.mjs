// @ts-check
// The state of the page: one object with all its fields. Every module may read it. Only the setters below write it, one
// for each group of fields; TypeScript refuses any other write.

import { SIZES } from "#core/trace";

const nothing = /** @type {any} */ (null); // these fields are null until the first run has come; hasRun() says whether

/** @type {PageState} */
const fields = {
  mode: "empty",
  step: 0,
  size: SIZES.source,
  speed: 1,
  reads: true,
  play: nothing,
  trace: nothing,
  stops: [],
  view: nothing,
  request: {},
  asked: {},
  sent: null,
  fromDialog: false,
  unanswered: null,
  recalled: null,
  kept: undefined,
  own: undefined,
  wanted: undefined,
  odd: undefined,
  why: undefined,
  before: undefined,
  entry: "replace",
  subject: null,
  follows: null,
  against: undefined,
  story: undefined,
  talk: undefined,
  packed: undefined,
  tool: undefined,
  pressure: undefined,
  readers: undefined,
  code: undefined,
  predict: undefined,
  log: "",
  copy: null,
  played: null,
};

export const state = /** @type {Readonly<PageState>} */ (fields);

/** Return whether a run is on the page. Before the first one, `play`, `trace` and `view` are null. */
export const hasRun = () => fields.play !== null;

/**
 * Return a function that writes some fields of the state.
 * @template {keyof PageState} K
 * @param {...K} _names the fields that the setter may write
 * @returns {(values: Partial<Pick<PageState, K>>) => void}
 */
const setter =
  (..._names) =>
  (values) =>
    void Object.assign(fields, values);

/** Set where the player stands, its stride and its speed. */
export const setPlayer = setter("mode", "step", "size", "speed", "reads");
/** Set the run that is shown. */
export const setRun = setter("play", "trace", "stops", "view");
/** Set what was asked of the server. */
export const setRequest = setter("request", "asked", "sent", "fromDialog", "unanswered", "recalled", "kept", "own");
/** Set how the next run opens. */
export const setOpening = setter("wanted", "odd", "why", "entry", "before");
/** Set what the answer panel is about. */
export const setSubject = setter("subject", "follows");
/** Set what tools keep for a link, or until they are opened again. */
export const setTools = setter(
  "against",
  "copy",
  "log",
  "played",
  "story",
  "talk",
  "packed",
  "tool",
  "pressure",
  "readers",
  "code",
  "predict",
);
