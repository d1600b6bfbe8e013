// @ts-check
// Asks whether another talk may take the place of the visitor's own one, unless nothing would be lost.

import { $ } from "#core/dom";
import { plural } from "#core/words";
import { ownDocument } from "#player/own-talk";

export const QUESTION = `<div id="talk-ask" role="group" aria-labelledby="talk-question" hidden>
    <p id="talk-question"></p>
    <button type="button" data-act="replace">Replace it</button>
    <button type="button" data-act="keep">Keep mine</button></div>`;

const asked = {
  /** Whether the talk may have changed since a file had it. */
  isChanged: true,
  /** What had the focus before the question. @type {Element | null} */
  before: null,
  /** Ends the question. */
  answer: (/** @type {boolean} */ _mayReplace) => {},
};

/** Record that a file has the talk as it is now. */
export function noteSaved() {
  asked.isChanged = false;
}

/** Record that the talk is no longer as a file may have it. */
export function noteChanged() {
  asked.isChanged = true;
}

/** @param {boolean} mayReplace */
export const answer = (mayReplace) => asked.answer(mayReplace);

/**
 * Return whether a talk may take the place of the visitor's own one.
 * @param {TalkDocument} other
 */
export async function mayReplace(other) {
  const talk = ownDocument();
  if (!talk.stops.length || !asked.isChanged || JSON.stringify(other) === JSON.stringify(talk)) return true;
  if ($("#talk-ask").hidden) asked.before = document.activeElement;
  answer(false);
  $("#talk-question").textContent = `Replace ${named(talk)}, which may not be saved, by ${named(other)}?`;
  $("#talk-ask").hidden = false;
  $("#talk-ask [data-act=keep]").focus();
  const replied = new Promise((resolve) => {
    asked.answer = resolve;
  });
  const { answer: resolve } = asked;
  const isYes = await replied;
  if (asked.answer !== resolve) return false; // a newer question stands in the place of this one
  $("#talk-ask").hidden = true;
  if (asked.before instanceof HTMLElement) asked.before.focus();
  return isYes;
}

/** @param {TalkDocument} talk */
const named = ({ title, stops }) => `“${title}” (${plural(stops.length, "stop")})`;
