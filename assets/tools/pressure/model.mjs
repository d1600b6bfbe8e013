// @ts-check
// Works out a scenario under pressure: where all pages are after each tick, how full a node is, and what flows. Pure.

import { RESIDENT_TICKS } from "#core/constants";

/** The part of a vessel's height that shows its last free pages, magnified, since the watermarks are near the top. */
export const HEAD = 0.45;
const FIELDS = 5; // numbers of a move
const NOWHERE = -1;

/**
 * Work out the state after every tick, so that the scrubber can go to any of them at once.
 * @param {PressureAnswer} answer
 * @returns {Film}
 */
export function filmOf(answer) {
  const nodes = answer.nodes.map(([id, managed, min, low, high, promo]) => ({ id, managed, min, low, high, promo }));
  const place = new Map(nodes.map(({ id }, index) => [id, index]));
  const [owners, width, length] = [answer.owners.length, nodes.length, answer.ticks.length];
  const pages = new Float64Array((length + 1) * owners * width);
  const counters = new Map(answer.counters.flat().map((name) => [name, new Float64Array((length + 1) * width)]));
  const cell = (/** @type {number} */ tick, /** @type {number} */ owner, /** @type {NodeId} */ node) =>
    (tick * owners + owner) * width + (place.get(node) ?? 0);
  for (const [owner, node, count] of answer.start) pages[cell(0, owner, node)] = count;
  for (let tick = 1; tick <= length; tick++) {
    pages.copyWithin(tick * owners * width, (tick - 1) * owners * width, tick * owners * width);
    for (const values of counters.values()) values.copyWithin(tick * width, (tick - 1) * width, tick * width);
    for (const [kind, source, target, owner, count] of movesAt(answer, tick)) {
      if (answer.kinds[kind] !== "alloc") pages[cell(tick, owner, source)] -= count;
      if (target !== NOWHERE) pages[cell(tick, owner, target)] += count;
      const counted = place.get(answer.kinds[kind] === "promote" ? target : source) ?? NOWHERE;
      for (const name of answer.counters[kind]) {
        const values = counters.get(name);
        if (values) values[tick * width + counted] += count;
      }
    }
  }
  const matters = Object.keys(answer.sentences).map((index) => Number(index) + 1);
  const [awake, isolated] = [answer.awake, answer.isolated].map((changes) => nodesByPlace(answer, changes));
  /** @type {(Arrow[] | null)[]} */
  const order = [null];
  for (const index of answer.ticks.keys()) order.push(answer.order[index] ?? order[index]);
  return { answer, nodes, length, pages, counters, matters, awake, isolated, order, lasting: lastingOf(answer) };
}

/**
 * Return for each flow the first and the last place at which it has pages.
 * @param {PressureAnswer} answer
 */
function lastingOf(answer) {
  /** @type {Map<string, [number, number]>} */
  const lasting = new Map();
  for (let place = 1; place <= answer.ticks.length; place++) {
    for (const flow of flowsAt(answer, place)) {
      const key = keyOf(flow);
      lasting.set(key, [lasting.get(key)?.[0] ?? place, place]);
    }
  }
  return lasting;
}

/** @param {{ kind: MoveKind, source: NodeId, target: NodeId }} flow */
export const keyOf = ({ kind, source, target }) => `${kind} ${source} ${target}`;

/**
 * Return the moves of a tick as flows, each with its owner's pages alone.
 * @param {PressureAnswer} answer
 * @param {number} place
 * @returns {Flow[]}
 */
const flowsAt = (answer, place) =>
  movesAt(answer, place)
    .map(([number, from, target, owner, pages]) => {
      const kind = answer.kinds[number];
      return { kind, source: kind === "alloc" ? answer.cpus[owner] : from, target, pages };
    })
    .filter(({ kind }) => kind !== "exit" && kind !== "drain");

/**
 * Return the moves of a tick as lists: kind, source, target, owner, pages.
 * @param {PressureAnswer} answer
 * @param {number} tick
 */
function movesAt(answer, tick) {
  const numbers = tick ? answer.moves[tick - 1] : [];
  return Array.from({ length: numbers.length / FIELDS }, (_, move) =>
    numbers.slice(move * FIELDS, (move + 1) * FIELDS),
  );
}

/**
 * Return a list of nodes for each place, from what changes at each tick.
 * @param {PressureAnswer} answer
 * @param {Record<string, NodeId[]>} changes
 */
function nodesByPlace({ ticks }, changes) {
  /** @type {NodeId[][]} */
  const found = [[]];
  for (const index of ticks.keys()) found.push(changes[index] ?? found[index]);
  return found;
}

/**
 * Return how many pages of an owner a node holds after a tick.
 * @param {Film} film
 * @param {number} tick
 * @param {number} owner
 * @param {number} node its place among the nodes
 */
export const pagesAt = ({ pages, answer, nodes }, tick, owner, node) =>
  pages[(tick * answer.owners.length + owner) * nodes.length + node];

/**
 * Return the places of the owners that ever hold a page.
 * @param {Film} film
 */
export function ownersOf({ answer, pages, nodes }) {
  const places = new Set();
  for (const [at, count] of pages.entries())
    if (count) places.add(Math.floor(at / nodes.length) % answer.owners.length);
  return places;
}

/**
 * Return how many pages of a node are free after a tick.
 * @param {Film} film
 * @param {number} tick
 * @param {number} node
 */
export function freeAt(film, tick, node) {
  let free = film.nodes[node].managed;
  for (const owner of film.answer.owners.keys()) free -= pagesAt(film, tick, owner, node);
  return free;
}

/**
 * Return the places of the nodes that differ between two ticks in their pages, their counters or their kswapd; of all
 * nodes if nothing was shown before. So a picture costs as much as what changes in it.
 * @param {Film} film
 * @param {number | null} before
 * @param {number} tick
 */
export function changedNodes(film, before, tick) {
  const places = [...film.nodes.keys()];
  if (before === null) return places;
  const owners = [...film.answer.owners.keys()];
  const counters = [...film.counters.values()];
  const width = film.nodes.length;
  return places.filter(
    (node) =>
      owners.some((owner) => pagesAt(film, before, owner, node) !== pagesAt(film, tick, owner, node)) ||
      counters.some((values) => values[before * width + node] !== values[tick * width + node]) ||
      [film.awake, film.isolated].some(
        (lists) => lists[before].includes(film.nodes[node].id) !== lists[tick].includes(film.nodes[node].id),
      ),
  );
}

/**
 * Return the part of a node's vessel that is filled if this many of the node's pages are free. The upper part of the
 * vessel, its head, has a larger scale: it stands for the last free pages, twice as many as the high watermark.
 * @param {VesselNode} node
 * @param {number} free
 */
export function levelOf({ managed, high }, free) {
  const head = Math.min(2 * high, managed / 2);
  if (!head) return managed ? (managed - free) / managed : 1;
  if (free >= head) return ((managed - free) / (managed - head)) * (1 - HEAD);
  return 1 - HEAD + ((head - free) / head) * HEAD;
}

/**
 * Return how full a node is after a tick, in percent. It is rounded down, so that only a full node has 100.
 * @param {Film} film
 * @param {number} tick
 * @param {number} node
 */
export function percentAt(film, tick, node) {
  const { managed } = film.nodes[node];
  return managed ? Math.floor((1000 * (managed - freeAt(film, tick, node))) / managed) / 10 : 100;
}

/**
 * Return the layers of a vessel from the bottom, one for each owner, even one without pages. What was in use before the
 * scenario is below all.
 * @param {Film} film
 * @param {number} tick
 * @param {number} node
 * @returns {Layer[]}
 */
export function layersAt(film, tick, node) {
  const programs = film.answer.cpus.length;
  const owners = [...film.answer.owners.keys()];
  const layers = [];
  let free = film.nodes[node].managed;
  for (const owner of [...owners.slice(programs), ...owners.slice(0, programs)]) {
    const pages = pagesAt(film, tick, owner, node);
    const from = levelOf(film.nodes[node], free);
    free -= pages;
    layers.push({ owner, from, to: levelOf(film.nodes[node], free) });
  }
  return layers;
}

/**
 * Return what flows at a tick, the pages of all owners together. An allocation comes from the node of the owner's CPU.
 * A flow that has ended after the tick is left out: its last tick, if it has several, and a kswapd that sleeps again.
 * @param {Film} film
 * @param {number} tick
 */
export const flowsOf = (film, tick) => flowsBetween(film, Math.max(0, tick - 1), tick);

/**
 * Return what flows after one tick, up to another.
 * @param {Film} film
 * @param {number} since
 * @param {number} tick
 * @returns {Flow[]}
 */
export function flowsBetween({ answer, awake, lasting }, since, tick) {
  /** @type {Map<string, Flow>} */
  const flows = new Map();
  const ticks = Array.from({ length: tick - since }, (_, index) => since + 1 + index);
  for (const { pages, ...flow } of ticks.flatMap((one) => flowsAt(answer, one))) {
    const key = keyOf(flow);
    flows.set(key, { ...flow, pages: pages + (flows.get(key)?.pages ?? 0) });
  }
  return [...flows.values()].filter((flow) => {
    const [first, last] = lasting.get(keyOf(flow)) ?? [0, 0];
    const sleeps = flow.kind === "kswapd" && !awake[tick].includes(flow.source);
    return !sleeps && (tick < last || first === last);
  });
}

/**
 * Return the newest sentences at a tick: those of the last tick, up to this one, that has any.
 * @param {Film} film
 * @param {number} tick
 */
export function saidAt({ answer, matters }, tick) {
  const last = matters.findLast((place) => place <= tick);
  return last === undefined ? [] : answer.sentences[last - 1];
}

/**
 * Return the next place at which something begins or ends, else the end; or the one before, else the start.
 * @param {Film} film
 * @param {number} tick
 * @param {number} by 1 or -1
 */
export function matterFrom({ matters, length }, tick, by) {
  if (by > 0) return matters.find((place) => place > tick) ?? length;
  return matters.findLast((place) => place < tick) ?? 0;
}

/**
 * Return the number of the tick of a place; 0 before the first.
 * @param {Film} film
 * @param {number} place
 */
export const tickAt = ({ answer }, place) => (place ? answer.ticks[place - 1] : 0);

/**
 * Return the place of the last tick with this number or a smaller one, at which something happened.
 * @param {Film} film
 * @param {number} number
 */
export const placeOfTick = ({ answer }, number) => answer.ticks.findLastIndex((tick) => tick <= number) + 1;

/**
 * Return a scenario as TOML, without the keys whose fields are empty.
 * @param {{ owners: Record<string, string>[], swap: string, demotion: string, balancing: string }} fields
 */
export function tomlOf({ owners, swap, demotion, balancing }) {
  const lines = ['title = "My scenario"', ...textKeys({ swap })];
  if (demotion === "off") lines.push("demotion = false");
  if (balancing !== "0") lines.push(`numa_balancing = ${balancing}`);
  for (const { name, memory, cpu, bind, allowed, rate, start } of owners) {
    lines.push("", "[[owners]]", ...textKeys({ name, memory }), `cpu = ${cpu}`, ...textKeys({ bind, allowed, rate }));
    if (Number(start)) lines.push(`start = ${Number(start)}`);
  }
  for (const { name, start, reclaim } of owners.filter((owner) => owner.reclaim.trim())) {
    const tick = Number(start) + RESIDENT_TICKS;
    lines.push("", "[[events]]", `tick = ${tick}`, 'event = "reclaim"', ...textKeys({ owner: name, memory: reclaim }));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Return a line for each key whose text is not empty.
 * @param {Record<string, string>} values
 */
const textKeys = (values) =>
  Object.entries(values)
    .filter(([, value]) => value.trim())
    .map(([key, value]) => `${key} = ${JSON.stringify(value.trim())}`);
