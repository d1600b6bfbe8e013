// @ts-check
// What the editor knows of the stage and shows on it: where each card is, which node is selected, and a field over a
// card in which the visitor writes the node's name.

import { all, element, find, svgElement } from "#core/dom";
import { ordinal } from "#core/words";

const PLATE = 88; // the width, in units of the stage, of the sign over a card that says when the node chooses

export const svg = () => find("#stage svg");
/** @param {NodeId | null} id @returns {SVGElement | null | undefined} */
export const cardOf = (id) => svg()?.querySelector(`[data-node="${id}"]`);
export const cards = () => all("#stage svg [data-node]");
/** @param {Element | null | undefined} card */
export const faceOf = (card) =>
  /** @type {SVGGraphicsElement | null | undefined} */ (card?.querySelector(".face"))?.getBBox();

/**
 * Return the socket and tier of every node, as the stage shows them. A group of nodes that is only guessed to be a
 * socket gets a name.
 * @returns {Spots}
 */
function spotsOnStage() {
  const ownName = (/** @type {string} */ group) => /^Socket (.*)$/.exec(group)?.[1];
  const groups = cards().map(({ dataset }) => dataset.socketOf ?? "");
  const taken = new Set(groups.flatMap((group) => ownName(group) ?? []));
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const group of groups) {
    if (!names.has(group)) names.set(group, ownName(group) ?? freeName(/\d+$/.exec(group)?.[0] ?? "0", taken));
  }
  return Object.fromEntries(
    cards().map(({ dataset }) => [
      dataset.node,
      { socket: names.get(dataset.socketOf ?? ""), tier: Number(dataset.tier) },
    ]),
  );
}

/**
 * Return a name that is not taken yet, with a number behind it if need be, and take it.
 * @param {string} name
 * @param {Set<string>} taken
 */
function freeName(name, taken) {
  let free = name;
  for (let more = 1; taken.has(free); more++) free = `${name} ${more}`;
  taken.add(free);
  return free;
}

/**
 * Return a name for a new socket: the next letter or number.
 * @param {Spots} spots
 */
export function nextSocket(spots) {
  const taken = new Set(Object.values(spots).map(({ socket }) => socket));
  const areLetters = [...taken].every((name) => /^[A-Z]$/.test(name));
  for (let place = 0; ; place++) {
    const name = areLetters && place < 26 ? String.fromCharCode(65 + place) : String(place);
    if (!taken.has(name)) return name;
  }
}

/**
 * Mark the selected node, and show on the cards in which order the nodes choose.
 * @param {NodeId | null} id
 * @param {NodeId[] | null} order
 */
export function markStage(id, order) {
  const picture = svg();
  picture?.querySelector(".edit-marks")?.remove();
  if (!picture) return;
  const layer = picture.appendChild(svgElement("g", { class: "edit-marks", "aria-hidden": "true" }));
  const box = faceOf(cardOf(id));
  if (box) {
    const around = { x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8 };
    layer.append(svgElement("rect", { class: "selected", ...around, rx: 14 }));
  }
  if (!picture.classList.contains("id"))
    for (const [place, node] of order?.entries() ?? []) layer.append(...turn(node, place));
}

/**
 * Return the sign over a card that says when the node chooses.
 * @param {NodeId} node
 * @param {number} place
 */
function turn(node, place) {
  const box = faceOf(cardOf(node));
  if (!box) return [];
  const label = svgElement("text", { x: box.x + PLATE / 2, y: box.y - 14 });
  label.textContent = `chooses ${ordinal(place + 1)}`;
  return [svgElement("rect", { class: "turn-plate", x: box.x, y: box.y - 22, width: PLATE, height: 16, rx: 8 }), label];
}

/** @param {NodeId | null} id */
export const focusCard = (id) => cardOf(id)?.focus();

/**
 * Show a field over a card in which the visitor writes the node's name.
 * @param {NodeId} id
 * @param {string} name
 * @param {(text: string) => void} take
 */
export function writeName(id, name, take) {
  const place = cardOf(id)?.getBoundingClientRect();
  if (!place) return;
  const input = Object.assign(element("input", "", "name-field"), {
    defaultValue: name,
    maxLength: 60,
    autocomplete: "off",
  });
  input.setAttribute("aria-label", `Label of node ${id}`);
  Object.assign(input.style, {
    left: `${place.left}px`,
    top: `${place.top + place.height / 2 - 17}px`,
    width: `${Math.max(150, place.width)}px`,
  });
  let isOver = false;
  const end = (/** @type {string | undefined} */ text) => {
    if (isOver) return;
    isOver = true;
    input.remove();
    if (text !== undefined && text !== name) take(text);
    focusCard(id);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(input.value);
    if (event.key === "Escape") end(undefined);
    event.stopPropagation();
  });
  input.addEventListener("blur", () => end(input.value));
  document.body.append(input);
  input.focus();
  input.select();
}

/**
 * Return the socket and tier of every node: as its document says, or else as the stage shows it.
 * @param {Machine} machine
 * @returns {Spots}
 */
export function spotsOf({ nodes }) {
  const seen = spotsOnStage();
  return Object.fromEntries(
    nodes.map(({ id, socket, tier }) => [
      id,
      { socket: socket ?? seen[id]?.socket ?? "0", tier: tier ?? seen[id]?.tier ?? 0 },
    ]),
  );
}
