// @ts-check
// Opening a machine of one's own: pasted, chosen as a file, or dropped anywhere on the page.

import { $, button, element, on } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { plural } from "#core/words";
import { machineOf, replaceMachine, sameStep } from "#player/history";
import { requestRun, showFailure } from "#player/loading";
import { turnedIn, turnedText } from "#player/stage-notes";
import { openTool } from "#player/tool-panel";

const MAX_FILE_BYTES = 2_900_000; // its base64 is a third longer, and a request has an end

export function openPaste() {
  $("#error").textContent = "";
  hideMissing();
  $("#paste").showModal();
}

/** Nothing is missing any more, or something else may be. */
function hideMissing() {
  $("#fill").hidden = $("#choose").hidden = true;
}

/** Open what was pasted. There has to be a text, so that the server can say what is wrong with an empty one. */
export function loadText() {
  hideMissing();
  requestRun({ text: $("#text").value || " " });
}

/** @param {File} file */
async function loadFile(file) {
  if (!$("#paste").open) openPaste(); // what is wrong with the file is said there
  hideMissing();
  if (file.size > MAX_FILE_BYTES) {
    const size = (file.size / 1e6).toFixed(1);
    const limit = MAX_FILE_BYTES / 1e6;
    const line = `${file.name} has ${size} MB. A page sends up to ${limit} MB; the command line reads more.`;
    return showFailure(line, "unasked");
  }
  requestRun({ file: await base64(file), name: file.name });
}

/**
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

/** Take files that are dropped anywhere, and one that is chosen in the dialog. */
export function listenForFiles() {
  on($("#file"), "change", ({ target }) => {
    if (target.files?.length) loadFile(target.files[0]);
    target.value = ""; // the same file may be chosen again
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
 * The server has read the text, and something is missing that the visitor can give: distances, one of several machines,
 * or the machine that the text is about, which then is the one on show.
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

/** @param {string[]} names */
function offerMachines(names) {
  $("#error").textContent = $("#status").textContent = ""; // the choice itself says all of it
  const buttons = names.map((name, place) => button(name, "", { one: place + 1 }));
  $("#choose").replaceChildren(element("span", `This holds ${plural(names.length, "machine")}. Open`), ...buttons);
  buttons[0]?.focus();
}

/**
 * What a kernel printed is held against the machine on show; files of its tiers are added to it.
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
 * Let the machine on show be what this text says of its tiers.
 * @param {string} text
 */
export const addTiers = (text) =>
  replaceMachine({ ...machineOf(state.request), beside: text }, "reading its tiers", sameStep());

/** @param {string} number one of several machines, from 1 */
export const chooseMachine = (number) => requestRun({ ...state.asked, machine: number });

/** @param {RunRequest} request */
function textOf({ text, file = "" }) {
  if (text) return text;
  const bytes = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8").decode(bytes);
}

/**
 * Take another choice of a guess or, where it is taken already, the guess again; the step stays.
 * @param {number} place
 * @param {string} [choice] of several
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

/** Ask once more, with this distance from each node to any other, and 10 to itself. */
export const fillIn = () => requestRun({ ...state.asked, remote: $("#remote").value || "20" });
