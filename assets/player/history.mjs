// @ts-check
// Holds the machine that the tools change, and its history. A change enters the history at once, before the server has
// answered, so that the next change is made to the newest machine. One request is under way at a time, always for the
// newest machine. A change that the server refuses is undone. If the server is gone, the changes are kept and sent with
// the next request.

import { formatAddress } from "#core/address";
import { server } from "#core/server";
import { hasRun, state } from "#core/state";
import { forgetHistory, storedHistory, storeHistory } from "#player/history-storage";
import { currentAddress, requestRun, sameStep } from "#player/loading";
import { isSame, machineOf } from "#player/request-keys";

/**
 * A machine of the history: the keys that name it in a request, and its document, or null if that would be too large.
 * @typedef {{ machine: MachineName, document: string | null }} Entry
 * A change in words, and the node ids that it has changed.
 * @typedef {{ description: string, renamed: Renamed }} Change
 * The newest machine with those before it, which undo() goes back to, and those after it, which redo() brings back. A
 * past machine has the change that was made to it, a future one the change that leads to it.
 * @typedef {{ past: (Entry & Change)[], now: Entry, future: (Entry & Change)[] }} History
 * The changes that the last answer contains, the trace before them and the one after.
 * @typedef {{ changes: Change[], before: Trace, after: Trace }} LastChange
 */

const edits = {
  /** The history whose newest machine is on the page. */
  shown: /** @type {History | null} */ (null),
  /** The newest history, whose machine may not have come yet. */
  wanted: /** @type {History | null} */ (null),
  /** The history whose newest machine is awaited from the server, its request, its new changes, the trace before. */
  sending: /** @type {{ history: History, request: RunRequest, changes: Change[], trace: Trace } | null} */ (null),
  /** The changes that are in no request yet, and the step at which the run with them is to open. */
  since: /** @type {Change[]} */ ([]),
  opens: /** @type {Wanted} */ (undefined),
  /** The machine before the first change. */
  origin: /** @type {Entry | null} */ (null),
  /** Why the newest machine is not on the page, if the server was gone. */
  failure: "",
  last: /** @type {LastChange | null} */ (null),
};

/**
 * Return a new copy of the newest machine's document, which the caller may change; null if it is too large to be sent.
 * @returns {Machine | null}
 */
export function documentOf() {
  const text = edits.wanted?.now.document ?? (hasRun() ? state.play.document : null);
  return text ? JSON.parse(text) : null;
}

/**
 * Make a document the newest machine. The notes on the previous machine are dropped: they may no longer be true.
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
 * Make another machine the newest one. It opens at its first step, unless a step is `wanted`.
 * @param {MachineName} machine
 * @param {string} description
 * @param {Wanted} [wanted]
 */
export const replaceMachine = (machine, description, wanted) =>
  replace({ machine, document: null }, { description, renamed: [] }, wanted);

/** Return the keys that name the newest machine in a request, whether it is on the page or not. */
export const newestMachine = () => edits.wanted?.now.machine ?? machineOf(state.request);

export function revert() {
  if (!edits.origin) return;
  replace(edits.origin, { description: "going back to before the first edit", renamed: [] }, sameStep());
}

export const canRevert = () => Boolean(edits.origin) && edits.wanted?.now.document !== edits.origin?.document;

/**
 * Add a machine to the history, and ask for it.
 * @param {Entry} now
 * @param {Change} step
 * @param {Wanted} wanted
 */
function replace(now, step, wanted) {
  const { wanted: before } = edits;
  go({ past: before ? [...before.past, { ...before.now, ...step }] : [], now, future: [] }, step, wanted);
}

/** Return the keys that named the machine before the last change; undefined if nothing was changed. */
export const previousMachine = () => edits.shown?.past.at(-1)?.machine;

// The changes that undo() would undo and redo() would do again, in words; undefined if there is none.
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

/**
 * Return the history in which the last change is undone.
 * @param {History} history
 * @returns {History}
 */
function undone({ past, now, future }) {
  const { description, renamed, ...before } = past[past.length - 1];
  return { past: past.slice(0, -1), now: before, future: [...future, { ...now, description, renamed }] };
}

/**
 * Return the history in which the change that was undone last is done again.
 * @param {History} history
 * @returns {History}
 */
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

/** Ask for the newest machine. While another answer is awaited, this does nothing: onRun() calls it again then. */
export function sendNewest() {
  if (edits.sending || !edits.wanted || edits.wanted === edits.shown) return;
  const request = { ...options(), ...edits.wanted.now.machine };
  edits.sending = { history: edits.wanted, request, changes: edits.since, trace: state.trace };
  edits.since = [];
  requestRun(request, edits.opens);
}

/** Update the history after a run has come: of a machine that sendNewest() requested, or of another one. */
export function onRun() {
  const machine = machineOf(state.request);
  edits.failure = "";
  edits.last = null;
  if (!edits.shown) begin(machine);
  else if (edits.sending && isSame(machine, edits.sending.history.now.machine)) onOwnMachine(edits.sending);
  else if (!isSame(machine, edits.shown.now.machine)) switchTo(machine, edits.shown, edits.wanted ?? edits.shown);
  if (edits.shown) edits.shown.now.document = state.play.document;
  sendNewest();
}

/**
 * Begin the history with the page's first machine, or go on with the history that the tab has kept for it.
 * @param {MachineName} machine
 */
function begin(machine) {
  const { document } = state.play;
  /** @type {History} */
  const shown = recalled(machine, document) ?? { past: [], now: { machine, document }, future: [] };
  edits.origin ??= shown.now;
  Object.assign(edits, { shown, wanted: shown, sending: null, since: [] });
}

/**
 * Record that the machine that sendNewest() requested has come.
 * @param {NonNullable<typeof edits.sending>} sent
 */
function onOwnMachine({ history, changes, trace }) {
  edits.last = { changes, before: trace, after: state.trace };
  edits.shown = history;
  edits.sending = null;
  if (edits.wanted === edits.shown) forgetHistory(); // the address names this machine, so a reload finds it
}

/**
 * Update the history for a machine that sendNewest() did not request. The browser's "back" and "forward" move within
 * the history. Any other machine is added as a change, which can be undone.
 * @param {MachineName} machine
 * @param {History} shown
 * @param {History} newest has more changes than `shown` if the server was gone when they were made
 */
function switchTo(machine, shown, newest) {
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
 * Undo the changes that the server refuses ("no"), or keep them if it is gone ("gone").
 * @param {string} line
 * @param {Failure} why
 */
export function onRunFailed(line, why) {
  if (!edits.shown) {
    if (why === "no") forgetHistory();
    return;
  }
  if (!edits.sending || (why !== "no" && why !== "gone")) return;
  const { changes, request } = edits.sending;
  const { narrow: _, ...asked } = state.asked;
  const isOther = !isSame(asked, request); // the page has requested another machine or kernel meanwhile
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

/** Return why the newest machine has not come; empty if it is on the page or still awaited. */
export const failure = () => edits.failure;
export const lastChange = () => edits.last;

/**
 * Return whether this is the newest machine, and it is not on the page yet.
 * @param {MachineName} machine
 */
export const isNewest = (machine) =>
  edits.wanted !== null && edits.wanted !== edits.shown && isSame(machine, edits.wanted.now.machine);

// The history that outlives the page

/** Keep the history in the tab's storage for a reload. */
export function keepHistory() {
  if (!edits.wanted || (!edits.wanted.past.length && !edits.wanted.future.length)) return;
  const unsent = edits.wanted === edits.shown ? null : formatAddress({ ...currentAddress(), step: undefined });
  storeHistory({ history: edits.wanted, origin: edits.origin, unsent });
}

/**
 * Return the history of a machine as the tab has kept it, or null.
 * @param {MachineName} machine
 * @param {string | null} document
 * @returns {History | null}
 */
function recalled(machine, document) {
  const { history, origin } = storedHistory();
  forgetHistory(); // the history is kept anew when this page is left
  if (!history || !origin) return null;
  if (!isSame(history.now.machine, machine) && (!document || history.now.document !== document)) return null;
  edits.origin = origin;
  return { ...history, now: { machine, document } };
}

/** Return the options for the next run: those of the awaited run or, if none is awaited, of the run that is shown. */
function options() {
  const { sent, play } = state;
  if (!hasRun()) return {};
  return { kernel: sent?.kernel ?? play.asked, zonelists: sent?.zonelists ?? play.zonelists };
}
