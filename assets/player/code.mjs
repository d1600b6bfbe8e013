// @ts-check
// Fills the panel with the code that runs: the function, the current line and the one before it, the watched variables,
// the call stack.

import { $, all, button, element } from "#core/dom";
import { nodesOf } from "#core/trace";

const LONG = 60; // characters; a longer mask is shortened beside its line
const LINES_AFTER = 3; // how many lines after the current one are kept in sight with it
// If a line is below the visible part of the panel, it is scrolled up further than needed, by this share of the panel's
// height. So the panel need not scroll again for the next lines.
const CONTEXT = 0.3;

/** @type {Map<string, { html: string, lines: HTMLElement }>} */
const functions = new Map(); // the list of lines of each function, by "file name", made when first needed
/** @type {Record<string, string>} */
let listing = {};
/** @type {HTMLElement[]} */
let marked = []; // the lines that are highlighted
/** @type {HTMLElement[]} */
let claimed = []; // the claims that are shown below a highlighted line
/** @type {Frame | null} */
let inSight = null; // the frame whose line stays in sight when the size of the panel changes
const resizes = new ResizeObserver(() => inSight && keepInSight(inSight));

/**
 * Use the listing of a run: the HTML of each function in which it can stop. Runs with other rules have other HTML.
 * @param {Record<string, string>} functionsByKey
 */
export const useListing = (functionsByKey) => (listing = functionsByKey);

/**
 * Return the list of lines of a function; undefined if the listing has no such function.
 * @param {string} file
 * @param {string} name
 */
function functionOf(file, name) {
  const key = `${file} ${name}`;
  const html = listing[key];
  if (html && functions.get(key)?.html !== html) {
    const made = Object.assign(document.createElement("template"), { innerHTML: html });
    const lines = /** @type {HTMLElement} */ (made.content.firstElementChild);
    for (const line of all("[data-line]", lines)) keepIndent(line);
    functions.set(key, { html, lines });
  }
  return functions.get(key)?.lines;
}

/**
 * Tell the style sheet the indent of a line of code, for the case that it wraps.
 * @param {HTMLElement} line
 */
function keepIndent(line) {
  const indent = line.textContent?.search(/\S/) ?? 0;
  if (indent > 0) line.style.setProperty("--indent", String(indent));
}

/**
 * Return a copy of a function's listing for another panel; undefined if there is no such function.
 * @param {string} file
 * @param {string} name
 */
export const listingOf = (file, name) =>
  /** @type {HTMLElement | undefined} */ (functionOf(file, name)?.cloneNode(true));

/**
 * Return the lines of a function as text.
 * @param {string} key
 */
export const linesOf = (key) =>
  all("[data-line] > code", functionOf(...splitKey(key)) ?? element("ol"))
    .map((line) => line.textContent?.replace("\u200b", "") ?? "")
    .join("\n");

/** Return copies of the listings of all functions in which a what-if has changed lines. */
export const changedListings = () =>
  Object.keys(listing)
    .filter((key) => listing[key].includes("data-changed"))
    .map((key) => /** @type {HTMLElement} */ (listingOf(...splitKey(key))));

/**
 * @param {string} key
 * @returns {[file: string, name: string]}
 */
function splitKey(key) {
  const at = key.lastIndexOf(" ");
  return [key.slice(0, at), key.slice(at + 1)];
}

/**
 * Show the code at a step. The statement before it is marked, too, unless `before` is the same step.
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
 * Highlight all lines of a statement; only its first line is marked.
 * @param {HTMLElement[]} lines
 * @param {string} name
 */
function mark([first, ...others], name) {
  first?.classList.add(name);
  for (const line of others) line.classList.add(`${name}-on`);
}

/**
 * Show what a comment of the patch claims about the line that runs, below that line.
 * @param {HTMLElement | undefined} line
 */
function showClaims(line) {
  for (const one of claimed) one.classList.remove("at");
  const list = line?.parentElement;
  claimed = list ? all(`.claims[data-at="${line.dataset.line}"]`, list) : [];
  for (const one of claimed) one.classList.add("at");
}

/**
 * Show or hide what the comment beside a line claims.
 * @param {Element} button
 */
export function toggleClaims(button) {
  let claims = button.closest("[data-line]");
  while (claims && !claims.matches(".claims")) claims = claims.nextElementSibling;
  if (claims) button.setAttribute("aria-expanded", String(claims.classList.toggle("open")));
}

/**
 * Return the lines of the statement that a frame is at.
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
 * Return the frame of the same function in an earlier stack; if it was not running then, the innermost frame.
 * @param {Frame} frame
 * @param {Frame[]} stack
 */
function earlierFrame([file, name], stack) {
  return stack.findLast(([f, n]) => f === file && n === name) ?? stack[stack.length - 1];
}

/**
 * Show all watched variables below the code. Those that the statement names, or that have just changed, are also shown
 * at its end.
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
 * Return a value for the end of a line. A long mask becomes the number of its nodes, since it would push the line out
 * of sight; below the code the mask is shown in full.
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
 * Show the function of a frame of the call stack, with the frame's line in sight.
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
 * Scroll the panel if the statement, the head of its loop or the lines after it are out of sight. The page does not
 * move.
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
  const least = end.getBoundingClientRect().bottom + height; // one more line stays in sight below the one that runs
  const bottoms = [Math.max(lineAfter(end, LINES_AFTER).getBoundingClientRect().bottom, least), least];
  const { top, bottom } = panel.getBoundingClientRect();
  if (Math.min(...tops) < top || Math.max(...bottoms) > bottom) {
    // If not all of that fits, the lines after the statement stay out of sight. If the loop alone is too high for the
    // panel, the statement is in sight and the head of the loop is not.
    const to = bottoms.find((one) => one - tops[0] <= bottom - top);
    if (to === undefined) panel.scrollTop += bottoms[1] - bottom;
    else if (tops[0] < top) panel.scrollTop += tops[0] - top;
    else {
      const lifted = to - bottom + CONTEXT * (bottom - top);
      panel.scrollTop += Math.min(lifted, tops[0] - top - roomAbove(statement[0], to - tops[0], bottom - top));
    }
  }
  const isHeadInSight = head && head.getBoundingClientRect().top >= top - 1;
  showWholeLines(panel, isHeadInSight ? head : statement[0], end);
}

/**
 * Scroll by less than a line, so that no line is cut at the panel's top: down, or up at the end of the listing. Do
 * nothing if one of the two lines would go out of sight.
 * @param {HTMLElement} panel
 * @param {Element} first
 * @param {Element} last
 */
function showWholeLines(panel, first, last) {
  const { top, bottom } = panel.getBoundingClientRect();
  const line = all(".listing > li", panel).find((one) => one.getBoundingClientRect().bottom > top);
  const cut = line?.getBoundingClientRect();
  if (!cut || cut.top >= top) return;
  const above = first.getBoundingClientRect().top - top;
  const below = bottom - last.getBoundingClientRect().bottom;
  const left = panel.scrollHeight - panel.clientHeight - panel.scrollTop;
  const by = [cut.bottom - top, cut.top - top].find((one) => one <= Math.min(above, left) && -one <= below);
  if (by !== undefined) panel.scrollTop += by;
}

/**
 * Return the height of two lines, which stay in sight above a statement, or 0 if the panel is too low for that.
 * @param {Element} line
 * @param {number} needed
 * @param {number} height
 */
function roomAbove(line, needed, height) {
  const two = 2 * parseFloat(getComputedStyle(line).lineHeight);
  return needed + two <= height ? two : 0;
}

/**
 * Return the line that is `count` lines after another one, or the last line.
 * @param {HTMLElement} line
 * @param {number} count
 */
function lineAfter(line, count) {
  const lines = all("[data-line]", line.parentElement ?? document);
  return lines[Math.min(lines.indexOf(line) + count, lines.length - 1)];
}
