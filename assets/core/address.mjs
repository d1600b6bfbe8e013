// @ts-check
// What the address holds: the machine, the kernel, the zonelists and the step. All of it stands behind the "#", so that
// no server ever sees it and no server's limit on a path applies. Pure.

const NAMES = /** @type {const} */ (["topology", "machine", "kept", "allowed", "kernel", "zonelists"]);
const HELD = /** @type {const} */ ([...NAMES, "against"]); // runs beside the run on show do not make it another run

/**
 * "#topology=x&kernel=v5.15&step=27" is { topology: "x", kernel: "v5.15", step: 27 }.
 * @param {string} hash
 */
export function parseAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Address} */
  const place = {};
  for (const name of HELD) if (given.get(name)) place[name] = given.get(name) ?? undefined;
  if (/^\d{1,7}$/.test(given.get("step") ?? "")) place.step = Number(given.get("step"));
  else if (given.has("step")) place.odd = "The link names no step that is a number; this is where the order begins.";
  const known = /** @type {string[]} */ ([...HELD, "step"]);
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    place.odd = `The link holds “${unknown.slice(0, 40)}”, which names nothing here; the rest of it is shown.`;
  }
  return place;
}

/** @param {Address} place */
export function formatAddress(place) {
  const held = new URLSearchParams();
  for (const name of /** @type {const} */ ([...HELD, "step"])) {
    if ((place[name] ?? "") !== "") held.set(name, String(place[name]));
  }
  return `#${held}`;
}

/**
 * Whether two addresses ask for the same run, at whatever step.
 * @param {Address} one
 * @param {Address} other
 */
export const sameRun = (one, other) => NAMES.every((name) => one[name] === other[name]);

/**
 * Whether an address asks for a run that is at hand under these names, or leaves open what to show.
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
