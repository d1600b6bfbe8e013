// The machine as a document that the tools change, with its history. A change is part of the history at once, so that the
// next one is made to it and not to what the server has answered; one request is under way at a time, always for the
// newest. What the server refuses is taken back; what it does not hear is kept, and goes with the next that it hears.

import { formatAddress, parseAddress, sameRun } from "./address.mjs";
import { server } from "./failures.mjs";
import { isMachine } from "./kept.mjs";
import { addressOf, ask } from "./loading.mjs";
import { placeOf, stepAt } from "./signals.mjs";
import { forget, keep, recall } from "./storage.mjs";

const MOST_KEPT = 1_500_000; // characters of history that the tab keeps across a reload

// A history is {past, now, future}: `now` names the machine in a request and has its document, an entry of the past or the
// future also says in words what led away from it and, if ids changed, which became which.
const here = {
  shown: null, // the history whose machine is on the page
  wanted: null, // the newest
  sending: null, // what was asked for last, the changes in it, and the trace before them
  since: [], // changes that are not even asked for
  origin: null, // the machine before the first change
  failure: "", // why the newest is not on the page, where the server was not heard
  last: null, // the changes that came with the last answer, the trace before them and after
};

// The newest machine as a document of its own, to be changed at will; null if it is too large to be sent as one.
export function documentOf({ play }) {
  const text = here.wanted?.now.document ?? play?.document;
  return text ? JSON.parse(text) : null;
}

// Let the document be the machine; `told` says in words what was changed. What was told of the machine before may no
// longer be true, and goes. `wanted` is as for ask(); the step is kept where none is given. `renamed` has pairs of a
// node's old id and its new one.
export function change(state, { note, notes, case: story, ...document }, told, wanted = sameStep(state), renamed = []) {
  const text = JSON.stringify(document);
  replace(state, { machine: { text }, document: text }, { told, renamed }, wanted);
}

// Let another machine take its place, the one that a text describes; it opens at its own first step of the order.
export const exchange = (state, text, told, wanted) => replace(state, { machine: { text }, document: null }, { told, renamed: [] }, wanted);

export const revert = (state) => replace(state, here.origin, { told: "going back to before the first edit", renamed: [] }, sameStep(state));
export const canRevert = () => Boolean(here.origin) && here.wanted.now.document !== here.origin.document;

function replace(state, now, step, wanted) {
  const { past, now: before } = here.wanted ?? { past: [] };
  go(state, { past: before ? [...past, { ...before, ...step }] : past, now, future: [] }, step, wanted);
}

// What named the machine before the last change; undefined if nothing was changed.
export const previousMachine = () => here.shown?.past.at(-1)?.machine;

export const canUndo = () => here.wanted?.past.at(-1)?.told;
export const canRedo = () => here.wanted?.future.at(-1)?.told;

export function undo(state) {
  if (!canUndo()) return;
  const { told, renamed } = here.wanted.past.at(-1);
  go(state, undone(here.wanted), { told: `undoing ${told}`, renamed: renamed.map(([from, to]) => [to, from]) }, sameStep(state));
}

export function redo(state) {
  if (!canRedo()) return;
  const { told, renamed } = here.wanted.future.at(-1);
  go(state, redone(here.wanted), { told, renamed }, sameStep(state));
}

function undone({ past, now, future }) {
  const { told, renamed, ...before } = past.at(-1);
  return { past: past.slice(0, -1), now: before, future: [...future, { ...now, told, renamed }] };
}

function redone({ past, now, future }) {
  const { told, renamed, ...after } = future.at(-1);
  return { past: [...past, { ...now, told, renamed }], now: after, future: future.slice(0, -1) };
}

function go(state, history, step, opens) {
  here.wanted = history;
  here.since.push(step);
  here.opens = opens;
  sendNewest(state);
}

// Ask for the newest machine, unless an answer is awaited: it is asked for once that is here.
export function sendNewest(state) {
  if (here.sending || here.wanted === here.shown) return;
  here.sending = { history: here.wanted, steps: here.since, trace: state.trace };
  here.since = [];
  ask(state, { ...optionsOf(state), ...here.wanted.now.machine }, here.opens);
}

// A machine is on the page: one that was asked for here, or another that the visitor has opened.
export function takeDraft(state) {
  const machine = machineOf(state);
  here.failure = "";
  here.last = null;
  if (!here.shown) begin(state, machine);
  else if (here.sending && same(machine, here.sending.history.now.machine)) settle(state);
  else if (!same(machine, here.shown.now.machine)) leave(state, machine);
  here.shown.now.document = state.play.document;
  sendNewest(state);
}

function begin(state, machine) {
  here.shown = recalled(machine, state.play.document) ?? { past: [], now: { machine }, future: [] };
  here.origin ??= here.shown.now;
  Object.assign(here, { wanted: here.shown, sending: null, since: [] });
}

function settle(state) {
  const { history, steps, trace } = here.sending;
  here.last = { steps, before: trace, after: state.trace };
  here.shown = history;
  here.sending = null;
  if (here.wanted === here.shown) forget("draft"); // it is in the address
}

// Back and forward go through the history; any other machine is a change that can be undone, too.
function leave({ play }, machine) {
  const { past, now, future } = here.shown;
  const { past: edits, now: newest } = here.wanted; // more than those on show, if no server has heard of the last
  const isAt = (entry) => Boolean(play.document) && entry?.document === play.document;
  if (isAt(past.at(-1))) here.shown = undone(here.shown);
  else if (isAt(future.at(-1))) here.shown = redone(here.shown);
  else {
    here.shown = { past: [...edits, { ...newest, told: `opening ${play.title}`, renamed: [] }], now: { machine, document: play.document }, future: [] };
    here.origin = here.shown.now;
  }
  here.shown.now = { machine, document: play.document };
  Object.assign(here, { wanted: here.shown, sending: null, since: [] });
}

// The server refuses what was asked for ("no"), or was not heard ("gone").
export function draftRefused(state, line, why) {
  if (!here.shown) return why === "no" && forget("draft");
  if (!here.sending || (why !== "no" && why !== "gone")) return;
  const { steps, history } = here.sending;
  const other = !same(machineOf({ request: state.asked }), history.now.machine); // what was asked for since
  here.sending = null;
  if (why === "no" && !other) return Object.assign(here, { wanted: here.shown, since: [] });
  here.since = [...steps, ...here.since];
  if (other && !server.gone) return sendNewest(state);
  here.failure = line;
  keepDraft(state);
}

// Why the newest machine is not on the page although it was asked for; empty if it is, or will be.
export const failure = () => here.failure;
export const lastChange = () => here.last;
export const isNewest = (machine) => here.wanted !== here.shown && same(machine, here.wanted.now.machine);

// What outlives the page

// Keep the history for a reload, as much of it as there is room for.
export function keepDraft(state) {
  if (!here.wanted || (!here.wanted.past.length && !here.wanted.future.length)) return;
  let { past, now, future } = here.wanted;
  const unsent = here.wanted === here.shown ? null : formatAddress({ ...addressOf(state), step: undefined });
  const written = () => JSON.stringify({ history: { past, now, future }, origin: here.origin, unsent });
  forget("draft"); // an older one is not to be taken for this
  while (past.length && (written().length > MOST_KEPT || !keep("draft", written()))) past = past.slice(Math.ceil(past.length / 2));
  if (!past.length) keep("draft", written());
}

const kept = () => recall("draft", isDraft, JSON.parse) ?? {};

const isDraft = ({ history: { past, now, future }, origin }) =>
  [now, origin, ...past, ...future].every(isEntry) && [...past, ...future].every(({ renamed }) => renamed.every(Array.isArray));
const isEntry = ({ machine, document }) => isMachine(machine) && (!document || isDocument(JSON.parse(document)));
const isDocument = ({ nodes, distances }) =>
  nodes.every(({ id }, at) => Number.isInteger(id) && distances[at].length === nodes.length) && nodes.length > 0;

// The machine that was asked for when the page was left, if no server had heard of it and the address is still the same.
export function unsentMachine() {
  const { unsent, history } = kept();
  return unsent && sameRun(parseAddress(`${unsent}`), parseAddress(location.hash)) ? history.now.machine : null;
}

function recalled(machine, document) {
  const { history, origin } = kept();
  forget("draft"); // it is kept anew when this page is left
  if (!history || !(same(history.now.machine, machine) || (document && history.now.document === document))) return null;
  here.origin = origin;
  return { ...history, now: { machine, document } };
}

// For ask(): the step of the next trace that stands where this one does.
export function sameStep({ trace, step }) {
  const place = placeOf(trace, step);
  return (other) => stepAt(other, place);
}

// What names the machine in a request, and the options that stay as they are.
export function machineOf({ request: { kernel, zonelists, narrow, ...machine } }) {
  return machine;
}

const optionsOf = ({ sent, play }) => (play ? { kernel: sent?.kernel ?? play.asked, zonelists: sent?.zonelists ?? play.zonelists } : {});

function same(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
