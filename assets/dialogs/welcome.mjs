// @ts-check
// The doors of the welcome that a first visit sees: to play at once, to follow a story, or to open one's own machine.

import { $ } from "#core/dom";
import { hasRun, state } from "#core/state";
import { openPaste } from "#dialogs/open-dialog";
import { showStories } from "#dialogs/stories";
import { playFrom, setSpeed, show } from "#player/playback";

/** End the welcome of a first visit. */
export function endWelcome() {
  const hadFocus = $("#welcome").contains(document.activeElement);
  $("#welcome").hidden = true;
  if (hasRun()) show();
  if (hadFocus) $("#play-pause").focus();
}

/** Play from the step before the first pass, as slowly as it takes to read each sentence. */
export function startPlaying() {
  endWelcome();
  setSpeed("");
  if (!hasRun()) return;
  const { trace } = state;
  const first = trace.changes("pass").find((step) => trace.at("pass", step));
  playFrom(first ? first - 1 : trace.opens);
}

/** @param {string} id */
export function startStory(id) {
  endWelcome();
  showStories((module) => module.openStory(id));
}

export function startMachine() {
  endWelcome();
  openPaste();
}
