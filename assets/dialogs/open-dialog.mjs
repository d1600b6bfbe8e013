// @ts-check
// Opens a visitor's own machine: a pasted text, a chosen file, or a file dropped anywhere on the page.

import { LIKE_TALK, MAX_FILE_BYTES, REMOTE_DISTANCE } from "#core/constants";
import { $, button, element, on, showStatus } from "#core/dom";
import { bytesOf } from "#core/packed";
import { withLater } from "#core/server";
import { hasRun, setRequest, setTools, state } from "#core/state";
import { plural } from "#core/words";
import { replaceMachine } from "#player/history";
import { requestRun, sameStep, showFailure } from "#player/loading";
import { machineOf } from "#player/request-keys";
import { turnedIn, turnedText } from "#player/stage-notes";
import { openTool, toolOnRun } from "#player/tool-panel";

const TALK_LINE = new RegExp(LIKE_TALK, "m");
const NAMES_KERNEL = /"kernel"\s{0,9}:|^kernel\s{0,9}=/m; // in a topology as JSON or TOML

/**
 * Return whether a text is a talk: whether it has a line that a talk has and a machine has not.
 * @param {string} text
 */
export const isTalk = (text) => TALK_LINE.test(text);

export function openPaste() {
  $("#error").textContent = "";
  hideMissing();
  setRequest({ fromDialog: false });
  $("#paste").showModal();
}

/** Hide the fields that ask for something missing; the next answer may ask for something else. */
function hideMissing() {
  $("#fill").hidden = $("#choose").hidden = true;
}

/** Open the pasted text. An empty one is sent as a space, so that the server's line says what is wrong. */
export function loadText() {
  hideMissing();
  const text = $("#text").value || " ";
  if (isTalk(text)) return withLater(({ loadTalk }) => loadTalk(text));
  requestOwn({ text }, text);
}

/**
 * Ask for a machine of the visitor's. The page will tell under which options it is shown.
 * @param {RunRequest} machine
 * @param {string} text what the machine's file or text says
 */
export const requestOwn = (machine, text) => requestRun({ ...machine, ...keptOptions(text) }, undefined, true);

/**
 * Return the options with which the machine in a text opens: the kernel and the zonelists that the visitor has chosen
 * or, if none were chosen, the kernel on the page, unless the text names one. What a story has chosen, or a talk that
 * runs no more, does not count.
 * @param {string} text
 * @returns {RunRequest}
 */
function keptOptions(text) {
  if (!hasRun()) return {};
  const { own, request, play, talk } = state;
  const { kernel, zonelists, asked } = (!talk && own) || { ...request, asked: play.asked };
  if (kernel || zonelists) return { kernel: kernel ?? asked, zonelists };
  return NAMES_KERNEL.test(text) ? {} : { kernel: asked };
}

/**
 * Open a text that was pasted outside of the dialog. If the server refuses it, the dialog opens with the text, since
 * the header, which would show the line, is hidden in the presenter mode.
 * @param {string} text
 */
export function loadPasted(text) {
  pasted = text;
  requestOwn({ text }, text);
}

/** The text that was pasted last outside of the dialog. */
let pasted = "";

/**
 * Show why a pasted text is no machine.
 * @param {string} line
 * @param {Failure} why
 */
export function onPastedFailed(line, why) {
  if (why !== "no" || !pasted || state.asked.text !== pasted || $("#paste").open) return;
  openPaste();
  $("#text").value = pasted;
  $("#error").textContent = line;
}

/** @param {File} file */
export async function loadFile(file) {
  if (!$("#paste").open) openPaste(); // the dialog shows what is wrong with a file
  setRequest({ fromDialog: true });
  hideMissing();
  if (file.size > MAX_FILE_BYTES) {
    const size = (file.size / 1e6).toFixed(1);
    const limit = MAX_FILE_BYTES / 1e6;
    const line = `${file.name} has ${size} MB. A page sends up to ${limit} MB; the command line reads more.`;
    return showFailure(line, "unasked");
  }
  const text = /\.toml$/i.test(file.name) ? await file.text() : "";
  if (isTalk(text)) return withLater(({ loadTalk }) => loadTalk(text));
  const bytes = await base64(file);
  requestOwn({ file: bytes, name: file.name }, textOf({ file: bytes }));
}

/**
 * Return the bytes of a file in base64.
 * @param {File} file
 * @returns {Promise<string>}
 */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(",") + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Listen for files that are dropped on the page or chosen in the dialog. */
export function listenForFiles() {
  on($("#file"), "change", ({ target }) => {
    if (target.files?.length) loadFile(target.files[0]);
    target.value = ""; // so that choosing the same file again is a change
  });
  const marks = document.documentElement.dataset;
  on(document, "dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    marks.dropping = "";
  });
  on(document, "dragleave", (event) => {
    if (!event.relatedTarget) delete marks.dropping;
  });
  on(document, "drop", (event) => {
    delete marks.dropping;
    const { files = [] } = event.dataTransfer ?? {};
    if (!files.length) return;
    event.preventDefault();
    loadFile(files[0]);
  });
}

/**
 * Ask the visitor for what a text lacks, after the server has read it: distances, or which of several machines to open.
 * If the text has no machine, it is taken to be about the machine on the page.
 * @param {Play} play
 */
export function askForMissing({ needs, choices = [] }) {
  if (needs === "machine") {
    if (hasRun()) takeBeside(textOf(state.asked));
    return;
  }
  if (!$("#paste").open) $("#paste").showModal();
  $("#fill").hidden = needs !== "distances";
  $("#choose").hidden = needs !== "choice";
  if (needs === "distances") $("#remote").focus();
  else offerMachines(choices);
}

/**
 * Open the doctor on files of a machine that cannot be shown, such as a tarball without distances.
 * @param {Play} play
 */
export function examine({ error = "", needs }) {
  $("#paste").close();
  $("#error").textContent = "";
  showStatus("");
  setTools({ copy: { request: state.asked, problem: error, needs } });
  if ($("#tool-doctor").getAttribute("aria-selected") === "true") toolOnRun();
  else openTool("doctor");
}

/** @param {string[]} names */
function offerMachines(names) {
  $("#error").textContent = ""; // the server's line only repeats the choice below
  showStatus("");
  const buttons = names.map((name, place) => button(name, "", { one: place + 1 }));
  $("#choose").replaceChildren(element("span", `This holds ${plural(names.length, "machine")}. Open`), ...buttons);
  buttons[0]?.focus();
}

/**
 * Use a text that is about the machine on the page: compare it with a kernel's log, or add its memory tiers to it.
 * @param {string} text
 */
function takeBeside(text) {
  $("#paste").close();
  if (/Fallback order|Demotion targets/.test(text)) {
    setTools({ log: text });
    openTool("log");
  } else addTiers(text);
}

/**
 * Add the memory tiers that a text names to the machine on the page.
 * @param {string} text
 */
export const addTiers = (text) =>
  replaceMachine({ ...machineOf(state.request), beside: text }, "reading its tiers", sameStep());

/** @param {string} number the number of the machine in its text, from 1 */
export const chooseMachine = (number) => requestRun({ ...state.asked, machine: number });

/**
 * Return the text of a request, or that of its file.
 * @param {RunRequest} request
 */
function textOf({ text, file = "" }) {
  if (text) return text;
  const bytes = bytesOf(file);
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8").decode(bytes);
}

/**
 * Replace a guess about the machine by another choice, or restore the guess if that choice is in use. The step stays.
 * @param {number} place the index of the guess
 * @param {string} [choice] which choice, if there are several
 */
export function turnGuess(place, choice = "") {
  const { turned: before, ...machine } = machineOf(state.request);
  const turned = turnedIn({ turned: before });
  const isBack = turned.has(place) && [choice, ""].includes(turned.get(place) ?? "");
  if (isBack) turned.delete(place);
  else turned.set(place, choice);
  const now = turned.size ? { ...machine, turned: turnedText(turned) } : machine;
  replaceMachine(now, isBack ? "taking a guess again" : "another choice of a guess", sameStep());
}

/** Ask again for the run, with this distance between any two nodes. */
export const fillIn = () => requestRun({ ...state.asked, remote: $("#remote").value || String(REMOTE_DISTANCE) });
