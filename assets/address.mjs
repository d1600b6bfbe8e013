// What the address holds: the machine, the kernel, the zonelists and the step, all behind the "#", so that no
// server ever sees them and no length limit of a server applies. Pure.

const NAMES = ["topology", "machine", "kept", "kernel", "zonelists"];
const HELD = [...NAMES, "against"]; // a second run beside it makes no other run of it

// `odd` says what in it is not understood: "#topology=x&kernel=v5.15&step=27" -> { topology: "x", kernel: "v5.15", step: 27 }
export function parseAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const place = {};
  for (const name of HELD) if (given.get(name)) place[name] = given.get(name);
  if (/^\d{1,7}$/.test(given.get("step") ?? "")) place.step = Number(given.get("step"));
  else if (given.has("step")) place.odd = "The link names no step that is a number; this is where the order begins.";
  const unknown = [...given.keys()].find((name) => ![...HELD, "step"].includes(name));
  if (unknown !== undefined) place.odd = `The link holds \u201c${unknown.slice(0, 40)}\u201d, which names nothing here; the rest of it is shown.`;
  return place;
}

export function formatAddress(place) {
  const held = new URLSearchParams();
  for (const name of [...HELD, "step"]) if ((place[name] ?? "") !== "") held.set(name, place[name]);
  return `#${held}`;
}

// Whether two addresses ask for the same run, at whatever step.
export function sameRun(one, other) {
  return NAMES.every((name) => one[name] === other[name]);
}
