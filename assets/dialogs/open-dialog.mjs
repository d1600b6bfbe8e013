// @ts-check
// Opening a machine of one's own: pasted, chosen as a file, or dropped anywhere on the page.

import { $, on } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { sameStep } from "#player/history";
import { requestRun, showFailure } from "#player/loading";
import { turnedIn } from "#player/stage-notes";
import { openTool } from "#player/tool-panel";

const MAX_FILE_BYTES = 2_900_000; // its base64 is a third longer, and a request has an end

export function openPaste() {
  $("#error").textContent = "";
  $("#fill").hidden = true;
  $("#paste").showModal();
}

/** Open what was pasted. There has to be a text, so that the server can say what is wrong with an empty one. */
export const loadText = () => requestRun({ text: $("#text").value || " " });

/** @param {File} file */
async function loadFile(file) {
  if (!$("#paste").open) openPaste(); // what is wrong with the file is said there
  $("#fill").hidden = true;
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
 * The server has read the text, and something is missing that the visitor can give.
 * @param {string} needs
 */
export function askForMissing(needs) {
  if (needs === "distances") {
    if (!$("#paste").open) $("#paste").showModal();
    $("#fill").hidden = false;
    $("#remote").focus();
  } else if (hasRun()) {
    $("#paste").close();
    setTools({ log: textOf(state.asked) });
    openTool("log");
  }
}

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
 * Take the other choice of a guess, or the guess again; the step stays.
 * @param {number} place
 */
export function turnGuess(place) {
  const turned = turnedIn(state.play.request);
  if (!turned.delete(place)) turned.add(place);
  requestRun({ turned: [...turned].sort((one, other) => one - other).join(",") }, sameStep());
}

/** Ask once more, with this distance from each node to any other, and 10 to itself. */
export const fillIn = () => requestRun({ ...state.asked, remote: $("#remote").value || "20" });
