// The order before an event and after it: two small stages side by side, with signs at the arrows that came and went, and
// what changed in sentences.

import { nodesOf } from "../signals.mjs";
import { element } from "../tables.mjs";
import { differences, differenceText, targetsAt } from "./events-model.mjs";

const SVG = "http://www.w3.org/2000/svg";
const DROPPED = "defs, .looks, .barrier, .walker, .badge, .tag, .halo, .turn, .hatched, .end, .tier";
const RENAMED = { "data-node": "data-card", "data-from": "data-arrow", "data-source": "" };
const ODD = ["tabindex", "role", "aria-label"];

// Fill `place` with what the chapter from `first` to `end` made of the order.
export function showDifference(place, trace, lacks, first, end) {
  const found = differences(trace, first, end);
  place.replaceChildren(pictures(found, trace, lacks, first, end), listOf(found));
  for (const svg of place.querySelectorAll("svg")) {
    for (const arrow of svg.querySelectorAll(".signed")) sign(arrow);
    crop(svg);
  }
}

function pictures(found, trace, lacks, first, end) {
  const pair = element("div", "", "pair");
  for (const [step, caption] of [[first, "before"], [end, "after"]]) {
    const figure = pair.appendChild(element("figure"));
    figure.append(element("figcaption", caption), picture(found, trace, lacks, step, step === end));
  }
  return pair;
}

function picture(found, trace, lacks, step, after) {
  const svg = document.querySelector("#stage svg").cloneNode(true);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `The order ${after ? "after" : "before"} the event; the list below says what differs.`);
  for (const part of svg.querySelectorAll(DROPPED)) part.remove();
  const changed = new Map(found.map((one) => [one.node, (after ? one.after : one.before).filter((target) => !(after ? one.before : one.after).includes(target))]));
  for (const card of svg.querySelectorAll("[data-node]")) dressCard(card, trace, lacks, step);
  for (const arrow of svg.querySelectorAll("[data-from]")) dressArrow(svg, arrow, trace, step, changed, after);
  for (const part of svg.querySelectorAll("title")) part.remove();
  return svg;
}

// As lookUp() of paint.mjs must not take it for a card of the stage, it has another name.
function rename(part) {
  for (const [old, other] of Object.entries(RENAMED)) {
    if (other && part.hasAttribute(old)) part.setAttribute(other, part.getAttribute(old));
    part.removeAttribute(old);
  }
  for (const name of ODD) part.removeAttribute(name);
}

function dressCard(card, trace, lacks, step) {
  const node = Number(card.dataset.node);
  const without = Object.entries(lacks).filter(([signal]) => !nodesOf(trace.at(signal, step)).includes(node));
  card.setAttribute("class", ["node", ...without.map(([, name]) => name)].join(" "));
  const state = card.querySelector(".state");
  if (state) state.textContent = trace.at(`state[${node}]`, step);
  rename(card);
}

function dressArrow(svg, arrow, trace, step, changed, after) {
  const [from, to] = [arrow.dataset.from, arrow.dataset.to].map(Number);
  if (!targetsAt(trace, from, step).includes(to)) return arrow.remove();
  const head = trace.at(`chain[${from}]`, step);
  const tint = document.querySelector(`#stage [data-node="${head}"]`).dataset.tint;
  const signed = changed.get(from)?.includes(to) ? (after ? "signed comes" : "signed goes") : "";
  arrow.setAttribute("class", `arrow drawn ${arrow.classList.contains("cross") ? "cross" : "local"} chain-${tint} ${signed}`);
  rename(arrow);
}

// Without the room that its labels would need.
function crop(svg) {
  const { x, y, width, height } = svg.getBBox();
  svg.setAttribute("viewBox", [x - 4, y - 4, width + 8, height + 8].map(Math.round).join(" "));
}

// A disc in the middle of the arrow: plus where it is new, minus where it goes.
function sign(arrow) {
  const [shaft, plate] = [".shaft", ".plate"].map((part) => arrow.querySelector(part));
  const box = plate?.getBBox(); // beside an arrow that is short
  const { x, y } = box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : shaft.getPointAtLength(shaft.getTotalLength() / 2);
  plate?.remove();
  arrow.querySelector(".far")?.remove();
  const disc = made("g", { class: "sign", transform: `translate(${x} ${y})` });
  disc.append(made("circle", { r: 14 }), made("path", { d: arrow.classList.contains("comes") ? "M-8 0h16M0-8v16" : "M-8 0h16" }));
  arrow.append(disc);
}

function listOf(found) {
  const list = element("ul", "", "differences");
  for (const one of found) {
    const item = list.appendChild(element("li"));
    item.append(element("b", one.kind, `kind ${one.kind}`), differenceText(one));
  }
  if (!found.length) list.append(element("li", "No target is another one."));
  return list;
}

function made(tag, attributes) {
  const part = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  return part;
}
