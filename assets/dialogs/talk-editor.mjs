// @ts-check
// Lets a visitor make a talk: "Stop here" adds what is shown, and a dialog changes the order and the texts of the
// stops, saves the talk as a file and loads one.

import { messageOf } from "#core/api";
import { $, all, element, find, on, showStatus } from "#core/dom";
import { hasRun, setTools } from "#core/state";
import { plural } from "#core/words";
import { copied, download } from "#dialogs/save-file";
import { problemOfStop, shownStop } from "#dialogs/shown-stop";
import { gallery } from "#dialogs/story-gallery";
import { fieldValue, itemOf } from "#dialogs/talk-fields";
import { answer, mayReplace, noteChanged, noteSaved, QUESTION } from "#dialogs/talk-replaced";
import { ownDocument, ownTalk, setOwnDocument, stopsOfStory, takeTalk, talkInText } from "#player/own-talk";
import { position, showStory } from "#player/story-stops";
import { tomlOf, withChange, withMoved, withoutStop, withStop, withStops } from "#player/talk-document";

const TOO_LONG = "This talk is too long for a link: save the file instead.";
const NOT_KEPT = "This browser keeps nothing here: save the file before you leave the page.";
const FORM = `<div class="tool-head"><h2 id="talk-title">Your talk</h2>
    <button type="button" data-act="close">Close</button></div>
  <p class="row"><label>Title <input name="title" maxlength="120"></label>
    <label>Minutes <input name="minutes" type="number" min="1" max="600"></label></p>
  <ol id="talk-stops"></ol>
  <p class="quiet" id="no-stops">No stops yet. Show a step and press "s", load a file, or begin with a story.</p>
  ${QUESTION}
  <p class="refusal" role="alert"></p><p role="status"></p>
  <div class="row">
    <button type="button" data-act="here" title="Add the step that is shown (s)">Stop here</button>
    <label>Add the stops of <select name="story"><option value="">a story</option></select></label>
    <label class="file">Load <input name="file" type="file" accept=".toml,.json"></label></div>
  <div class="row">
    <button type="button" data-act="link">Copy link</button>
    <button type="button" data-act="save">Save talk.toml</button>
    <button type="button" data-act="empty">Remove all</button>
    <button type="button" data-act="start" class="primary">Start</button></div>`;

/** Add the step that is shown to the visitor's talk. */
export function stopHere() {
  if (!hasRun()) return;
  const problem = problemOfStop();
  if (problem) return tell(problem);
  const stop = shownStop();
  const talk = withStop(ownDocument(), stop);
  const isKept = change(talk);
  const { length } = talk.stops;
  tell(`Stop ${length} of your talk: ${stop.title}.${isKept ? "" : ` ${NOT_KEPT}`}`);
}

/** @param {string} line */
function tell(line) {
  const place = find("#talk-editor[open] [role=status]");
  if (place) place.textContent = line;
  else showStatus(line);
}

/**
 * Make a document the visitor's talk, and return whether the browser has kept it.
 * @param {TalkDocument} talk
 */
function change(talk) {
  setTools({ packed: undefined });
  noteChanged();
  return setOwnDocument(talk);
}

// The dialog

/** Open the dialog with the stops of the visitor's talk, or of the talk that is shown. */
export async function openTalkEditor() {
  openDialog();
  const { story } = position();
  const { document: shown } = story ?? {};
  if (!story?.isTalk || story.id === "own" || !shown || !(await mayReplace(shown))) return;
  change(structuredClone(shown));
  noteSaved();
  list();
}

function openDialog() {
  const dialog = find("#talk-editor") ?? made();
  clearLines();
  list();
  if (!dialog.open) dialog.showModal();
}

function made() {
  const dialog = element("dialog");
  dialog.id = "talk-editor";
  dialog.setAttribute("aria-labelledby", "talk-title");
  dialog.innerHTML = FORM;
  document.body.append(dialog);
  on(dialog, "click", ({ target }) => onClick(target.closest("button")));
  on(dialog, "change", ({ target }) => onChange(target));
  on(dialog, "close", () => answer(false));
  offerStories();
  return dialog;
}

async function offerStories() {
  const found = await gallery().catch(() => null); // without the stories, the rest of the dialog works
  for (const { name, stories } of found?.groups ?? []) {
    const group = Object.assign(element("optgroup"), { label: name });
    group.append(...stories.map(({ id, question }) => new Option(question, id)));
    $("#talk-editor [name=story]").append(group);
  }
}

/**
 * List the stops, and keep the same of them open.
 * @param {(at: number) => number} moved returns the place that a stop has now by the one that it had
 */
function list(moved = (at) => at) {
  const { title, minutes, stops } = ownDocument();
  $("#talk-editor [name=title]").value = title;
  $("#talk-editor [name=minutes]").value = String(minutes ?? "");
  const open = new Set(all("#talk-stops details[open]").map((one) => moved(Number(one.dataset.at))));
  $("#talk-stops").replaceChildren(
    ...stops.map((/** @type {TalkStop} */ stop, /** @type {number} */ at) =>
      itemOf(stop, at, open.has(at), stops.length),
    ),
  );
  $("#no-stops").hidden = stops.length > 0;
  for (const act of ["link", "save", "empty", "start"]) $(`#talk-editor [data-act=${act}]`).disabled = !stops.length;
}

/**
 * Move a stop, and keep the focus on its button or, where that has no use any more, on the opposite one.
 * @param {number} at
 * @param {1 | -1} by
 */
function move(at, by) {
  change(withMoved(ownDocument(), at, by));
  const to = at + by;
  list((place) => (place === at ? to : place === to ? at : place));
  const [wanted, other] = (by < 0 ? ["up", "down"] : ["down", "up"]).map(
    (act) => /** @type {HTMLButtonElement} */ ($(`#stop-${act}-${to}`)),
  );
  (wanted.disabled ? other : wanted).focus();
}

/**
 * Remove a stop; the focus goes to the same button of the stop that takes its place.
 * @param {number} at
 */
function remove(at) {
  const talk = withoutStop(ownDocument(), at);
  change(talk);
  list((place) => (place === at ? -1 : place > at ? place - 1 : place));
  (find(`#stop-remove-${Math.min(at, talk.stops.length - 1)}`) ?? $("#talk-editor [data-act=here]")).focus();
}

/**
 * Take over what a field says. The list is not written anew, since a click on one of its buttons may be under way.
 * @param {Control} target
 */
function onChange(target) {
  const { name, value, dataset, files } = target;
  clearLines();
  if (name === "file") return loadFile(files?.[0]);
  if (name === "story") return addStory(value);
  const talk = ownDocument();
  if (dataset.at === undefined) {
    const minutes = name === "minutes" ? Number(value) || undefined : talk.minutes;
    return change({ ...talk, minutes, title: name === "title" ? value.trim() || "My talk" : talk.title });
  }
  const at = Number(dataset.at);
  change(withChange(talk, at, { [name]: fieldValue(target) }));
  if (name === "title") $("summary", target.closest("details") ?? undefined).textContent = `${at + 1}. ${value}`;
}

/** @param {HTMLButtonElement | null} pressed */
function onClick(pressed) {
  const { act = "", at = "" } = pressed?.dataset ?? {};
  if (!act) return;
  const talk = ownDocument();
  const place = Number(at);
  clearLines();
  /** @type {Record<string, () => unknown>} */
  const acts = {
    close: () => $("#talk-editor").close(),
    here: addHere,
    up: () => move(place, -1),
    down: () => move(place, 1),
    remove: () => remove(place),
    empty,
    replace: () => answer(true),
    keep: () => answer(false),
    save: () => save(talk),
    show: () => start(place),
    start: () => start(0),
    link: copyLink,
  };
  acts[act]?.();
}

function addHere() {
  stopHere();
  list();
}

function empty() {
  change(withStops(ownDocument(), []));
  list();
  $("#talk-editor [data-act=here]").focus();
}

/** @param {TalkDocument} talk */
function save(talk) {
  download(tomlOf(talk), "talk.toml", "application/toml");
  noteSaved();
  tell("Saved as talk.toml.");
}

/** Remove what an earlier press has said. */
function clearLines() {
  refuse("");
  $("#talk-editor [role=status]").textContent = "";
}

/** @param {string} line */
function refuse(line) {
  $("#talk-editor .refusal").textContent = line;
}

/**
 * Check the talk, and show it from one of its stops on. If something is wrong with it, the dialog says so.
 * @param {number} at
 */
async function start(at) {
  try {
    const talk = await ownTalk();
    $("#talk-editor").close();
    showStory(talk, at);
  } catch (error) {
    refuse(messageOf(error));
  }
}

async function copyLink() {
  try {
    const { packed } = await ownTalk();
    if (!packed) return refuse(TOO_LONG);
    const { href } = Object.assign(new URL(location.href), { hash: `stops=${packed}&talk=own.1` });
    tell(
      (await copied(href))
        ? "Link copied."
        : "This page may not write to the clipboard; press Start, and copy the address.",
    );
  } catch (error) {
    refuse(messageOf(error));
  }
}

/** @param {File | undefined} file */
async function loadFile(file) {
  if (!file) return;
  const text = await file.text();
  $("#talk-editor [name=file]").value = ""; // so that choosing the same file again is a change
  await loadTalk(text);
}

/**
 * Make the talk in a text the visitor's own, and list its stops. What is wrong with it is told in the dialog.
 * @param {string} text
 */
export async function loadTalk(text) {
  if (!find("#talk-editor[open]")) openDialog();
  try {
    const found = await talkInText(text);
    if (!(await mayReplace(found.document))) return;
    const { stops } = await takeTalk(found);
    noteSaved();
    list();
    tell(`Loaded ${plural(stops.length, "stop")}.`);
  } catch (error) {
    refuse(messageOf(error));
  }
}

/** @param {string} id */
async function addStory(id) {
  $("#talk-editor [name=story]").value = "";
  if (!id) return;
  try {
    const added = await stopsOfStory(id);
    const talk = ownDocument();
    change({ ...talk, stops: [...talk.stops, ...added] });
    list();
    tell(`Added ${plural(added.length, "stop")}.`);
  } catch (error) {
    refuse(messageOf(error));
  }
}
