// @ts-check
// The panel with the code that runs: the function, its current line and the one before, the watched variables, the
// stack.

import { $, all, button, element } from "#core/dom";
import { nodesOf } from "#core/trace";

const LONG = 60; // characters of a mask
const LINES_AFTER = 3; // so many lines after the current one are kept in sight with it
const CONTEXT = 0.3; // of the panel's height, by which a line that was below is lifted: the next ones stay in place

/** @type {Map<string, HTMLElement>} */
const functions = new Map(); // lists of lines by "file name", each made when it is first needed; one is on the page
/** @type {Record<string, string>} */
let listing = {};
/** @type {HTMLElement[]} */
let marked = []; // the lines that are highlighted
/** @type {HTMLElement[]} */
let claimed = []; // what is shown below one of them
/** @type {Frame | null} */
let inSight = null; // kept in sight when the panel gets another size
const resizes = new ResizeObserver(() => inSight && keepInSight(inSight));

/**
 * Use the listing of a run: each function that it can stop in, as HTML, which is the same in every run.
 * @param {Record<string, string>} functionsByKey
 */
export const useListing = (functionsByKey) => (listing = functionsByKey);

/**
 * @param {string} file
 * @param {string} name
 */
function functionOf(file, name) {
  const key = `${file} ${name}`;
  if (!functions.has(key) && listing[key]) {
    const made = Object.assign(document.createElement("template"), { innerHTML: listing[key] });
    const lines = /** @type {HTMLElement} */ (made.content.firstElementChild);
    for (const line of all("[data-line]", lines)) keepIndent(line);
    functions.set(key, lines);
  }
  return functions.get(key);
}

/**
 * Where a line of code goes on below itself, it keeps its indent.
 * @param {HTMLElement} line
 */
function keepIndent(line) {
  const indent = line.textContent?.search(/\S/) ?? 0;
  if (indent > 0) line.style.setProperty("--indent", String(indent));
}

/**
 * A copy of a function's listing for another panel; undefined if there is no such function.
 * @param {string} file
 * @param {string} name
 */
export const listingOf = (file, name) =>
  /** @type {HTMLElement | undefined} */ (functionOf(file, name)?.cloneNode(true));

/**
 * @param {Trace} trace
 * @param {Step} step
 * @param {Step} before
 */
export function paintCode(trace, step, before) {
  const stack = trace.at("stack", step);
  for (const line of marked) line.classList.remove("now", "last", "now-on", "last-on", "valued");
  for (const line of marked) line.querySelector(".values")?.remove();
  const top = stack[stack.length - 1];
  const now = statementAt(top);
  const last = step === before ? [] : statementAt(earlierFrame(top, trace.at("stack", step - 1)));
  mark(last, "last");
  mark(now, "now");
  marked = [...last, ...now];
  showClaims(now[0]);
  paintWatched(trace, step, now);
  paintStack(stack);
}

/**
 * Highlight a statement; where it goes over several lines, its first line is marked.
 * @param {HTMLElement[]} lines
 * @param {string} name
 */
function mark([first, ...others], name) {
  first?.classList.add(name);
  for (const line of others) line.classList.add(`${name}-on`);
}

/**
 * Show, below the line that runs, what a comment of the patch claims of it.
 * @param {HTMLElement | undefined} line
 */
function showClaims(line) {
  for (const one of claimed) one.classList.remove("at");
  const list = line?.parentElement;
  claimed = list ? all(`.claims[data-at="${line.dataset.line}"]`, list) : [];
  for (const one of claimed) one.classList.add("at");
}

/**
 * Open or close what the comment beside a line claims.
 * @param {Element} button
 */
export function toggleClaims(button) {
  let claims = button.closest("[data-line]");
  while (claims && !claims.matches(".claims")) claims = claims.nextElementSibling;
  if (claims) button.setAttribute("aria-expanded", String(claims.classList.toggle("open")));
}

/**
 * The lines of the statement that begins where a frame stands.
 * @param {Frame} frame
 */
function statementAt(frame) {
  const first = lineAt(frame);
  if (!first) return [];
  const end = Number(first.dataset.last ?? first.dataset.line);
  const lines = [first];
  for (let line = first; Number(line.dataset.line) < end; ) {
    line = /** @type {HTMLElement} */ (line.nextElementSibling);
    lines.push(line);
  }
  return lines;
}

/**
 * Where the function that runs stood in an earlier stack; else where the function stood that ran then.
 * @param {Frame} frame
 * @param {Frame[]} stack
 */
function earlierFrame([file, name], stack) {
  return stack.findLast(([f, n]) => f === file && n === name) ?? stack[stack.length - 1];
}

/**
 * Show all watched variables below the code, and behind the statement those that it names or that have just changed.
 * @param {Trace} trace
 * @param {Step} step
 * @param {HTMLElement[]} lines
 */
function paintWatched(trace, step, lines) {
  const watched = trace.at("watched", step).filter(([name]) => name !== "_");
  const textOf = (/** @type {string} */ name, /** @type {string} */ value) =>
    `${name} = ${value === "" ? "(empty)" : value}`;
  $("#watched").replaceChildren(...watched.map(([name, value]) => element("span", textOf(name, value))));
  const was = new Map(step ? trace.at("watched", step - 1) : []);
  const named = new Set(lines.flatMap((line) => line.textContent?.match(/\w+/g) ?? []));
  const isNew = (/** @type {string} */ name, /** @type {string} */ value) => was.has(name) && was.get(name) !== value;
  const beside = [
    ...watched.filter(([name]) => named.has(name)),
    ...watched.filter(([name, value]) => !named.has(name) && isNew(name, value)),
  ];
  const line = lines.at(-1);
  if (!line || !beside.length) return;
  line.classList.add("valued");
  line.append(element("span", beside.map(([name, value]) => textOf(name, brief(value))).join(", "), "values"));
}

/**
 * A long mask by the number of its nodes: whole it would push its line out of sight, and below the code it is whole.
 * @param {string} value
 */
const brief = (value) => (value.length > LONG ? `${nodesOf(value).length} nodes` : value);

/** @param {Frame[]} stack */
function paintStack(stack) {
  const key = stack.map(([, name]) => name).join(" ");
  const list = $("#stack");
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...stack.map(([, name]) => button(name)));
  }
  stack.forEach((frame, depth) => {
    list.children[depth].dataset.frame = JSON.stringify(frame);
  });
}

/**
 * Show the function that a frame of the call stack stands in, with its line in sight.
 * @param {Frame} frame
 */
export function showFunction(frame) {
  const [file, name] = frame;
  const shown = functionOf(file, name);
  if (shown && !shown.isConnected) $("#code").replaceChildren(shown);
  if (!lineAt(frame)) return;
  if (!inSight) resizes.observe($("#code"));
  inSight = frame;
  keepInSight(frame);
}

/** @param {Frame} frame @returns {HTMLElement | null | undefined} */
function lineAt([file, name, line]) {
  return functionOf(file, name)?.querySelector(`[data-line="${line}"]`);
}

/**
 * Scroll the panel, and nothing else, if the statement, the head of its loop or the lines after it are out of sight.
 * @param {Frame} frame
 */
function keepInSight([file, name, line]) {
  const statement = statementAt([file, name, line]);
  const panel = $("#code");
  const { loop } = statement[0].dataset;
  const head = loop ? lineAt([file, name, Number(loop)]) : null;
  const end = statement[statement.length - 1];
  const tops = [head, statement[0]].flatMap((one) => (one ? [one.getBoundingClientRect().top] : []));
  const height = parseFloat(getComputedStyle(end).lineHeight);
  const least = end.getBoundingClientRect().bottom + height; // the line that runs is never the last one in sight
  const bottoms = [Math.max(lineAfter(end, LINES_AFTER).getBoundingClientRect().bottom, least), least];
  const { top, bottom } = panel.getBoundingClientRect();
  if (Math.min(...tops) >= top && Math.max(...bottoms) <= bottom) return;
  // Where not all of that fits, the lines after the statement give way; where its loop alone is too high, its end
  // shows.
  const to = bottoms.find((one) => one - tops[0] <= bottom - top);
  if (to === undefined) panel.scrollTop += bottoms[1] - bottom;
  else if (tops[0] < top) panel.scrollTop += tops[0] - top;
  else {
    const lifted = to - bottom + CONTEXT * (bottom - top);
    panel.scrollTop += Math.min(lifted, tops[0] - top - roomAbove(statement[0], to - tops[0], bottom - top));
  }
}

/**
 * The room for two more lines above a statement, if the panel has it.
 * @param {Element} line
 * @param {number} needed
 * @param {number} height
 */
function roomAbove(line, needed, height) {
  const two = 2 * parseFloat(getComputedStyle(line).lineHeight);
  return needed + two <= height ? two : 0;
}

/**
 * @param {HTMLElement} line
 * @param {number} count
 */
function lineAfter(line, count) {
  const lines = all("[data-line]", line.parentElement ?? document);
  return lines[Math.min(lines.indexOf(line) + count, lines.length - 1)];
}
