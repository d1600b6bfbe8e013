// What the browser keeps: for this visitor, or for this tab alone, across a reload. Nothing in a sandboxed frame, or where
// the visitor forbids it.

// Every key, and where it is kept.
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
const memory = new Map(); // a visitor's choices that the browser does not keep

const placeOf = (key) => KEYS[key.replace(/\..*/, ".*")];
const nameOf = (key) => `tierscope.${key}`;

// What `read` makes of the text under a key; null if there is none. One that does not fit is forgotten.
export function recall(key, fits, read = (text) => text) {
  const text = memory.get(key) ?? attempt(() => window[placeOf(key)].getItem(nameOf(key)));
  if (text === null) return null;
  const value = attempt(() => read(text));
  if (attempt(() => fits(value))) return value;
  forget(key);
  return null;
}

export function keep(key, text) {
  const kept = attempt(() => (window[placeOf(key)].setItem(nameOf(key), text), true));
  if (kept) memory.delete(key);
  else if (placeOf(key) === "localStorage") memory.set(key, text);
  return kept;
}

export function forget(key) {
  memory.delete(key);
  attempt(() => window[placeOf(key)].removeItem(nameOf(key)));
}

export const isSwitch = (text) => text === "on" || text === "off";

function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
