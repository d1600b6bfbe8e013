// @ts-check
// The state of the page: one object with all its fields, which everybody may read. Only the setters below write; each
// module that may write a group of fields uses that group's setter, and TypeScript refuses any other write.

import { SIZES } from "#core/trace";

const nothing = /** @type {any} */ (null); // what hasRun() tells of

/** @type {PageState} */
const fields = {
  mode: "empty",
  step: 0,
  size: SIZES.source,
  speed: 1,
  play: nothing,
  trace: nothing,
  stops: [],
  view: nothing,
  request: {},
  asked: {},
  sent: null,
  unheard: null,
  recalled: null,
  kept: undefined,
  wanted: undefined,
  odd: undefined,
  entry: "replace",
  subject: null,
  follows: null,
  against: undefined,
  log: "",
};

export const state = /** @type {Readonly<PageState>} */ (fields);

/** Whether a run is on the page. Before the first one, `play`, `trace` and `view` are null. */
export const hasRun = () => fields.play !== null;

/**
 * @template {keyof PageState} K
 * @param {...K} _names the fields that the setter may write
 * @returns {(values: Partial<Pick<PageState, K>>) => void}
 */
const setter =
  (..._names) =>
  (values) =>
    void Object.assign(fields, values);

/** Where the player stands and how it goes on. */
export const setPlayer = setter("mode", "step", "size", "speed");
/** The run on show. */
export const setRun = setter("play", "trace", "stops", "view");
/** What was asked of the server. */
export const setRequest = setter("request", "asked", "sent", "unheard", "recalled", "kept");
/** How the next run opens. */
export const setOpening = setter("wanted", "odd", "entry");
/** What the answer panel speaks of. */
export const setSubject = setter("subject", "follows");
/** What tools keep for a link or for when they are opened again. */
export const setTools = setter("against", "log");
