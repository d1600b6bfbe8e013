// @ts-check
// Reads and writes the page's address: the machine, the kernel, the zonelists and the step. All of them stand behind
// the "#". Browsers send that part to no server, so no server's limit on the length of a path applies. Pure.

import { STRIDES } from "#core/trace";

const NAMES = /** @type {const} */ (["topology", "machine", "kept", "allowed", "kernel", "zonelists"]);
// Two addresses for the same run can differ in what is shown beside it: "against" (runs to compare with), the look of
// the page, a stop of a talk (with all stops of an own one) or of a story, "pressure" (a scenario that is played),
// "readers" (a reader's walk), "predict" (whether the page asks whom a node will choose) and "why" (the node, register
// or cell whose answer is open). "code" holds the edited
// lines of a kernel whose name says that it has some.
const LOOKS = /** @type {const} */ (["mode", "panel", "bands", "tool", "stride", "theme"]);
const BESIDE = /** @type {const} */ (["stops", "talk", "story", "pressure", "readers", "predict", "why", "code"]);
const KEYS = /** @type {const} */ ([...NAMES, "against", ...LOOKS, ...BESIDE]);
/**
 * The values that some keys may have.
 * @type {Record<string, RegExp>}
 */
const FORMS = {
  mode: /^presenter$/,
  panel: /^(?:code|registers|scores)$/,
  bands: /^1$/,
  tool: /^[a-z-]{1,20}$/,
  stride: new RegExp(`^(?:${STRIDES.join("|")})$`),
  theme: /^(?:light|dark)$/,
  why: /^(?:node \d{1,5}|\w{1,40}(?:\[\d{1,5}\])?)$/,
};

/**
 * Return what an address names: "#topology=x&kernel=v5.15&step=27" is { topology: "x", kernel: "v5.15", step: 27 }.
 * @param {string} hash
 */
export function parseAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Address} */
  const place = {};
  for (const name of KEYS) {
    const value = given.get(name);
    if (!value) continue;
    if (FORMS[name] && !FORMS[name].test(value)) place.odd = oddLine(`${name}=${value}`);
    else place[name] = value;
  }
  if (/^\d{1,7}$/.test(given.get("step") ?? "")) place.step = Number(given.get("step"));
  else if (given.has("step")) place.odd = "The link names no step that is a number; this is where the run begins.";
  const known = /** @type {string[]} */ ([...KEYS, "step"]);
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) place.odd = oddLine(unknown);
  return place;
}

/** @param {string} part */
export const oddLine = (part) =>
  `The link holds “${part.slice(0, 40)}”, which names nothing here; the rest of it is shown.`;

/** @param {Address} place */
export function formatAddress(place) {
  const params = new URLSearchParams();
  for (const name of /** @type {const} */ ([...KEYS, "step"])) {
    if ((place[name] ?? "") !== "") params.set(name, String(place[name]));
  }
  return `#${params}`;
}

/**
 * Return whether two addresses ask for the same run; their steps may differ.
 * @param {Address} one
 * @param {Address} other
 */
export const sameRun = (one, other) => NAMES.every((name) => one[name] === other[name]);

/**
 * Return whether an address asks for the given run. What the address does not name is taken as the run has it.
 * @param {Address} place
 * @param {{ topology?: string, kernel?: string, zonelists?: string }} run
 */
export const namesRun = ({ topology, machine, kept, allowed, kernel, zonelists }, run) =>
  run.topology !== undefined &&
  !machine &&
  !kept &&
  !allowed &&
  (topology ?? run.topology) === run.topology &&
  (kernel ?? run.kernel) === run.kernel &&
  (zonelists ?? run.zonelists) === run.zonelists;
