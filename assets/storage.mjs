// What the browser keeps: for this visitor, or for this tab alone, across a reload. Nothing in a sandboxed frame, or where
// the visitor forbids it.

const nameOf = (key) => `tierscope.${key}`;

export const recall = (key) => attempt(() => localStorage.getItem(nameOf(key)));
export const keep = (key, value) => attempt(() => localStorage.setItem(nameOf(key), value)); // else it is asked again next time

export const recallInTab = (key) => attempt(() => sessionStorage.getItem(nameOf(key)));
export const keepInTab = (key, value) => attempt(() => (sessionStorage.setItem(nameOf(key), value), true));
export const forgetInTab = (key) => attempt(() => sessionStorage.removeItem(nameOf(key)));

function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
