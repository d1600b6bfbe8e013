// @ts-check
// Reads CPUs as a machine's document has them: a count, or a list such as "0-3,8" or "0-62:2". Pure. viz/topology has
// the same rule; tests/cpu_lists.json holds cases that are run against both.

import { MAX_CPUS } from "#core/constants";

const PART = /^\d{1,5}(-\d{1,5}(:\d{1,5})?)?$/;

/** @param {string} list */
const partsOf = (list) => list.split(",").map((part) => part.split(/[-:]/).map(Number));

/**
 * Return whether a text is a list of CPUs.
 * @param {string} text
 */
export const isCpuList = (text) =>
  text.split(",").every((part) => PART.test(part)) &&
  partsOf(text).every(([low, high = low, stride = 1]) => low <= high && high < MAX_CPUS && stride > 0);

/**
 * Return how many CPUs a count or a list stands for.
 * @param {number | string} cpus
 */
export function cpuCount(cpus) {
  if (typeof cpus === "number") return cpus;
  if (!cpus.trim()) return 0;
  const counts = partsOf(cpus).map(([low, high = low, stride = 1]) => Math.floor((high - low) / stride) + 1);
  return counts.reduce((sum, count) => sum + count, 0);
}
