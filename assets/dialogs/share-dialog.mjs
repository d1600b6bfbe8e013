// @ts-check
// Fills the share dialog: the link, the result as text, the stage as a picture, the machine as a file.

import { askServer, messageOf } from "#core/api";
import { $, all, element, isExported, on, setAttribute } from "#core/dom";
import { COLUMNS, cellsOf, distancesText, mailText, tableText, wrapped } from "#core/mail";
import { later } from "#core/server";
import { hasRun, state } from "#core/state";
import { offerLinkExtras } from "#dialogs/link-extras";
import { copied, download } from "#dialogs/save-file";
import { openPictures, saveAnimation, savePage, savePicture } from "#dialogs/save-picture";
import { findingsText } from "#player/findings";
import { writeAddress } from "#player/loading";
import { machineOf } from "#player/request-keys";
import { toolText } from "#player/tool-panel";

const MONOSPACE = " Its columns line up in a monospace font.";
const LARGE_MACHINE =
  "This machine is too large for a link. Save it as a file; whoever has the file can load or paste it.";
const LONG_TALK = "Your talk is too long for a link: save the file instead. This link opens the step alone.";
const LONG_SCENARIO = "Your scenario is too long for a link: this one opens Pressure without it.";
const NO_CLIPBOARD = "This page may not write to the clipboard.";

export function openShareDialog() {
  if (!hasRun()) return;
  $("#written").hidden = true;
  $("#losses").replaceChildren();
  openPictures();
  if (isExported()) return openExported();
  writeAddress();
  const { link, request } = state.play;
  const fits = Boolean(request.topology || link);
  $("#link").value = fits ? location.href : "";
  $("#copy-link").disabled = !fits;
  const isLongTalk = Boolean(state.talk?.startsWith("own.")) && !state.packed;
  const isLongScenario = Boolean(state.played) && !state.pressure;
  const missing = isLongTalk ? LONG_TALK : isLongScenario ? LONG_SCENARIO : "";
  showNote(fits ? missing : LARGE_MACHINE);
  offerLinkExtras(fits ? location.href : "");
  $("#share").showModal();
  showBeginning($("#link"));
}

/**
 * Show the beginning of the text of a field, which a browser scrolls to the end when the field gets the focus.
 * @param {HTMLInputElement} field
 */
function showBeginning(field) {
  field.setSelectionRange(0, 0);
  field.scrollLeft = 0;
}

/** Open the dialog in an exported page, which has no server that could write other formats. */
function openExported() {
  $("#form").value = "json";
  $("#form").disabled = true;
  $("#share").showModal();
}

/** @param {string} text */
function showNote(text) {
  $("#share-note").textContent = text;
}

async function copyLink() {
  if (await copied(location.href)) return showNote("Link copied.");
  const field = $("#link");
  field.value = location.href;
  field.select();
  field.scrollLeft = 0;
  showNote(`${NO_CLIPBOARD} Copy the link from the field above.`);
}

/**
 * Copy a text of several lines. If that is not possible, show and select it.
 * @param {string} text
 * @param {string} what
 */
async function copyLines(text, what) {
  if (await copied(text)) return showNote(`${what} copied.${what === "Text" ? MONOSPACE : ""}`);
  const field = $("#written");
  field.value = text;
  field.hidden = false;
  setAttribute(field, "aria-label", what);
  field.select();
  showNote(`${NO_CLIPBOARD} Copy the text below.`);
}

/**
 * Return what is shown as text for a mail: the address, chains, passes and findings as the command line prints them,
 * the distances, and what is open: the scores or the answer, and the tool. Return null if the result is too long.
 */
function resultText() {
  const { play } = state;
  if (!play.text) return null;
  const result = play.text.split("\n").map((line) => (line.length > COLUMNS ? wrapped(line) : line));
  const parts = [result.join("\n") + findingsText(), machineDistances(), openText(), toolText()];
  const address = $("#link").value || "This machine is too large for a link.";
  return `${parts.filter(Boolean).join("\n")}${isExported() ? "" : `\n${address}\n`}`;
}

function machineDistances() {
  const { document: machine } = state.play;
  if (!machine) return "";
  const { nodes, distances } = JSON.parse(machine);
  if (!Array.isArray(distances)) return "";
  const ids = nodes.map((/** @type {{ id: number }} */ { id }) => id);
  return distancesText(ids, distances);
}

/**
 * Return the sentence of the step, then the open answer or, if none is open, the scores of the step; "" while a tool
 * shows a tick in place of the step.
 */
function openText() {
  if (state.played) return "";
  const lines = [`step ${state.step}: ${state.trace.at("sentence", state.step)}`];
  if (state.subject) lines.push("", $("#question").textContent ?? "", ...all("#answer li").map(lineOf));
  const tables = all(`${state.subject ? "#answer" : "#scores"} table`);
  const texts = tables.map((table) => {
    const made = /** @type {HTMLTableElement} */ (/** @type {unknown} */ (table));
    return `\n${mailText([made.caption?.textContent ?? ""])}${tableText(cellsOf(made))}`;
  });
  return `${mailText(lines)}${texts.join("")}`;
}

/** @param {Element} item */
function lineOf(item) {
  const link = item.querySelector("[data-step]");
  return link ? `- ${link.firstChild?.textContent} (step ${link.dataset.step})` : `- ${item.textContent}`;
}

function fileName() {
  const words = state.play.title.replace(/[^\w]+/g, "-").slice(0, 60);
  return words.replace(/^-|-$/g, "").toLowerCase() || "machine";
}

/**
 * Return the machine in the chosen format, as the server writes it, with the ending of a file in that format. The
 * dialog lists what the format cannot hold.
 * @returns {Promise<{ text: string, losses: string[], ending: string } | null>}
 */
async function writtenMachine() {
  const form = $("#form").value;
  $("#losses").replaceChildren();
  try {
    const written = ownText(form) ?? (await askServer("write", { ...machineOf(state.request), form }));
    $("#losses").replaceChildren(...written.losses.map((/** @type {string} */ loss) => element("li", loss)));
    $("#written").value = written.text;
    $("#written").hidden = false;
    setAttribute($("#written"), "aria-label", "The machine in this format");
    return written;
  } catch (error) {
    showNote(messageOf(error));
    return null;
  }
}

/**
 * Return the machine as JSON, which is on the page already; null for other formats, which need the server.
 * @param {string} form
 */
function ownText(form) {
  const { document } = state.play;
  if (form !== "json" || !document) return null;
  return { text: `${JSON.stringify(JSON.parse(document), null, 1)}\n`, losses: [], ending: "json" };
}

async function saveMachine() {
  const written = await writtenMachine();
  if (!written) return;
  const name = `${fileName()}.${written.ending}`;
  download(written.text, name, "text/plain");
  showNote(`Saved as ${name}.`);
}

async function copyMachine() {
  const written = await writtenMachine();
  if (written) copyLines(written.text, "Machine");
}

function copyText() {
  const text = resultText();
  if (text) copyLines(text, "Text");
  else showNote("Too long for a mail: the command line prints it.");
}

/**
 * Say that a picture is made and, once it is saved, what was saved.
 * @param {Promise<string>} saved
 */
async function tell(saved) {
  showNote("Drawing.");
  showNote(await saved);
}

async function printSheets() {
  showNote("");
  try {
    await later.module?.printHandout();
  } catch (error) {
    showNote(messageOf(error));
  }
}

/** @type {Record<string, () => unknown>} */
const CLICKS = {
  "copy-link": copyLink,
  "copy-text": copyText,
  "save-svg": () => tell(savePicture("svg", fileName())),
  "save-png": () => tell(savePicture("png", fileName())),
  "save-animation": () => tell(saveAnimation("svg", fileName())),
  "save-gif": () => tell(saveAnimation("gif", fileName())),
  "print-handout": printSheets,
  "save-page": () => tell(savePage(fileName())),
  "copy-machine": copyMachine,
  "save-machine": saveMachine,
};

on($("#share"), "click", ({ target }) => CLICKS[target.closest("button")?.id ?? ""]?.());
