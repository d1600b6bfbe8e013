// @ts-check
// What a visitor can do with stories and talks: open, walk, leave and edit them, and see a talk's notes in a second
// window.

import { $, isEmbedded, isExported, isPresenting, showStatus } from "#core/dom";
import { NOT_HELD } from "#core/server";
import { state } from "#core/state";
import { stories, walkStory } from "#dialogs/stories";
import { blank, isBlank } from "#player/modes";
import { back, forward } from "#player/playback";
import { tell } from "#player/stop-counter";
import { fetchedOnce, toolWalk } from "#player/tool-panel";

/** @type {Fetched<typeof import("#dialogs/talk-editor")>} */
const editor = fetchedOnce("#dialogs/talk-editor", "talk-editor.css");
/**
 * What sends the page's state to the speaker's window.
 * @type {Fetched<typeof import("#player/notes")>}
 */
const speaker = fetchedOnce("#player/notes");

export const withStories = stories.use;
export const openGallery = () => withStories((module) => module.openGallery());

/** Close the story or talk that is shown, and return whether there was one. */
export const leaveStory = () => Boolean(stories.now?.leaveStory());

/**
 * Go on, or back if `by` is -1: to the next part or stop of the story or talk that is shown, else to the next moment of
 * a walk that Readers plays, else, in the presenter mode or in a frame, to the next stride. A story or talk that is on
 * its way is waited for. Return false if none of these was possible.
 * @param {number} by
 */
export function walkOn(by) {
  if (isBlank()) return blank();
  const walks = walkStory(by);
  if (walks || toolWalk(by)) return walks || true;
  if (!isPresenting() && !isEmbedded()) return false;
  if (by > 0) forward();
  else back();
  if (by > 0 && state.mode === "ended") tell("This is the last step.");
  return true;
}

/** Add the step that is shown to the visitor's own talk. */
export const stopHere = () => withEditor((module) => module.stopHere());
export const openTalkEditor = () => withEditor((module) => module.openTalkEditor());

/**
 * Open the talk in a text, which was pasted, dropped or chosen where a machine was expected.
 * @param {string} text
 */
export function loadTalk(text) {
  $("#paste").close();
  withEditor((module) => module.loadTalk(text));
}

/** Open the window in which a speaker sees the notes and the next stop. */
export const openSpeakerWindow = () => speaker.use((module) => module.openWindow());

/** Find a speaker's window that is open already, and tell it what is shown. */
export const findSpeaker = () => speaker.use((module) => module.send());

/** Tell the speaker's window what is shown. */
export const tellSpeaker = () => speaker.now?.send();

/** @param {(module: typeof import("#dialogs/talk-editor")) => void} use */
const withEditor = (use) => {
  if (isExported()) showStatus(NOT_HELD);
  else withStories(() => editor.use(use));
};
