// @ts-check
// The document of a talk: its changes, its text as TOML, and its text in a link. Pure, but for the browser's deflate.
// viz/stories/talk.py says which keys there are.

import { LONG_MACHINE, MAX_LINK, MAX_TALK } from "#core/constants";
import { packedJson, unpackedJson } from "#core/packed";

const FORM = "1"; // the first character of a packed talk

/** @returns {TalkDocument} */
export const newTalk = () => ({ title: "My talk", stops: [] });

/**
 * Return the talk with a stop added at a place, or at the end. A long machine is written once, by a name.
 * @param {TalkDocument} talk
 * @param {TalkStop} stop
 * @param {number} [at]
 * @returns {TalkDocument}
 */
export function withStop({ stops, ...talk }, stop, at = stops.length) {
  const { machine, ...others } = stop;
  if (!machine || machine.length <= LONG_MACHINE) return { ...talk, stops: stops.toSpliced(at, 0, stop) };
  const { machines = {} } = talk;
  const names = Object.keys(machines);
  const free = Array.from({ length: names.length + 1 }, (_, place) => `own-${place + 1}`);
  const name =
    names.find((key) => machines[key] === machine) ?? /** @type {string} */ (free.find((one) => !(one in machines)));
  const named = { ...others, topology: name };
  return { ...talk, machines: { ...machines, [name]: machine }, stops: stops.toSpliced(at, 0, named) };
}

/**
 * Return the talk with other stops, and with those of its machines that a stop names.
 * @param {TalkDocument} talk
 * @param {TalkStop[]} stops
 * @returns {TalkDocument}
 */
export function withStops({ machines = {}, ...talk }, stops) {
  const named = Object.entries(machines).filter(([name]) => stops.some(({ topology }) => topology === name));
  return { ...talk, ...(named.length > 0 && { machines: Object.fromEntries(named) }), stops };
}

/**
 * Return the talk without one of its stops.
 * @param {TalkDocument} talk
 * @param {number} at
 * @returns {TalkDocument}
 */
export const withoutStop = (talk, at) => withStops(talk, talk.stops.toSpliced(at, 1));

/**
 * Return the talk with a stop moved by some places, as far as there are places.
 * @param {TalkDocument} talk
 * @param {number} at
 * @param {number} by
 * @returns {TalkDocument}
 */
export function withMoved(talk, at, by) {
  const to = Math.max(0, Math.min(at + by, talk.stops.length - 1));
  return withStops(talk, talk.stops.toSpliced(at, 1).toSpliced(to, 0, talk.stops[at]));
}

/**
 * Return the talk with other values for some keys of a stop; undefined takes a key away.
 * @param {TalkDocument} talk
 * @param {number} at
 * @param {TalkStop} change
 * @returns {TalkDocument}
 */
export function withChange(talk, at, change) {
  const changed = Object.entries({ ...talk.stops[at], ...change }).filter(([, value]) => value !== undefined);
  return { ...talk, stops: talk.stops.with(at, Object.fromEntries(changed)) };
}

/**
 * Return a talk as the text of a file.
 * @param {TalkDocument} talk
 */
export function tomlOf({ stops, ...talk }) {
  const tables = stops.map((stop) => `\n[[stops]]\n${linesOf(stop)}`);
  return linesOf(talk) + tables.join("");
}

/** @param {object} table */
const linesOf = (table) =>
  Object.entries(table)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key} = ${tomlValue(value)}\n`)
    .join("");

/**
 * Return a value in TOML.
 * @param {unknown} value
 * @returns {string}
 */
function tomlValue(value) {
  if (typeof value === "string") return textOf(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return `{ ${pairs.map(([key, inner]) => `${key} = ${tomlValue(inner)}`).join(", ")} }`;
}

/**
 * Return a text as a string in TOML. If the text has several lines or contains quotes, avoid escapes where possible.
 * @param {string} text
 */
function textOf(text) {
  const isPlain = !/[^\P{C}\n\t]/u.test(text);
  if (isPlain && text.includes("\n") && !text.includes("'''") && !text.endsWith("'")) return `'''\n${text}'''`;
  if (isPlain && text.includes('"') && !/['\n]/.test(text)) return `'${text}'`;
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/**
 * Return a talk as the text of a link; undefined if it is too long for one.
 * @param {TalkDocument} talk
 */
export async function packed(talk) {
  const link = FORM + (await packedJson(talk));
  return link.length > MAX_LINK ? undefined : link;
}

/**
 * Return the talk in the text of a link; null if the text is damaged, or holds more than a talk may.
 * @param {string} text
 * @returns {Promise<TalkDocument | null>}
 */
export async function unpacked(text) {
  if (!text.startsWith(FORM) || text.length > MAX_LINK) return null;
  const value = await unpackedJson(text.slice(FORM.length), MAX_TALK).catch(() => null);
  return asTalk(value);
}

/**
 * Return a value if it has the form of a talk, else null. The server checks the rest.
 * @param {any} value
 * @returns {TalkDocument | null}
 */
export function asTalk(value) {
  const isTalk = typeof value?.title === "string" && Array.isArray(value.stops);
  return isTalk && value.stops.every((/** @type {any} */ one) => one && typeof one === "object") ? value : null;
}
