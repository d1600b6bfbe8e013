// The machine as a document that the tools change. Every change asks the server for the run of the changed machine, and
// can be undone: what is kept is the requests, each with what was done in words.

import { ask } from "./loading.mjs";
import { placeOf, stepAt } from "./signals.mjs";

const done = []; // {request, told}: what was there before each change
const undone = [];

// The machine on the page as a document of its own, to be changed at will; null if it is too large to be sent as one.
export const documentOf = ({ play }) => (play?.document ? JSON.parse(play.document) : null);

// Let the document be the machine; `told` says in words what was changed. What was told of the machine before may no
// longer be true, and goes. `wanted` is as for ask(); the step is kept where none is given.
export function change(state, { note, notes, case: story, ...document }, told, wanted = sameStep(state)) {
  exchange(state, JSON.stringify(document), told, wanted);
}

// Let another machine take its place, the one that a text describes; it opens at its own first step of the order.
export function exchange(state, text, told, wanted) {
  done.push({ request: machineOf(state), told });
  undone.length = 0;
  ask(state, { ...optionsOf(state), text }, wanted);
}

export const undo = (state) => restore(state, done, undone);
export const redo = (state) => restore(state, undone, done);
// What named the machine before the last change; undefined if nothing was changed.
export const previousMachine = () => done.at(-1)?.request;

export const canUndo = () => done.at(-1)?.told;
export const canRedo = () => undone.at(-1)?.told;

function restore(state, from, to) {
  const entry = from.pop();
  if (!entry) return;
  to.push({ request: machineOf(state), told: entry.told });
  ask(state, { ...optionsOf(state), ...entry.request }, sameStep(state));
}

// For ask(): the step of the next trace that stands where this one does.
export function sameStep({ trace, step }) {
  const place = placeOf(trace, step);
  return (other) => stepAt(other, place);
}

// What names the machine in a request, and the options that stay as they are.
export function machineOf({ request: { kernel, zonelists, ...machine } }) {
  return machine;
}

const optionsOf = ({ play }) => (play ? { kernel: play.asked, zonelists: play.zonelists } : {});
