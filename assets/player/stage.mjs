// @ts-check
// Shows one step of a trace on a stage: the page's main one, or that of a run to compare with. Python has computed all
// positions and sentences; this module sets classes, attributes and texts.

import { find, setText } from "#core/dom";
import { chapterBounds, flowsArray, isInCgroup, nodesOf, targetsAt, targetsOf } from "#core/trace";

const MANY = 32; // a stage with more cards than these is drawn as two drawings
const MAX_GROWING = 4; // if more arrows change at one step, they do not light up: it would be slow and show nothing

/**
 * Return the elements of a stage that a step changes, looked up once for each run.
 * @param {SVGSVGElement} svg
 * @param {StageClasses} classes
 * @param {Map<NodeId, Element>} columns further elements by node that show which one is the source
 * @returns {StageView}
 */
export function lookUpStage(svg, classes, columns = new Map()) {
  const drawings = drawingsOf(svg);
  const all = (/** @type {string} */ selector) =>
    /** @type {SVGElement[]} */ (drawings.flatMap((drawing) => [...drawing.querySelectorAll(selector)]));
  const byNode = (/** @type {string} */ selector, /** @type {string} */ key) =>
    new Map(all(selector).map((found) => [Number(found.dataset[key]), found]));
  const cards = byNode("[data-node]", "node");
  const inCards = (/** @type {string} */ selector) =>
    new Map([...cards].map(([node, card]) => [node, card.querySelector(selector)]));
  const roles = all("[data-role]");
  return {
    svg,
    drawings,
    classes,
    columns,
    cards,
    arrows: all("[data-from]").map((arrow) => ({
      arrow,
      from: Number(arrow.dataset.from),
      to: Number(arrow.dataset.to),
    })),
    looks: byNode(".looks", "source"),
    barrier: svg.querySelector(".barrier"),
    roles,
    corners: new Map(roles.length ? [...inCards(".face")].map(([node, face]) => [node, cornerOf(face)]) : []),
    distances: inCards(".away"),
    states: inCards(".state"),
    shown: new Map(),
    joined: new Map(),
    drawn: new Map(),
    stated: new Map(),
  };
}

// On the page, a stage of many small cards is two drawings: the cards with their arrows, and behind them the
// background, which has the sockets, the faces of the cards, and the roles. Most steps change only roles. If there were
// one drawing, a browser would go through all cards and arrows in order to paint them.

/**
 * Put the background of a stage of many small cards into a drawing of its own.
 * @param {SVGSVGElement} svg
 */
export function separateBackground(svg) {
  if (!find(".roles", svg) || svg.querySelectorAll("[data-node]").length <= MANY) return;
  const background = /** @type {SVGSVGElement} */ (svg.cloneNode(false));
  background.classList.add("background");
  background.setAttribute("aria-label", "Sockets and tiers");
  const parts = [...svg.children];
  const firstCard = parts.findIndex((part) => part.matches("[data-node]"));
  background.append(...parts.slice(0, firstCard).filter((part) => !part.matches("title, defs")));
  svg.classList.add("in-front");
  svg.after(background);
}

/**
 * Return the drawings of a stage: the one with the cards, and that of its background if there is one.
 * @param {SVGSVGElement} svg
 * @returns {SVGSVGElement[]}
 */
export function drawingsOf(svg) {
  const next = svg.nextElementSibling;
  return next?.matches(".background") ? [svg, /** @type {SVGSVGElement} */ (next)] : [svg];
}

/**
 * Return a copy of a stage as it is now, in one drawing.
 * @param {SVGSVGElement} svg
 */
export function copyStage(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  copy.classList.remove("in-front");
  const parts = drawingsOf(svg)[1]?.children ?? [];
  find("[data-node]", copy)?.before(...[...parts].map((part) => part.cloneNode(true)));
  return copy;
}

/**
 * Return the beginning of a path at the corner of a card.
 * @param {Element | null} face
 */
const cornerOf = (face) => `M${face?.getAttribute("x")} ${face?.getAttribute("y")}`;

/**
 * Show a step; return the nodes whose cards or arrows have changed.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 */
export function paintStage(view, trace, step) {
  /** @type {Set<NodeId>} */
  const touched = new Set();
  paintNodes(view, trace, step, touched);
  paintRoles(view);
  paintArrows(view, trace, step, touched);
  return touched;
}

/**
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Set<NodeId>} touched
 */
function paintNodes(view, trace, step, touched) {
  for (const [signal, name] of Object.entries(view.classes.masks)) {
    if (isNew(view, trace, signal, step)) mark(view, name, nodesOf(trace.at(signal, step)), touched);
  }
  paintStates(view, trace, step, touched);
  for (const [signal, name] of Object.entries(view.classes.ones)) {
    if (isNew(view, trace, signal, step)) mark(view, name, [Number(trace.at(signal, step))], touched);
  }
  const candidates = trace.at("candidates", step);
  paintLooks(view, trace.at("source", step), candidates);
  if (candidates !== "") paintBadges(view, nodesOf(candidates), trace.at("scores", step)[0]);
}

/**
 * Write on the cards of the candidates what each costs the source: its distance and the penalty added to it. The badge
 * of a candidate without a score is hidden. The cards of other nodes, which hide theirs, are left alone: browsers lay
 * out a hidden text, too.
 * @param {StageView} view
 * @param {NodeId[]} candidates
 * @param {ScoreRow[]} rows
 */
function paintBadges({ distances }, candidates, rows) {
  const costs = new Map(rows.map(([node, far, lower, cpus]) => [node, lower + cpus ? `${far}+${lower + cpus}` : far]));
  for (const node of candidates) {
    const shown = distances.get(node);
    setText(shown, String(costs.get(node) ?? ""));
    shown?.closest(".badge")?.classList.toggle("blank", !costs.has(node));
  }
}

/**
 * Return whether a signal holds something else than what is drawn; from then on, this counts as drawn.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {string} signal
 * @param {Step} step
 */
function isNew({ drawn }, trace, signal, step) {
  if (!trace.has(signal)) return false;
  const value = trace.at(signal, step);
  const was = drawn.get(signal);
  drawn.set(signal, value);
  return value !== was;
}

/**
 * Show what only events change: the classes of nodes that lack memory or CPUs, and the words on the cards.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Set<NodeId>} touched
 */
function paintStates(view, trace, step, touched) {
  for (const [signal, name] of Object.entries(view.classes.lacks)) {
    if (!isNew(view, trace, signal, step)) continue;
    const nodes = new Set(nodesOf(trace.at(signal, step)));
    const lacking = trace.nodes.filter((node) => !nodes.has(node));
    mark(view, name, lacking, touched);
  }
  for (const [node, words] of trace.cells("state", step)) {
    if (view.stated.get(node) === words) continue;
    view.stated.set(node, words);
    setText(view.states.get(node), words);
    touched.add(node);
  }
  paintBarrier(view, trace.at("operation", step));
}

/**
 * Show or hide the barrier's sign. If a run has barriers of two kinds, the sign names the one that runs.
 * @param {StageView} view
 * @param {Signals["operation"]} operation
 */
function paintBarrier({ barrier }, [kind, name]) {
  barrier?.classList.toggle("shown", kind === "Barrier");
  if (!barrier || kind !== "Barrier") return;
  for (const words of barrier.querySelectorAll("[data-barrier]")) {
    words.classList.toggle("other", words.dataset.barrier !== name);
  }
}

/**
 * Show the lines from the source to its candidates.
 * @param {StageView} view
 * @param {NodeId} source
 * @param {Mask} candidates
 */
function paintLooks(view, source, candidates) {
  if (!view.looks.size) return;
  for (const [node, looks] of view.looks) looks.classList.toggle("shown", node === source);
  const wanted = new Set(nodesOf(candidates));
  for (const path of view.looks.get(source)?.children ?? []) {
    path.classList.toggle("shown", wanted.has(Number(path.dataset.candidate)));
  }
}

/**
 * Give these nodes a class and take it from all others. The set kept in view.shown is replaced only if it differs, so
 * that paintRoles() can compare sets by identity.
 * @param {StageView} view
 * @param {string} name
 * @param {NodeId[]} nodes
 * @param {Set<NodeId>} touched
 */
function mark(view, name, nodes, touched) {
  const now = new Set(nodes);
  const drawn = () => [...view.cards].filter(([, card]) => card.classList.contains(name)).map(([node]) => node);
  const was = view.shown.get(name) ?? new Set(drawn());
  const changed = [...[...was].filter((node) => !now.has(node)), ...[...now].filter((node) => !was.has(node))];
  for (const node of changed) toggle(view, node, name, now.has(node), touched);
  view.shown.set(name, changed.length ? now : was);
}

/**
 * @param {StageView} view
 * @param {NodeId} node
 * @param {string} name
 * @param {boolean} isOn
 * @param {Set<NodeId>} touched
 */
function toggle(view, node, name, isOn, touched) {
  view.cards.get(node)?.classList.toggle(name, isOn);
  if (name === "source") view.columns.get(node)?.classList.toggle(name, isOn);
  touched.add(node);
}

/**
 * Draw the roles of small cards: each role is one path, joined from a piece for each node that has the role.
 * @param {StageView} view
 */
function paintRoles(view) {
  for (const path of view.roles) {
    const nodes = view.shown.get(path.dataset.role ?? "");
    if (view.joined.get(path) === nodes) continue;
    view.joined.set(path, nodes);
    const corners = [...(nodes ?? [])].flatMap((node) => view.corners.get(node) ?? []);
    path.setAttribute("d", corners.map((corner) => corner + path.dataset.piece).join(""));
  }
}

/**
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Set<NodeId>} touched
 */
function paintArrows(view, trace, step, touched) {
  const flows = trace.cells(flowsArray(trace, step), step);
  const leaks = isInCgroup(trace, step) ? trace.cells("leaks_to", step) : null;
  const chains = trace.cells("chain", step);
  const changed = [];
  for (const { arrow, from, to } of view.arrows) {
    const isStored = points(flows.get(from), to);
    if (isStored) tint(arrow, view.cards.get(chains.get(from) ?? -1)?.dataset.tint ?? "");
    arrow.classList.toggle("leaks", points(leaks?.get(from), to));
    if (arrow.classList.contains("stored") !== isStored) changed.push({ arrow, from });
  }
  for (const { arrow, from } of changed) {
    const isStored = arrow.classList.toggle("stored");
    arrow.classList.toggle("grows", isStored && changed.length <= MAX_GROWING);
    touched.add(from);
  }
}

/**
 * Return whether the cell of a source names a target.
 * @param {Cell | undefined} cell
 * @param {NodeId} target
 */
const points = (cell, target) => cell === target || (typeof cell === "string" && targetsOf(cell).includes(target));

/**
 * Mark the arrows of the first order, which a first visit shows faintly before they are stored.
 * @param {StageView} view
 * @param {Trace} trace
 */
export function markArrowsToCome({ arrows, cards }, trace) {
  const chapter = trace.chapters.findIndex(({ name }) => name === "order");
  const last = chapterBounds(trace, chapter)[1] - 1;
  for (const { arrow, from, to } of arrows) {
    const comes = targetsAt(trace, from, last).includes(to);
    arrow.classList.toggle("to-come", comes);
    if (comes) tint(arrow, cards.get(trace.at(`chain[${from}]`, last))?.dataset.tint ?? "");
  }
}

/**
 * Give an arrow the colour of its chain, which is that of the card at which the chain begins.
 * @param {SVGElement} arrow
 * @param {string} number
 */
function tint(arrow, number) {
  if (arrow.dataset.tint === number) return;
  arrow.classList.remove(`chain-${arrow.dataset.tint}`);
  arrow.classList.add(`chain-${number}`);
  arrow.dataset.tint = number;
}
