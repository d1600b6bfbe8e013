// @ts-check
// Shows the answer panel: why a node has its target, why it is in a mask. The answers are signals of the trace; each
// line of an answer links to the step that it is about.

import { $, button, element, find, showStatus } from "#core/dom";
import { setSubject, state } from "#core/state";
import { isInCgroup } from "#core/trace";
import { changeBeyond, showBreakpoint } from "#player/breakpoints";
import { isFolded, seek, show } from "#player/playback";
import { loadTable, scoreTable } from "#player/score-table";

/** @type {Element | null} */
let opener = null; // the element that had the focus before the answer panel took it

/**
 * Return what a click asks about: a cell of a register, a register, a node (on the stage or above its column) or an
 * arrow; null or undefined for anything else. `subject` is the signal that answers, `follows` the new breakpoint.
 * @param {Element} target
 * @param {string | undefined} targets the array that holds the targets of each node
 * @returns {Subject | null | undefined}
 */
export function askedAt(target, targets) {
  const cell = target.closest("[data-cell]");
  if (cell) return alike(`${cell.parentElement?.dataset.signal}[${cell.dataset.cell}]`);
  const arrow = target.closest("#stage [data-from]");
  if (arrow) return alike(`${targets}[${arrow.dataset.from}]`);
  const node = target.closest("#stage [data-node], [data-column]");
  if (node) return aboutNode(node.dataset.node ?? node.dataset.column, targets);
  const row = target.closest("[data-signal] th");
  return row && alike(row.parentElement?.dataset.signal ?? "");
}

/** Return the name of the array that holds where pages of each node go at the current step. */
export const asksAbout = () => (isInCgroup(state.trace, state.step) ? "demotes_to" : state.trace.arrays[0]);

/** @param {string} subject @returns {Subject} */
const alike = (subject) => ({ subject, follows: subject });
/** @param {string | undefined} node @param {string | undefined} targets @returns {Subject} */
const aboutNode = (node, targets) => ({ subject: `${targets}[${node}]`, follows: `node ${node}` });

/**
 * Return the question that a visitor is likely to ask at this step: about the node whose turn it is, else about the
 * passes. Return its subject and its text, or null.
 * @returns {[Subject, question: string] | null}
 */
function questionAt() {
  const { trace, step } = state;
  const lists = trace.at("zonelist", step)[0].length > 0; // this step belongs to the building of a fallback list
  const about = [lists ? `node_load[${chargedAt(trace, step)}]` : `${asksAbout()}[${trace.at("source", step)}]`];
  if (!lists && trace.at("pass", step)) about.push("passes");
  const subject = about.find((name) => trace.has(`why ${name}`));
  return subject ? [alike(subject), trace.at(`why ${subject}`, step)[0]] : null;
}

/** The question that is offered beside the sentence, and its step, which may have passed; no subject: "each list". */
const offered = { subject: /** @type {Subject | null} */ (null), step: 0 };

/**
 * Offer the question of this step beside the sentence. While the run plays, a question that has the pointer or the
 * focus stays, so that it can be pressed.
 */
export function offerQuestion() {
  const place = $("#ask");
  if (state.mode === "playing" && place.textContent && place.matches(":hover, :focus")) return;
  const [subject, question] = (!isFolded() && questionAt()) || [null, ""];
  Object.assign(offered, { subject, step: state.step });
  place.textContent = isFolded() ? "Show each list" : question;
}

/**
 * Pause, and answer the offered question at its step; where all zonelists are one step, go to the first of them.
 */
export function askOffered() {
  const { subject, step } = offered;
  if (!subject) return seek(1, "step");
  if (state.mode === "playing" || state.step !== step) seek(step);
  openAnswer(subject);
}

/**
 * Return the first node that the fallback list of a step has charged; undefined if it has charged nobody.
 * @param {Trace} trace
 * @param {Step} step
 */
function chargedAt(trace, step) {
  const [kind, , charged] = /** @type {any[]} */ (trace.at("operation", step));
  return kind === "ZonelistBuilt" ? charged[0]?.[0] : undefined;
}

/**
 * Return what an address asks about: a node, a register or a cell, which is what the breakpoint follows; null if the
 * run that is shown has no such thing.
 * @param {string} follows
 * @returns {Subject | null}
 */
export function subjectNamed(follows) {
  const [, node] = /^node (\d+)$/.exec(follows) ?? [];
  const asked = node === undefined ? alike(follows) : aboutNode(node, asksAbout());
  const isKnown = state.trace.has(`why ${asked.subject}`) || find(`[data-signal="${asked.subject}"] th`) !== null;
  return isKnown ? asked : null;
}

/** Show the answer that is open. This is called after each step. */
export function showAnswer() {
  const { subject, trace, step } = state;
  const isShown = Boolean(subject);
  if ($("#why").hidden === isShown) {
    $("#why").hidden = !isShown;
    $("#scores").hidden = isShown;
    document.documentElement.toggleAttribute("data-why", isShown);
  }
  showBreakpoint();
  if (!subject) return;
  const [question, scan, lines] = answerAt(trace, subject, step);
  $("#question").textContent = question;
  $("#answer").replaceChildren(element("p", changeOf(subject), "was"), listOf(trace, lines, step));
  if (scan !== -1) $("#answer").append(scoreTable(trace, scan), ...loads(scan));
}

/**
 * Return the table on node_load[] if it decided a scan.
 * @param {Step} scan
 */
function loads(scan) {
  const table = loadTable(state.trace, scan);
  return table ? [table] : [];
}

/**
 * @param {Trace} trace
 * @param {string} subject
 * @param {Step} step
 * @returns {Answer}
 */
function answerAt(trace, subject, step) {
  if (trace.has(`why ${subject}`)) return trace.at(`why ${subject}`, step);
  const help = find(`[data-signal="${subject}"] th`)?.title;
  return [`What is ${subject}?`, -1, [[-1, help ?? "Nothing is known of it here."]]];
}

/**
 * Return a sentence on how a cell has changed in this stride, or an empty text. It repeats the cell's tooltip for
 * visitors who have no pointer.
 * @param {string} subject
 */
function changeOf(subject) {
  const [, name, node] = subject.match(/^(.*)\[(\d+)\]$/) ?? [];
  const change = state.view.rows.get(name)?.cells.get(Number(node))?.change;
  return change ? `${subject} ${change}.` : "";
}

/**
 * @param {Trace} trace
 * @param {Answer[2]} lines
 * @param {Step} now
 */
function listOf(trace, lines, now) {
  const list = element("ul", "", "answer");
  for (const [step, text] of lines) {
    const words = text || trace.at("sentence", step);
    list.appendChild(element("li")).append(step < 0 ? element("span", words) : linkTo(step, words, now));
  }
  return list;
}

/**
 * @param {Step} step
 * @param {string} text
 * @param {Step} now
 */
function linkTo(step, text, now) {
  const link = button(text, "link", { step });
  link.append(element("small", step === now ? " this step" : ` step ${step}`));
  return link;
}

/** @param {Subject} asked */
export function openAnswer({ subject, follows }) {
  setSubject({ subject, follows });
  if (!document.activeElement?.closest("#why")) opener = document.activeElement;
  show(); // what follows a step also keeps the address, which names what the answer is about
  $("#answer").focus();
}

export function closeAnswer() {
  setSubject({ subject: null, follows: null });
  if (opener?.isConnected) opener.focus();
  opener = null;
  show();
}

/**
 * Go to the next or the previous change of the followed thing.
 * @param {number} by 1 for the next, -1 for the previous one
 */
export function jump(by) {
  const step = changeBeyond(by);
  if (step !== undefined) seek(step);
  else showStatus(by > 0 ? "It does not change again." : "It has not changed before.");
}
