// Asking the server for another run, taking what it sends, and keeping the address in step with both.

import { takeListing } from "./code.mjs";
import { formatAddress, parseAddress, sameRun } from "./address.mjs";
import { GONE, lasting, server } from "./failures.mjs";
import { MACHINES, keepMachine, keptMachine } from "./kept.mjs";
import { openTrace, stopsOf } from "./signals.mjs";
import { lookUp } from "./paint.mjs";
import { showNotes } from "./notes.mjs";
import { keepRoom, showScale } from "./scale.mjs";
import { fit } from "./zoom.mjs";

const PATIENCE = 10000; // milliseconds until the page says that it still waits
const SLOW = "The server has not answered yet. This page plays on.";
const BREATH = 300; // milliseconds between two changes of the address; browsers allow no more

// Whether the stage is to be drawn for a narrow window, and the charts, too.
export const narrow = matchMedia("(max-width: 700px)");
export const forWindow = (request) => ({ ...request, narrow: narrow.matches ? "yes" : undefined });

const $ = (selector) => document.querySelector(selector);
const waits = { answer: 0, address: 0, written: -BREATH };

// What the page asks for when it opens: what its address says, else the first machine of the picker. `unsent` names the
// machine that the address would, had a server heard of it.
export function firstRequest(state, unsent, place = parseAddress(location.hash)) {
  state.wanted = place.step;
  state.odd = place.odd;
  state.against = place.against;
  state.entry = "replace";
  const { kernel, zonelists } = place;
  state.request = forWindow(unsent ? { ...unsent, kernel, zonelists } : requestOf(state, place));
  state.asked = state.request;
  state.recalled = unsent ? "draft" : place.kept && "kept";
  wait(state);
  return { ...state.request };
}

function requestOf(state, { topology, machine, kept, kernel, zonelists }) {
  const large = kept && keptMachine(kept);
  if (kept && !large) {
    state.odd = "The machine of this link is too large for one, and only the tab that made it has it. This is another.";
    state.wanted = undefined; // its step is none here
  }
  const which = large || (machine ? { link: machine } : { topology: topology ?? $("#topology option").value });
  return { ...which, kernel, zonelists };
}

// A change by the visitor: another machine starts afresh, an option keeps the machine. `wanted` is the step to open at,
// or a function that finds it in the new trace.
export function ask(state, change, wanted) {
  const names = MACHINES.some((name) => name in change);
  const kept = names ? {} : (state.sent ?? state.request);
  state.entry = "push";
  state.wanted = wanted;
  state.odd = undefined;
  send(state, { ...kept, ...change });
}

// The window has become narrow or wide: nothing changes but the stage, where there are two.
export function redraw(state) {
  if (!state.play?.narrow) return;
  lay(state);
  state.show();
}

export function send(state, wanted) {
  const request = forWindow(wanted);
  state.asked = request;
  state.sent = request;
  state.unheard = null;
  if (!window.dash_clientside?.set_props) return refuse(state, GONE); // not even Dash has come
  wait(state);
  window.dash_clientside.set_props("play", { data: null }); // the same answer once more would be no change
  window.dash_clientside.set_props("request", { data: { ...request, asked: Date.now() } });
}

function wait(state) {
  $("#status").textContent = "loading";
  clearTimeout(waits.answer);
  waits.answer = setTimeout(() => refuse(state, SLOW, "slow"), PATIENCE);
}

// The visitor went back or forward, or changed the address by hand.
export function follow(state) {
  const place = parseAddress(location.hash);
  if (state.play && sameRun(place, addressOf(state))) {
    if (place.step !== undefined && place.step !== state.step) state.seek(place.step);
    return showBroken(place.odd ?? beyondEnd(state, place.step));
  }
  state.entry = "replace";
  state.wanted = place.step;
  state.odd = place.odd;
  send(state, requestOf(state, place));
}

// Show what the server sent; `after` runs once the first step is on the page.
export function take(state, play, after) {
  if (play.error) return refuse(state, play.error, play.busy ? "gone" : "no");
  clearTimeout(waits.answer);
  state.sent = null;
  $("#status").textContent = "";
  $("#paste").close();
  state.kept = keptName(state, play);
  state.request = { ...play.request };
  takeListing(play.listing);
  state.play = play;
  state.trace = openTrace(play.trace);
  state.stops = stopsOf(state.trace);
  lay(state);
  Object.assign(state, { subject: null, follows: null });
  const wanted = typeof state.wanted === "function" ? state.wanted(state.trace) : state.wanted;
  state.step = Math.min(wanted ?? play.opens ?? state.trace.opens, state.trace.length - 1);
  state.become("load");
  if (state.step === state.trace.length - 1) state.become("end");
  showTexts(state);
  state.show();
  showScale(state);
  writeAddress(state);
  showBroken(state.odd ?? beyondEnd(state, wanted));
  after(state);
}

// Put what belongs to a run on the page, before a step of it is shown.
export function lay(state) {
  const { play, trace } = state;
  $("#stage").innerHTML = (narrow.matches && play.narrow) || play.stage;
  fit();
  $("#registers").innerHTML = play.registers;
  $("#main").toggleAttribute("data-dense", $("#registers .dense") !== null);
  $("#scrubber").max = trace.length - 1;
  keepRoom(trace);
  state.view = lookUp($("#main"), play);
}

// There is no other run, and this is why: said where the visitor asked for it. The server says "no", is
// "gone" or has no time, is "slow", or was "unasked".
export function refuse(state, error, why = "gone") {
  clearTimeout(waits.answer);
  if (why === "no" || why === "gone") state.sent = null;
  if (why === "gone" && (server.gone || server.renewed)) state.unheard = { request: state.asked, wanted: state.wanted, play: state.play, step: state.step };
  $("#status").textContent = "";
  if (!state.play) showNothing(error);
  else if ($("#paste").open) $("#error").textContent = error;
  else $("#status").textContent = error;
  if (state.play) {
    showChoices(state.play);
    state.entry = "replace";
    writeAddress(state);
  }
  state.refused?.(error, why);
  if (why === "no" && !state.play && state.recalled) lasting().then(({ openWithout }) => openWithout());
}

// What is wrong with a link, or why there is nothing to show; nothing if nothing is.
function showBroken(line = "") {
  $("#broken").hidden = !line;
  $("#broken-text").textContent = line;
}

// No machine is on show, so none of the choices is made.
function showNothing(line) {
  showBroken(line[0].toUpperCase() + line.slice(1));
  for (const choice of document.querySelectorAll("header select")) choice.selectedIndex = -1;
}

const beyondEnd = ({ step, play }, wanted) => (wanted > step && !play.more ? `There is no step ${wanted}; this is the last.` : "");

function showTexts(state) {
  const { play } = state;
  $("#title").textContent = play.title;
  showNotes(state);
  $("#error").textContent = "";
  showChoices(play);
}

function showChoices({ kernel, zonelists, differs, title, request }) {
  $("#kernel").value = kernel;
  $("#kernel").title = differs;
  $("#zonelists").value = zonelists;
  const topology = $("#topology");
  const own = topology.querySelector("[value='']") ?? topology.appendChild(new Option("", ""));
  own.hidden = Boolean(request.topology);
  own.textContent = `own: ${title}`;
  topology.value = request.topology ?? "";
}

// The address

export function addressOf({ play, step, request, kept, against }) {
  if ("exported" in document.documentElement.dataset) return { step };
  const machine = request.topology ? undefined : play.link;
  return { topology: request.topology, machine, kept, kernel: play.asked, zonelists: play.zonelists, against, step };
}

// The name of a machine that the address cannot hold; another kernel or step does not make it another machine.
function keptName({ kept, request: before }, { link, request }) {
  if (link || request.topology || "exported" in document.documentElement.dataset) return undefined;
  const names = (one) => JSON.stringify([...MACHINES, "name", "remote", "turned"].map((name) => one?.[name]));
  const { kernel, zonelists, ...machine } = request;
  return kept && names(before) === names(request) ? kept : keepMachine(machine);
}

// Steps replace the address, a new run is an entry of its own, so that back goes from run to run.
export function writeAddress(state) {
  clearTimeout(waits.address);
  waits.address = 0;
  waits.written = performance.now();
  const address = formatAddress(addressOf(state));
  if (state.entry === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  state.entry = "replace";
}

export function keepAddress(state) {
  if (performance.now() - waits.written > BREATH) writeAddress(state);
  else waits.address ||= setTimeout(() => writeAddress(state), BREATH);
}
