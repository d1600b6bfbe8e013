// The pure part of the tool on pressure.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAddress, sameRun } from "#core/address";
import {
  changedNodes,
  filmOf,
  flowsBetween,
  flowsOf,
  freeAt,
  HEAD,
  layersAt,
  levelOf,
  matterFrom,
  ownersOf,
  pagesAt,
  percentAt,
  placeOfTick,
  saidAt,
  tickAt,
  tomlOf,
} from "#tools/pressure/model";

/** Two nodes of 1,000 pages; two programs and what was in use before. At tick 5 node 0 demotes, at tick 9 one ends. */
const answer = {
  owners: ["a", "b", "in use before"],
  cpus: [0, 0],
  kinds: ["alloc", "kswapd", "swap", "exit"],
  counters: [[], ["pgdemote_kswapd", "pgsteal"], ["pswpout", "pgsteal"], []],
  nodes: [
    [3, 1000, 10, 20, 30, 40],
    [7, 1000, 10, 20, 30, 40],
  ],
  start: [[2, 7, 100]],
  ticks: [1, 5, 9],
  moves: [
    [0, 0, 3, 0, 400, 0, 0, 3, 1, 50],
    [1, 3, 7, 0, 300, 1, 3, 7, 1, 20, 2, 7, -1, 2, 60],
    [3, 7, -1, 0, 300],
  ],
  sentences: { 0: ["a begins."], 2: ["a ends."] },
  awake: { 1: [3], 2: [] },
  isolated: { 2: [7] },
  order: { 1: [], 2: [[3, 7]] },
};
const film = filmOf(/** @type {any} */ (answer));
const pages = (/** @type {number} */ tick) =>
  [0, 1, 2].map((owner) => [0, 1].map((node) => pagesAt(film, tick, owner, node)));

test("the order is that of the run until it changes", () => {
  assert.deepEqual(film.order, [null, null, [], [[3, 7]]]);
});

test("the state after each tick follows from its moves", () => {
  assert.deepEqual(pages(0), [
    [0, 0],
    [0, 0],
    [0, 100],
  ]);
  assert.deepEqual(pages(1), [
    [400, 0],
    [50, 0],
    [0, 100],
  ]);
  assert.deepEqual(pages(2), [
    [100, 300],
    [30, 20],
    [0, 40],
  ]);
  assert.deepEqual(pages(3), [
    [100, 0],
    [30, 20],
    [0, 40],
  ]);
  assert.deepEqual(
    [0, 1, 2, 3].map((tick) => freeAt(film, tick, 1)),
    [900, 900, 640, 940],
  );
});

test("counters are of the source and never fall", () => {
  const at = (/** @type {string} */ name) => [...(film.counters.get(name) ?? [])];
  assert.deepEqual(at("pgdemote_kswapd"), [0, 0, 0, 0, 320, 0, 320, 0]);
  assert.deepEqual(at("pgsteal"), [0, 0, 0, 0, 320, 60, 320, 60]);
});

test("a kswapd stays awake until it is said to sleep, and a node that leaves is told apart", () => {
  assert.deepEqual(film.awake, [[], [], [3], []]);
  assert.deepEqual(film.isolated, [[], [], [], [7]]);
});

test("layers stand on each other, what was in use before lowest, and end at the level of what is free", () => {
  for (const tick of [0, 1, 2, 3]) {
    for (const node of [0, 1]) {
      const layers = layersAt(film, tick, node);
      assert.deepEqual(
        layers.map(({ owner }) => owner),
        [2, 0, 1],
      );
      for (const [place, { from, to }] of layers.entries()) {
        assert.equal(from, place ? layers[place - 1].to : 0);
        assert.ok(to >= from);
      }
      assert.equal(layers[2].to, levelOf(film.nodes[node], freeAt(film, tick, node)));
    }
  }
});

test("a vessel is empty, full, and its head is what lies below twice high", () => {
  const [node] = film.nodes;
  assert.equal(levelOf(node, 1000), 0);
  assert.equal(levelOf(node, 0), 1);
  assert.ok(Math.abs(levelOf(node, 60) - (1 - HEAD)) < 1e-9);
  const marks = [node.high, node.low, node.min].map((free) => levelOf(node, free));
  assert.ok(marks.every((level, place) => level > (marks[place - 1] ?? 1 - HEAD)));
  assert.equal(levelOf({ ...node, managed: 0, high: 0 }, 0), 1);
});

test("flows join owners, and allocations come from the CPU's node", () => {
  assert.deepEqual(flowsOf(film, 1), [{ kind: "alloc", source: 0, target: 3, pages: 450 }]);
  assert.deepEqual(flowsOf(film, 2), [
    { kind: "kswapd", source: 3, target: 7, pages: 320 },
    { kind: "swap", source: 7, target: -1, pages: 60 },
  ]);
  assert.deepEqual(flowsOf(film, 3), []);
});

test("what is said holds until something else is", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((tick) => saidAt(film, tick).join()),
    ["", "a begins.", "a begins.", "a ends."],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((tick) => matterFrom(film, tick, 1)),
    [1, 3, 3, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((tick) => matterFrom(film, tick, -1)),
    [0, 0, 1, 1],
  );
});

test("owners that never hold a page are not listed", () => {
  assert.deepEqual([...ownersOf(film)].sort(), [0, 1, 2]);
  const alone = filmOf(
    /** @type {any} */ ({ ...answer, start: [], ticks: [], moves: [], sentences: {}, awake: {}, isolated: {} }),
  );
  assert.deepEqual([...ownersOf(alone)], []);
  assert.equal(matterFrom(alone, 0, 1), 0);
});

test("a form becomes TOML, and what is empty is left out", () => {
  const empty = { bind: "", allowed: "", rate: "", start: "0", reclaim: "" };
  const one = { ...empty, name: "a", memory: " 2 GiB", cpu: "0", allowed: "0,2" };
  const fields = { owners: [one], swap: "", demotion: "on", balancing: "0" };
  assert.equal(
    tomlOf(fields),
    'title = "My scenario"\n\n[[owners]]\nname = "a"\nmemory = "2 GiB"\ncpu = 0\nallowed = "0,2"\n',
  );
  const two = { ...empty, name: "b", memory: "1 GiB", cpu: "1", bind: '0"', rate: "8 MiB", start: "40" };
  const owners = [one, { ...two, reclaim: "40 MiB" }];
  const all = tomlOf({ owners, swap: "1 GiB", demotion: "off", balancing: "2" });
  assert.ok(all.includes('swap = "1 GiB"\ndemotion = false\nnuma_balancing = 2\n'));
  assert.ok(all.includes('name = "b"\nmemory = "1 GiB"\ncpu = 1\nbind = "0\\""\nrate = "8 MiB"\nstart = 40\n'));
  assert.ok(all.endsWith('tick = 270\nevent = "reclaim"\nowner = "b"\nmemory = "40 MiB"\n'));
  assert.equal(all.match(/\[\[owners\]\]/g)?.length, 2);
});

test("how full a node is, is rounded down", () => {
  assert.equal(percentAt(film, 1, 0), 45);
  assert.equal(percentAt(filmOf(/** @type {any} */ ({ ...answer, start: [[2, 7, 999.5]] })), 0, 1), 99.9);
});

test("a flow is over at its last tick, and at a tick after which its kswapd sleeps", () => {
  const alloc = [0, 0, 3, 0, 10];
  const demote = [1, 3, 7, 0, 10];
  const moves = [[...alloc, ...demote], [...alloc, ...demote], alloc, [], demote, demote];
  const ticks = [1, 2, 3, 4, 5, 6];
  const played = filmOf(/** @type {any} */ ({ ...answer, ticks, moves, awake: { 0: [3], 1: [], 4: [3] } }));
  const kinds = [1, 2, 3, 4, 5, 6].map((tick) =>
    flowsOf(played, tick)
      .map(({ kind }) => kind)
      .join(),
  );
  assert.deepEqual(kinds, ["alloc,kswapd", "alloc", "", "", "kswapd", ""]);
});

test("what flows between two ticks is added up", () => {
  assert.deepEqual(flowsBetween(film, 0, 1), flowsOf(film, 1));
  const [alloc] = flowsBetween(film, 0, 2);
  assert.deepEqual(alloc, { kind: "alloc", source: 0, target: 3, pages: 450 });
  assert.equal(flowsBetween(film, 0, 2).length, flowsOf(film, 1).length + flowsOf(film, 2).length);
});

test("what changes between two ticks is found, and all of it where nothing was shown", () => {
  assert.deepEqual(changedNodes(film, null, 1), [0, 1]);
  assert.deepEqual(changedNodes(film, 0, 1), [0]); // both programs come to node 3
  assert.deepEqual(changedNodes(film, 1, 2), [0, 1]);
  assert.deepEqual(changedNodes(film, 2, 2), []);
});

test("a tick has a place, and a place a tick", () => {
  assert.deepEqual(
    [0, 1, 4, 5, 9, 99].map((tick) => placeOfTick(film, tick)),
    [0, 1, 1, 2, 3, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((place) => tickAt(film, place)),
    [0, 1, 5, 9],
  );
});

test("a vessel is as high as Python's chart has it", () => {
  for (const { managed, high, free, level } of JSON.parse(readFileSync("tests/levels.json", "utf-8"))) {
    const node = { id: 0, managed, min: 0, low: 0, high, promo: high };
    assert.ok(Math.abs(levelOf(node, free) - level) < 1e-9, JSON.stringify({ managed, high, free }));
  }
});

test("a link names a scenario and its tick, and asks for no other run", () => {
  const place = parseAddress("#topology=x&pressure=bound%3A184");
  assert.deepEqual(place, { topology: "x", pressure: "bound:184" });
  assert.ok(sameRun(place, { topology: "x" }));
});
