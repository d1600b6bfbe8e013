// How the page as a whole looks: theme, presenter mode with panels on demand, full screen. Kept on the root element.

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
  for (const panel of ["code", "registers", "scores"]) delete root.dataset[`with${panel}`];
}

export function panel(name) {
  if (!presenting()) return;
  if (`with${name}` in root.dataset) delete root.dataset[`with${name}`];
  else root.dataset[`with${name}`] = "";
}

export function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen().catch(() => ($("#status").textContent = "This browser allows no full screen here."));
}
