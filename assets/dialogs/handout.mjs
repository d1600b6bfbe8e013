// @ts-check
// Prints the run as a handout: a sheet for each pass, or for each stop of the open story, with its picture, its
// sentence and its registers. The player is not printed. The sheets are made when the browser is about to print.

import { askServer } from "#core/api";
import { $, element, find } from "#core/dom";
import { hasRun, state } from "#core/state";
import { nodesOf, openTrace } from "#core/trace";
import { plainStage } from "#dialogs/plain-svg";
import { runWords, whereOf } from "#player/shown-words";
import { lookUpStage, paintStage } from "#player/stage";
import { importLater } from "#player/tool-panel";

const MOST_SHEETS = 40;
const MOST_CARDS = 4000; // on all sheets together
const ONLY_BEGINNING = "This is only the beginning of the run. “Print a handout”, in Share, prints all of it.";
const MOST_COLUMNS = 20; // nodes for which the table of registers has a column each

/**
 * What a sheet shows of a scenario under pressure in place of a step (tools/pressure/sheet.mjs).
 * @typedef {ReturnType<typeof import("#tools/pressure/sheet").tickOf>} Tick
 * @typedef {{ play: Play, trace: Trace }} PrintedRun
 */
/**
 * A sheet: a run, a step of it or a tick, and what is written above the picture and below it. A stop without a machine
 * has only its lines.
 * @typedef {{ run: PrintedRun | null, step: Step, tick?: Tick, heading: string, lines: string[] }} Sheet
 */

/** The sheets whose runs have been fetched; null prints the passes of what the page has of the run that is shown. */
let fetched = /** @type {Sheet[] | null} */ (null);

/** Make the sheets whenever the browser prints, and remove them afterwards. */
export function listenForPrint() {
  window.addEventListener("beforeprint", () => {
    if (hasRun()) showSheets(fetched ?? sheetsOfRun(state));
  });
  window.addEventListener("afterprint", () => find("#handout")?.remove());
}

/**
 * Print the stops of a story, whose runs are fetched first, or the passes of the run that is shown.
 * @param {Story | null} story
 */
export async function printHandout(story) {
  if (story) fetched = await sheetsOfStory(story);
  else if (state.play.more) fetched = sheetsOfRun(await fetchRun(state.request));
  try {
    window.print();
  } finally {
    fetched = null;
  }
}

/**
 * Return a sheet for the last step of each pass and of each chapter from the first order on.
 * @param {PrintedRun} run
 */
function sheetsOfRun({ play, trace }) {
  const starts = ["pass", "chapter"].flatMap((name) => trace.changes(name));
  const ends = [...starts.map((step) => step - 1), trace.length - 1].filter((step) => step >= trace.opens);
  const steps = [...new Set(ends)].sort((one, other) => one - other).filter((step) => isDone(trace, step));
  const run = { play, trace };
  const sheets = steps.map((step) => ({ run, step, heading: placeIn(trace, step), lines: [] }));
  return play.more ? [...sheets, { run: null, step: 0, heading: ONLY_BEGINNING, lines: [] }] : sheets;
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
  /** @type {Sheet[]} */
  const sheets = [];
  const fetchRunOnce = once(fetchRun);
  const fetchFilmOnce = once(fetchFilm);
  for (const [place, stop] of stops.slice(0, MOST_SHEETS).entries()) {
    const heading = `${question} ${place + 1} of ${stops.length}: ${stop.title}`;
    const lines = [stop.missing, stop.text ?? stop.words, ...besideOf(stop)].filter((line) => typeof line === "string");
    const run = stop.missing ? null : await fetchRunOnce(stop.request);
    const tick = stop.scene && run ? await tickOf(stop.scene, stop.request, fetchFilmOnce) : undefined;
    sheets.push({ run, step: stop.last ?? stop.step, tick, heading, lines });
  }
  return sheets;
}

/**
 * Return what a tool shows beside the stage at a stop, in a line.
 * @param {StoryStop} stop
 */
function besideOf({ walk, against }) {
  if (against) return [`The page holds it against kernel ${against}.`];
  if (!walk) return [];
  const [old, after] = [walk.old, walk.new].map((chains) => chains?.replaceAll(">", " → "));
  const change = walk.event === undefined ? `${old} becomes ${after}` : "the order changes";
  return [`A reader that starts at node ${walk.start} while ${change}: ${walk.verdict}.`];
}

/**
 * Return a function that fetches what is asked for again only once.
 * @template {unknown[]} A
 * @template T
 * @param {(...question: A) => Promise<T>} fetchIt
 */
function once(fetchIt) {
  /** @type {Map<string, Promise<T>>} */
  const known = new Map();
  return (/** @type {A} */ ...question) => {
    const key = JSON.stringify(question);
    const found = known.get(key) ?? fetchIt(...question);
    known.set(key, found);
    return found;
  };
}

/** Return the module of the tool Pressure that knows what a sheet shows; throw an Error if it does not come. */
async function pressureModule() {
  const module = await importLater("#tools/pressure/sheet", "style.css");
  if (module.absent) throw new Error(module.absent);
  return /** @type {typeof import("#tools/pressure/sheet")} */ (module);
}

/**
 * @param {RunRequest} request
 * @param {string} scenario
 */
const fetchFilm = async (request, scenario) => (await pressureModule()).fetchFilm(request, scenario);

/**
 * @param {string} scene a scenario and a tick, "bound:184"
 * @param {RunRequest} request
 * @param {typeof fetchFilm} fetchIt
 */
async function tickOf(scene, request, fetchIt) {
  const [scenario, tick] = scene.split(":");
  const film = await fetchIt(request, scenario);
  return (await pressureModule()).tickOf(film, Number(tick));
}

/**
 * @param {RunRequest} request
 * @returns {Promise<PrintedRun>}
 */
async function fetchRun(request) {
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
  const widest = Math.max(1, ...sheets.map(({ run }) => run?.trace.nodes.length ?? 0));
  const most = Math.max(1, Math.min(MOST_SHEETS, Math.floor(MOST_CARDS / widest)));
  handout.append(...sheets.slice(0, most).map(sheetElement));
  if (sheets.length > most) handout.append(element("p", `These are the first ${most} of ${sheets.length} sheets.`));
  document.body.append(handout);
}

/**
 * @param {Sheet} sheet
 * @param {number} place
 */
function sheetElement({ run, step, tick, heading, lines }, place) {
  const made = element("section", "", "sheet");
  const told = lines.map((line) => element("p", line));
  if (!run) {
    made.append(element("h2", heading), ...told);
    return made;
  }
  const { play, trace } = run;
  const title = tick ? `${play.title}: ${tick.title}` : play.title;
  const sentence = element("p", tick?.sentence ?? trace.at("sentence", step), "sentence");
  const table = tick ? tableOf(tick.rows) : registers(trace, step);
  const where = `${tick?.where ?? whereOf(trace, step)}; ${runWords(play, trace)}`;
  made.append(element("h1", title), element("h2", heading), picture(run, step, tick, place), sentence, ...told, table);
  made.append(element("p", where, "where"));
  return made;
}

/**
 * Return the stage at a step or a tick in the colours of paper. Its ids get a number, since all sheets are in one
 * document.
 * @param {PrintedRun} run
 * @param {Step} step
 * @param {Tick | undefined} tick
 * @param {number} place
 */
function picture({ play, trace }, step, tick, place) {
  const holder = element("div");
  holder.innerHTML = play.stage;
  const svg = $("svg", holder);
  paintStage(lookUpStage(svg, play.classes), trace, step);
  tick?.draw(svg);
  const plain = plainStage(svg, "light", tick ? "pressure" : "code");
  // The page's style sheets would apply to its classes, and it has its styles already.
  for (const one of [plain, ...plain.querySelectorAll("[class]")]) one.removeAttribute("class");
  for (const one of plain.querySelectorAll("[id]")) one.id = `${one.id}-${place}`;
  for (const one of plain.querySelectorAll("[fill^='url(#']")) {
    one.setAttribute("fill", (one.getAttribute("fill") ?? "").replace(")", `-${place})`));
  }
  return plain;
}

/** @param {string[][]} rows the first one has the names of the columns */
function tableOf(rows) {
  const table = element("table");
  for (const [place, cells] of rows.entries()) {
    const row = table.appendChild(element("tr"));
    row.append(...cells.map((cell, at) => element(place && at ? "td" : "th", cell)));
  }
  return table;
}

/**
 * Return the registers at a step as a table: a column for each node or, for many nodes, the value as a text.
 * @param {Trace} trace
 * @param {Step} step
 */
function registers(trace, step) {
  const isWide = trace.nodes.length <= MOST_COLUMNS;
  const rows = [...trace.masks, ...trace.arrays].map((name) => [
    name,
    ...(isWide ? cellsOf(trace, name, step) : [wholeValue(trace, name, step)]),
  ]);
  return tableOf([["node", ...(isWide ? trace.nodes.map(String) : ["value"])], ...rows]);
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
