// @ts-check
// Shows the gallery of stories and talks: a dialog with a card for each of them, the stories in groups, and a field
// that finds stories by words. All stories come in one document, and all talks in another, which are fetched when one
// of them or the gallery is first opened.

import { messageOf } from "#core/api";
import { $, button, element, find, isExported, on } from "#core/dom";
import { fetchWatched, GONE, isRenewed, lineOf, RENEWED } from "#core/server";
import { state } from "#core/state";
import { plural } from "#core/words";
import { showStories } from "#dialogs/stories";
import { ownTalk, storyOf } from "#player/own-talk";
import { closeStory, isAt, showStory, tellOfStory } from "#player/story-stops";

export { leaveStory, nextStep, onPaste, onRun, position, shownStory, walkStops } from "#player/story-stops";

const FORM = `<div class="gallery-head"><h2 id="stories-title">Stories</h2>
    <label>Find <input id="find-story" autocomplete="off" spellcheck="false"
      placeholder="such as: share a target"></label>
    <button type="button" id="close-stories">Close</button></div>
  <p class="quiet">Questions that people have asked. Each is answered in a few stops, on a machine that shows it.</p>
  <p id="stories-found" role="status"></p>
  <div id="story-groups"></div>
  <section id="talks" hidden><h3>Talks</h3><ul></ul>
    <p class="quiet">A talk is walked with Page Down alone. "s" adds what is shown to one of your own.
      <button type="button" id="edit-own-talk" class="link">Your talk</button></p></section>`;

/**
 * The documents that are under way or have come, by path.
 * @type {Record<string, Promise<any> | undefined>}
 */
const fetched = {};
/** @type {Map<string, Story>} */
const byId = new Map();
/** @type {Map<string, Story>} */
const talks = new Map();

/** @param {string} path */
async function fetchDocument(path) {
  const reply = await fetchWatched(new URL(path, document.baseURI), {}).catch(() => null);
  if (!reply) throw new Error(GONE);
  if (!reply.ok) throw new Error(await lineOf(reply));
  if (isRenewed(reply)) throw new Error(RENEWED);
  return reply.json();
}

/**
 * Return a document of the server. If it cannot be fetched, the next call tries again.
 * @param {string} path
 */
async function documentAt(path) {
  fetched[path] ??= fetchDocument(path);
  return fetched[path].catch((/** @type {unknown} */ error) => {
    fetched[path] = undefined;
    throw error;
  });
}

/** Return the document of all stories, and note the stories by their ids. @returns {Promise<Gallery>} */
export async function gallery() {
  const gallery = await documentAt("stories.json");
  for (const story of gallery.groups.flatMap((/** @type {Gallery["groups"][0]} */ group) => group.stories)) {
    byId.set(story.id, story);
  }
  return gallery;
}

/** Record the talks of the server, or of the exported page, by their ids. */
async function noteTalks() {
  const found = isExported() ? [window.tierscopeHeld?.talk] : (await documentAt("talks.json")).talks;
  for (const talk of found) if (talk) talks.set(talk.id, storyOf(talk));
}

/** Open the gallery, with all stories. */
export async function openGallery() {
  const dialog = find("#stories") ?? made();
  $("#find-story").value = "";
  dialog.showModal();
  if (find("[data-story]", dialog)) return look();
  tell("Loading.");
  try {
    const { groups, broken } = await gallery();
    $("#story-groups").replaceChildren(...groups.map(groupOf), ...broken.map((line) => element("p", line, "refusal")));
    look();
    await noteTalks();
    $("#talks ul").replaceChildren(...[...talks.values()].map(talkCard));
    $("#talks").hidden = false;
  } catch (error) {
    tell(messageOf(error));
  }
}

function made() {
  const dialog = element("dialog");
  dialog.id = "stories";
  dialog.setAttribute("aria-labelledby", "stories-title");
  dialog.innerHTML = FORM;
  document.body.append(dialog);
  on($("#find-story", dialog), "input", look);
  on(dialog, "click", ({ target }) => {
    const card = target.closest("[data-story]");
    const talk = target.closest("[data-talk]")?.dataset.talk;
    if (talk || target.closest("#close-stories, #edit-own-talk")) dialog.close();
    if (talk) showStories(() => openTalk(talk));
    if (!card) return;
    dialog.close();
    showStories(() => openStory(card.dataset.story ?? "", Number(card.dataset.at ?? 0), { isFound: true }));
  });
  return dialog;
}

/** @param {string} line */
function tell(line) {
  $("#stories-found").textContent = line;
}

/** @param {Gallery["groups"][0]} group */
function groupOf({ name, stories }) {
  const section = element("section");
  const list = element("ul");
  list.append(...stories.map(cardOf));
  section.append(element("h3", name), list);
  return section;
}

/** @param {Story} story */
function cardOf({ id, question, asked, picture, stops }) {
  const item = element("li");
  const card = button("", "story-card", { story: id });
  card.innerHTML = picture ?? "";
  card.append(element("strong", question), element("small", asked ?? ""), element("small", "", "story-hit"));
  card.append(element("small", `${plural(stops.length, "stop")}, then something to try`, "story-length"));
  item.append(card);
  return item;
}

/**
 * Return whether a story has all words of a text, and the index of its first stop that has them all; -1 if none has.
 * @param {Story} story
 * @param {string} wanted
 */
function searched({ question, asked, stops, now }, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (/** @type {string} */ text) => words.every((word) => text.toLowerCase().includes(word));
  const texts = stops.map(({ title, text, look: hint }) => `${title} ${text} ${hint ?? ""}`);
  const at = words.length ? texts.findIndex(holds) : -1;
  return { at, isFound: at >= 0 || holds([question, asked, ...texts, now?.text].join(" ")) };
}

/**
 * Return the stories that have all words of a text, those first whose question has them.
 * @param {string} wanted
 */
export async function storiesWith(wanted) {
  await gallery();
  const found = [...byId.values()]
    .map((story) => ({ story, ...searched(story, wanted) }))
    .filter(({ isFound }) => isFound);
  const asks = (/** @type {Story} */ { question }) => question.toLowerCase().includes(wanted.trim().toLowerCase());
  return found.sort((one, other) => Number(asks(other.story)) - Number(asks(one.story)));
}

/** @param {Story} talk */
function talkCard({ id, question, minutes, stops }) {
  const item = element("li");
  const card = button("", "story-card", { talk: id });
  const length = [plural(stops.length, "stop"), minutes ? plural(minutes, "minute") : ""].filter(Boolean);
  card.append(element("strong", question), element("small", length.join(", "), "story-length"));
  item.append(card);
  return item;
}

/** Show the cards of the stories that contain all words of the field, and on each card its first stop that does. */
function look() {
  const wanted = $("#find-story").value;
  let count = 0;
  for (const card of $("#story-groups").querySelectorAll("[data-story]")) {
    const story = /** @type {Story} */ (byId.get(card.dataset.story ?? ""));
    const { at, isFound } = searched(story, wanted);
    count += isFound ? 1 : 0;
    $("[data-story] > .story-hit", card.parentElement ?? card).textContent =
      at > 0 ? `Stop ${at + 1}: ${story.stops[at].title}` : "";
    card.dataset.at = String(Math.max(at, 0));
    /** @type {HTMLElement} */ (card.parentElement).hidden = !isFound;
  }
  for (const group of $("#story-groups").querySelectorAll("section")) {
    group.hidden = !find("li:not([hidden])", group);
  }
  tell(wanted.trim() ? `${count} of ${byId.size} stories have these words.` : "");
}

/**
 * Open a story at one of its stops, counted from 0. With `isHere`, the page shows the stop's run already; with
 * `isFound`, the visitor's words have led to the stop.
 * @param {string} id
 * @param {{ isHere?: boolean, isFound?: boolean }} [how]
 */
export async function openStory(id, at = 0, how = {}) {
  try {
    await gallery();
    const story = byId.get(id);
    if (!story) throw new Error("There is no such story.");
    showStory(story, at, how);
  } catch (error) {
    tellOfStory(messageOf(error));
  }
}

/**
 * Open a talk at one of its stops, counted from 0: one of the server's, or the visitor's own one.
 * @param {string} id
 * @param {{ isHere?: boolean }} [how]
 */
async function openTalk(id, at = 0, how = {}) {
  try {
    const talk = id === "own" ? await ownTalk() : await noteTalks().then(() => talks.get(id));
    if (!talk) throw new Error("There is no such talk.");
    showStory(talk, at, how);
  } catch (error) {
    tellOfStory(messageOf(error));
  }
}

/** Show the story or talk and the stop in the address, or close what is shown if it names none. */
export async function followStory() {
  const [, id, stop = "1"] = (state.talk ?? state.story)?.match(/^([\w-]{1,80})(?:\.(\d{1,2}))?$/) ?? [];
  if (!id) return closeStory();
  const at = Number(stop) - 1;
  if (!isAt(id, at)) return (state.talk ? openTalk : openStory)(id, at, { isHere: state.wanted !== undefined });
}
