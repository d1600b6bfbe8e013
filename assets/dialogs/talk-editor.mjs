// @ts-check
// Lets a visitor make a talk: "Stop here" adds what is shown, and a dialog changes the order and the texts of the
// stops, saves the talk as a file and loads one.

import { messageOf } from "#core/api";
import { OPENED } from "#core/constants";
import { $, all, button, element, find, isPresenting, looks, on, showStatus } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { plural } from "#core/words";
import { copied, download } from "#dialogs/save-file";
import { isNamed } from "#player/loading";
import { ownDocument, ownTalk, setOwnDocument, stopsOfStory, talkInText } from "#player/own-talk";
import { nameOfStep } from "#player/step-names";
import { position, showStory } from "#player/story-stops";
import { tomlOf, withChange, withMoved, withoutStop, withStop } from "#player/talk-document";
import { toolStopOfWalk } from "#player/tool-panel";

const LOOKED_AT = ["code", "edit", "events", "compare", "stranding", "readers", "log"]; // the views of a stop
const MAX_TITLE = 60;
const TOO_LONG = "This talk is too long for a link: save the file instead.";
const NOT_KEPT = "This browser keeps nothing here: save the file before you leave the page.";
const FORM = `<div class="tool-head"><h2 id="talk-title">Your talk</h2>
    <button type="button" data-act="close">Close</button></div>
  <p class="row"><label>Title <input name="title" maxlength="120"></label>
    <label>Minutes <input name="minutes" type="number" min="1" max="600"></label></p>
  <ol id="talk-stops"></ol>
  <p class="quiet" id="no-stops">No stops yet. Show a step and press "s", load a file, or begin with a story.</p>
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
/** The fields of a stop: key, label, and the kind of the field. */
const FIELDS = /** @type {const} */ ([
  ["title", "Title", "line"],
  ["step", "Step", "line"],
  ["until", "Play on until", "line"],
  ["words", "Own words", "line"],
  ["instead", "in place of the sentence", "switch"],
  ["autoplay", "Plays by itself", "switch"],
  ["pace", "Seconds a step", "number"],
  ["presenter", "Presenter mode", "switch"],
  ["notes", "Notes", "text"],
]);

/** Add the step that is shown to the visitor's talk. */
export function stopHere() {
  if (!hasRun()) return;
  const stop = shownStop();
  if (!stop) return tell("This machine is too large for a talk. Save it as a file, and name that in the talk.");
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
 * Return what is shown as a stop; null if its machine is too large to be written into a talk.
 * @returns {TalkStop | null}
 */
function shownStop() {
  const { play, trace, step, request, against } = state;
  const isBuiltIn = isNamed(request) && request.topology !== OPENED;
  if (!isBuiltIn && !play.document) return null;
  const { panel, tool = "code" } = looks();
  const view = LOOKED_AT.includes(tool) ? tool : "code";
  const kernel = /^kernel:([^,]+)$/.exec(against ?? "")?.[1];
  const stop = {
    title: titleOf(trace.at("sentence", step)),
    ...(isBuiltIn ? { topology: request.topology, allowed: request.allowed } : { machine: play.document }),
    kernel: play.asked,
    zonelists: play.zonelists,
    step: nameOfStep(trace, step),
    view: view === "code" ? undefined : view,
    against: view === "compare" ? kernel : undefined,
    ...toolStopOfWalk(),
    presenter: isPresenting(),
    panel,
  };
  return Object.fromEntries(Object.entries(stop).filter(([, value]) => value !== undefined));
}

/**
 * Return the beginning of a sentence as a title.
 * @param {string} sentence
 */
function titleOf(sentence) {
  const [clause] = sentence.split(/[.:;,] /);
  return clause.length > MAX_TITLE ? `${clause.slice(0, MAX_TITLE - 1).replace(/ \S*$/, "")}…` : clause;
}

/**
 * Make a document the visitor's talk, and return whether the browser has kept it.
 * @param {TalkDocument} talk
 */
function change(talk) {
  setTools({ packed: undefined });
  return setOwnDocument(talk);
}

// The dialog

/** Open the dialog with the stops of the visitor's talk, or of the talk that is shown. */
export function openTalkEditor() {
  const { story } = position();
  if (story?.isTalk && story.id !== "own" && story.document) change(structuredClone(story.document));
  const dialog = find("#talk-editor") ?? made();
  refuse("");
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
  offerStories();
  return dialog;
}

async function offerStories() {
  const reply = await fetch(new URL("stories.json", document.baseURI)).catch(() => null);
  if (!reply?.ok) return;
  const { groups } = /** @type {Gallery} */ (await reply.json());
  for (const { name, stories } of groups) {
    const group = Object.assign(element("optgroup"), { label: name });
    group.append(...stories.map(({ id, question }) => new Option(question, id)));
    $("#talk-editor [name=story]").append(group);
  }
}

/** List the stops, and keep the focus on the same field or button. */
function list() {
  const { title, minutes, stops } = ownDocument();
  const focused = document.activeElement?.id;
  $("#talk-editor [name=title]").value = title;
  $("#talk-editor [name=minutes]").value = String(minutes ?? "");
  const open = new Set(all("#talk-stops details[open]").map((one) => one.dataset.at));
  $("#talk-stops").replaceChildren(
    ...stops.map((/** @type {TalkStop} */ stop, /** @type {number} */ at) =>
      itemOf(stop, at, open.has(String(at)), stops.length),
    ),
  );
  $("#no-stops").hidden = stops.length > 0;
  for (const act of ["link", "save", "empty", "start"]) $(`#talk-editor [data-act=${act}]`).disabled = !stops.length;
  if (focused) find(`#${CSS.escape(focused)}`)?.focus();
}

/**
 * @param {TalkStop} stop
 * @param {number} at
 * @param {boolean} isOpen
 * @param {number} count
 */
function itemOf(stop, at, isOpen, count) {
  const item = element("li");
  const details = element("details");
  Object.assign(details, { open: isOpen });
  details.dataset.at = String(at);
  const machine = stop.topology ?? stop.file ?? "own machine";
  details.append(
    element("summary", `${at + 1}. ${stop.title}`),
    element("p", `${machine}, ${stop.kernel ?? ""}`, "quiet"),
  );
  details.append(...FIELDS.map((field) => fieldOf(stop, at, field)));
  const buttons = element("div", "", "row");
  const acts = [
    ["up", "Up", at === 0],
    ["down", "Down", at === count - 1],
    ["remove", "Remove", false],
    ["show", "Show", false],
  ];
  for (const [act, label, isOff] of acts) {
    const made = button(String(label), "", { act: String(act), at });
    made.id = `stop-${act}-${at}`;
    made.setAttribute("aria-label", `${label}: stop ${at + 1}`);
    made.disabled = Boolean(isOff);
    buttons.append(made);
  }
  item.append(details, buttons);
  return item;
}

/**
 * @param {TalkStop} stop
 * @param {number} at
 * @param {typeof FIELDS[number]} field
 */
function fieldOf(stop, at, [key, label, kind]) {
  const line = element("label", "", kind);
  const field = kind === "text" ? element("textarea") : element("input");
  field.id = `stop-${key}-${at}`;
  field.name = key;
  field.dataset.at = String(at);
  if (field instanceof HTMLInputElement && kind === "switch") {
    field.type = "checkbox";
    field.checked = Boolean(stop[key]);
  } else field.value = String(stop[key] ?? "");
  line.append(element("span", label), field);
  return line;
}

/**
 * Take over what a field says. The list is not written anew, since a click on one of its buttons may be under way.
 * @param {Control} target
 */
function onChange(target) {
  const { name, value, dataset, files } = target;
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

/**
 * Return what a field says; undefined if it is empty.
 * @param {Control} target
 */
function fieldValue({ type, name, checked, value }) {
  if (type === "checkbox") return checked || (name === "presenter" ? false : undefined);
  const text = value.trim();
  if (!text) return undefined;
  return name === "pace" || /^\d+$/.test(text) ? Number(text) : text;
}

/** @param {HTMLButtonElement | null} pressed */
function onClick(pressed) {
  const { act = "", at = "" } = pressed?.dataset ?? {};
  const talk = ownDocument();
  const place = Number(at);
  /** @type {Record<string, () => unknown>} */
  const acts = {
    close: () => $("#talk-editor").close(),
    here: stopHere,
    up: () => change(withMoved(talk, place, -1)),
    down: () => change(withMoved(talk, place, 1)),
    remove: () => change(withoutStop(talk, place)),
    empty: () => change({ ...talk, stops: [] }),
    save: () => download(tomlOf(talk), "talk.toml", "application/toml"),
    show: () => start(place),
    start: () => start(0),
    link: copyLink,
  };
  acts[act]?.();
  if (["here", "up", "down", "remove", "empty"].includes(act)) list();
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
    showStory(talk, at, false);
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
  await loadTalk(await file.text());
  $("#talk-editor [name=file]").value = "";
}

/**
 * Make the talk in a text the visitor's own, and list its stops. What is wrong with it is told in the dialog.
 * @param {string} text
 */
export async function loadTalk(text) {
  if (!find("#talk-editor[open]")) openTalkEditor();
  refuse("");
  try {
    const { stops } = await talkInText(text);
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
