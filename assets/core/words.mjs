// @ts-check
// Writes numbers in words. Pure. tests/counts.json and tests/choices.json hold cases that are also run against Python.

/**
 * Return a count with its noun: "1 change", "2 changes".
 * @param {number} count
 * @param {string} noun
 * @param {string} several the noun's plural
 */
export const plural = (count, noun, several = `${noun}s`) => `${count} ${count === 1 ? noun : several}`;

/**
 * Return several nodes as a choice: "2", "2 or 3", "1, 2 or 3".
 * @param {number[]} nodes at least one
 */
export const choice = (nodes) =>
  [nodes.slice(0, -1).join(", "), nodes.at(-1)].filter((part) => part !== "").join(" or ");

/**
 * Return a number as an ordinal: "1st", "2nd", "3rd", "4th", "11th".
 * @param {number} number
 */
export function ordinal(number) {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}
