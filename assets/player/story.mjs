// @ts-check
// The story of a case, below the title: who asked what, what happens, why. Python writes it (viz/page/story.py).

import { $, all, find, isExported } from "#core/dom";
import { forget, keep, recall } from "#core/storage";

/**
 * Show the story of a run, or nothing. It stays folded for a visitor who has folded one.
 * @param {Play} play
 */
export function showStory({ story }) {
  const details = $("#story");
  const focused = document.activeElement;
  const pressed = details.contains(focused) ? focused?.dataset.kernel : null;
  details.hidden = !story;
  details.innerHTML = story;
  details.open = recall("story", (text) => text === "folded") === null;
  details.querySelector("summary")?.addEventListener("click", fold);
  if (pressed) find(`[data-kernel="${pressed}"]`, details)?.focus();
  if (!isExported()) return;
  for (const button of all("button[data-kernel]", details)) button.setAttribute("disabled", ""); // it takes a server
}

function fold() {
  if ($("#story").open)
    keep("story", "folded"); // it is open until this click is done
  else forget("story");
}
