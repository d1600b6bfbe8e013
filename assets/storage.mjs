// What the browser keeps for this visitor: nothing in a sandboxed frame, or where the visitor forbids it.

const nameOf = (key) => `tierscope.${key}`;

export function recall(key) {
  try {
    return localStorage.getItem(nameOf(key));
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(nameOf(key), value);
  } catch {
    // it is asked again next time
  }
}
