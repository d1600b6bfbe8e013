// The answer panel: why a node has its target, why it is in a mask. The answers are signals of the trace; each
// line links to the step that it speaks of, and the subject's changes are marked on the scrubber.

import { element, scoreTable } from "./tables.mjs";

const $ = (selector) => document.querySelector(selector);

// What was clicked, as the name of a signal (`targets` is the array that holds each node's targets): a cell of a register, an arrow or node on the stage, a register's name.
export function subjectOf(target, targets) {
  const cell = target.closest("[data-cell]");
  if (cell) return `${cell.parentElement.dataset.signal}[${cell.dataset.cell}]`;
  const arrow = target.closest("#stage [data-from]");
  if (arrow) return `${targets}[${arrow.dataset.from}]`;
  const node = target.closest("#stage [data-node]");
  if (node) return `${targets}[${node.dataset.node}]`;
  const row = target.closest("[data-signal] th");
  return row ? row.parentElement.dataset.signal : null;
}

// What one would ask at this step: about the node whose turn it is, else about the passes.
export function questionAt({ trace, step }) {
  const source = trace.at("source", step);
  const listing = trace.at("zonelist", step)[0].length > 0; // its fallback list was built, and loads were charged
  const about = [listing ? `node_load[${source}]` : `${trace.arrays[0]}[${source}]`];
  if (!listing && trace.at("pass", step)) about.push("passes");
  const subject = about.find((name) => trace.has(`why ${name}`));
  return subject && [subject, trace.at(`why ${subject}`, step)[0]];
}

export function answer(state, focus = false) {
  const { subject, trace, step } = state;
  const shown = Boolean(subject);
  if ($("#why").hidden === shown) {
    $("#why").hidden = !shown;
    $("#scores").hidden = shown;
  }
  if (!shown) return;
  const [question, scan, lines] = answerAt(trace, subject, step);
  $("#question").textContent = question;
  $("#answer").replaceChildren(listOf(trace, lines, step));
  if (scan !== -1) $("#answer").append(scoreTable(trace.at("source", scan), trace.at("scores", scan)));
  showTicks(trace, subject);
  if (focus) $("#answer").focus();
}

function answerAt(trace, subject, step) {
  if (trace.has(`why ${subject}`)) return trace.at(`why ${subject}`, step);
  const help = document.querySelector(`[data-signal="${subject}"] th`)?.title;
  return [`What is ${subject}?`, -1, [[-1, help ?? "Nothing is known of it here."]]];
}

function listOf(trace, lines, now) {
  const list = element("ul", "", "answer");
  for (const [step, text] of lines) {
    const item = list.appendChild(element("li"));
    const told = text || trace.at("sentence", step);
    if (step < 0) item.append(element("span", told));
    else item.append(linkTo(step, told, now));
  }
  return list;
}

function linkTo(step, text, now) {
  const link = element("button", text, "link");
  link.type = "button";
  link.dataset.step = step;
  link.append(element("small", step === now ? " this step" : ` step ${step}`));
  return link;
}

export function openAnswer(state, subject) {
  state.subject = subject;
  if (!document.activeElement.closest("#why")) state.opener = document.activeElement;
  answer(state, true);
}

export function closeAnswer(state) {
  state.subject = null;
  const { opener } = state;
  state.opener = null;
  if (opener?.isConnected) opener.focus();
  answer(state);
  $("#ticks").replaceChildren();
}

// The steps at which the subject changes; for a whole array, at which any of its cells does.
export function changesOf(trace, subject) {
  if (trace.has(subject)) return trace.changes(subject);
  const found = new Set(trace.nodes.flatMap((node) => (trace.has(`${subject}[${node}]`) ? trace.changes(`${subject}[${node}]`) : [])));
  if (found.size) return [...found].sort((a, b) => a - b);
  const [, mask, node] = subject.match(/^(.*)\[(\d+)\]$/) ?? [];
  if (!mask || !trace.has(mask)) return [];
  return trace.changes(mask).filter((step) => step && trace.holds(mask, Number(node), step) !== trace.holds(mask, Number(node), step - 1));
}

function showTicks(trace, subject) {
  if ($("#ticks").dataset.of === subject && $("#ticks").children.length) return;
  $("#ticks").dataset.of = subject;
  const ticks = changesOf(trace, subject).map((step) => {
    const tick = element("span");
    tick.style.left = `${(100 * step) / (trace.length - 1 || 1)}%`;
    return tick;
  });
  $("#ticks").replaceChildren(...ticks);
}

// Run to the next change of the subject, or back to the one before.
export function jump(state, by) {
  const changes = changesOf(state.trace, state.subject);
  const target = by > 0 ? changes.find((step) => step > state.step) : changes.findLast((step) => step < state.step);
  if (target === undefined) $("#status").textContent = by > 0 ? "It does not change again." : "It has not changed before.";
  else state.seek(target);
}
