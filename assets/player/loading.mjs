// @ts-check
// Asking the server for another run, putting on the page what it sends, and keeping the address in step with both.

import { formatAddress, namesRun, parseAddress, sameRun } from "#core/address";
import { askDash } from "#core/dash";
import { $, all, find, isExported } from "#core/dom";
import { loadReconnect, server } from "#core/server";
import { hasRun, setOpening, setPlayer, setRequest, setRun, setSubject, setTools, state } from "#core/state";
import { keepMachine, keptMachine, MACHINES } from "#core/storage";
import { openTrace, stopsOf } from "#core/trace";
import { useListing } from "#player/code";
import { lookUp } from "#player/paint";
import { seek, show, transition } from "#player/playback";
import { keepRoom, showScrubberMarks } from "#player/scrubber-marks";
import { showWarnings } from "#player/stage-notes";

const PATIENCE = 10000; // milliseconds until the page says that it still waits
const SLOW = "The server has not answered yet. This page plays on.";
const BREATH = 300; // milliseconds between two changes of the address; browsers allow no more
const TOO_LARGE =
  "The machine of this link is too large for one, and only the tab that made it has it. This is another.";

/** Whether the stage, and the charts, are to be drawn for a narrow window. */
export const narrow = matchMedia("(max-width: 700px)");

/**
 * @template {object} T
 * @param {T} request
 * @returns {T & { narrow?: string }}
 */
export const forWindow = (request) => ({ ...request, narrow: narrow.matches ? "yes" : undefined });

/** @type {{ answer?: ReturnType<typeof setTimeout>, address?: ReturnType<typeof setTimeout>, written: number }} */
const waits = { answer: undefined, address: undefined, written: -BREATH };

/** @type {((line: string, why: Failure) => void)[]} */
const failureListeners = [];

/**
 * Let a function hear of every run that does not come.
 * @param {(line: string, why: Failure) => void} hear
 */
export const onRunFailed = (hear) => void failureListeners.push(hear);

/**
 * What the page asks for when it opens: what its address says, else the first machine of the picker.
 * @param {MachineName | null} unsent the machine that the address would name, had a server heard of it
 * @returns {RunRequest}
 */
export function firstRequest(unsent, place = parseAddress(location.hash)) {
  setOpening({ wanted: place.step, odd: place.odd, entry: "replace" });
  setTools({ against: place.against });
  const { kernel, zonelists } = place;
  const request = forWindow(unsent ? { ...unsent, kernel, zonelists } : requestOf(place));
  setRequest({ request, asked: request, recalled: unsent ? "draft" : place.kept ? "kept" : null });
  return { ...request };
}

/**
 * The run that has come with the document, as the answer to the first request; null if that is for another one.
 * @param {RunRequest} request
 * @returns {Play | null}
 */
export function runOfDocument(request) {
  const { text, file, link: machine, narrow: isNarrow, ...names } = request;
  const isAtHand = !text && !file && namesRun({ ...names, machine }, find("#dash")?.dataset ?? {});
  if (!isAtHand) return null;
  const play = JSON.parse($("#first-run").textContent ?? "");
  return isNarrow && !play.narrow ? null : { ...play, request: JSON.parse(JSON.stringify(request)) };
}

/**
 * @param {Address} place
 * @returns {RunRequest}
 */
function requestOf({ topology, machine, kept, allowed, kernel, zonelists }) {
  const large = kept && keptMachine(kept);
  if (kept && !large) setOpening({ odd: TOO_LARGE, wanted: undefined }); // the step of the link is none of this machine
  const named = machine ? { link: machine } : { topology: topology ?? $("#topology option").value };
  return { ...(large || named), ...(allowed && { allowed }), kernel, zonelists };
}

/**
 * Ask for what a visitor changes: another machine starts afresh, an option keeps the machine.
 * @param {RunRequest} change
 * @param {Wanted} [wanted] where the run opens
 */
export function requestRun(change, wanted) {
  const isMachine = MACHINES.some((name) => name in change);
  const kept = isMachine ? {} : (state.sent ?? state.request);
  setOpening({ entry: "push", wanted, odd: undefined });
  sendRequest({ ...kept, ...change });
}

/** The window has become narrow or wide: nothing changes but the stage, where the server has sent two of them. */
export function redrawStage() {
  if (!hasRun() || !state.play.narrow) return;
  mountRun();
  show();
}

/** @param {RunRequest} wanted */
export function sendRequest(wanted) {
  const request = forWindow(wanted);
  setRequest({ asked: request, sent: request, unheard: null });
  waitForAnswer();
  askDash("play", { ...request });
}

/** Say that an answer is awaited, and after a while that none has come. */
export function waitForAnswer() {
  $("#status").textContent = "loading";
  clearTimeout(waits.answer);
  waits.answer = setTimeout(() => showFailure(SLOW, "slow"), PATIENCE);
}

/** The visitor went back or forward, or changed the address by hand. */
export function followAddress() {
  const place = parseAddress(location.hash);
  if (hasRun() && sameRun(place, currentAddress())) {
    if (place.step !== undefined && place.step !== state.step) seek(place.step);
    return showBroken(place.odd ?? beyondEnd(place.step));
  }
  setOpening({ entry: "replace", wanted: place.step, odd: place.odd });
  sendRequest(requestOf(place));
}

/**
 * Show what the server has sent.
 * @param {Play} play
 * @param {() => void} after runs once the first step is on the page
 */
export function loadRun(play, after) {
  if (play.error) return showFailure(play.error, play.busy ? "gone" : "no");
  clearTimeout(waits.answer);
  $("#status").textContent = "";
  $("#paste").close();
  setRequest({ kept: keptName(play), request: { ...play.request }, sent: null });
  useListing(play.listing);
  openRun(play);
  setSubject({ subject: null, follows: null });
  const { trace } = state;
  const wanted = typeof state.wanted === "function" ? state.wanted(trace) : state.wanted;
  setPlayer({ step: Math.min(wanted ?? play.opens ?? trace.opens, trace.length - 1) });
  transition("load");
  if (state.step === trace.length - 1) transition("end");
  showTexts();
  show();
  showScrubberMarks();
  writeAddress();
  showBroken(state.odd ?? beyondEnd(wanted));
  after();
}

/**
 * Let a run be the one on show, before a step of it is shown.
 * @param {Play} play
 */
export function openRun(play) {
  const trace = openTrace(play.trace);
  setRun({ play, trace, stops: stopsOf(trace) });
  mountRun();
}

/** Put what belongs to the run on the page. */
function mountRun() {
  const { play, trace } = state;
  $("#stage").innerHTML = (narrow.matches && play.narrow) || play.stage;
  const svg = $("#stage svg");
  svg.dataset.whole = svg.getAttribute("viewBox") ?? ""; // all of it, however it is zoomed
  $("#registers").innerHTML = play.registers;
  $("#main").toggleAttribute("data-dense", find("#registers .dense") !== null);
  $("#scrubber").max = String(trace.length - 1);
  keepRoom(trace);
  setRun({ view: lookUp($("#main"), play) });
}

/**
 * There is no other run: the visitor is told why, where the run was asked for.
 * @param {string} line
 * @param {Failure} why
 */
export function showFailure(line, why = "gone") {
  clearTimeout(waits.answer);
  const { asked: request, wanted, play, step } = state;
  if (why === "no" || why === "gone") setRequest({ sent: null });
  if (why === "gone" && (server.gone || server.renewed)) setRequest({ unheard: { request, wanted, play, step } });
  $("#status").textContent = "";
  if (!hasRun()) showNothing(line);
  else if ($("#paste").open) $("#error").textContent = line;
  else $("#status").textContent = line;
  if (hasRun()) {
    showChoices(play);
    setOpening({ entry: "replace" });
    writeAddress();
  }
  for (const hear of failureListeners) hear(line, why);
  if (why === "no" && !hasRun() && state.recalled) loadReconnect().then(({ openWithout }) => openWithout());
}

/** Show what is wrong with a link, or why there is nothing to show; an empty line hides it. */
function showBroken(line = "") {
  $("#broken").hidden = !line;
  $("#broken-text").textContent = line;
}

/**
 * No machine is on show, so none of the choices is made.
 * @param {string} line
 */
function showNothing(line) {
  showBroken(line[0].toUpperCase() + line.slice(1));
  for (const choice of all("header select")) /** @type {any} */ (choice).selectedIndex = -1;
}

/** @param {Step | undefined} wanted */
function beyondEnd(wanted) {
  const isBeyond = wanted !== undefined && wanted > state.step && !state.play.more;
  return isBeyond ? `There is no step ${wanted}; this is the last.` : "";
}

function showTexts() {
  $("#title").textContent = state.play.title;
  showWarnings(state.play);
  $("#error").textContent = "";
  showChoices(state.play);
}

/** @param {Play} play */
function showChoices({ kernel, zonelists, differs, title, request }) {
  $("#kernel").value = kernel;
  $("#kernel").title = differs;
  $("#zonelists").value = zonelists;
  const topology = $("#topology");
  const own = /** @type {HTMLOptionElement} */ (
    topology.querySelector("[value='']") ?? topology.appendChild(new Option("", ""))
  );
  own.hidden = Boolean(request.topology);
  own.textContent = `own: ${title}`;
  topology.value = request.topology ?? "";
}

// The address

/** @returns {Address} */
export function currentAddress() {
  const { play, step, request, kept, against } = state;
  if (isExported()) return { step };
  const allowed = request.allowed && (play.allowed ?? request.allowed); // as the kernel prints it
  const named = isNamed(request) && { topology: request.topology, allowed };
  const { asked: kernel, zonelists } = play;
  return { ...(named || { machine: play.link }), kept, kernel, zonelists, against, step };
}

/**
 * Whether the name of a topology, and the nodes that are allowed, say all of the machine.
 * @param {RunRequest} request
 */
const isNamed = ({ topology, turned, beside }) => Boolean(topology) && !turned && !beside;

/**
 * The name of a machine that the address cannot hold; another kernel or step does not make it another machine.
 * @param {Play} play
 */
function keptName({ link, request }) {
  if (link || isNamed(request) || isExported()) return undefined;
  const { kept, request: before } = state;
  const parts = [...MACHINES, "name", "remote", "turned", "machine", "beside", "allowed"];
  /** @param {RunRequest} one */
  const nameOf = (one) => JSON.stringify(parts.map((key) => one?.[/** @type {keyof RunRequest} */ (key)]));
  const { kernel: _, zonelists: __, ...machine } = request;
  return kept && nameOf(before) === nameOf(request) ? kept : keepMachine(machine);
}

/** A step replaces the address; a new run is an entry of the history of its own, so that back goes from run to run. */
export function writeAddress() {
  clearTimeout(waits.address);
  waits.address = undefined;
  waits.written = performance.now();
  const address = formatAddress(currentAddress());
  if (state.entry === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  setOpening({ entry: "replace" });
}

export function keepAddress() {
  if (performance.now() - waits.written > BREATH) writeAddress();
  else waits.address ??= setTimeout(writeAddress, BREATH);
}
