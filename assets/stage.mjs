// Puts one step of a trace on a stage: the page's own, or that of a run beside it. Geometry and meaning come from Python;
// here are only classes, attributes and text.

import { nodesOf, targetsOf } from "./signals.mjs";
import { setText } from "./tables.mjs";

const MOST_GROWING = 4; // arrows at one step; a crowd of them tells nothing by growing, and costs a seek its pace

// The elements of a stage that a step changes, looked up once. `classes` says which signal gives nodes which class;
// `columns` are further elements by node that show which one is the source.
export function lookUpStage(svg, classes, columns = new Map()) {
  const byNode = (selector, key) => new Map([...svg.querySelectorAll(selector)].map((e) => [Number(e.dataset[key]), e]));
  const view = {
    classes,
    columns,
    cards: byNode("[data-node]", "node"),
    arrows: [...svg.querySelectorAll("[data-from]")],
    looks: byNode(".looks", "source"),
    barrier: svg.querySelector(".barrier"),
    roles: [...svg.querySelectorAll("[data-role]")],
    joined: new Map(),
    shown: new Map(),
    has: new Map(),
    stated: new Map(),
  };
  const inCards = (selector) => new Map([...view.cards].map(([node, card]) => [node, card.querySelector(selector)]));
  [view.away, view.states] = [".away", ".state"].map(inCards);
  if (view.roles.length) view.corners = new Map([...inCards(".face")].map(([node, face]) => [node, cornerOf(face)]));
  return view;
}

const cornerOf = (face) => `M${face.getAttribute("x")} ${face.getAttribute("y")}`;

// Show `step`; returns the nodes whose cards or arrows are not as they were.
export function paintStage(view, trace, step) {
  const touched = paintNodes(view, trace, step);
  paintRoles(view);
  paintArrows(view, trace, step, touched);
  return touched;
}

function paintNodes(view, trace, step) {
  const touched = new Set();
  for (const [signal, name] of Object.entries(view.classes.masks)) {
    if (trace.has(signal)) mark(view, name, nodesOf(trace.at(signal, step)), touched);
  }
  paintStates(view, trace, step, touched);
  for (const [signal, name] of Object.entries(view.classes.ones)) mark(view, name, [trace.at(signal, step)], touched);
  const source = trace.at("source", step);
  paintLooks(view, source, nodesOf(trace.at("candidates", step)));
  for (const [node, distance, lower, cpus, , verdict] of trace.at("scores", step)[0]) {
    const more = lower + cpus ? `+${lower + cpus}` : "";
    if (verdict === "chosen" || verdict === "beaten") setText(view.away.get(node), `${distance}${more}`);
  }
  return touched;
}

// What only events change: which nodes lack what, and what is written on the cards.
function paintStates(view, trace, step, touched) {
  for (const [signal, name] of Object.entries(view.classes.lacks)) {
    const list = trace.at(signal, step);
    if (view.has.get(signal) === list) continue;
    view.has.set(signal, list);
    const nodes = new Set(nodesOf(list));
    mark(view, name, trace.nodes.filter((node) => !nodes.has(node)), touched);
  }
  for (const node of view.cards.keys()) {
    const state = trace.at(`state[${node}]`, step);
    if (view.stated.get(node) === state) continue;
    view.stated.set(node, state);
    setText(view.states.get(node), state);
    touched.add(node);
  }
  paintBarrier(view, trace.at("operation", step));
}

// Where a run has barriers of two kinds, the sign says which one it is.
function paintBarrier({ barrier }, [operation, name]) {
  barrier?.classList.toggle("shown", operation === "Barrier");
  if (operation !== "Barrier") return;
  for (const words of barrier.querySelectorAll("[data-barrier]")) words.classList.toggle("other", words.dataset.barrier !== name);
}

function paintLooks(view, source, candidates) {
  for (const [node, looks] of view.looks) looks.classList.toggle("shown", node === source);
  const wanted = new Set(candidates);
  for (const path of view.looks.get(source)?.children ?? []) {
    path.classList.toggle("shown", wanted.has(Number(path.dataset.candidate)));
  }
}

// Exactly these nodes have the class; the set of them is another one only if it differs.
function mark(view, name, nodes, touched) {
  const now = new Set(nodes);
  const was = view.shown.get(name) ?? new Set([...view.cards.keys()].filter((node) => view.cards.get(node).classList.contains(name)));
  const changed = [...[...was].filter((node) => !now.has(node)), ...[...now].filter((node) => !was.has(node))];
  for (const node of changed) toggle(view, node, name, now.has(node), touched);
  view.shown.set(name, changed.length ? now : was);
}

function toggle(view, node, name, on, touched) {
  view.cards.get(node)?.classList.toggle(name, on);
  if (name === "source") view.columns.get(node)?.classList.toggle(name, on);
  touched.add(node);
}

// Over small cards a role is one path, joined from a piece for every node that has it.
function paintRoles(view) {
  for (const path of view.roles) {
    const nodes = view.shown.get(path.dataset.role);
    if (view.joined.get(path) === nodes) continue;
    view.joined.set(path, nodes);
    const corners = [...nodes].map((node) => view.corners.get(node)).filter(Boolean);
    path.setAttribute("d", corners.map((corner) => corner + path.dataset.piece).join(""));
  }
}

function paintArrows(view, trace, step, touched) {
  const targets = new Map(trace.nodes.map((node) => [String(node), new Set(targetsAt(trace, node, step).map(String))]));
  const stored = ({ dataset }) => targets.get(dataset.from).has(dataset.to);
  const changed = [];
  for (const arrow of view.arrows) {
    const now = stored(arrow);
    if (now) tint(arrow, view.cards.get(trace.at(`chain[${arrow.dataset.from}]`, step)).dataset.tint);
    if (arrow.classList.contains("stored") !== now) changed.push(arrow);
  }
  for (const arrow of changed) {
    arrow.classList.toggle("grows", changed.length <= MOST_GROWING);
    arrow.classList.toggle("stored");
    touched.add(Number(arrow.dataset.from));
  }
}

// One tint is one chain: its arrow has that of the card from which the chain begins.
function tint(arrow, number) {
  if (arrow.dataset.tint === number) return;
  arrow.classList.remove(`chain-${arrow.dataset.tint}`);
  arrow.classList.add(`chain-${number}`);
  arrow.dataset.tint = number;
}

// Where a node demotes to at a step, in order of choice.
export const targetsAt = (trace, node, step) => targetsOf(trace.at(`${trace.arrays[0]}[${node}]`, step));
