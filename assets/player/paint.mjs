// @ts-check
// Shows one step of a trace on the page. One call sets all panels, so all of them show the same step. Python has
// computed all positions and sentences; this module sets classes, attributes and texts.

import { $, all, element, setText } from "#core/dom";
import { flowsAt, leaksAt } from "#core/trace";
import { choice } from "#core/words";
import { paintCode } from "#player/code";
import { columnsInSight, hasHiddenColumns, paintRegister, registerRow } from "#player/registers";
import { loadTable, scoreTable, showFallback } from "#player/score-table";
import { lookUpStage, paintStage } from "#player/stage";

const [LONG, LONGEST] = [165, 230]; // characters from which a sentence is shown smaller, or its lines stand closer
const IN_SIGHT = { rows: 16, entries: 64 }; // how much of a score table and of a fallback list is drawn at once
const DESCRIBED_AT_ONCE = 128; // of how many nodes the descriptions are written in one go
const FINISH_DELAY = 80; // milliseconds without another step after which the rest is drawn

/**
 * Return the elements that a step changes, looked up once for each run.
 * @param {HTMLElement} main
 * @param {Play} play
 * @returns {PageView}
 */
export function lookUp(main, { classes, kernel, differs, words }) {
  const columns = new Map(all("[data-column]", main).map((head) => [Number(head.dataset.column), head]));
  const stage = lookUpStage($("#stage svg", main), classes, columns);
  const titles = new Map([...stage.cards].map(([node, card]) => [node, card.querySelector("title")]));
  return {
    ...stage,
    main,
    differs: `${kernel}: ${differs}`,
    words,
    rows: new Map(all("[data-signal]", main).map((row) => [row.dataset.signal ?? "", registerRow(row)])),
    descriptions: emptyDescriptions(stage),
    titles,
    what: new Map([...titles].map(([node, title]) => [node, title?.textContent ?? ""])),
    undescribed: new Set(),
    described: false,
    finish: null,
    finishing: undefined,
  };
}

/**
 * Add an empty line for each node to the description of the stage that screen readers read; return the lines by node.
 * @param {StageView} stage
 */
function emptyDescriptions(stage) {
  const lines = [...stage.cards.keys()].map((node) => /** @type {const} */ ([node, element("li")]));
  $("#stage-text").replaceChildren(...lines.map(([, line]) => line));
  return new Map(lines);
}

/**
 * Show a step, with the sentence of the step `told`; what differs from the step `before` is marked as changed.
 * @param {PageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Step} before
 * @param {Step} told
 */
export function paint(view, trace, step, before, told) {
  const touched = paintStage(view, trace, step);
  const inSight = columnsInSight(trace.nodes);
  for (const [name, row] of view.rows) paintRegister(row, inSight, trace, name, step, before);
  paintCode(trace, step, before);
  paintScores(view, trace, step, IN_SIGHT);
  finishLater(view, trace, step, before, touched);
  paintSentence(trace.at("sentence", told));
  Object.assign(view.main.dataset, {
    step,
    length: trace.length,
    chapter: trace.chapters[trace.at("chapter", step)].name,
    pass: trace.at("pass", step),
    kernel: trace.kernel,
  });
}

/**
 * Show the sentence of a step, smaller if it is long, so that the player keeps its size. In presenter mode all
 * sentences have the same size.
 * @param {string} sentence
 */
function paintSentence(sentence) {
  const { length } = sentence;
  const narration = $("#narration");
  narration.dataset.length = length > LONGEST ? "longest" : length > LONG ? "long" : "short";
  setText(narration, sentence);
}

/**
 * Write descriptions, and what is scrolled out of sight, a moment after the last step. So quick steps are not held up;
 * and since it is done bit by bit, a step that comes meanwhile does not wait for all of it.
 * @param {PageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Step} before
 * @param {Set<NodeId>} touched
 */
function finishLater(view, trace, step, before, touched) {
  for (const node of view.described ? touched : view.descriptions.keys()) view.undescribed.add(node);
  view.described = true;
  clearTimeout(view.finishing);
  const rest = paintRest(view, trace, step, before);
  const goOn = () => {
    if (rest.next().done) view.finish = null;
    else view.finishing = setTimeout(goOn);
  };
  view.finish = () => {
    clearTimeout(view.finishing);
    while (!rest.next().done);
    view.finish = null;
  };
  view.finishing = setTimeout(goOn, FINISH_DELAY);
}

/**
 * Paint what paint() has left out, bit by bit.
 * @param {PageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {Step} before
 */
function* paintRest(view, trace, step, before) {
  paintScores(view, trace, step);
  yield;
  while (view.undescribed.size) {
    for (const node of [...view.undescribed].slice(0, DESCRIBED_AT_ONCE)) describe(view, trace, step, node);
    yield;
  }
  if (!hasHiddenColumns()) return;
  for (const [name, row] of view.rows) {
    paintRegister(row, trace.nodes, trace, name, step, before);
    yield;
  }
}

/**
 * Write what screen readers read about a node at a step.
 * @param {PageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {NodeId} node
 */
function describe(view, trace, step, node) {
  view.undescribed.delete(node);
  const card = view.cards.get(node);
  if (!card) return;
  const { roles: names, listBuilt } = view.words;
  const hasList = trace.at("zonelist", step)[0].length > 0;
  const roles = names.filter(([name]) => card.classList.contains(name));
  const targets = flowsAt(trace, node, step);
  const leaks = leaksAt(trace, node, step);
  const goes = targets.length ? `demotes to ${choice(targets)}` : "no target";
  const what = `${view.what.get(node)}, ${view.stated.get(node)}`;
  const words = roles.map(([name, role]) => (name === "source" && hasList ? listBuilt : role));
  if (trace.has("allowed")) words.unshift(card.classList.contains("not-allowed") ? "not allowed" : "allowed");
  if (leaks.length) words.push(`may leak to ${choice(leaks)}, outside the cpuset`);
  const description = [what, ...words, goes].join("; ");
  setText(view.titles.get(node), what);
  setText(view.descriptions.get(node), description);
  card.setAttribute("aria-label", description);
}

// The scores of the last scan, or the list that was just built

/**
 * Show the scores. `most` limits the rows that are drawn now; finishLater() calls this again without a limit.
 * @param {PageView} view
 * @param {Trace} trace
 * @param {Step} step
 * @param {typeof IN_SIGHT} [most]
 */
function paintScores(view, trace, step, most) {
  const scores = trace.at("scores", step);
  const zonelist = trace.at("zonelist", step);
  const isWhole = !most || (scores[0].length <= most.rows && zonelist[0].length <= most.entries);
  const source = trace.at("source", step);
  const isSame = view.scores === scores && view.zonelist === zonelist && view.turn === source;
  if (isSame && (view.whole || !isWhole)) return;
  Object.assign(view, { scores, zonelist, turn: source, whole: isWhole });
  const panel = $("#scores", view.main);
  if (scores[0].length) panel.replaceChildren(scoreTable(trace, lastScan(trace, step), most?.rows));
  else if (zonelist[0].length) showFallback(panel, source, zonelist, most?.entries);
  else panel.replaceChildren(element("p", idleText(source), "quiet"), element("p", view.differs, "quiet differs"));
  const loads = isWhole && scores[0].length ? loadTable(trace, lastScan(trace, step)) : null;
  if (loads) panel.append(loads);
  panel.toggleAttribute("data-idle", !scores[0].length && !zonelist[0].length);
}

/**
 * Return the step of the scan whose scores are shown: the last one that has changed them.
 * @param {Trace} trace
 * @param {Step} step
 */
const lastScan = (trace, step) => trace.changes("scores").findLast((change) => change <= step) ?? step;

/** @param {NodeId} source */
function idleText(source) {
  if (source === -1) return "No node has its turn at this step.";
  return `Node ${source} has its turn. It compares nobody at this step.`;
}
