// @ts-check
// Keeps values in the browser's storage across a reload, for this visitor (localStorage) or for this tab alone
// (sessionStorage). In a sandboxed frame, or where the visitor forbids storage, the browser keeps nothing.

/**
 * Every key, and where it is kept.
 * @type {Record<string, "localStorage" | "sessionStorage">}
 */
export const KEYS = {
  keys: "localStorage",
  tour: "localStorage",
  story: "localStorage",
  machines: "localStorage",
  "edit-both": "localStorage",
  "edit-follow": "localStorage",
  draft: "sessionStorage",
  talk: "sessionStorage",
  speaker: "sessionStorage",
  kept: "sessionStorage",
  "kept.*": "sessionStorage",
  notes: "sessionStorage",
};
/** @type {Map<string, string>} */
const memory = new Map(); // the visitor's choices that the browser did not store; they last until the page is left

/** @param {string} key */
const placeOf = (key) => KEYS[key.replace(/\..*/, ".*")];
/** @param {string} key */
const nameOf = (key) => `tierscope.${key}`;

/**
 * Return the value kept under a key, or null. A text that `read` cannot read, or whose value `fits` refuses, is
 * deleted.
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
 * Keep a text under a key, and return whether the browser has stored it.
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
 * Return what a function returns, or null if it throws.
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

// Machines that are too large for a link: the tab keeps them, and the address holds only their name. So a reload and
// the browser's buttons "back" and "forward" find them again.

/** The keys of a request that name its machine, as viz.app.service has them; a request has at most one of them. */
export const MACHINES = /** @type {const} */ (["topology", "text", "file", "link"]);
/** All keys of a request on which its machine depends, as viz.app.service has them. */
export const READ_BY = /** @type {const} */ ([...MACHINES, "name", "remote", "turned", "machine", "beside", "allowed"]);
const MAX_MACHINES = 8; // how many machines a tab keeps; the oldest are deleted

/** @param {unknown} text */
const isText = (text) => typeof text === "string";

/**
 * Return whether a value has the form in which a request names a machine.
 * @param {Record<string, unknown>} value
 */
export const isMachine = (value) => MACHINES.some((name) => isText(value[name])) && Object.values(value).every(isText);

/**
 * Keep a machine for this tab, and return its name there; undefined if the browser has no room for it.
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
 * Return the machine that the tab keeps under a name, or null.
 * @param {string} name
 * @returns {MachineName | null}
 */
export const keptMachine = (name) => recall(`kept.${name}`, isMachine, JSON.parse);

/** @param {string} text */
export const isSpeakerToken = (text) => /^[\w-]{16,64}$/.test(text);
