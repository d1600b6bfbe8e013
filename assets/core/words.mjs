// @ts-check
// Writes numbers in words. Pure.

/**
 * Return a count with its noun: "1 change", "2 changes".
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * Return a number as an ordinal: "1st", "2nd", "3rd", "4th", "11th".
 * @param {number} number
 */
export function ordinal(number) {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}
