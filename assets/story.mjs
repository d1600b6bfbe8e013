// The story of a case, below the title: who asked what, what happens, why. Python writes it (viz/page/story.py).

import { forget, keep, recall } from "./storage.mjs";

const $ = (selector) => document.querySelector(selector);

// Show the story of the run, or nothing; it stays folded for who has folded one.
export function showStory({ play }) {
  const details = $("#story");
  const pressed = details.contains(document.activeElement) ? document.activeElement.dataset.kernel : null;
  details.hidden = !play.story;
  details.innerHTML = play.story;
  details.open = recall("story", (text) => text === "folded") === null;
  details.querySelector("summary")?.addEventListener("click", fold);
  if (pressed) details.querySelector(`[data-kernel="${pressed}"]`)?.focus();
  if (!("exported" in document.documentElement.dataset)) return;
  for (const button of details.querySelectorAll("[data-kernel]")) button.disabled = true; // it takes a server
}

function fold() {
  if ($("#story").open) keep("story", "folded"); // it is open until this click is done
  else forget("story");
}
