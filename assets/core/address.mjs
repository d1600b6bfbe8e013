// @ts-check
// Reads and writes the page's address: the machine, the kernel, the zonelists and the step. All of them stand behind
// the "#". Browsers send that part to no server, so no server's limit on the length of a path applies. Pure.

const NAMES = /** @type {const} */ (["topology", "machine", "kept", "allowed", "kernel", "zonelists"]);
// Two addresses for the same run can differ in "against" (runs to compare with), "story" (a stop of a story),
// "pressure" (a scenario that is played), "readers" (a reader's walk) and "predict" (whether the page asks whom a node
// will choose). "code" holds the edited lines of a kernel whose name says that it has some.
const KEYS = /** @type {const} */ ([...NAMES, "against", "story", "pressure", "readers", "predict", "code"]);

/**
 * Return what an address names: "#topology=x&kernel=v5.15&step=27" is { topology: "x", kernel: "v5.15", step: 27 }.
 * @param {string} hash
 */
export function parseAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Address} */
  const place = {};
  for (const name of KEYS) if (given.get(name)) place[name] = given.get(name) ?? undefined;
  if (/^\d{1,7}$/.test(given.get("step") ?? "")) place.step = Number(given.get("step"));
  else if (given.has("step")) place.odd = "The link names no step that is a number; this is where the run begins.";
  const known = /** @type {string[]} */ ([...KEYS, "step"]);
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    place.odd = `The link holds “${unknown.slice(0, 40)}”, which names nothing here; the rest of it is shown.`;
  }
  return place;
}

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
export const namesRun = ({ topology, machine, kept, kernel, zonelists }, run) =>
  run.topology !== undefined &&
  !machine &&
  !kept &&
  (topology ?? run.topology) === run.topology &&
  (kernel ?? run.kernel) === run.kernel &&
  (zonelists ?? run.zonelists) === run.zonelists;
