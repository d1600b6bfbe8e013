// The panel with the code that runs: the function, its current line and the last one, the watched variables, the stack.

import { element } from "./tables.mjs";

const $ = (selector) => document.querySelector(selector);
const functions = new Map(); // by "file name": lists of lines, each made when it is first needed; one is on the page
let listing = {};
let marked = [];

// Take the listing, which is the same for every run: each function as HTML.
export const takeListing = (all) => (listing = all);

function functionOf(file, name) {
  const key = `${file} ${name}`;
  if (!functions.has(key)) {
    const made = Object.assign(document.createElement("template"), { innerHTML: listing[key] ?? "" });
    functions.set(key, made.content.firstElementChild);
  }
  return functions.get(key);
}

export function paintCode(trace, step, before) {
  const stack = trace.at("stack", step);
  for (const line of marked) line.classList.remove("now", "last", "now-on", "last-on", "valued");
  for (const line of marked) line.querySelector(".values")?.remove();
  const now = statementAt(stack.at(-1));
  const last = step === before ? [] : statementAt(lastIn(stack.at(-1), trace.at("stack", step - 1)));
  mark(last, "last");
  mark(now, "now");
  marked = [...last, ...now];
  paintWatched(trace, step, now);
  paintStack(stack);
}

// Of a statement over several lines all are highlighted, and the first is marked.
function mark([first, ...others], name) {
  first?.classList.add(name);
  for (const line of others) line.classList.add(`${name}-on`);
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
  line.append(element("span", here.map(told).join(", "), "values"));
}

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
  const item = lineAt([file, name, line]);
  if (item) keepInSight(item);
}

function lineAt([file, name, line]) {
  return functionOf(file, name)?.querySelector(`[data-line="${line}"]`);
}

// Scrolls only the panel, and only if the line would be out of sight.
function keepInSight(line) {
  const panel = line.closest("#code");
  const [around, place] = [panel.getBoundingClientRect(), line.getBoundingClientRect()];
  if (place.top < around.top || place.bottom > around.bottom) {
    panel.scrollTop += place.top - around.top - panel.clientHeight / 2;
  }
}
