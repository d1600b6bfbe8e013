// The two lanes as a table: a row a moment, the writer on the left, the reader on the right, between them the array.

import { element } from "../tables.mjs";
import { canMove, rowText, stateAt } from "./readers-model.mjs";

const MOST_COLUMNS = 8; // more entries than this do not stand side by side
const WRITER = { barrier: "smp_wmb()", starts: "synchronize_rcu() begins", ends: "synchronize_rcu() returns" };
const RCU = { opens: "rcu_read_lock()", closes: "rcu_read_unlock()" };

export function lanesTable(game, rows) {
  const columns = columnsOf(game, rows);
  const table = element("table", "", columns ? "" : "narrow");
  table.append(element("caption", "Time goes down; between the two stands node_demotion[], with a ring around what is read. Drag a read or a store to another moment, or move it with the arrow keys.", "quiet"), headOf(columns));
  const body = table.createTBody();
  body.append(lineOf(game, rows, 0, columns));
  rows.forEach((_, index) => body.append(lineOf(game, rows, index + 1, columns)));
  return table;
}

// The entries that stand side by side: all, else those that are read; null if these are too many, too.
function columnsOf(game, rows) {
  const all = Object.keys(game.old).map(Number);
  if (all.length <= MOST_COLUMNS) return all;
  const read = [...new Set(rows.filter(({ kind }) => kind === "read").map((row) => row.moments[0].node))];
  return read.length <= MOST_COLUMNS ? read.sort((a, b) => a - b) : null;
}

function headOf(columns) {
  const head = element("thead");
  const row = head.appendChild(element("tr"));
  for (const text of ["writer", ...(columns?.map((node) => `[${node}]`) ?? ["node_demotion[]"]), "reader"]) {
    const cell = row.appendChild(element("th", text));
    cell.scope = "col";
    if (text.startsWith("[")) cell.title = `node_demotion${text}`;
  }
  return head;
}

function lineOf(game, rows, step, columns) {
  const row = rows[step - 1];
  const { entries } = stateAt(game, rows, step);
  const line = element("tr", "", row ? row.kind : "start");
  line.dataset.row = step;
  line.append(writerCell(game, rows, step));
  const about = row?.moments.map(({ node }) => node) ?? [];
  if (columns) line.append(...columns.map((node) => arrayCell(row, about.includes(node), node, entries[node])));
  else line.append(about.length === 1 && about[0] >= 0 ? arrayCell(row, true, about[0], `[${about[0]}] ${entries[about[0]]}`) : element("td"));
  line.append(readerCell(game, rows, step));
  return line;
}

function arrayCell(row, concerned, node, value) {
  const kind = !concerned ? "" : row.kind === "read" ? "seen" : "set";
  const cell = element("td", String(value), `entry ${kind}`);
  cell.dataset.entry = node;
  return cell;
}

function writerCell(game, rows, step) {
  const cell = element("td", "", "writer");
  const row = rows[step - 1];
  if (!row) cell.append(element("span", "the old order", "quiet"));
  else if (WRITER[row.kind]) cell.append(element("code", WRITER[row.kind]));
  else if (row.kind === "stores") cell.append(element("span", `${row.moments.length} other stores`, "quiet"));
  else if (row.kind === "store") cell.append(mover(game, rows, step, `[${row.moments[0].node}] = ${row.moments[0].value}`));
  return cell;
}

function readerCell(game, rows, step) {
  const cell = element("td", "", "reader");
  const row = rows[step - 1];
  if (!row) cell.append(element("span", `at node ${game.start}`, "quiet"));
  else if (row.kind === "read") cell.append(mover(game, rows, step, `reads [${row.moments[0].node}]: ${row.moments[0].value}`));
  const section = sectionAt(game, rows, step);
  cell.classList.add(...section);
  if (game.protocol === "grace-walk" && row?.kind === "read") {
    for (const [edge, call] of Object.entries(RCU)) if (section.includes(edge)) cell.append(element("span", call, "rcu"));
  }
  return cell;
}

// Where a read-side section stands open: over the whole walk, or over each read.
function sectionAt({ protocol }, rows, step) {
  const reads = rows.flatMap(({ kind }, index) => (kind === "read" ? [index + 1] : []));
  if (protocol === "grace-hop" && reads.includes(step)) return ["section", "opens", "closes"];
  if (protocol !== "grace-walk" || step < reads[0] || step > reads.at(-1)) return [];
  return ["section", ...(step === reads[0] ? ["opens"] : []), ...(step === reads.at(-1) ? ["closes"] : [])];
}

// What can be dragged to another row, or only its text where that is not so.
function mover(game, rows, step, text) {
  const row = rows[step - 1];
  if (!canMove(game, row)) return element("code", text);
  const handle = element("span", text, "handle");
  const values = { role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-valuemin": 1, "aria-valuemax": rows.length, "aria-valuenow": step };
  for (const [name, value] of Object.entries(values)) handle.setAttribute(name, value);
  handle.setAttribute("aria-label", row.kind === "read" ? `Moment of the read of node_demotion[${row.moments[0].node}]` : `Moment at which ${text} becomes visible`);
  handle.setAttribute("aria-valuetext", `moment ${step} of ${rows.length}: ${rowText(game, row, stateAt(game, rows, step - 1).walk)}`);
  Object.assign(handle.dataset, { key: row.key, column: row.moments[0].node });
  return handle;
}
