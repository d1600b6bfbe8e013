// @ts-check
// What the browser keeps across a reload, for this visitor or for this tab alone. It keeps nothing in a sandboxed
// frame, or where the visitor forbids it.

/**
 * Every key, and where it is kept.
 * @type {Record<string, "localStorage" | "sessionStorage">}
 */
export const KEYS = {
  keys: "localStorage",
  tour: "localStorage",
  story: "localStorage",
  "edit-both": "localStorage",
  "edit-follow": "localStorage",
  draft: "sessionStorage",
  kept: "sessionStorage",
  "kept.*": "sessionStorage",
};
/** @type {Map<string, string>} */
const memory = new Map(); // a visitor's choices that the browser does not keep

/** @param {string} key */
const placeOf = (key) => KEYS[key.replace(/\..*/, ".*")];
/** @param {string} key */
const nameOf = (key) => `tierscope.${key}`;

/**
 * What `read` makes of the text under a key; null if there is none. A text whose value does not fit is forgotten.
 * @template [T=string]
 * @param {string} key
 * @param {(value: T) => unknown} fits
 * @param {(text: string) => T} [read]
 */
export function recall(key, fits, read = (text) => /** @type {T} */ (text)) {
  const text = memory.get(key) ?? attempt(() => window[placeOf(key)].getItem(nameOf(key)));
  if (text === null) return null;
  const value = attempt(() => read(text));
  if (attempt(() => fits(/** @type {T} */ (value)))) return value;
  forget(key);
  return null;
}

/**
 * Keep a text under a key; returns whether the browser does.
 * @param {string} key
 * @param {string} text
 */
export function keep(key, text) {
  const isKept = attempt(() => {
    window[placeOf(key)].setItem(nameOf(key), text);
    return true;
  });
  if (isKept) memory.delete(key);
  else if (placeOf(key) === "localStorage") memory.set(key, text);
  return isKept === true;
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  attempt(() => window[placeOf(key)].removeItem(nameOf(key)));
}

/** @param {string} text */
export const isSwitch = (text) => text === "on" || text === "off";

/**
 * @template T
 * @param {() => T} act
 */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

// Machines that are too large for a link: the tab keeps them, and the address names them, so that a reload, back and
// forward find them again.

/** What a request may name its machine by. */
export const MACHINES = /** @type {const} */ (["topology", "text", "file", "link"]);
const MAX_MACHINES = 8; // of one tab; the oldest are forgotten

/** @param {unknown} text */
const isText = (text) => typeof text === "string";

/**
 * Whether a value names a machine as a request does.
 * @param {Record<string, unknown>} value
 */
export const isMachine = (value) => MACHINES.some((name) => isText(value[name])) && Object.values(value).every(isText);

/**
 * The name under which the tab now keeps a machine; undefined where it has no room for it.
 * @param {MachineName} machine
 */
export function keepMachine(machine) {
  const names = recall("kept", (text) => /^\w+( \w+)*$/.test(text))?.split(" ") ?? [];
  const name = `${Date.now().toString(36)}${names.length}`;
  while (names.length >= MAX_MACHINES) forget(`kept.${names.shift()}`);
  while (!keep(`kept.${name}`, JSON.stringify(machine))) {
    if (!names.length) return undefined;
    forget(`kept.${names.shift()}`);
  }
  keep("kept", [...names, name].join(" "));
  return name;
}

/**
 * @param {string} name
 * @returns {MachineName | null}
 */
export const keptMachine = (name) => recall(`kept.${name}`, isMachine, JSON.parse);
