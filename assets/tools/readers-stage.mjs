// The reader on the stage: a figure that walks from card to card, its way so far as a dotted line, and the arrows as a
// reader finds them at that moment. It has its own layer over the stage; the player knows nothing of it.

import { made } from "./svg.mjs";

const FULL = 84; // the height of a card that has room for everything, in stage units
const FIGURE = "M0-17a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM-8 10v-7a8 8 0 0 1 16 0v7z";

const stage = () => document.querySelector("#stage svg");
const kept = { svg: null }; // the machine's stage, while two orders of one's own have its place

// Show a stage of its own in place of the machine's, unless it is there.
export function lendStage(text) {
  if (document.querySelector("#stage [data-lent]")) return;
  kept.svg = stage();
  document.querySelector("#stage").innerHTML = text;
  stage().dataset.whole = stage().getAttribute("viewBox");
}

// The machine's stage is back, unless another machine's has come in the meantime.
export function returnStage() {
  if (kept.svg && document.querySelector("#stage [data-lent]")) document.querySelector("#stage").replaceChildren(kept.svg);
  kept.svg = null;
}

// What the stage shows: `entries` as the array, and a reader who has seen `walk`.
export function layWalker({ entries, walk }) {
  const svg = stage();
  if (!svg) return;
  for (const arrow of svg.querySelectorAll("[data-from]")) {
    arrow.classList.toggle("stored", String(entries[arrow.dataset.from]) === arrow.dataset.to);
  }
  const layer = svg.querySelector(":scope > .walker") ?? svg.appendChild(newLayer());
  const last = walk.at(-1) === -1 ? walk.at(-2) : walk.at(-1);
  const card = svg.querySelector(`[data-node="${last}"] .face`);
  layer.classList.toggle("stopped", walk.at(-1) === -1);
  layer.classList.toggle("round", walk.slice(0, -1).includes(walk.at(-1)));
  layer.querySelector(".way").replaceChildren(...hops(walk).map(([from, to]) => pathOf(svg, from, to)));
  if (card) place(layer, card.getBBox());
}

export function removeWalker() {
  stage()?.querySelector(":scope > .walker")?.remove();
}

function newLayer() {
  const layer = made("g", { class: "walker", "aria-hidden": "true" });
  layer.append(made("g", { class: "way" }), made("rect", { class: "ring" }), made("rect", { class: "ring again" }));
  const figure = layer.appendChild(made("g", { class: "figure" }));
  figure.append(made("circle", { r: 19, class: "ground" }), made("path", { d: FIGURE }), made("path", { d: "M-14 15h28", class: "halt" }));
  return layer;
}

const hops = (walk) => walk.slice(0, -1).map((node, index) => [node, walk[index + 1]]).filter(([, to]) => to !== -1);

// The way from one card to the next: that of the arrow, where one was ever drawn.
function pathOf(svg, from, to) {
  const shaft = svg.querySelector(`[data-from="${from}"][data-to="${to}"] .shaft`);
  return made("path", { d: shaft?.getAttribute("d") ?? straight(svg, from, to) });
}

function straight(svg, from, to) {
  const [a, b] = [from, to].map((node) => svg.querySelector(`[data-node="${node}"] .face`)?.getBBox());
  return a && b ? `M${a.x + a.width / 2} ${a.y + a.height / 2}L${b.x + b.width / 2} ${b.y + b.height / 2}` : "";
}

function place(layer, { x, y, width, height }) {
  const scale = Math.max(0.5, height / FULL);
  layer.querySelectorAll(".ring").forEach((ring, index) => {
    const out = (8 + 7 * index) * scale;
    const box = { x: x - out, y: y - out, width: width + 2 * out, height: height + 2 * out, rx: 16 * scale };
    for (const [name, value] of Object.entries(box)) ring.setAttribute(name, value);
  });
  layer.style.setProperty("--scale", scale);
  layer.querySelector(".figure").style.transform = `translate(${x + width}px, ${y}px) scale(${scale})`;
}
