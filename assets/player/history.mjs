// @ts-check
// The machine as a document that the tools change, with its history. A change is part of the history at once, so that
// the next one is made to it and not to what the server has answered. One request is under way at a time, always for
// the newest machine. What the server refuses is taken back; what it does not hear is kept, and goes with the next
// request.

import { formatAddress, parseAddress, sameRun } from "#core/address";
import { server } from "#core/server";
import { hasRun, state } from "#core/state";
import { forget, isMachine, keep, recall } from "#core/storage";
import { placeOf, stepAt } from "#core/trace";
import { currentAddress, requestRun } from "#player/loading";

const MAX_KEPT = 1_500_000; // characters of history that the tab keeps across a reload

/**
 * What names a machine in a request, and its document; null if it is too large for one.
 * @typedef {{ machine: MachineName, document: string | null }} Entry
 * In words what led away from an entry, and which ids it changed.
 * @typedef {{ description: string, renamed: Renamed }} Change
 * @typedef {{ past: (Entry & Change)[], now: Entry, future: (Entry & Change)[] }} History
 * The changes that came with an answer, the trace before them and the one after.
 * @typedef {{ changes: Change[], before: Trace, after: Trace }} LastChange
 */

const edits = {
  /** The history whose machine is on the page. */
  shown: /** @type {History | null} */ (null),
  /** The newest history. */
  wanted: /** @type {History | null} */ (null),
  /** What was asked for last, the changes in it, and the trace before them. */
  sending: /** @type {{ history: History, changes: Change[], trace: Trace } | null} */ (null),
  /** Changes that are not even asked for, and where the run opens that has them. */
  since: /** @type {Change[]} */ ([]),
  opens: /** @type {Wanted} */ (undefined),
  /** The machine before the first change. */
  origin: /** @type {Entry | null} */ (null),
  /** Why the newest machine is not on the page, where the server was not heard. */
  failure: "",
  last: /** @type {LastChange | null} */ (null),
};

/**
 * The newest machine as a document of its own, to be changed at will; null if it is too large to be sent as one.
 * @returns {Machine | null}
 */
export function documentOf() {
  const text = edits.wanted?.now.document ?? (hasRun() ? state.play.document : null);
  return text ? JSON.parse(text) : null;
}

/**
 * Let a document be the machine. What was said of the machine before may no longer be true, and goes.
 * @param {Machine} machine
 * @param {string} description in words what was changed
 * @param {Wanted} [wanted] where the run opens; the step is kept where none is given
 * @param {Renamed} [renamed]
 */
export function change({ note: _, notes: __, case: ___, ...machine }, description, wanted = sameStep(), renamed = []) {
  const text = JSON.stringify(machine);
  replace({ machine: { text }, document: text }, { description, renamed }, wanted);
}

/**
 * Let another machine take its place; it opens at its own first step of the order, unless a step is `wanted`.
 * @param {MachineName} machine
 * @param {string} description
 * @param {Wanted} [wanted]
 */
export const replaceMachine = (machine, description, wanted) =>
  replace({ machine, document: null }, { description, renamed: [] }, wanted);

/** What names the newest machine, whether it is on the page or not. */
export const newestMachine = () => edits.wanted?.now.machine ?? machineOf(state.request);

export function revert() {
  if (!edits.origin) return;
  replace(edits.origin, { description: "going back to before the first edit", renamed: [] }, sameStep());
}

export const canRevert = () => Boolean(edits.origin) && edits.wanted?.now.document !== edits.origin?.document;

/**
 * @param {Entry} now
 * @param {Change} step
 * @param {Wanted} wanted
 */
function replace(now, step, wanted) {
  const { wanted: before } = edits;
  go({ past: before ? [...before.past, { ...before.now, ...step }] : [], now, future: [] }, step, wanted);
}

/** What named the machine before the last change; undefined if nothing was changed. */
export const previousMachine = () => edits.shown?.past.at(-1)?.machine;

/** What undo() would undo and redo() would do again, in words; undefined if there is nothing. */
export const canUndo = () => edits.wanted?.past.at(-1)?.description;
export const canRedo = () => edits.wanted?.future.at(-1)?.description;

export function undo() {
  const last = edits.wanted?.past.at(-1);
  if (!edits.wanted || !last) return;
  const renamed = last.renamed.map(([from, to]) => /** @type {[NodeId, NodeId]} */ ([to, from]));
  go(undone(edits.wanted), { description: `undoing ${last.description}`, renamed }, sameStep());
}

export function redo() {
  const next = edits.wanted?.future.at(-1);
  if (!edits.wanted || !next) return;
  go(redone(edits.wanted), { description: next.description, renamed: next.renamed }, sameStep());
}

/** @param {History} history @returns {History} */
function undone({ past, now, future }) {
  const { description, renamed, ...before } = past[past.length - 1];
  return { past: past.slice(0, -1), now: before, future: [...future, { ...now, description, renamed }] };
}

/** @param {History} history @returns {History} */
function redone({ past, now, future }) {
  const { description, renamed, ...after } = future[future.length - 1];
  return { past: [...past, { ...now, description, renamed }], now: after, future: future.slice(0, -1) };
}

/**
 * @param {History} history
 * @param {Change} step
 * @param {Wanted} opens
 */
function go(history, step, opens) {
  edits.wanted = history;
  edits.since.push(step);
  edits.opens = opens;
  sendNewest();
}

/** Ask for the newest machine, unless an answer is awaited: then it is asked for once that is here. */
export function sendNewest() {
  if (edits.sending || !edits.wanted || edits.wanted === edits.shown) return;
  edits.sending = { history: edits.wanted, changes: edits.since, trace: state.trace };
  edits.since = [];
  requestRun({ ...options(), ...edits.wanted.now.machine }, edits.opens);
}

/** A machine is on the page: one that was asked for here, or another that the visitor has opened. */
export function onRun() {
  const machine = machineOf(state.request);
  edits.failure = "";
  edits.last = null;
  if (!edits.shown) begin(machine);
  else if (edits.sending && isSame(machine, edits.sending.history.now.machine)) settle(edits.sending);
  else if (!isSame(machine, edits.shown.now.machine)) leave(machine, edits.shown, edits.wanted ?? edits.shown);
  if (edits.shown) edits.shown.now.document = state.play.document;
  sendNewest();
}

/** @param {MachineName} machine */
function begin(machine) {
  const { document } = state.play;
  /** @type {History} */
  const shown = recalled(machine, document) ?? { past: [], now: { machine, document }, future: [] };
  edits.origin ??= shown.now;
  Object.assign(edits, { shown, wanted: shown, sending: null, since: [] });
}

/** @param {NonNullable<typeof edits.sending>} sent */
function settle({ history, changes, trace }) {
  edits.last = { changes, before: trace, after: state.trace };
  edits.shown = history;
  edits.sending = null;
  if (edits.wanted === edits.shown) forget("draft"); // the address has it
}

/**
 * Back and forward go through the history; any other machine is a change that can be undone, too.
 * @param {MachineName} machine
 * @param {History} shown
 * @param {History} newest has more edits than the one on show, if no server has heard of the last ones
 */
function leave(machine, shown, newest) {
  const { document, title } = state.play;
  /** @param {Entry | undefined} entry */
  const isAt = (entry) => Boolean(document) && entry?.document === document;
  const now = { machine, document };
  if (isAt(shown.past.at(-1))) edits.shown = { ...undone(shown), now };
  else if (isAt(shown.future.at(-1))) edits.shown = { ...redone(shown), now };
  else {
    const before = { ...newest.now, description: `opening ${title}`, renamed: [] };
    edits.shown = { past: [...newest.past, before], now, future: [] };
    edits.origin = now;
  }
  Object.assign(edits, { wanted: edits.shown, sending: null, since: [] });
}

/**
 * The server refuses what was asked for ("no"), or was not heard ("gone").
 * @param {string} line
 * @param {Failure} why
 */
export function onRunFailed(line, why) {
  if (!edits.shown) {
    if (why === "no") forget("draft");
    return;
  }
  if (!edits.sending || (why !== "no" && why !== "gone")) return;
  const { changes, history } = edits.sending;
  const isOther = !isSame(machineOf(state.asked), history.now.machine); // something else was asked for since
  edits.sending = null;
  if (why === "no" && !isOther) {
    Object.assign(edits, { wanted: edits.shown, since: [] });
    return;
  }
  edits.since = [...changes, ...edits.since];
  if (isOther && !server.gone) return sendNewest();
  edits.failure = line;
  keepHistory();
}

/** Why the newest machine is not on the page although it was asked for; empty if it is, or will be. */
export const failure = () => edits.failure;
export const lastChange = () => edits.last;

/** @param {MachineName} machine */
export const isNewest = (machine) =>
  edits.wanted !== null && edits.wanted !== edits.shown && isSame(machine, edits.wanted.now.machine);

// What outlives the page

/** Keep the history for a reload, as much of it as there is room for. */
export function keepHistory() {
  if (!edits.wanted || (!edits.wanted.past.length && !edits.wanted.future.length)) return;
  let { past, now, future } = edits.wanted;
  const unsent = edits.wanted === edits.shown ? null : formatAddress({ ...currentAddress(), step: undefined });
  const written = () => JSON.stringify({ history: { past, now, future }, origin: edits.origin, unsent });
  forget("draft"); // an older one is not to be taken for this
  while (past.length && (written().length > MAX_KEPT || !keep("draft", written()))) {
    past = past.slice(Math.ceil(past.length / 2));
  }
  if (!past.length) keep("draft", written());
}

/** @typedef {{ history: History, origin: Entry, unsent: string | null }} Kept */

/** @returns {Partial<Kept>} */
const kept = () => recall("draft", isKept, readKept) ?? {};

/**
 * What a tab has kept. An edition before this one called the description `told`.
 * @param {string} text
 * @returns {Kept}
 */
function readKept(text) {
  const { history, ...others } = JSON.parse(text);
  /** @param {any} entry */
  const named = ({ told, ...entry }) => (told === undefined ? entry : { description: told, ...entry });
  return { ...others, history: { ...history, past: history.past.map(named), future: history.future.map(named) } };
}

/** @param {Kept} value */
const isKept = ({ history: { past, now, future }, origin }) =>
  [now, origin, ...past, ...future].every(isEntry) &&
  [...past, ...future].every(({ renamed }) => renamed.every(Array.isArray));

/** @param {Entry} entry */
const isEntry = ({ machine, document }) => isMachine(machine) && (!document || isDocument(JSON.parse(document)));

/** @param {Machine} document */
const isDocument = ({ nodes, distances }) =>
  nodes.every(({ id }, at) => Number.isInteger(id) && distances[at].length === nodes.length) && nodes.length > 0;

/**
 * The machine that was asked for when the page was left, if no server had heard of it and the address is the same.
 * @returns {MachineName | null}
 */
export function unsentMachine() {
  const { unsent, history } = kept();
  if (!unsent || !history || !sameRun(parseAddress(`${unsent}`), parseAddress(location.hash))) return null;
  return history.now.machine;
}

/**
 * The history of a machine as the tab has kept it; null if it has none.
 * @param {MachineName} machine
 * @param {string | null} document
 * @returns {History | null}
 */
function recalled(machine, document) {
  const { history, origin } = kept();
  forget("draft"); // it is kept anew when this page is left
  if (!history || !origin) return null;
  if (!isSame(history.now.machine, machine) && (!document || history.now.document !== document)) return null;
  edits.origin = origin;
  return { ...history, now: { machine, document } };
}

/** For requestRun(): what finds the step of the next trace that stands where this one does. */
export function sameStep() {
  const place = placeOf(state.trace, state.step);
  return (/** @type {Trace} */ other) => stepAt(other, place);
}

/**
 * What names the machine in a request.
 * @param {RunRequest} request
 * @returns {MachineName}
 */
export function machineOf({ kernel: _, zonelists: __, narrow: ___, ...machine }) {
  return machine;
}

/** What a question of a tool says of the run on show: its machine and its options. */
export const questionOf = () => ({
  ...machineOf(state.request),
  kernel: state.play.asked,
  zonelists: state.play.zonelists,
});

/** The options of the next run: as they are, or as they were asked for. */
function options() {
  const { sent, play } = state;
  if (!hasRun()) return {};
  return { kernel: sent?.kernel ?? play.asked, zonelists: sent?.zonelists ?? play.zonelists };
}

/**
 * @param {MachineName} one
 * @param {MachineName} other
 */
function isSame(one, other) {
  const names = /** @type {(keyof MachineName)[]} */ (Object.keys(one));
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
