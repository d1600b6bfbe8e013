// @ts-check
// Lays out text for a mail: lines of 72 characters, and tables with columns. Pure but for reading a table's cells.

export const COLUMNS = 72; // characters in a line of a mail
const BETWEEN = "  "; // between two columns of a table

/**
 * Return a text wrapped at the width of a mail. All lines but the first are indented; a word is never broken.
 * @param {string} text
 * @param {number} indent
 */
export function wrapped(text, indent = 2) {
  const lines = [];
  let line = "";
  for (const word of text.replaceAll("\u2192", "->").split(/[ \n]+/)) {
    const isEmpty = line.trim() === "";
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line += (isEmpty ? "" : " ") + word;
  }
  return [...lines, line].join("\n");
}

/**
 * Return lines of text as a part of a mail, each wrapped.
 * @param {string[]} lines
 */
export const mailText = (lines) => `${lines.map((line) => wrapped(line)).join("\n")}\n`;

/**
 * Return rows of cells as a table, its columns aligned. If it is too wide, the last column is wrapped; if even that
 * does not fit, each row becomes a list of its cells.
 * @param {string[][]} rows
 */
export function tableText(rows) {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + BETWEEN.length, 0);
  if (before > COLUMNS - 16) return mailText(rows.map((row) => `- ${row.filter(Boolean).join(", ")}`));
  const lines = rows.flatMap((row) => {
    const start = row.slice(0, count - 1).map((cell, at) => cell.padEnd(widths[at] + BETWEEN.length));
    const last = wrapped(`${start.join("").replaceAll(" ", "\u00a0")}${row[count - 1] ?? ""}`, before);
    return last.replaceAll("\u00a0", " ").trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

/**
 * Return the cells of a table of the page, row by row, its caption left out.
 * @param {HTMLTableElement} table
 */
export const cellsOf = (table) =>
  [...table.rows].map((row) => [...row.cells].map(({ textContent }) => (textContent ?? "").trim()));

/**
 * Return distances as a table with the ids of nodes at its edges; "" if it would be wider than a mail.
 * @param {number[]} ids
 * @param {number[][]} distances
 */
export function distancesText(ids, distances) {
  const width = 1 + Math.max(...[...ids, ...distances.flat()].map((number) => String(number).length));
  const cell = (/** @type {number | string} */ value) => String(value).padStart(width);
  if ((ids.length + 1) * width > COLUMNS) return "";
  const rows = distances.map((row, at) => [ids[at], ...row].map(cell).join(""));
  return `distances, from a row to a column:\n${[["", ...ids].map(cell).join(""), ...rows].join("\n")}\n`;
}
