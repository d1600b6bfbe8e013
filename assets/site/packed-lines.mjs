// @ts-check
// Unpacks the edited lines in a link. Pure.

import { unpackedJson } from "#core/packed";

const MOST = 2 ** 17; // characters of a link, and of what it unpacks to

/** The row, and the texts of functions by their keys in the listing. */
/** @typedef {{ row: string, texts: Record<string, string> }} Lines */

/**
 * Return the lines in a link; null if it is damaged or too long.
 * @param {string} code
 * @returns {Promise<Lines | null>}
 */
export async function unpackedLines(code) {
  if (code.length > MOST) return null;
  try {
    const { row, texts } = await unpackedJson(code, MOST);
    const isWhole = typeof row === "string" && Object.values(texts).every((text) => typeof text === "string");
    return isWhole ? { row, texts } : null;
  } catch {
    return null;
  }
}
