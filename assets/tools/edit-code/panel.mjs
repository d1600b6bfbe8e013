// @ts-check
// Lets lines of the kernel's routine be edited, runs the edited lines, and says what moved. Python runs them in this
// browser's worker (site/edited-lines.mjs); a page with a server does not have this tool.

import { askServer, messageOf } from "#core/api";
import { $, on, setAttribute } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { plural } from "#core/words";
import { linesOf } from "#player/code";
import { requestRun, sameStep } from "#player/loading";
import { questionOf } from "#player/request-keys";
import { openTool } from "#player/tool-panel";
import { keepLines, rowOf, textsOf } from "#site/edited-lines";
import { listDifferences } from "#tools/compare/lists";

const FORM = `<div class="tool-head"><h2>Patch the code</h2>
  <button type="button" id="as-listed" hidden>As it was</button>
  <button type="button" id="compare-listed" hidden>Compare</button></div>
  <p class="quiet">Change a line, and press Run. It runs in your browser alone; the link can hold it.</p>
  <form id="edit-code"><label>function <select name="key"></select></label>
    <div class="lines"><pre aria-hidden="true"></pre><textarea name="text" spellcheck="false" autocapitalize="off"
      wrap="off" aria-label="Lines of the function" aria-describedby="edit-code-refused"></textarea></div>
    <p id="edit-code-refused" class="refusal" role="alert"></p>
    <button class="primary">Run</button></form>
  <section id="moved" hidden><h3 role="status"></h3><ul class="differences"></ul></section>`;
const LINE = /^(\S+\.py), line (\d+): /;

/** The functions of the row that were edited, and the lines of its functions as they were. */
const edits = {
  row: "",
  /** @type {Record<string, string>} */
  texts: {},
  /** @type {Map<string, string>} */
  before: new Map(),
  turn: 0,
};

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  on($("#edit-code"), "submit", (event) => {
    event.preventDefault();
    run();
  });
  on($("#edit-code [name=key]"), "change", fill);
  on(textarea(), "input", number);
  on(textarea(), "scroll", number);
  on(textarea(), "keydown", onKey);
  on($("#as-listed"), "click", restore);
  on($("#compare-listed"), "click", compare);
  if (hasRun()) onRun();
}

/** @returns {HTMLTextAreaElement} */
const textarea = () => /** @type {any} */ ($("#edit-code textarea"));
/** @returns {HTMLSelectElement} */
const select = () => /** @type {any} */ ($("#edit-code select"));

/** Offer the functions of the new run and, if it has edited lines, say what they moved. */
export async function onRun() {
  const { kernel, listing } = state.play;
  const row = rowOf(kernel);
  if (edits.row !== row) Object.assign(edits, { row, texts: {}, before: new Map() });
  edits.texts = { ...textsOf(kernel) };
  for (const key of Object.keys(listing)) {
    if (!edits.before.has(key) && !(key in edits.texts)) edits.before.set(key, linesOf(key));
  }
  const chosen = select().value || (state.trace.at("stack", state.step).at(-1) ?? []).slice(0, 2).join(" ");
  select().replaceChildren(...Object.keys(listing).map((key) => new Option(labelOf(key), key)));
  select().value = chosen in listing ? chosen : Object.keys(listing)[0];
  for (const id of /** @type {const} */ (["#as-listed", "#compare-listed"])) $(id).hidden = row === kernel;
  fill();
  refuse("");
  await tellMoved(row, kernel);
}

/** @param {string} key */
const labelOf = (key) => `${key.split(" ")[1]}()${key in edits.texts ? ", edited" : ""}`;

/** Put the lines of the chosen function into the field. */
function fill() {
  const key = select().value;
  textarea().value = edits.texts[key] ?? linesOf(key);
  number();
}

/** Write the numbers of the lines beside the field. */
function number() {
  const first = firstOf(select().value);
  const count = textarea().value.split("\n").length;
  const gutter = $("#edit-code pre");
  gutter.textContent = Array.from({ length: count }, (_, index) => first + index).join("\n");
  gutter.scrollTop = textarea().scrollTop;
}

/** @param {string} key */
const firstOf = (key) => Number(/ start="(\d+)"/.exec(state.play.listing[key] ?? "")?.[1] ?? 1);

/**
 * Run at Ctrl and Enter; after Enter alone, begin the new line where the one before begins.
 * @param {TargetedEvent<KeyboardEvent>} event
 */
function onKey(event) {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    return run();
  }
  const field = textarea();
  const before = field.value.slice(0, field.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = `${/^ */.exec(line)?.[0] ?? ""}${line.trimEnd().endsWith(":") ? "    " : ""}`;
  event.preventDefault();
  field.setRangeText(`\n${indent}`, field.selectionStart, field.selectionEnd, "end");
  number();
}

/** Run the kernel with the lines in the field, and with those of other functions that were edited before. */
async function run() {
  const key = select().value;
  const text = textarea().value.replace(/\s+$/, "");
  const texts = { ...edits.texts, [key]: text };
  if (edits.before.get(key) === text) delete texts[key];
  refuse("");
  if (!Object.keys(texts).length) return requestRun({ kernel: edits.row }, sameStep());
  edits.turn += 1;
  const { turn } = edits;
  try {
    const kernel = await keepLines(edits.row, texts);
    if (turn === edits.turn) requestRun({ kernel }, sameStep());
  } catch (error) {
    if (turn === edits.turn) refuse(messageOf(error));
  }
}

/** @param {string} line */
export const onRunFailed = (line) => refuse(line);

/**
 * Show why the lines do not run, and select the line that is to blame if it is one of those in the field.
 * @param {string} line
 */
function refuse(line) {
  $("#edit-code-refused").textContent = line;
  setAttribute(textarea(), "aria-invalid", Boolean(line));
  const [, file, place] = LINE.exec(line) ?? [];
  const key = select().value;
  if (!file || key.split(" ")[0] !== file) return;
  const index = Number(place) - firstOf(key);
  const lines = textarea().value.split("\n");
  if (index < 0 || index >= lines.length) return;
  const start = lines.slice(0, index).join("\n").length + (index ? 1 : 0);
  textarea().focus();
  textarea().setSelectionRange(start, start + lines[index].length);
}

/**
 * Say which nodes demote elsewhere than under the row as it was, and why.
 * @param {string} row
 * @param {string} kernel
 */
async function tellMoved(row, kernel) {
  const section = $("#moved");
  section.hidden = true;
  if (row === kernel) return;
  const { play } = state;
  try {
    const comparison = await askServer("against", { ...questionOf(), other: { ...questionOf(), kernel: row } });
    if (state.play !== play || !section.isConnected) return;
    const { length } = comparison.differences;
    $("h3", section).textContent = length
      ? `${plural(length, "node")} demote${length === 1 ? "s" : ""} elsewhere than in ${row}`
      : `Nothing moves: every node demotes where it does in ${row}`;
    listDifferences($(".differences", section), comparison);
    section.hidden = false;
  } catch (error) {
    if (state.play === play && section.isConnected) refuse(messageOf(error));
  }
}

const restore = () => requestRun({ kernel: edits.row }, sameStep());

/** Compare with the row as it was, in the tool Compare. */
function compare() {
  setTools({ against: `kernel:${edits.row}` });
  openTool("compare");
}
