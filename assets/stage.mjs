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
    shown: new Map(),
    has: new Map(),
    stated: new Map(),
  };
  const inCards = (selector) => new Map([...view.cards].map(([node, card]) => [node, card.querySelector(selector)]));
  [view.away, view.states] = [".away", ".state"].map(inCards);
  return view;
}

// Show `step`; returns the nodes whose cards or arrows are not as they were.
export function paintStage(view, trace, step) {
  const touched = paintNodes(view, trace, step);
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
  view.barrier?.classList.toggle("shown", trace.at("operation", step)[0] === "Barrier");
}

function paintLooks(view, source, candidates) {
  for (const [node, looks] of view.looks) looks.classList.toggle("shown", node === source);
  const wanted = new Set(candidates);
  for (const path of view.looks.get(source)?.children ?? []) {
    path.classList.toggle("shown", wanted.has(Number(path.dataset.candidate)));
  }
}

// Exactly these nodes have the class.
function mark(view, name, nodes, touched) {
  const now = new Set(nodes);
  const was = view.shown.get(name) ?? new Set([...view.cards.keys()].filter((node) => view.cards.get(node).classList.contains(name)));
  for (const node of was) if (!now.has(node)) toggle(view, node, name, false, touched);
  for (const node of now) if (!was.has(node)) toggle(view, node, name, true, touched);
  view.shown.set(name, now);
}

function toggle(view, node, name, on, touched) {
  view.cards.get(node)?.classList.toggle(name, on);
  if (name === "source") view.columns.get(node)?.classList.toggle(name, on);
  touched.add(node);
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
