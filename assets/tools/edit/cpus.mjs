// @ts-check
// CPUs as a machine's document has them: how many, or which, as in "0-3,8" or "0-62:2". Pure.
// tests/cpu_lists.json holds the cases that viz.topology reads alike.

import { MAX_CPUS } from "#core/constants";

const PART = /^\d{1,5}(-\d{1,5}(:\d{1,5})?)?$/;

/** @param {string} list */
const partsOf = (list) => list.split(",").map((part) => part.split(/[-:]/).map(Number));

/**
 * Whether a text is a list of CPUs.
 * @param {string} text
 */
export const isCpuList = (text) =>
  text.split(",").every((part) => PART.test(part)) &&
  partsOf(text).every(([low, high = low, stride = 1]) => low <= high && high < MAX_CPUS && stride > 0);

/**
 * How many CPUs there are.
 * @param {number | string} cpus
 */
export function cpuCount(cpus) {
  if (typeof cpus === "number") return cpus;
  if (!cpus.trim()) return 0;
  const counts = partsOf(cpus).map(([low, high = low, stride = 1]) => Math.floor((high - low) / stride) + 1);
  return counts.reduce((sum, count) => sum + count, 0);
}
