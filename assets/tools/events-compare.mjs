// The order before an event and after it: two small stages side by side, with signs at the arrows that came and went, and
// what changed in sentences.

import { lookUpStage, paintStage } from "../stage.mjs";
import { element } from "../tables.mjs";
import { differences, differenceText } from "./events-model.mjs";
import { made } from "./svg.mjs";

const DROPPED = "title, defs, .looks, .barrier, .walker, .badge, .tag, .halo, .turn, .hatched, .end, .roles .outline, .roles .leaving, .tier";

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
  for (const card of svg.querySelectorAll("[data-node]")) card.setAttribute("class", "node");
  const view = lookUpStage(svg, { masks: {}, ones: {}, lacks });
  paintStage(view, trace, step);
  for (const arrow of view.arrows) dressArrow(arrow, found, after);
  for (const card of view.cards.values()) rename(card, "node", "card");
  return svg;
}

function dressArrow(arrow, found, after) {
  if (!arrow.classList.contains("stored")) return arrow.remove();
  const [from, to] = [arrow.dataset.from, arrow.dataset.to].map(Number);
  const change = found.find(({ node }) => node === from);
  arrow.classList.remove("grows");
  if (change && !(after ? change.before : change.after).includes(to)) arrow.classList.add("signed", after ? "comes" : "goes");
  rename(arrow, "from", "arrow");
}

// Nobody is to take it for a part of the stage, and nothing of it answers.
function rename(part, old, other) {
  part.dataset[other] = part.dataset[old];
  delete part.dataset[old];
  for (const name of ["tabindex", "role", "aria-label"]) part.removeAttribute(name);
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
