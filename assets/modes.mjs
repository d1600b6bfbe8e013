// How the page as a whole looks: theme, presenter mode with panels on demand, full screen. Kept on the root element.

const PANELS = ["code", "registers", "scores"];
const root = document.documentElement;
const $ = (selector) => document.querySelector(selector);

export function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = (root.dataset.theme ?? (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
}

export const presenting = () => "presenter" in root.dataset;

export function present(on = !presenting()) {
  if (on) root.dataset.presenter = "";
  else delete root.dataset.presenter;
  $("#present").setAttribute("aria-pressed", on);
  for (const panel of PANELS) delete root.dataset[`with${panel}`];
}

// One panel at a time: the stage stays large enough for the last row of a hall.
export function panel(name) {
  if (!presenting()) return;
  const shown = `with${name}` in root.dataset;
  for (const other of PANELS) delete root.dataset[`with${other}`];
  if (!shown) root.dataset[`with${name}`] = "";
}

export function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen().catch(() => ($("#status").textContent = "This browser allows no full screen here."));
}
