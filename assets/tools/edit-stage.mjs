// The stage while it is edited: one node is selected, cards are dragged to where they shall stand, a name is written over
// its card. It knows places and pointers; what a move means is told by who listens.

import { element } from "../tables.mjs";
import { made } from "./svg.mjs";

const FAR = 5; // pixels that a pointer moves before it drags
const ROOM = 110; // stage units beside the sockets, for one more
const STRIP = 26; // and below the tiers
const WIDE = 88; // stage units of the plate that says who chooses when
const svg = () => document.querySelector("#stage svg");
const cardOf = (id) => svg()?.querySelector(`[data-node="${id}"]`);
const cards = () => [...svg().querySelectorAll("[data-node]")];

// Where every node stands: {id: {socket, tier}}. A group that is only guessed gets a name that a document can hold.
export function spotsOnStage() {
  const named = new Set(cards().map(({ dataset }) => /^Socket (.*)$/.exec(dataset.socketOf)?.[1]).filter((name) => name !== undefined));
  const names = new Map();
  const nameOf = (group) => {
    const own = /^Socket (.*)$/.exec(group)?.[1];
    if (own !== undefined) return own;
    if (!names.has(group)) names.set(group, free(/\d+$/.exec(group)?.[0] ?? "0", named));
    return names.get(group);
  };
  return Object.fromEntries(cards().map(({ dataset }) => [dataset.node, { socket: nameOf(dataset.socketOf), tier: Number(dataset.tier) }]));
}

function free(name, taken) {
  for (let more = 1; taken.has(name); more++) name = `${name.replace(/ .*/, "")} ${more}`;
  taken.add(name);
  return name;
}

// A name for one more socket: the next letter or number.
export function nextSocket(spots) {
  const taken = new Set(Object.values(spots).map(({ socket }) => socket));
  const letters = [...taken].every((name) => /^[A-Z]$/.test(name));
  for (let place = 0; ; place++) {
    const name = letters && place < 26 ? String.fromCharCode(65 + place) : String(place);
    if (!taken.has(name)) return name;
  }
}

// Mark the selected node, and say on the cards who chooses when.
export function markStage(id, order) {
  svg()?.querySelector(".edit-marks")?.remove();
  if (!svg()) return;
  const layer = svg().appendChild(made("g", { class: "edit-marks", "aria-hidden": "true" }));
  const box = cardOf(id)?.querySelector(".face").getBBox();
  if (box) layer.append(made("rect", { class: "selected", x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8, rx: 14 }));
  if (!svg().classList.contains("id")) order?.forEach((node, place) => layer.append(...turn(node, place)));
}

function turn(node, place) {
  const box = cardOf(node)?.querySelector(".face").getBBox();
  if (!box) return [];
  const label = made("text", { x: box.x + WIDE / 2, y: box.y - 14 });
  label.textContent = `chooses ${ordinal(place + 1)}`;
  return [made("rect", { class: "turn-plate", x: box.x, y: box.y - 22, width: WIDE, height: 16, rx: 8 }), label];
}

export function ordinal(number) {
  const last = number % 100 > 10 && number % 100 < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}

export const focusCard = (id) => cardOf(id)?.focus();

// Dragging

// Where a card can be dropped: every tier of every socket, and where there is none yet.
function zonesOf(spots) {
  const names = new Map(cards().map((card) => [card.dataset.socketOf, spots[card.dataset.node].socket]));
  const boxes = [...svg().querySelectorAll("[data-socket]")].map((group) => [names.get(group.dataset.socket), group.querySelector("rect").getBBox()]);
  const rows = rowsOf();
  const bands = new Set(boxes.map(([, box]) => Math.round(box.y)));
  const zones = boxes.flatMap(([socket, box]) => zonesIn(socket, box, bands.size > 1 ? rowsOf(socket, spots) : rows));
  const [, last] = boxes.at(-1);
  const next = nextSocket(spots);
  const beside = { x: last.x + last.width + 14, y: last.y, width: ROOM - 22, height: last.height };
  return [...zones, { socket: next, tier: null, box: beside, text: `socket ${next}` }];
}

// The tiers with the top and bottom of their cards, in all sockets or in one.
function rowsOf(socket, spots) {
  const rows = new Map();
  for (const card of cards()) {
    if (socket !== undefined && spots[card.dataset.node].socket !== socket) continue;
    const { y, height } = card.querySelector(".face").getBBox();
    const [top, bottom] = rows.get(Number(card.dataset.tier)) ?? [Infinity, -Infinity];
    rows.set(Number(card.dataset.tier), [Math.min(top, y), Math.max(bottom, y + height)]);
  }
  return [...rows].map(([tier, [top, bottom]]) => ({ tier, top, bottom })).sort((a, b) => a.tier - b.tier);
}

function zonesIn(socket, box, rows) {
  const zones = rows.map(({ tier, top, bottom }, place) => {
    const above = place ? (rows[place - 1].bottom + top) / 2 : box.y + 4;
    const below = place < rows.length - 1 ? (bottom + rows[place + 1].top) / 2 : box.y + box.height - 4;
    return { socket, tier, box: { x: box.x + 4, y: above, width: box.width - 8, height: below - above }, text: `tier ${tier}` };
  });
  const tier = rows.at(-1).tier + 1;
  return [...zones, { socket, tier, box: { x: box.x + 4, y: box.y + box.height + 3, width: box.width - 8, height: STRIP - 6 }, text: `tier ${tier}` }];
}

// Room on the stage for a socket and a tier that are not there yet, or no more room than before.
export function makeRoom(more) {
  const picture = svg();
  if (!picture || Boolean(picture.dataset.tight) === more) return;
  const [x, y, width, height] = (picture.dataset.tight ?? picture.dataset.whole).split(" ").map(Number);
  if (more) picture.dataset.tight = picture.dataset.whole;
  else delete picture.dataset.tight;
  picture.dataset.whole = more ? [x, y, width + ROOM, height + STRIP].join(" ") : [x, y, width, height].join(" ");
  picture.setAttribute("viewBox", picture.dataset.whole);
}

export class Hand {
  // `acts`: spots() as spotsOnStage() has them, selected(id), moved(id, spot)
  constructor(acts) {
    Object.assign(this, { acts, carried: null });
    this.down = (event) => this.pressed(event);
    this.move = (event) => this.moved(event);
    this.up = (event) => this.released(event);
    this.key = (event) => event.key === "Escape" && this.carried && (this.stop(), event.preventDefault(), event.stopImmediatePropagation());
  }

  listen(on) {
    const act = on ? "addEventListener" : "removeEventListener";
    document[act]("pointerdown", this.down, true);
    document[act]("pointermove", this.move, true);
    document[act]("pointerup", this.up, true);
    document[act]("pointercancel", this.stop, true);
    document[act]("keydown", this.key, true);
    if (!on) this.stop();
  }

  pressed(event) {
    const card = event.target.closest?.("#stage [data-node]");
    if (!card || event.button !== 0) return;
    event.stopPropagation(); // the stage is not panned by its cards
    this.carried = { id: Number(card.dataset.node), x: event.clientX, y: event.clientY, pointer: event.pointerId };
  }

  moved(event) {
    const { carried } = this;
    if (!carried || event.pointerId !== carried.pointer) return;
    if (!carried.layer && Math.hypot(event.clientX - carried.x, event.clientY - carried.y) < FAR) return;
    if (!carried.layer) this.lift();
    event.preventDefault();
    const [from, to] = [pointOf(carried.x, carried.y), pointOf(event.clientX, event.clientY)];
    carried.ghost.setAttribute("transform", `translate(${to.x - from.x} ${to.y - from.y})`);
    carried.over = carried.zones.find(({ box }) => to.x >= box.x && to.x <= box.x + box.width && to.y >= box.y && to.y <= box.y + box.height);
    for (const zone of carried.zones) zone.shape.classList.toggle("over", zone === carried.over);
  }

  // The card leaves its place, and every place where it could stand is shown.
  lift() {
    const { carried } = this;
    const card = cardOf(carried.id);
    this.acts.selected(carried.id);
    carried.zones = zonesOf(this.acts.spots());
    carried.layer = svg().appendChild(made("g", { class: "drop-zones", "aria-hidden": "true" }));
    for (const zone of carried.zones) {
      zone.shape = carried.layer.appendChild(made("g", { class: "zone" }));
      zone.shape.append(made("rect", { ...zone.box, rx: 8 }));
      const label = zone.shape.appendChild(made("text", { x: zone.box.x + zone.box.width - 8, y: zone.box.y + Math.min(12, zone.box.height / 2) }));
      label.textContent = zone.text;
    }
    carried.ghost = card.cloneNode(true);
    for (const name of ["data-node", "tabindex", "role", "aria-label"]) carried.ghost.removeAttribute(name);
    carried.ghost.classList.add("ghost");
    carried.layer.append(carried.ghost);
    card.classList.add("lifted");
  }

  released(event) {
    const { carried } = this;
    if (!carried || event.pointerId !== carried.pointer) return;
    const { id, over, layer } = carried;
    this.stop();
    if (!layer) return;
    this.dropped = event.timeStamp;
    const here = this.acts.spots()[id];
    if (over) this.acts.moved(id, { socket: over.socket, tier: over.tier ?? here.tier });
  }

  // A click that only ends a drag is none.
  justDropped = (event) => this.dropped !== undefined && event.timeStamp - this.dropped < 50;

  stop = () => {
    this.carried?.layer?.remove();
    if (this.carried) cardOf(this.carried.id)?.classList.remove("lifted");
    this.carried = null;
  };
}

function pointOf(x, y) {
  return new DOMPoint(x, y).matrixTransform(svg().getScreenCTM().inverse());
}

// Writing a name over its card; `take(text)` throws an Error that says why not.
export function writeName(id, name, take) {
  const place = cardOf(id)?.getBoundingClientRect();
  if (!place) return;
  const input = Object.assign(element("input", "", "name-field"), { defaultValue: name, maxLength: 60, autocomplete: "off" });
  input.setAttribute("aria-label", `Label of node ${id}`);
  Object.assign(input.style, { left: `${place.left}px`, top: `${place.top + place.height / 2 - 17}px`, width: `${Math.max(150, place.width)}px` });
  let over = false;
  const end = (text) => {
    if (over) return;
    over = true;
    input.remove();
    if (text !== undefined && text !== name) take(text);
    focusCard(id);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(input.value);
    if (event.key === "Escape") end();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => end(input.value));
  document.body.append(input);
  input.focus();
  input.select();
}
