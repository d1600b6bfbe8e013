// @ts-check
// Shows the numbers of a film beside the stage: the owners and signs, and a table with a row for each node.

import { all, element, find, headCell, setText } from "#core/dom";
import { fillChart, moveNow } from "#tools/pressure/chart";
import { changedNodes, freeAt, ownersOf, pagesAt } from "#tools/pressure/model";
import { tintOf } from "#tools/pressure/stage";

const MAX_CHARTS = 16; // nodes with a chart of their own
const PAUSE = 120; // milliseconds between two changes of the numbers while the film plays
const NUMBER = new Intl.NumberFormat("en");

/** The table that is on the page, the tick that it shows, and since when. */
const shown = { table: /** @type {HTMLTableElement | null} */ (null), tick: 0, since: 0 };

const COUNTERS = [
  "pgdemote_kswapd",
  "pgdemote_direct",
  "pgdemote_proactive",
  "pgsteal",
  "pswpout",
  "pgpromote_success",
];
/**
 * What counters of /proc/vmstat count.
 * @type {Record<string, string>}
 */
const COUNTED = {
  pgdemote_kswapd: "Pages that kswapd has demoted from the node",
  pgdemote_direct:
    "Pages that direct reclaim has demoted from the node; up to 6.14 also those of a write to memory.reclaim",
  pgdemote_proactive: "Pages that a write to memory.reclaim has demoted from the node",
  pgsteal: "Pages that were reclaimed on the node: demoted or written to swap",
  pswpout: "Pages that were written to swap",
  pgpromote_success: "Pages that were promoted to the node",
};
const SIGNS = [
  ["alloc", "●", "allocation"],
  ["kswapd", "◆", "demotion"],
  ["kswapd", "◇", "by direct reclaim"],
  ["promote", "▲", "promotion"],
  ["migrate", "■", "leaving"],
  ["swap", "▼", "swap"],
  ["awake", "◔", "kswapd awake"],
  ["lines", "", "lines: high, low (dashed), min (dotted)"],
  ["break", "⌇", "above a zigzag at a card's edges the scale is larger: the last free pages"],
];

/**
 * Return the list of owners with their colours, and of signs.
 * @param {Film} film
 */
export function legend(film) {
  const used = ownersOf(film);
  const owners = film.answer.owners.flatMap((name, owner) =>
    used.has(owner) ? [entry(name, tintOf(owner, film))] : [],
  );
  const signs = SIGNS.map(([kind, sign, words]) => {
    const item = element("li");
    item.append(element("i", sign, kind), ` ${words}`);
    return item;
  });
  return [...owners, ...signs];
}

/**
 * @param {string} words
 * @param {string} tint
 */
function entry(words, tint) {
  const item = element("li", "", "owner");
  item.append(element("span", "", tint), words);
  return item;
}

/**
 * Return the names of the counters that count anything.
 * @param {Film} film
 */
const countersOf = (film) => COUNTERS.filter((name) => film.counters.get(name)?.some((value) => value > 0));

/**
 * Return how many pages of a node are free after a tick, then the values of these counters.
 * @param {Film} film
 * @param {string[]} counters
 * @param {number} tick
 * @param {number} node
 */
const numbersAt = (film, counters, tick, node) => [
  freeAt(film, tick, node),
  ...counters.map((name) => film.counters.get(name)?.[tick * film.nodes.length + node] ?? 0),
];

/**
 * Return the numbers of a tick as the rows of a table, the first of them with the names of the columns.
 * @param {Film} film
 * @param {number} tick
 */
export function numbersRows(film, tick) {
  const counters = countersOf(film);
  const rows = film.nodes.map(({ id }, node) => [
    String(id),
    ...numbersAt(film, counters, tick, node).map((value) => NUMBER.format(value)),
  ]);
  return [["node", "free", ...counters], ...rows];
}

/** @param {Film} film */
export function tableOf(film) {
  const table = element("table");
  const counters = countersOf(film);
  table.dataset.counters = counters.join(" ");
  const head = table.createTHead().insertRow();
  for (const words of ["node", "filled", "free pages", ...counters]) {
    const cell = headCell(words.replace("_", "_\u200b"));
    cell.title = COUNTED[words] ?? "";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [index, { id }] of film.nodes.entries()) {
    const row = body.insertRow();
    row.append(headCell(id, "row"));
    const chart = row.insertCell();
    if (index < MAX_CHARTS) chart.append(fillChart(film, index));
    for (const _ of ["free", ...counters]) row.insertCell();
  }
  return table;
}

/**
 * Show the numbers of a tick in the table. While the film plays, nobody reads numbers that change with each picture,
 * and laying out a long table takes longer than a picture has time; so they follow some times a second.
 * @param {Film} film
 * @param {number} tick
 * @param {boolean} plays whether the film plays, so that nobody points at a row
 */
export function showNumbers(film, tick, plays) {
  const table = /** @type {HTMLTableElement | null} */ (find(".film-nodes table"));
  if (!table) return;
  const now = performance.now();
  if (plays && shown.table === table && now - shown.since < PAUSE) return;
  const { rows } = table.tBodies[0];
  const counters = table.dataset.counters?.split(" ").filter(Boolean) ?? [];
  for (const index of changedNodes(film, shown.table === table ? shown.tick : null, tick)) {
    for (const [place, value] of numbersAt(film, counters, tick, index).entries()) {
      setText(rows[index].cells[place + 2], NUMBER.format(value));
    }
  }
  Object.assign(shown, { table, tick, since: now });
  for (const chart of all(".film-nodes .fill")) moveNow(chart, tick, film.length);
  if (plays) return;
  for (const index of film.nodes.keys()) rows[index].title = ownedAt(film, tick, index).join("\n");
}

/**
 * Return a line for each owner that has pages on a node.
 * @param {Film} film
 * @param {number} tick
 * @param {number} node
 */
const ownedAt = (film, tick, node) =>
  film.answer.owners.flatMap((name, owner) => {
    const pages = pagesAt(film, tick, owner, node);
    return pages ? [`${name}: ${NUMBER.format(pages)} pages`] : [];
  });
