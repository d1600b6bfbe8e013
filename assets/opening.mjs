// Opening a machine of one's own: pasted, chosen as a file, or dropped anywhere on the page.

import { sameStep } from "./draft.mjs";
import { ask, refuse } from "./loading.mjs";
import { turnedIn } from "./notes.mjs";
import { openTool } from "./tools.mjs";

const MOST = 2_900_000; // bytes of a file: its base64 is a third longer, and a request has an end
const $ = (selector) => document.querySelector(selector);

export function openPaste() {
  $("#error").textContent = "";
  $("#fill").hidden = true;
  $("#paste").showModal();
}

// A text has to be there, so that the server can say what is wrong with none.
export const loadText = (state) => ask(state, { text: $("#text").value || " " });

export async function loadFile(state, file) {
  if (!$("#paste").open) openPaste(); // what is wrong with the file is said there
  $("#fill").hidden = true;
  if (file.size > MOST) return refuse(state, `${file.name} has ${(file.size / 1e6).toFixed(1)} MB. A page sends up to 2.9 MB; the command line reads more.`, "unasked");
  ask(state, { file: await base64(file), name: file.name });
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// Files dropped anywhere, and one chosen in the dialog.
export function listenForFiles(state) {
  $("#file").addEventListener("change", ({ target }) => {
    if (target.files.length) loadFile(state, target.files[0]);
    target.value = ""; // the same file may be chosen again
  });
  const marks = document.documentElement.dataset;
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    marks.dropping = "";
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || delete marks.dropping);
  document.addEventListener("drop", (event) => {
    delete marks.dropping;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    loadFile(state, event.dataTransfer.files[0]);
  });
}

// The server has read the text, and something is missing that the visitor can give.
export function meetNeed(state, needs) {
  if (needs === "distances") {
    if (!$("#paste").open) $("#paste").showModal();
    $("#fill").hidden = false;
    $("#remote").focus();
  } else if (state.play) {
    $("#paste").close();
    state.log = textOf(state.asked);
    openTool(state, "log");
  }
}

function textOf({ text, file }) {
  if (text) return text;
  const bytes = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return new TextDecoder(wide ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
}

// The other choice of a guess, or the guess again; the step stays where it was.
export function turnGuess(state, place) {
  const turned = turnedIn(state.play);
  if (!turned.delete(place)) turned.add(place);
  ask(state, { turned: [...turned].sort((a, b) => a - b).join(",") }, sameStep(state));
}

// Once more what was asked, with 10 from each node to itself and this from each to any other.
export const fillIn = (state) => ask(state, { ...state.asked, remote: $("#remote").value || "20" });
