// Puts one step of a trace on the page. Every panel is set in one call, so no two ever show different steps.
// Geometry and meaning come from Python; here are only classes, attributes and text.

import { nodesOf, targetsOf } from "./signals.mjs";

const MASK_CLASSES = { this_pass: "this-pass", next_pass: "next-pass", used_targets: "used", walked: "used", candidates: "candidate", ends: "chain-end" };

// The elements that a step changes, looked up once.
export function lookUp(root) {
  const byNode = (selector, key) => new Map([...root.querySelectorAll(selector)].map((e) => [Number(e.dataset[key]), e]));
  return {
    main: root,
    cards: byNode(".stage [data-node]", "node"),
    away: new Map([...root.querySelectorAll(".stage [data-node]")].map((e) => [Number(e.dataset.node), e.querySelector(".away")])),
    arrows: [...root.querySelectorAll(".stage [data-from]")],
    looks: byNode(".stage .looks", "source"),
    columns: byNode("[data-column]", "column"),
    rows: new Map([...root.querySelectorAll("[data-signal]")].map((row) => [row.dataset.signal, rowOf(row)])),
    functions: new Map([...root.querySelectorAll("[data-function]")].map((list) => [list.dataset.function, list])),
    shown: new Map(),
    lines: [],
    scores: null,
  };
}

function rowOf(row) {
  return { row, cells: new Map([...row.querySelectorAll("[data-cell]")].map((cell) => [Number(cell.dataset.cell), cell])) };
}

// Show `step`; what differs from step `before` is marked as changed.
export function paint(view, trace, step, before) {
  paintNodes(view, trace, step);
  paintArrows(view, trace, step);
  for (const [name, { row, cells }] of view.rows) {
    if (trace.masks.includes(name)) paintMask(row, cells, trace, name, step, before);
    else paintArray(row, cells, trace, name, step, before);
  }
  paintCode(view, trace, step, before);
  paintScores(view, trace, step);
  write("#narration", trace.at("sentence", step));
  const data = view.main.dataset;
  data.step = step;
  data.length = trace.length;
  data.chapter = trace.chapters[trace.at("chapter", step)].name;
  data.pass = trace.at("pass", step);
  data.kernel = trace.kernel;
}

function paintNodes(view, trace, step) {
  for (const [signal, name] of Object.entries(MASK_CLASSES)) {
    if (trace.has(signal)) mark(view, name, nodesOf(trace.at(signal, step)));
  }
  const source = trace.at("source", step);
  mark(view, "source", [source]);
  mark(view, "chosen", [trace.at("chosen", step)]);
  for (const [node, looks] of view.looks) looks.classList.toggle("shown", node === source);
  for (const looks of view.looks.has(source) ? [view.looks.get(source)] : []) {
    const candidates = new Set(nodesOf(trace.at("candidates", step)));
    for (const path of looks.children) path.classList.toggle("shown", candidates.has(Number(path.dataset.candidate)));
  }
  const [rows] = trace.at("scores", step);
  for (const [node, distance, lower, cpus, , verdict] of rows) {
    if (verdict === "chosen" || verdict === "beaten") setText(view.away.get(node), `${distance}${lower + cpus ? `+${lower + cpus}` : ""}`);
  }
}

// Exactly these nodes have the class, on the stage and in the head of the registers.
function mark(view, name, nodes) {
  const now = new Set(nodes);
  const was = view.shown.get(name) ?? new Set();
  for (const node of was) if (!now.has(node)) toggle(view, node, name, false);
  for (const node of now) if (!was.has(node)) toggle(view, node, name, true);
  view.shown.set(name, now);
}

function toggle(view, node, name, on) {
  view.cards.get(node)?.classList.toggle(name, on);
  view.columns.get(node)?.classList.toggle(name, on);
}

function paintArrows(view, trace, step) {
  const stored = new Map();
  for (const node of trace.nodes) stored.set(String(node), new Set(targetsOf(trace.at(`${trace.arrays[0]}[${node}]`, step))));
  for (const arrow of view.arrows) {
    arrow.classList.toggle("stored", stored.get(arrow.dataset.from).has(Number(arrow.dataset.to)));
  }
}

function paintMask(row, cells, trace, name, step, before) {
  const list = trace.at(name, step);
  const now = new Set(nodesOf(list));
  const was = new Set(nodesOf(trace.at(name, before)));
  row.dataset.value = list;
  for (const [node, cell] of cells) {
    setText(cell, now.has(node) ? String(node) : "");
    cell.className = `${now.has(node) ? "in" : ""} ${now.has(node) !== was.has(node) ? "changed" : ""}`;
  }
}

function paintArray(row, cells, trace, name, step, before) {
  const pairs = [];
  for (const [node, cell] of cells) {
    const signal = `${name}[${node}]`;
    const value = trace.at(signal, step);
    pairs.push(`${node}:${value}`);
    setText(cell, String(value));
    if (typeof value === "string") cell.title = value;
    cell.className = `${value === -1 || value === "" ? "" : "in"} ${trace.differs(signal, step, before) ? "changed" : ""}`;
  }
  row.dataset.value = pairs.join(",");
}

function paintCode(view, trace, step, before) {
  const stack = trace.at("stack", step);
  const [file, name, line] = stack.at(-1);
  for (const [key, list] of view.functions) list.hidden = key !== `${file} ${name}`;
  write("#stack", `${file}: ${stack.map(([, called]) => called).join(" > ")}`);
  for (const item of view.lines) item.classList.remove("now", "last");
  const last = step === before ? null : lineAt(view, trace.at("stack", step - 1).at(-1));
  const now = lineAt(view, [file, name, line]);
  last?.classList.add("last");
  now?.classList.add("now");
  view.lines = [last, now].filter(Boolean);
  if (now) keepInSight(now);
  write("#watched", trace.at("watched", step).map(([variable, value]) => `${variable} = ${value === "" ? "(empty)" : value}`).join("   "));
}

function lineAt(view, [file, name, line]) {
  return view.functions.get(`${file} ${name}`)?.querySelector(`[data-line="${line}"]`);
}

// Scrolls only the panel, and only if the line would be out of sight.
function keepInSight(line) {
  const panel = line.closest("#code");
  const top = line.offsetTop - panel.offsetTop;
  if (top < panel.scrollTop || top + line.offsetHeight > panel.scrollTop + panel.clientHeight) {
    panel.scrollTop = Math.max(0, top - panel.clientHeight / 2);
  }
}

const VERDICTS = {
  chosen: "chosen",
  used: "in used_targets",
  "other tier": "not in the next slower tier",
  "other class": "no choice for this node",
  "no memory": "has no memory",
};

function paintScores(view, trace, step) {
  const scores = trace.at("scores", step);
  const zonelist = trace.at("zonelist", step);
  if (view.scores === scores && view.zonelist === zonelist) return;
  [view.scores, view.zonelist] = [scores, zonelist];
  const panel = view.main.querySelector("#scores");
  if (scores[0].length) panel.replaceChildren(scoreTable(trace.at("source", step), scores));
  else if (zonelist[0].length) panel.replaceChildren(fallbackTable(trace.at("source", step), zonelist));
  else panel.replaceChildren(element("p", "No node is choosing at this step.", "quiet"));
}

function scoreTable(source, [rows, rest]) {
  const head = ["node", "distance", `id < ${source}`, "has CPUs", "node_load", "verdict"];
  const table = tableOf(`find_next_best_node(${source}): every node, best first`, head);
  const best = rows[0];
  for (const row of rows) table.tBodies[0].append(scoreRow(row, best));
  for (const [verdict, count] of rest) {
    const line = element("tr", "", "out");
    const cell = element("td", `and ${count} more: ${VERDICTS[verdict] ?? verdict}`);
    cell.colSpan = head.length;
    line.append(cell);
    table.tBodies[0].append(line);
  }
  return table;
}

function scoreRow([node, distance, lower, cpus, load, verdict], best) {
  const scored = verdict === "chosen" || verdict === "beaten";
  const row = element("tr", "", scored ? verdict : "out");
  const said = verdict === "beaten" ? beatenBy(best, [distance + lower + cpus, load]) : VERDICTS[verdict];
  const figures = scored ? [distance, lower ? "+1" : "", cpus ? `+${cpus}` : "", load] : [distance, "", "", ""];
  for (const text of [node, ...figures, said]) row.append(element("td", String(text)));
  return row;
}

function beatenBy([, distance, lower, cpus, load], [key, ownLoad]) {
  const more = key - (distance + lower + cpus);
  if (more) return `${more} farther`;
  return ownLoad > load ? "same, but more load" : "same, but higher id";
}

function fallbackTable(owner, [ids, more]) {
  const table = tableOf(`Fallback order of node ${owner}`, ["place", "node"]);
  ids.forEach((node, place) => {
    const row = element("tr", "");
    row.append(element("td", String(place + 1)), element("td", String(node)));
    table.tBodies[0].append(row);
  });
  if (more) table.tBodies[0].append(element("tr", `and ${more} more`));
  return table;
}

function tableOf(caption, head) {
  const table = element("table", "", "scores");
  table.append(element("caption", caption));
  const row = element("tr", "");
  for (const text of head) {
    const cell = element("th", text);
    cell.scope = "col";
    row.append(cell);
  }
  table.createTHead().append(row);
  table.createTBody();
  return table;
}

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function write(selector, text) {
  setText(document.querySelector(selector), text);
}

function setText(target, text) {
  if (target && target.textContent !== text) target.textContent = text;
}
