// @ts-check
// Prints the run as a handout: a sheet for each pass, or for each stop of the open story, with its picture, its
// sentence and its registers. The player is not printed. The sheets are made when the browser is about to print.

import { askServer } from "#core/api";
import { $, element, find } from "#core/dom";
import { hasRun, state } from "#core/state";
import { nodesOf, openTrace } from "#core/trace";
import { plainStage } from "#dialogs/plain-svg";
import { lookUpStage, paintStage } from "#player/stage";

const MOST_SHEETS = 40;
const MOST_CARDS = 4000; // on all sheets together
const MOST_COLUMNS = 20; // nodes for which the table of registers has a column each

/**
 * A sheet: a run, a step of it, and what is written above the picture and below it.
 * @typedef {{ play: Play, trace: Trace, step: Step, heading: string, text: string }} Sheet
 */

/** The sheets of a story whose runs have been fetched; null prints the passes of the run that is shown. */
let told = /** @type {Sheet[] | null} */ (null);

/** Make the sheets whenever the browser prints, and remove them afterwards. */
export function listenForPrint() {
  window.addEventListener("beforeprint", () => {
    if (hasRun()) showSheets(told ?? sheetsOfRun());
  });
  window.addEventListener("afterprint", () => find("#handout")?.remove());
}

/**
 * Print the stops of a story, whose runs are fetched first, or the passes of the run that is shown.
 * @param {Story | null} story
 */
export async function printHandout(story) {
  told = story ? await sheetsOfStory(story) : null;
  try {
    window.print();
  } finally {
    told = null;
  }
}

/** Return a sheet for the last step of each pass and of each chapter from the first order on. */
function sheetsOfRun() {
  const { play, trace } = state;
  const starts = ["pass", "chapter"].flatMap((name) => trace.changes(name));
  const ends = [...starts.map((step) => step - 1), trace.length - 1].filter((step) => step >= trace.opens);
  const steps = [...new Set(ends)].sort((one, other) => one - other).filter((step) => isDone(trace, step));
  return steps.map((step) => ({ play, trace, step, heading: placeIn(trace, step), text: "" }));
}

/**
 * Return whether a pass or a chapter is done at a step: what comes before the first pass of a chapter is neither.
 * @param {Trace} trace
 * @param {Step} step
 */
const isDone = (trace, step) =>
  trace.at("pass", step) > 0 || step === trace.length - 1 || trace.differs("chapter", step + 1, step);

/**
 * Return a sheet for each stop of a story.
 * @param {Story} story
 */
async function sheetsOfStory({ question, stops }) {
  /** @type {Map<string, { play: Play, trace: Trace }>} */
  const runs = new Map();
  const sheets = [];
  for (const [place, stop] of stops.slice(0, MOST_SHEETS).entries()) {
    if (stop.missing) continue;
    const key = JSON.stringify(stop.request);
    const run = runs.get(key) ?? (await fetched(stop.request));
    runs.set(key, run);
    const heading = `${question} ${place + 1} of ${stops.length}: ${stop.title}`;
    sheets.push({ ...run, step: stop.last ?? stop.step, heading, text: stop.text ?? stop.words ?? "" });
  }
  return sheets;
}

/** @param {RunRequest} request */
async function fetched(request) {
  const play = /** @type {Play} */ (await askServer("whole", request));
  return { play, trace: openTrace(play.trace) };
}

/**
 * @param {Trace} trace
 * @param {Step} step
 */
function placeIn(trace, step) {
  const pass = trace.at("pass", step);
  const chapter = trace.chapters[trace.at("chapter", step)];
  return `${chapter.title}${pass ? `, pass ${pass}` : ""}`;
}

/** @param {Sheet[]} sheets */
function showSheets(sheets) {
  find("#handout")?.remove();
  const handout = element("div");
  handout.id = "handout";
  const most = Math.max(1, Math.min(MOST_SHEETS, Math.floor(MOST_CARDS / sheets[0].trace.nodes.length)));
  handout.append(...sheets.slice(0, most).map(sheetElement));
  if (sheets.length > most) handout.append(element("p", `These are the first ${most} of ${sheets.length} sheets.`));
  document.body.append(handout);
}

/**
 * @param {Sheet} sheet
 * @param {number} place
 */
function sheetElement({ play, trace, step, heading, text }, place) {
  const made = element("section", "", "sheet");
  const words = element("p", trace.at("sentence", step), "sentence");
  const where = `step ${step} of ${trace.length - 1}; kernel ${trace.kernel}, zonelists ${trace.zonelists}`;
  made.append(element("h1", play.title), element("h2", heading), picture(play, trace, step, place), words);
  if (text) made.append(element("p", text));
  made.append(registers(trace, step), element("p", where, "where"));
  return made;
}

/**
 * Return the stage at a step in the colours of paper. Its ids get a number, since all sheets are in one document.
 * @param {Play} play
 * @param {Trace} trace
 * @param {Step} step
 * @param {number} place
 */
function picture(play, trace, step, place) {
  const holder = element("div");
  holder.innerHTML = play.stage;
  const svg = $("svg", holder);
  paintStage(lookUpStage(svg, play.classes), trace, step);
  const plain = plainStage(svg, "light");
  // The page's style sheets would apply to its classes, and it has its styles already.
  for (const one of [plain, ...plain.querySelectorAll("[class]")]) one.removeAttribute("class");
  for (const one of plain.querySelectorAll("[id]")) one.id = `${one.id}-${place}`;
  for (const one of plain.querySelectorAll("[fill^='url(#']")) {
    one.setAttribute("fill", (one.getAttribute("fill") ?? "").replace(")", `-${place})`));
  }
  return plain;
}

/**
 * Return the registers at a step as a table: a column for each node or, for many nodes, the value as a text.
 * @param {Trace} trace
 * @param {Step} step
 */
function registers(trace, step) {
  const table = element("table");
  const isWide = trace.nodes.length <= MOST_COLUMNS;
  const rows = [...trace.masks, ...trace.arrays].map((name) => {
    const row = element("tr");
    row.append(element("th", name));
    const cells = isWide ? cellsOf(trace, name, step) : [wholeValue(trace, name, step)];
    row.append(...cells.map((cell) => element("td", cell)));
    return row;
  });
  const head = element("tr");
  head.append(element("th", "node"), ...(isWide ? trace.nodes : ["value"]).map((name) => element("th", String(name))));
  table.append(head, ...rows);
  return table;
}

/**
 * Return what the columns of a register hold at a step.
 * @param {Trace} trace
 * @param {string} name
 * @param {Step} step
 */
function cellsOf(trace, name, step) {
  if (!trace.masks.includes(name)) return trace.nodes.map((node) => String(trace.at(`${name}[${node}]`, step)));
  const members = new Set(nodesOf(trace.at(name, step)));
  return trace.nodes.map((node) => (members.has(node) ? String(node) : ""));
}

/**
 * @param {Trace} trace
 * @param {string} name
 * @param {Step} step
 */
function wholeValue(trace, name, step) {
  if (trace.masks.includes(name)) return String(trace.at(name, step));
  const set = trace.nodes.filter((node) => ![-1, 0, ""].includes(trace.at(`${name}[${node}]`, step)));
  return set.map((node) => `${node}: ${trace.at(`${name}[${node}]`, step)}`).join(", ");
}
