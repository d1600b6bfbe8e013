// @ts-check
// Makes the score table of a scan, and the fallback list of a node.

import { element } from "#core/dom";
import { state } from "#core/state";

const MAX_ROWS = 64; // a longer table ends with a count of the other candidates

/** @param {string} verdict */
const wordsFor = (verdict) => state.play.words.verdicts[verdict] ?? verdict;

/**
 * Return the table of a scan.
 * @param {NodeId} source
 * @param {Scores} scores
 */
export function scoreTable(source, [all, left], most = MAX_ROWS) {
  const rows = all.slice(0, most);
  const rest = new Map(left);
  for (const [, , , , , verdict] of all.slice(most)) rest.set(verdict, (rest.get(verdict) ?? 0) + 1);
  const head = ["node", "distance", `id < ${source}`, "has CPUs", "node_load", "verdict"];
  const table = tableOf(`find_next_best_node(${source}): candidates, best first, then the rest`, head);
  const body = table.createTBody();
  for (const row of rows) body.append(scoreRow(row, rows[0]));
  for (const [verdict, count] of rest) {
    const cell = element("td", `and ${count} more: ${wordsFor(verdict)}`);
    cell.colSpan = head.length;
    const line = element("tr", "", "out");
    line.append(cell);
    body.append(line);
  }
  return table;
}

/**
 * Return the row of a candidate.
 * @param {ScoreRow} scored
 * @param {ScoreRow} best the candidate that was chosen
 */
function scoreRow([node, distance, lower, cpus, load, verdict], best) {
  const isScored = verdict === "chosen" || verdict === "beaten";
  const row = element("tr", "", isScored ? verdict : "out");
  const isBeaten = verdict === "beaten";
  const words = isBeaten ? beatenBy(best, distance + lower + cpus, load, state.play.tie) : wordsFor(verdict);
  const figures = isScored
    ? [distance, lower ? `+${lower}` : "", cpus ? `+${cpus}` : "", load]
    : [distance, "", "", ""];
  for (const text of [node, ...figures, words]) row.append(element("td", String(text)));
  return row;
}

/**
 * Return why a candidate was not chosen. viz.trace.why.ask.beaten() has the same rule; tests/beaten_rows.json holds
 * cases that are run against both.
 * @param {ScoreRow} best
 * @param {number} score the candidate's distance with its penalties
 * @param {Cell} ownLoad
 * @param {string} tie the rule that decides between equals: "load", "id" or "last-id"
 */
export function beatenBy([, distance, lower, cpus, load], score, ownLoad, tie = "load") {
  const more = score - (distance + lower + cpus);
  if (more) return `${more} farther`;
  if (tie !== "load") return `as near, ${tie === "id" ? "higher" : "lower"} id`;
  return ownLoad > load ? "as near, more load" : "as near, higher id";
}

/**
 * Return the fallback list of a node; its last line counts the entries that were left out.
 * @param {NodeId} owner
 * @param {Zonelist} zonelist
 */
export function fallbackTable(owner, [ids, left], most = ids.length) {
  const list = element("ol", "", "fallback");
  for (const node of ids.slice(0, most)) list.append(element("li", node));
  const more = left + Math.max(0, ids.length - most);
  if (more) list.append(element("li", `and ${more} more`));
  const box = element("div");
  box.append(element("p", `Fallback order of node ${owner}, nearest first`, "caption-line"), list);
  return box;
}

/**
 * @param {string} caption
 * @param {string[]} head
 */
function tableOf(caption, head) {
  const table = element("table", "", "scores");
  table.append(element("caption", caption));
  const row = element("tr");
  for (const text of head) {
    const cell = element("th", text);
    cell.scope = "col";
    row.append(cell);
  }
  table.createTHead().append(row);
  return table;
}
