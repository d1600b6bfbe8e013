// @ts-check
// Keeps the visitor's own talk: in this tab, and in its address if it fits into one. The server finds the runs and the
// steps of its stops.

import { askServer } from "#core/api";
import { setTools, state } from "#core/state";
import { keep, recall } from "#core/storage";
import { asTalk, newTalk, packed, unpacked } from "#player/talk-document";

const DAMAGED = "The talk in this link is damaged. Ask for the link, or for the file, again.";
const ELSEWHERE = "The talk of this link is only in the tab that made it. Ask for its file.";

const own = {
  /** @type {TalkDocument | null} */
  document: null,
  /** The talk with its runs and steps, once the server has found them. @type {Story | null} */
  story: null,
};

/** Return the document of the visitor's talk, which may have no stops yet. */
export const ownDocument = () => (own.document ??= recall("talk", asTalk, JSON.parse) ?? newTalk());

/**
 * Make a document the visitor's talk, and keep it in this tab. Return whether the browser has kept it.
 * @param {TalkDocument} document
 */
export function setOwnDocument(document) {
  Object.assign(own, { document, story: null });
  return keep("talk", JSON.stringify(document));
}

/**
 * Return the visitor's talk with its runs and steps; throw an Error if there is none, or a stop is wrong.
 * @returns {Promise<Story>}
 */
export async function ownTalk() {
  if (own.story) return own.story;
  if (state.packed) {
    const document = await unpacked(state.packed);
    if (!document) throw new Error(DAMAGED);
    setOwnDocument(document);
  }
  const document = ownDocument();
  if (!document.stops.length) throw new Error(ELSEWHERE);
  return takeTalk((await askServer("talk", { document })).talk);
}

/**
 * Return the talk in a text with its runs and steps; throw an Error if it is wrong.
 * @param {string} text
 * @returns {Promise<Talk>}
 */
export const talkInText = async (text) => (await askServer("talk", { text })).talk;

/**
 * Make a talk the visitor's own, and return it in the form that the player can show.
 * @param {Talk} talk
 */
export async function takeTalk(talk) {
  const link = await packed(talk.document);
  setOwnDocument(talk.document);
  setTools({ packed: link });
  own.story = { ...storyOf(talk), packed: link };
  return own.story;
}

/**
 * Return a talk in the form of a story, which is the form that the player can show.
 * @param {Talk} talk
 * @returns {Story}
 */
export const storyOf = ({ title, ...talk }) => ({ ...talk, question: title, isTalk: true });

/**
 * Return the stops of a built-in story, as a talk has them.
 * @param {string} id
 * @returns {Promise<TalkStop[]>}
 */
export const stopsOfStory = async (id) => (await askServer("talk", { story: id })).talk.document.stops;
