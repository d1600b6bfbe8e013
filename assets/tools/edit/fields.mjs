// @ts-check
// Reads and writes the fields of a node as text. Pure.

import { LARGEST_ADISTANCE, LARGEST_ID, MAX_CPUS, MAX_LABEL } from "#core/constants";
import { isCpuList } from "#tools/edit/cpus";

const UNITS = ["PiB", "TiB", "GiB", "MiB", "KiB"];
const SIZE = /^\d{1,19}(\.\d{1,12})? *([kKMGTP]i?)?B$/;

/** @typedef {"label" | "socket" | "memory" | "cpus" | "tier" | "adistance"} Key */

/**
 * Return a number of bytes in the largest unit in which it is a whole number.
 * @param {number | string} memory
 */
export function memoryText(memory) {
  if (typeof memory !== "number") return memory;
  if (memory === 0) return "0";
  for (const [place, unit] of UNITS.entries()) {
    const bytes = 1024 ** (UNITS.length - place);
    if (memory >= bytes && memory % bytes === 0) return `${memory / bytes} ${unit}`;
  }
  return `${memory} B`;
}

/**
 * Return CPUs as a count or a list. A list of one CPU is written as a range, so that it does not look like a count.
 * @param {number | string} cpus
 */
export const cpusText = (cpus) =>
  typeof cpus === "string" && /^\d+$/.test(cpus) ? `${cpus}-${cpus}` : String(cpus || 0);

/** @type {Record<Key, (text: string) => string | number | undefined>} */
const READERS = {
  label: (text) => shortText(text, "label"),
  socket: (text) => shortText(text, "socket"),
  memory: readMemory,
  cpus: readCpus,
  tier: (text) => wholeNumber(text, "A class", LARGEST_ID),
  adistance: (text) => wholeNumber(text, "An abstract distance", LARGEST_ADISTANCE),
};

/**
 * Return the value that a text names for a key of a node, or undefined if the text is empty; throw an Error with one
 * sentence if it names none.
 * @param {Key} key
 * @param {string} text
 */
export const readField = (key, text) => READERS[key](text);

/**
 * @param {string} text
 * @param {string} what
 */
function shortText(text, what) {
  const plain = text.trim().replace(/\s+/g, " ");
  if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(plain)) {
    throw new Error(`A ${what} is plain text, without control characters.`);
  }
  if (plain.length > MAX_LABEL) {
    throw new Error(`A ${what} has at most ${MAX_LABEL} characters, and this has ${plain.length}.`);
  }
  return plain || undefined;
}

/** @param {string} text */
function readMemory(text) {
  const plain = text.trim();
  if (/^0*$/.test(plain)) return 0;
  if (SIZE.test(plain)) return plain.replace(/ *([kKMGTP]?i?B)$/, " $1");
  if (/^\d+$/.test(plain)) throw new Error(`${plain} needs a unit, as in ${plain} GiB.`);
  throw new Error("A size is a number with a unit, as in 64 GiB or 1.5 TB, or 0.");
}

/** @param {string} text */
function readCpus(text) {
  const plain = text.trim().replace(/\s+/g, "");
  if (/^\d{0,5}$/.test(plain) && Number(plain) <= MAX_CPUS) return Number(plain);
  if (isCpuList(plain)) return plain;
  throw new Error(`CPUs are a count up to ${MAX_CPUS}, or a list of CPUs such as 0-3,8.`);
}

/**
 * @param {string} text
 * @param {string} what
 * @param {number} most
 */
function wholeNumber(text, what, most) {
  if (text.trim() === "") return undefined;
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!(value <= most)) throw new Error(`${what} is a whole number from 0 to ${most}.`);
  return value;
}

/**
 * Say in words that a key of a node gets a value, or loses it if the value is undefined.
 * @param {NodeId} id
 * @param {Key} key
 * @param {string | number | undefined} value
 */
export function describeKey(id, key, value) {
  const name = key === "adistance" ? "abstract distance" : key;
  if (value === undefined) return `clearing the ${name} of node ${id}`;
  if (key === "label") return `renaming node ${id} to ${value}`;
  if (key === "cpus" && value === 0) return `taking the CPUs of node ${id}`;
  if (key === "cpus") return `giving node ${id} CPUs ${typeof value === "number" ? `(${value})` : value}`;
  if (key === "memory" && value === 0) return `taking the memory of node ${id}`;
  if (key === "memory") return `giving node ${id} ${memoryText(value)}`;
  if (key === "adistance") return `setting the abstract distance of node ${id} to ${value}`;
  return `moving node ${id} to ${key} ${value}`;
}
