// Puts one step of a trace on the page. Every panel is set in one call, so no two ever show different steps.
// Geometry and meaning come from Python; here are only classes, attributes and text.

import { paintCode } from "./code.mjs";
import { hasMore, inSight, takeColumns } from "./columns.mjs";
import { nodesOf } from "./signals.mjs";
import { lookUpStage, paintStage, targetsAt } from "./stage.mjs";
import { element, fallbackTable, scoreTable, setText } from "./tables.mjs";

const [MEDIUM, LONG] = [125, 165]; // letters of a sentence
const IN_SIGHT = { rows: 16, entries: 64 }; // of a score table and of a zonelist, where they are long

const WORDS = {
  source: "has its turn",
  "this-pass": "in this_pass",
  "next-pass": "in next_pass",
  used: "in used_targets",
  candidate: "candidate",
  chosen: "chosen",
  "chain-end": "its chain ends here",
  "no-memory": "none of its memory is online",
};
const LISTED = "its fallback list is built"; // what turn a source has then

// The elements that a step changes, looked up once. `classes` says which signal gives nodes which class.
export function lookUp(root, { classes, kernel, differs }) {
  const columns = new Map([...root.querySelectorAll("[data-column]")].map((head) => [Number(head.dataset.column), head]));
  const view = {
    ...lookUpStage(root.querySelector("#stage svg"), classes, columns),
    main: root,
    differs: `${kernel}: ${differs}`,
    rows: new Map([...root.querySelectorAll("[data-signal]")].map((row) => [row.dataset.signal, rowOf(row)])),
    twins: new Map(),
    untold: new Set(),
  };
  takeColumns(root.querySelector("#registers"));
  view.titles = new Map([...view.cards].map(([node, card]) => [node, card.querySelector("title")]));
  view.what = new Map([...view.titles].map(([node, title]) => [node, title.textContent]));
  writeTwins(view);
  return view;
}

function rowOf(row) {
  return { row, cells: new Map([...row.querySelectorAll("[data-cell]")].map((cell) => [Number(cell.dataset.cell), cell])) };
}

// Show `step`; what differs from step `before` is marked as changed.
export function paint(view, trace, step, before) {
  const touched = paintStage(view, trace, step);
  paintRegisters(view, trace, step, before, inSight(trace.nodes));
  paintCode(trace, step, before);
  paintScores(view, trace, step, IN_SIGHT);
  finishLater(view, trace, step, before, touched);
  paintSentence(trace.at("sentence", step));
  const data = view.main.dataset;
  data.step = step;
  data.length = trace.length;
  data.chapter = trace.chapters[trace.at("chapter", step)].name;
  data.pass = trace.at("pass", step);
  data.kernel = trace.kernel;
}

// In letters that let it fit: the player keeps its size.
function paintSentence(sentence) {
  const { length } = sentence;
  document.querySelector("#narration").dataset.length = length > LONG ? "long" : length > MEDIUM ? "medium" : "short";
  write("#narration", sentence);
}

// The stage in words, for who cannot see it: a line a node, written anew only where something changed.
function writeTwins(view) {
  const list = view.main.querySelector("#stage-text");
  list.replaceChildren();
  for (const node of view.cards.keys()) view.twins.set(node, list.appendChild(element("li")));
}

// Words, and what is scrolled out of sight, may follow the picture: once nobody has stepped on for a moment.
function finishLater(view, trace, step, before, touched) {
  for (const node of view.told ? touched : view.twins.keys()) view.untold.add(node);
  view.told = true;
  clearTimeout(view.finishing);
  view.finish = () => {
    view.finish = null;
    clearTimeout(view.finishing);
    paintTwins(view, trace, step);
    paintScores(view, trace, step);
    if (hasMore()) paintRegisters(view, trace, step, before, trace.nodes);
  };
  view.finishing = setTimeout(view.finish, 80);
}

function paintTwins(view, trace, step) {
  for (const node of view.untold) {
    const card = view.cards.get(node);
    if (!card) continue;
    const roles = Object.keys(WORDS).filter((name) => card.classList.contains(name));
    const targets = targetsAt(trace, node, step);
    const goes = targets.length ? `demotes to ${targets.join(" or ")}` : "no target";
    const what = `${view.what.get(node)}, ${view.stated.get(node)}`;
    const listed = trace.at("zonelist", step)[0].length > 0;
    const told = [what, ...roles.map((name) => (name === "source" && listed ? LISTED : WORDS[name])), goes].join("; ");
    setText(view.titles.get(node), what);
    setText(view.twins.get(node), told);
    card.setAttribute("aria-label", told);
  }
  view.untold.clear();
}

// The registers

function paintRegisters(view, trace, step, before, nodes) {
  for (const [name, { row, cells }] of view.rows) {
    const shown = nodes.map((node) => [node, cells.get(node)]);
    if (trace.masks.includes(name)) paintMask(row, shown, trace, name, step, before);
    else paintArray(row, shown, trace, name, step, before);
  }
}

function paintMask(row, cells, trace, name, step, before) {
  const list = trace.at(name, step);
  const now = new Set(nodesOf(list));
  const was = new Set(nodesOf(trace.at(name, before)));
  row.dataset.value = list;
  for (const [node, cell] of cells) {
    const held = now.has(node);
    setText(cell, held ? String(node) : "");
    dress(cell, held, held !== was.has(node), held ? "was not in it, now is" : "was in it, now is not");
  }
}

function paintArray(row, cells, trace, name, step, before) {
  row.dataset.value = trace.nodes.map((node) => `${node}:${trace.at(`${name}[${node}]`, step)}`).join(",");
  for (const [node, cell] of cells) {
    const signal = `${name}[${node}]`;
    const value = trace.at(signal, step);
    setText(cell, String(value));
    const changed = trace.differs(signal, step, before);
    dress(cell, value !== -1 && value !== "", changed, changed ? `was ${said(trace.at(signal, before))}, now ${said(value)}` : "");
    if (!changed && value.length > 5) cell.title = value; // a list that its cell may have no room for
  }
}

const said = (value) => (value === "" ? "empty" : value);

function dress(cell, held, changed, what) {
  cell.classList.toggle("in", held);
  cell.classList.toggle("changed", changed);
  if (changed) cell.title = what;
  else cell.removeAttribute("title");
}

// The scores of the last scan, or the list just built

// Of long ones no more than is asked for, until they are asked for whole.
function paintScores(view, trace, step, most) {
  const scores = trace.at("scores", step);
  const zonelist = trace.at("zonelist", step);
  const whole = !most || (scores[0].length <= most.rows && zonelist[0].length <= most.entries);
  const source = trace.at("source", step);
  if (view.scores === scores && view.zonelist === zonelist && view.turn === source && (view.whole || !whole)) return;
  [view.scores, view.zonelist, view.turn, view.whole] = [scores, zonelist, source, whole];
  const panel = view.main.querySelector("#scores");
  if (scores[0].length) panel.replaceChildren(scoreTable(source, scores, most?.rows));
  else if (zonelist[0].length) panel.replaceChildren(fallbackTable(source, zonelist, most?.entries));
  else panel.replaceChildren(element("p", idle(source), "quiet"), element("p", view.differs, "quiet differs"));
  panel.toggleAttribute("data-idle", !scores[0].length && !zonelist[0].length);
}

const idle = (source) => (source === -1 ? "No node has its turn at this step." : `Node ${source} has its turn. It compares nobody at this step.`);

function write(selector, text) {
  setText(document.querySelector(selector), text);
}
