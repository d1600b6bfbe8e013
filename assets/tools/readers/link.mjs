// @ts-check
// Writes what the readers tool shows as a part of the page's address, and reads it. Pure.
//
// Tildes separate the parts: the event or "own", the protocol, the start, "program" or nothing, the moment, and the
// walk as "0.1.2.1". If the visitor wrote the two orders, both follow.

const FORM = "(own|\\d{1,4})~([\\w-]{1,20})~(\\d{0,4})~(program|)~(\\d{1,5})";
const WALK = "((?:-?\\d{1,4}(?:\\.-?\\d{1,4}){0,2000})?)";
const PARTS = new RegExp(`^${FORM}~${WALK}(?:~([^~]{0,4000})~([^~]{0,4000}))?$`);

/**
 * Return the part of the address that names what is shown.
 * @param {LinkedWalk} shown
 */
export function linkText({ event, protocol, start, order, moment, walk, old, after }) {
  const parts = [event, protocol, start, order, moment, walk.join(".")];
  return (event === "own" ? [...parts, old, after] : parts).map((part) => String(part).replaceAll("~", "")).join("~");
}

/**
 * Return what a part of an address names; null if it is none that linkText() wrote.
 * @param {string} text
 * @returns {LinkedWalk | null}
 */
export function readLink(text) {
  const [, event, protocol, start, order, moment, walk, old = "", after = ""] = PARTS.exec(text) ?? [];
  if (event === undefined) return null;
  const nodes = walk ? walk.split(".").map(Number) : [];
  return { event, protocol, start, order, moment: Number(moment), walk: nodes, old, after };
}
