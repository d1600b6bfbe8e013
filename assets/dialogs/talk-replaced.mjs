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
  /** The text of the talk that a file has, too. */
  saved: "",
  /** Ends the question. */
  answer: (/** @type {boolean} */ _mayReplace) => {},
};

/** Record that a file has the talk as it is now. */
export function noteSaved() {
  asked.saved = JSON.stringify(ownDocument());
}

/** @param {boolean} mayReplace */
export const answer = (mayReplace) => asked.answer(mayReplace);

/**
 * Return whether a talk may take the place of the visitor's own one.
 * @param {TalkDocument} other
 */
export async function mayReplace(other) {
  const talk = ownDocument();
  if (!talk.stops.length || [asked.saved, JSON.stringify(other)].includes(JSON.stringify(talk))) return true;
  answer(false);
  const before = document.activeElement;
  $("#talk-question").textContent = `Replace ${named(talk)}, which is not saved, by ${named(other)}?`;
  $("#talk-ask").hidden = false;
  $("#talk-ask [data-act=keep]").focus();
  const isYes = await new Promise((resolve) => {
    asked.answer = resolve;
  });
  $("#talk-ask").hidden = true;
  if (before instanceof HTMLElement) before.focus();
  return isYes;
}

/** @param {TalkDocument} talk */
const named = ({ title, stops }) => `“${title}” (${plural(stops.length, "stop")})`;
