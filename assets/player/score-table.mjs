// @ts-check
// Makes the score table of a scan, and shows the fallback list of a node.

import { button, element, find, headCell, setText } from "#core/dom";
import { state } from "#core/state";
import { targetsAt } from "#core/trace";

const MAX_ROWS = 64; // a longer table ends with a count of the other candidates
const [MAX_TIED, MAX_CHARGES] = [4, 12]; // how much of the table on node_load is shown
const NEARER = "\u00a0\u203a "; // stands between an entry of a fallback list and the next one, which is not nearer

/** @param {string} verdict */
const wordsFor = (verdict) => state.play.words.verdicts[verdict] ?? verdict;

/**
 * Return the table of a scan.
 * @param {Trace} trace
 * @param {Step} scan
 */
export function scoreTable(trace, scan, most = MAX_ROWS) {
  const source = trace.at("source", scan);
  const [all, left] = trace.at("scores", scan);
  const rows = all.slice(0, most);
  const rest = new Map(left);
  for (const [, , , , , verdict] of all.slice(most)) rest.set(verdict, (rest.get(verdict) ?? 0) + 1);
  const lower = source > 0 ? [`+ id < ${source}`] : []; // no id is lower than 0
  const head = ["node", "distance", ...lower, "+ CPUs", "node_load", "verdict"];
  const stored = targetsAt(trace, source, scan);
  const again = stored.length ? `, asked again after ${source} → ${stored.join(", ")}` : "";
  const order = "candidates, best first, then the rest; a penalty adds to the distance";
  const table = tableOf(`find_next_best_node(${source})${again}: ${order}`, head);
  const body = table.createTBody();
  for (const row of rows) body.append(scoreRow(row, rows[0], source > 0));
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
 * @param {boolean} hasLower whether there is a column on lower ids
 */
function scoreRow([node, distance, lower, cpus, load, verdict], best, hasLower) {
  const isScored = verdict === "chosen" || verdict === "beaten";
  const row = element("tr", "", isScored ? verdict : "out");
  const isBeaten = verdict === "beaten";
  const words = isBeaten ? beatenBy(best, distance + lower + cpus, load, state.play.tie) : wordsFor(verdict);
  const figures = isScored
    ? [distance, lower ? `+${lower}` : "", cpus ? `+${cpus}` : "", load]
    : [distance, "", "", ""];
  if (!hasLower) figures.splice(1, 1);
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
 * Return a table of how the loads came about that decided a scan: which lists charged the equal candidates, and when.
 * Return null if node_load[] did not decide the scan.
 * @param {Trace} trace
 * @param {Step} scan
 */
export function loadTable(trace, scan) {
  const tied = tiedIn(trace.at("scores", scan)[0]);
  if (!tied.length || (state.play.tie ?? "load") !== "load") return null;
  const caption = "node_load decides: each list charges the first node at each new distance. The lowest load wins.";
  const table = tableOf(caption, ["list of", ...tied.map((node) => `node ${node}`), "step"]);
  table.classList.add("loads");
  const body = table.createTBody();
  for (const step of chargesBefore(trace, scan, tied).slice(0, MAX_CHARGES)) body.append(chargeRow(trace, step, tied));
  const total = element("tr", "", "chosen");
  const loads = tied.map((node) => trace.at(`node_load[${node}]`, scan));
  for (const text of ["node_load", ...loads, ""]) total.append(element("td", String(text)));
  body.append(total);
  return table;
}

/**
 * Return the best candidates of a scan if they cost the same and have different loads, else nothing.
 * @param {ScoreRow[]} rows
 */
function tiedIn(rows) {
  const free = rows.filter(([, , , , , verdict]) => verdict === "chosen" || verdict === "beaten");
  const costOf = (/** @type {ScoreRow} */ [, distance, lower, cpus]) => distance + lower + cpus;
  const tied = free.filter((row) => costOf(row) === costOf(free[0])).slice(0, MAX_TIED);
  return new Set(tied.map(([, , , , load]) => load)).size > 1 ? tied.map(([node]) => node) : [];
}

/**
 * Return the steps, since the loads were last set to zero, at which a list charged one of these nodes.
 * @param {Trace} trace
 * @param {Step} scan
 * @param {NodeId[]} nodes
 */
function chargesBefore(trace, scan, nodes) {
  const built = trace.changes("operation").filter((step) => step <= scan);
  const operation = (/** @type {Step} */ step) => /** @type {any[]} */ (trace.at("operation", step));
  const zero = built.findLast((step) => /^(ZonelistsBegin|OwnZonelistBegins)$/.test(operation(step)[0])) ?? 0;
  return built.filter((step) => {
    const [kind, , charged] = operation(step);
    return (
      step > zero &&
      kind === "ZonelistBuilt" &&
      charged.some((/** @type {[NodeId, number]} */ [node]) => nodes.includes(node))
    );
  });
}

/**
 * @param {Trace} trace
 * @param {Step} step
 * @param {NodeId[]} nodes
 */
function chargeRow(trace, step, nodes) {
  const [, owner, charged] = /** @type {any[]} */ (trace.at("operation", step));
  const loads = new Map(charged);
  const row = element("tr");
  row.append(element("td", `node ${owner}`));
  for (const node of nodes) {
    const before = trace.at(`node_load[${node}]`, step - 1);
    row.append(element("td", loads.has(node) ? `${before} \u2192 ${loads.get(node)}` : ""));
  }
  const cell = row.appendChild(element("td"));
  cell.append(button(String(step), "link", { step }));
  return row;
}

/**
 * Show the fallback list of a node in a panel; its end counts the entries that were left out. The list is one text:
 * browsers take ten times as long to lay out an element for each of 64 entries, and each step has another list.
 * @param {HTMLElement} panel
 * @param {NodeId} owner
 * @param {Zonelist} zonelist
 * @param {number} [most]
 */
export function showFallback(panel, owner, [ids, left], most = ids.length) {
  if (!find(".fallback", panel)) {
    const box = element("div");
    box.append(element("p", "", "caption-line"), element("p", "", "fallback"));
    panel.replaceChildren(box);
  }
  const more = left + Math.max(0, ids.length - most);
  setText(find(".caption-line", panel), `Fallback order of node ${owner}, nearest first`);
  setText(find(".fallback", panel), [...ids.slice(0, most), ...(more ? [`and ${more} more`] : [])].join(NEARER));
}

/**
 * @param {string} caption
 * @param {string[]} head
 */
function tableOf(caption, head) {
  const table = element("table", "", "scores");
  table.append(element("caption", caption));
  const row = element("tr");
  row.append(...head.map((text) => headCell(text)));
  table.createTHead().append(row);
  return table;
}
