// The panel with the code that runs: the function, its current line and the last one, the watched variables, the stack.

import { nodesOf } from "./signals.mjs";
import { element } from "./tables.mjs";

const LONG = 60; // characters of a mask
const LINES_AFTER = 3; // so many after the current line are kept in sight with it
const CONTEXT = 0.3; // of the panel's height: so far a line that was below is lifted, so that the next few stay where they are

const $ = (selector) => document.querySelector(selector);
const functions = new Map(); // by "file name": lists of lines, each made when it is first needed; one is on the page
let listing = {};
let marked = []; // the lines that are highlighted
let claimed = []; // what is shown below one of them

// Take the listing of a run: each function that it can stop in, as HTML, which is the same in every run.
export const takeListing = (all) => (listing = all);

function functionOf(file, name) {
  const key = `${file} ${name}`;
  if (!functions.has(key) && listing[key]) {
    const made = Object.assign(document.createElement("template"), { innerHTML: listing[key] });
    functions.set(key, made.content.firstElementChild);
  }
  return functions.get(key);
}

// A listing of its own for another panel, or nothing if there is no such function.
export const listingOf = (file, name) => functionOf(file, name)?.cloneNode(true);

export function paintCode(trace, step, before) {
  const stack = trace.at("stack", step);
  for (const line of marked) line.classList.remove("now", "last", "now-on", "last-on", "valued");
  for (const line of marked) line.querySelector(".values")?.remove();
  const now = statementAt(stack.at(-1));
  const last = step === before ? [] : statementAt(lastIn(stack.at(-1), trace.at("stack", step - 1)));
  mark(last, "last");
  mark(now, "now");
  marked = [...last, ...now];
  showClaims(now[0]);
  paintWatched(trace, step, now);
  paintStack(stack);
}

// Of a statement over several lines all are highlighted, and the first is marked.
function mark([first, ...others], name) {
  first?.classList.add(name);
  for (const line of others) line.classList.add(`${name}-on`);
}

// Below the line that runs, or the one before it, what a comment of the patch claims of it.
function showClaims(line) {
  for (const one of claimed) one.classList.remove("at");
  claimed = line ? [...line.parentElement.querySelectorAll(`.claims[data-at="${line.dataset.line}"]`)] : [];
  for (const one of claimed) one.classList.add("at");
}

// A visitor asks what the comment beside a line claims, or has read it.
export function toggleClaims(button) {
  const line = button.closest("[data-line]");
  let claims = line;
  while (!claims.matches(".claims")) claims = claims.nextElementSibling;
  button.setAttribute("aria-expanded", claims.classList.toggle("open"));
}

// The lines of the statement that begins where a frame stands.
function statementAt(frame) {
  const first = lineAt(frame);
  if (!first) return [];
  const end = Number(first.dataset.last ?? first.dataset.line);
  const lines = [first];
  while (Number(lines.at(-1).dataset.line) < end) lines.push(lines.at(-1).nextElementSibling);
  return lines;
}

// Where the function that runs stood before this step, or the one that ran then.
function lastIn([file, name], stack) {
  return stack.findLast(([f, n]) => f === file && n === name) ?? stack.at(-1);
}

// All watched variables below the code; behind the statement those that it names or that have just changed.
function paintWatched(trace, step, lines) {
  const watched = trace.at("watched", step).filter(([name]) => name !== "_");
  const told = ([name, value]) => `${name} = ${value === "" ? "(empty)" : value}`;
  $("#watched").replaceChildren(...watched.map((one) => element("span", told(one))));
  const was = new Map(step ? trace.at("watched", step - 1) : []);
  const named = new Set(lines.flatMap((line) => line.textContent.match(/\w+/g)));
  const here = [
    ...watched.filter(([name]) => named.has(name)),
    ...watched.filter(([name, value]) => !named.has(name) && was.has(name) && was.get(name) !== value),
  ];
  const line = lines.at(-1);
  if (!line || !here.length) return;
  line.classList.add("valued");
  line.append(element("span", here.map(([name, value]) => told([name, brief(value)])).join(", "), "values"));
}

// A mask of many nodes by their number: beside a line it would push the line out of sight, and below the code it is whole.
const brief = (value) => (value.length > LONG ? `${nodesOf(value).length} nodes` : value);

function paintStack(stack) {
  const key = stack.map(([, name]) => name).join(" ");
  const list = $("#stack");
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...stack.map(([, name]) => Object.assign(element("button", name), { type: "button" })));
  }
  stack.forEach((frame, depth) => (list.children[depth].dataset.frame = JSON.stringify(frame)));
}

// Show the function that a frame of the call stack stands in, with its line in sight.
export function showFunction([file, name, line]) {
  const shown = functionOf(file, name);
  if (shown && !shown.isConnected) $("#code").replaceChildren(shown);
  if (lineAt([file, name, line])) keepInSight([file, name, line]);
}

function lineAt([file, name, line]) {
  return functionOf(file, name)?.querySelector(`[data-line="${line}"]`);
}

// Scrolls only the panel, and only if the statement, the head of its loop or the lines after it would be out of sight.
function keepInSight([file, name, line]) {
  const statement = statementAt([file, name, line]);
  const panel = statement[0].closest("#code");
  const head = statement[0].dataset.loop && lineAt([file, name, statement[0].dataset.loop]);
  const after = lineAfter(statement.at(-1), LINES_AFTER);
  const tops = [head, statement[0]].filter(Boolean).map((one) => one.getBoundingClientRect().top);
  const bottoms = [after, statement.at(-1)].map((one) => one.getBoundingClientRect().bottom);
  const { top, bottom } = panel.getBoundingClientRect();
  if (Math.min(...tops) >= top && Math.max(...bottoms) <= bottom) return;
  // Where all of that does not fit, the lines after it give way; where its loop alone does not, as much of it as does.
  const to = bottoms.find((one) => one - tops[0] <= bottom - top);
  if (to === undefined) panel.scrollTop += bottoms.at(-1) - bottom;
  else if (tops[0] < top) panel.scrollTop += tops[0] - top;
  else panel.scrollTop += Math.min(to - bottom + CONTEXT * (bottom - top), tops[0] - top - roomAbove(statement[0], to - tops[0], bottom - top));
}

// What stands above a statement may stay in sight, too, where there is room for two lines of it.
function roomAbove(line, needed, height) {
  const two = 2 * parseFloat(getComputedStyle(line).lineHeight);
  return needed + two <= height ? two : 0;
}

function lineAfter(line, count) {
  const lines = [...line.parentElement.querySelectorAll("[data-line]")];
  return lines[Math.min(lines.indexOf(line) + count, lines.length - 1)];
}
