// The tables and lists that a step or an answer needs, made anew each time. Pure but for making elements.

const MOST_ROWS = 64; // more are counted: nobody reads a table to its end at every step

const VERDICTS = {
  chosen: "chosen",
  beaten: "farther",
  used: "in used_targets",
  "other tier": "not in the next tier",
  "other class": "no choice for this node",
  "no memory": "has no memory",
};

export function element(tag, text = "", name = "") {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  if (name) made.className = name;
  return made;
}

// Words that are there already are left alone: to write them again would lay them out again. Other words take their
// place in the same text node, since a new one would be styled from scratch.
export function setText(target, text) {
  if (!target || target.textContent === text) return;
  if (target.firstChild?.nodeType === Node.TEXT_NODE && target.childNodes.length === 1) target.firstChild.data = text;
  else target.textContent = text;
}

// The table of one scan: rows as viz.trace.scoretable.Row has them, and [verdict, count] of those left out.
export function scoreTable(source, [all, left], most = MOST_ROWS) {
  const rows = all.slice(0, most);
  const rest = new Map(left);
  for (const row of all.slice(most)) rest.set(row.at(-1), (rest.get(row.at(-1)) ?? 0) + 1);
  const head = ["node", "distance", `id < ${source}`, "has CPUs", "node_load", "verdict"];
  const table = tableOf(`find_next_best_node(${source}): candidates, best first, then the rest`, head);
  for (const row of rows) table.tBodies[0].append(scoreRow(row, rows[0]));
  for (const [verdict, count] of rest) {
    const cell = element("td", `and ${count} more: ${VERDICTS[verdict] ?? verdict}`);
    cell.colSpan = head.length;
    const line = element("tr", "", "out");
    line.append(cell);
    table.tBodies[0].append(line);
  }
  return table;
}

function scoreRow([node, distance, lower, cpus, load, verdict], best) {
  const scored = verdict === "chosen" || verdict === "beaten";
  const row = element("tr", "", scored ? verdict : "out");
  const said = verdict === "beaten" ? beatenBy(best, distance + lower + cpus, load) : VERDICTS[verdict];
  const figures = scored ? [distance, lower ? "+1" : "", cpus ? `+${cpus}` : "", load] : [distance, "", "", ""];
  for (const text of [node, ...figures, said]) row.append(element("td", String(text)));
  return row;
}

function beatenBy([, distance, lower, cpus, load], key, ownLoad) {
  const more = key - (distance + lower + cpus);
  if (more) return `${more} farther`;
  return ownLoad > load ? "as near, more load" : "as near, higher id";
}

// The fallback order of one node, and how many entries were left out.
export function fallbackTable(owner, [ids, left], most = ids.length) {
  const list = element("ol", "", "fallback");
  for (const node of ids.slice(0, most)) list.append(element("li", String(node)));
  const more = left + Math.max(0, ids.length - most);
  if (more) list.append(element("li", `and ${more} more`));
  const box = element("div");
  box.append(element("p", `Fallback order of node ${owner}, nearest first`, "caption-line"), list);
  return box;
}

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
  table.createTBody();
  return table;
}
