// @ts-check
// Switches how the whole page looks: theme, presenter mode, full screen, a blank screen. Attributes of the root element
// hold the state.

import { $, isPresenting, PANELS, setAttribute, showStatus } from "#core/dom";

const root = document.documentElement;

/** Return the theme that the page has now: the visitor's choice or, without one, that of the system. */
export const themeOfPage = () => (getComputedStyle(root).colorScheme === "dark" ? "dark" : "light");

export function switchTheme() {
  root.dataset.theme = themeOfPage() === "dark" ? "light" : "dark";
}

/** Hide the player's less important buttons in a small window, or show them again. */
export function foldPlayer() {
  const isFolded = root.toggleAttribute("data-folded");
  setAttribute($("#fold"), "aria-expanded", !isFolded);
}

/** Enter or leave the presenter mode. */
export function present(on = !isPresenting()) {
  if (on) root.dataset.presenter = "";
  else delete root.dataset.presenter;
  $("#present").setAttribute("aria-pressed", String(on));
  hidePanels();
}

/**
 * Show or hide a panel in the presenter mode. Only one is shown at a time, so that the stage stays large enough for
 * people at the back of a room.
 * @param {string} name
 */
export function togglePanel(name) {
  const isShown = `with${name}` in root.dataset;
  hidePanels();
  if (!isShown) root.dataset[`with${name}`] = "";
}

function hidePanels() {
  for (const name of PANELS) delete root.dataset[`with${name}`];
}

export function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else {
    root.requestFullscreen().catch(() => {
      showStatus("This browser allows no full screen here.");
    });
  }
}

/** Return whether the screen is blank. */
export const isBlank = () => "blank" in root.dataset;

/** Blank the screen, or bring it back. Return true, so that a key that does this does nothing else. */
export function blank() {
  if (isBlank()) delete root.dataset.blank;
  else root.dataset.blank = "";
  $("#live").textContent = isBlank() ? "The screen is blank." : "The screen is back.";
  return true;
}
