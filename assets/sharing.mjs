// The share dialog: the link, the result as text, the stage as a picture, the machine as a file.

import { askServer } from "./asking.mjs";
import { machineOf } from "./draft.mjs";
import { writeAddress } from "./loading.mjs";
import { copied, download, stageFile, stagePixels } from "./share.mjs";
import { element } from "./tables.mjs";

const COLUMNS = 72;
const $ = (selector) => document.querySelector(selector);

export function openShare(state) {
  if (!state.play) return;
  $("#written").hidden = true;
  $("#losses").replaceChildren();
  if ("exported" in document.documentElement.dataset) return shareExported();
  writeAddress(state);
  const { link, request } = state.play;
  const fits = Boolean(request.topology || link);
  $("#link").value = fits ? location.href : "";
  $("#copy-link").disabled = !fits;
  tell(fits ? "" : "This machine is too large for a link. Save it as a file; whoever has the file can load or paste it.");
  $("#share").showModal();
}

// An exported page has no server that could write another format.
function shareExported() {
  $("#form").value = "json";
  $("#form").disabled = true;
  $("#share").showModal();
}

function tell(text) {
  $("#share-note").textContent = text;
}

async function copy(text, what) {
  if (await copied(text)) return tell(`${what} copied.`);
  $("#link").value = text;
  $("#link").select();
  tell(`This page may not write to the clipboard. Copy the ${what.toLowerCase()} from the field above.`);
}

// The result for a mail: the chains and the passes as the command line prints them, then the open answer.
export function asText({ play, subject }) {
  if (!play.text) return null;
  if (!subject) return play.text;
  const lines = [...document.querySelectorAll("#answer li")].map((item) => wrapped(lineOf(item)));
  return `${play.text}\n${$("#question").textContent}\n${lines.join("\n")}\n`;
}

function lineOf(item) {
  const link = item.querySelector("[data-step]");
  return link ? `- ${link.firstChild.textContent} (step ${link.dataset.step})` : `- ${item.textContent}`;
}

// A mail's width, and a hanging indent.
function wrapped(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length + 1 + word.length > COLUMNS) lines.push(" ");
    lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  return lines.join("\n");
}

const nameOf = ({ play }) => play.title.replace(/[^\w]+/g, "-").slice(0, 60).replace(/^-|-$/g, "").toLowerCase() || "machine";
const stage = () => $("#stage svg");

// The machine in another format, as the server writes it; what that does not hold is named below.
async function writtenMachine(state) {
  const form = $("#form").value;
  $("#losses").replaceChildren();
  try {
    const { text, losses } = own(state, form) ?? (await askServer("write", { ...machineOf(state), form }));
    $("#losses").replaceChildren(...losses.map((loss) => element("li", loss)));
    $("#written").value = text;
    $("#written").hidden = false;
    return text;
  } catch (error) {
    tell(error.message);
    return null;
  }
}

// What takes no server: the document is on the page already.
function own({ play }, form) {
  return form === "json" && play.document ? { text: `${JSON.stringify(JSON.parse(play.document), null, 1)}\n`, losses: [] } : null;
}

const ENDINGS = { toml: "toml", json: "json", numactl: "txt", slit: "dsl", libvirt: "xml", qemu: "sh" };

async function saveMachine(state) {
  const text = await writtenMachine(state);
  if (text === null) return;
  save(text, `${nameOf(state)}.${ENDINGS[$("#form").value]}`, "text/plain");
}

function save(content, name, type) {
  download(content, name, type);
  tell(`Saved as ${name}.`);
}

async function copyMachine(state) {
  const text = await writtenMachine(state);
  if (text === null) return;
  if (await copied(text)) return tell("Machine copied.");
  $("#written").select();
  tell("This page may not write to the clipboard. Copy the text below.");
}

export const shareActs = {
  "copy-link": () => copy(location.href, "Link"),
  "copy-text": (state) => (asText(state) ? copy(asText(state), "Text") : tell("Too long for a mail: the command line prints it.")),
  "save-svg": (state) => save(stageFile(stage()), `${nameOf(state)}-step-${state.step}.svg`, "image/svg+xml"),
  "save-png": async (state) => save(await stagePixels(stage()), `${nameOf(state)}-step-${state.step}.png`),
  "copy-machine": copyMachine,
  "save-machine": saveMachine,
};
