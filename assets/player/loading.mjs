// @ts-check
// Asks the server for another run, shows the run that it sends, and writes the run and the step into the address.

import { formatAddress, namesRun, oddLine, parseAddress, sameRun } from "#core/address";
import { askDash } from "#core/dash";
import { $, all, find, isExported, looks, showStatus, useLooks } from "#core/dom";
import { inBrowser, later, loadReconnect, server } from "#core/server";
import { hasRun, setOpening, setPlayer, setRequest, setRun, setSubject, setTools, state } from "#core/state";
import { keepMachine, keptMachine, MACHINES, READ_BY } from "#core/storage";
import { openTrace, placeOf, SIZES, STRIDES, stepAt, stopsOf } from "#core/trace";
import { useListing } from "#player/code";
import { lookUp } from "#player/paint";
import { seek, setSize, show, transition } from "#player/playback";
import { useColumns } from "#player/registers";
import { keepRoom, showScrubberMarks } from "#player/scrubber-marks";
import { separateBackground } from "#player/stage";
import { showWarnings } from "#player/stage-notes";
import { subjectNamed } from "#player/why-panel";

const PATIENCE = 10000; // milliseconds until the page says that the server has not answered yet
const SLOW = "The server has not answered yet. This page plays on.";
/** Least milliseconds between two changes of the address: browsers refuse faster ones, and each may cost a picture. */
const ADDRESS_INTERVAL = { played: 1000, stepped: 300 };
const TOO_LARGE =
  "The machine of this link is too large for one, and only the tab that made it has it. This is another.";
const EDITED =
  "The link has edited lines of the kernel, which only a page without a server runs. This is the kernel as it is.";

/** Matches while the window is narrow; the stage and the charts are drawn differently then. */
export const narrow = matchMedia("(max-width: 700px)");

/**
 * Return a request that says whether the window is narrow.
 * @template {object} T
 * @param {T} request
 * @returns {T & { narrow?: string }}
 */
export const forWindow = (request) => ({ ...request, narrow: narrow.matches ? "yes" : undefined });

/** @type {{ answer?: ReturnType<typeof setTimeout>, address?: ReturnType<typeof setTimeout>, written: number }} */
const waits = { answer: undefined, address: undefined, written: -Infinity };

/** @type {((line: string, why: Failure) => void)[]} */
const failureListeners = [];

/**
 * Register a function that is called for every run that does not come.
 * @param {(line: string, why: Failure) => void} listener
 */
export const onRunFailed = (listener) => void failureListeners.push(listener);

/**
 * Return the request with which the page opens: for the run of its address, or else for the first built-in machine.
 * @param {MachineName | null} unsent the newest machine that the tab has kept, if no server has answered for it yet
 * @returns {RunRequest}
 */
export function firstRequest(unsent, place = parseAddress(location.hash)) {
  setOpening({ wanted: place.step, odd: place.odd, why: place.why, entry: "replace" });
  useAddress(place);
  const { against, pressure, readers, predict } = place;
  setTools({ against, pressure, readers, predict });
  const { kernel, zonelists } = place;
  const request = forWindow(unsent ? { ...unsent, kernel, zonelists } : requestOf(place));
  setRequest({ request, asked: request, recalled: unsent ? "draft" : place.kept ? "kept" : null });
  return { ...request };
}

/**
 * Give the page the look, the stride, and the stop of a story or a talk that an address names.
 * @param {Address} place
 */
function useAddress(place) {
  useLooks(place);
  setTools({ story: place.story, talk: place.talk, packed: place.stops, tool: place.tool });
  if (place.stride) setSize(STRIDES.indexOf(place.stride));
}

/**
 * Return the run in the page's document as the answer to the first request; null if that asks for another run.
 * @param {RunRequest} request
 * @returns {Play | null}
 */
export function runOfDocument(request) {
  const { text, file, link: machine, narrow: isNarrow, ...names } = request;
  const isAtHand = !text && !file && namesRun({ ...names, machine }, find("#dash, #site")?.dataset ?? {});
  if (!isAtHand) return null;
  const play = JSON.parse($("#first-run").textContent ?? "");
  return isNarrow && !play.narrow ? null : { ...play, request: JSON.parse(JSON.stringify(request)) };
}

/**
 * Return the request for the run that an address names.
 * @param {Address} place
 * @returns {RunRequest}
 */
function requestOf({ topology, machine, kept, allowed, kernel: asked, zonelists, code }) {
  const kernel = code && !find("#site") ? asked?.split(" edited ")[0] : asked;
  if (kernel !== asked) setOpening({ odd: EDITED });
  const large = kept && keptMachine(kept);
  if (kept && !large) setOpening({ odd: TOO_LARGE, wanted: undefined }); // the link's step belongs to the lost machine
  const named = machine ? { link: machine } : { topology: topology ?? $("#topology option").value };
  return { ...(large || named), ...(allowed && { allowed }), kernel, zonelists };
}

/** Return a function that finds, in the trace that comes next, the step that corresponds to the current one. */
export function sameStep() {
  const place = placeOf(state.trace, state.step);
  return (/** @type {Trace} */ other) => stepAt(other, place);
}

/**
 * Ask for the run with a change: another machine replaces the whole request, another option keeps the machine.
 * @param {RunRequest} change
 * @param {Wanted} [wanted] where the run opens
 * @param {boolean} [isTold] whether the page tells which options another machine has changed
 */
export function requestRun(change, wanted, isTold = !change.zonelists) {
  const isMachine = MACHINES.some((name) => name in change);
  const kept = isMachine ? {} : (state.sent ?? state.request);
  const { asked: kernel, zonelists } = state.play ?? {};
  const before = isMachine && hasRun() && isTold ? { kernel, zonelists } : undefined;
  setOpening({ entry: "push", wanted, odd: undefined, why: undefined, before });
  const request = { ...kept, ...change };
  const { own } = state;
  // What is chosen after a story is the visitor's, too.
  if (own && !isMachine) setRequest({ own: { ...own, ...change } });
  else if (request.kernel !== kernel) setRequest({ own: undefined });
  sendRequest(request);
}

/**
 * Ask the server for a run.
 * @param {RunRequest} wanted
 */
export function sendRequest(wanted) {
  const request = forWindow(wanted);
  setRequest({ asked: request, sent: request, fromDialog: $("#paste").open, unanswered: null });
  waitForAnswer();
  askDash("play", { ...request });
}

/** Show that an answer is awaited; after a while, show that a server has sent none. */
export function waitForAnswer() {
  showStatus("loading");
  clearTimeout(waits.answer);
  if (!inBrowser.answer) waits.answer = setTimeout(() => showFailure(SLOW, "slow"), PATIENCE);
}

/** Show the run and step that the address names, after "back", "forward" or an edit of the address. */
export function followAddress() {
  const place = parseAddress(location.hash);
  useAddress(place);
  setTools({ predict: place.predict });
  if (later.module) later.module.followAgainst(place.against);
  else setTools({ against: place.against });
  if (hasRun() && sameRun(place, currentAddress())) {
    const odd = ask(place.why);
    if (place.step !== undefined && place.step !== state.step) seek(place.step);
    else show();
    later.module?.followAddress();
    if (place.pressure) later.module?.followScene(place.pressure);
    later.module?.followPredict();
    return showBroken(place.odd ?? (odd || beyondEnd(place.step)));
  }
  setOpening({ entry: "replace", wanted: place.step, odd: place.odd, why: place.why });
  setTools({ pressure: place.pressure, readers: place.readers });
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
  showStatus("");
  if (state.fromDialog) $("#paste").close();
  setRequest({ kept: keptName(play), request: { ...play.request }, sent: null });
  useListing(play.listing);
  openRun(play);
  const { trace } = state;
  const wanted = typeof state.wanted === "function" ? state.wanted(trace) : state.wanted;
  setPlayer({ step: Math.min(wanted ?? play.opens ?? 0, trace.length - 1) });
  const odd = ask(state.why);
  transition("load");
  if (state.step === trace.length - 1) transition("end");
  showTexts();
  show();
  showScrubberMarks();
  writeAddress();
  showBroken(state.odd ?? (odd || beyondEnd(wanted)));
  after();
}

/**
 * Let the page answer "why" about what an address names, or about nothing. Return a line if it names nothing here.
 * @param {string | undefined} why
 */
function ask(why) {
  const asked = why ? subjectNamed(why) : null;
  setSubject(asked ?? { subject: null, follows: null });
  return why && !asked ? oddLine(`why=${why}`) : "";
}

/**
 * Make a run the one on the page. No step of it is shown yet.
 * @param {Play} play
 */
export function openRun(play) {
  const trace = openTrace(play.trace);
  setRun({ play, trace, stops: stopsOf(trace) });
  $("#registers").innerHTML = play.registers;
  useColumns($("#registers"));
  $("#main").toggleAttribute("data-dense", find("#registers .dense") !== null);
  $("#scrubber").max = String(trace.length - 1);
  keepRoom(trace);
  putStage(null);
}

/**
 * Put a stage of the run on the page, the usual one for null, and look up the elements that a step changes.
 * @param {string | null} stage
 */
export function putStage(stage) {
  const { play } = state;
  $("#stage").innerHTML = stage || (narrow.matches && play.narrow) || play.stage;
  const svg = $("#stage svg");
  svg.dataset.whole = svg.getAttribute("viewBox") ?? ""; // the view box of the whole stage, which zooming changes
  separateBackground(svg);
  setRun({ view: lookUp($("#main"), play) });
}

/**
 * Show why a run has not come, in the dialog that has asked for it or in the header.
 * @param {string} line
 * @param {Failure} why
 */
export function showFailure(line, why = "gone") {
  clearTimeout(waits.answer);
  const { asked: request, wanted, play, step } = state;
  if (why === "no" || why === "gone") {
    setRequest({ sent: null });
    setOpening({ before: undefined });
  }
  if (why === "gone" && (server.gone || server.renewed)) setRequest({ unanswered: { request, wanted, play, step } });
  showStatus("");
  if (!hasRun()) showNothing(line);
  else if (state.fromDialog && $("#paste").open) $("#error").textContent = line;
  else showStatus(line);
  if (hasRun()) {
    if (why !== "slow" && !server.gone) showChoices(play); // else the choice stands: it is asked for again
    setOpening({ entry: "replace" });
    writeAddress();
  }
  for (const listener of failureListeners) listener(line, why);
  if (why === "no" && !hasRun() && state.recalled) loadReconnect().then(({ openWithout }) => openWithout());
}

/** Show a line that says what is wrong with a link, or why there is no run; an empty line hides it. */
function showBroken(line = "") {
  $("#broken").hidden = !line;
  $("#broken-text").textContent = line;
}

/**
 * Show why there is no run at all. No machine is on the page then, so nothing is selected in the header.
 * @param {string} line
 */
function showNothing(line) {
  showBroken(line[0].toUpperCase() + line.slice(1));
  for (const choice of all("header select")) /** @type {any} */ (choice).selectedIndex = -1;
}

/**
 * Return a line that says that the run has no such step; empty if it has.
 * @param {Step | undefined} wanted
 */
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
  const kernels = /** @type {HTMLSelectElement} */ ($("#kernel"));
  if (![...kernels.options].some(({ value }) => value === kernel)) kernels.prepend(new Option(kernel, kernel));
  kernels.value = kernel;
  kernels.title = `${kernels.selectedOptions[0].text}. ${differs}`;
  $("#zonelists").value = zonelists;
  $("#zonelists").title = `The fallback lists, built ${$("#zonelists").selectedOptions[0]?.text}`;
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
  const { play, step, request, kept, against, story, talk, packed, pressure, readers, predict, size, follows } = state;
  const { tool, ...look } = looks();
  const isNamedElsewhere = { compare: against, pressure, readers }[tool ?? ""];
  const beside = {
    ...look,
    tool: isNamedElsewhere ? undefined : (state.tool ?? tool),
    stride: size === SIZES.source ? undefined : STRIDES[size],
    stops: packed,
    talk,
    story,
    pressure,
    readers,
    why: follows ?? undefined,
  };
  if (isExported()) {
    const named = window.tierscopeHeld?.machines && { topology: request.topology, kernel: play.asked };
    return { ...named, ...beside, step };
  }
  const code = state.code?.kernel === play.asked ? state.code.packed : undefined;
  const allowed = request.allowed && (play.allowed ?? request.allowed); // play.allowed is as the kernel prints it
  const named = isNamed(request) && { topology: request.topology, allowed };
  const { asked: kernel, zonelists } = play;
  return { ...(named || { machine: play.link }), kept, kernel, zonelists, against, ...beside, predict, code, step };
}

/**
 * Return whether a topology's name and the allowed nodes name the machine completely.
 * @param {RunRequest} request
 */
export const isNamed = ({ topology, turned, beside }) => Boolean(topology) && !turned && !beside;

/**
 * Return the name under which the tab keeps a machine that is too large for a link; undefined if the address can name
 * the machine. The name stays the same if only the kernel or the zonelists change.
 * @param {Play} play
 */
function keptName({ link, request }) {
  if (link || isNamed(request) || isExported()) return undefined;
  const { kept, request: before } = state;
  /** @param {RunRequest} one */
  const nameOf = (one) => JSON.stringify(READ_BY.map((key) => one?.[key]));
  const { kernel: _, zonelists: __, ...machine } = request;
  return kept && nameOf(before) === nameOf(request) ? kept : keepMachine(machine);
}

/**
 * Write the run and the step into the address. Only a new run adds an entry to the browser's history, a step does not.
 */
export function writeAddress() {
  clearTimeout(waits.address);
  waits.address = undefined;
  waits.written = performance.now();
  const address = formatAddress(currentAddress());
  if (state.entry === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  setOpening({ entry: "replace" });
}

/**
 * Write the address now, or a little later if that was done just before.
 * @param {boolean} isPlaying whether the run plays, or the scenario of Pressure
 */
export function keepAddress(isPlaying = state.mode === "playing") {
  const interval = ADDRESS_INTERVAL[isPlaying ? "played" : "stepped"];
  if (performance.now() - waits.written > interval) writeAddress();
  else waits.address ??= setTimeout(writeAddress, interval);
}
