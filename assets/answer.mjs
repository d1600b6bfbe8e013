// The answer panel: why a node has its target, why it is in a mask. The answers are signals of the trace; each
// line links to the step that it speaks of.

import { showBreaks } from "./breaks.mjs";
import { element, scoreTable } from "./tables.mjs";

const $ = (selector) => document.querySelector(selector);

// What was clicked, as the signal that answers and as what one follows then: a cell of a register, a register's name, a
// node on the stage or above its column, an arrow. `targets` is the array that holds each node's targets.
export function askedAt(target, targets) {
  const cell = target.closest("[data-cell]");
  if (cell) return alike(`${cell.parentElement.dataset.signal}[${cell.dataset.cell}]`);
  const arrow = target.closest("#stage [data-from]");
  if (arrow) return alike(`${targets}[${arrow.dataset.from}]`);
  const node = target.closest("#stage [data-node], [data-column]");
  if (node) return aboutNode(node.dataset.node ?? node.dataset.column, targets);
  const row = target.closest("[data-signal] th");
  return row && alike(row.parentElement.dataset.signal);
}

const alike = (subject) => ({ subject, follows: subject });
const aboutNode = (node, targets) => ({ subject: `${targets}[${node}]`, follows: `node ${node}` });

// What one would ask at this step: about the node whose turn it is, else about the passes.
export function questionAt({ trace, step }) {
  const source = trace.at("source", step);
  const listing = trace.at("zonelist", step)[0].length > 0; // its fallback list was built, and loads were charged
  const about = [listing ? `node_load[${source}]` : `${trace.arrays[0]}[${source}]`];
  if (!listing && trace.at("pass", step)) about.push("passes");
  const subject = about.find((name) => trace.has(`why ${name}`));
  return subject && [alike(subject), trace.at(`why ${subject}`, step)[0]];
}

export function answer(state, focus = false) {
  const { subject, trace, step } = state;
  const shown = Boolean(subject);
  if ($("#why").hidden === shown) {
    $("#why").hidden = !shown;
    $("#scores").hidden = shown;
  }
  showBreaks(state);
  if (!shown) return;
  const [question, scan, lines] = answerAt(trace, subject, step);
  $("#question").textContent = question;
  $("#answer").replaceChildren(element("p", changeOf(state.view, subject), "was"), listOf(trace, lines, step));
  if (scan !== -1) $("#answer").append(scoreTable(trace.at("source", scan), trace.at("scores", scan)));
  if (focus) $("#answer").focus();
}

function answerAt(trace, subject, step) {
  if (trace.has(`why ${subject}`)) return trace.at(`why ${subject}`, step);
  const help = document.querySelector(`[data-signal="${subject}"] th`)?.title;
  return [`What is ${subject}?`, -1, [[-1, help ?? "Nothing is known of it here."]]];
}

// What the register's cell was before this stride and is now: its tooltip, for who has no pointer to rest on it.
function changeOf({ rows }, subject) {
  const [, name, node] = subject.match(/^(.*)\[(\d+)\]$/) ?? [];
  const cell = rows.get(name)?.cells.get(Number(node));
  return cell?.classList.contains("changed") ? `${subject} ${cell.title}.` : "";
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

export function openAnswer(state, { subject, follows }) {
  Object.assign(state, { subject, follows });
  if (!document.activeElement.closest("#why")) state.opener = document.activeElement;
  answer(state, true);
}

export function closeAnswer(state) {
  const { opener } = state;
  Object.assign(state, { subject: null, follows: null, opener: null });
  if (opener?.isConnected) opener.focus();
  answer(state);
}
