// Tests the functions of the page's pure modules.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatAddress, parseAddress, sameRun } from "#core/address";
import { distancesText, tableText, wrapped } from "#core/mail";
import {
  flowsAt,
  following,
  lastAtOrBefore,
  leaksAt,
  listOf,
  nodesOf,
  openTrace,
  preceding,
  stopsOf,
  targetsOf,
} from "#core/trace";
import { choice, ordinal, plural } from "#core/words";
import { changesOf } from "#player/breakpoints";
import { beatenBy } from "#player/score-table";
import { turnedIn, turnedText } from "#player/stage-notes";
import { cpuCount, isCpuList } from "#tools/edit/cpus";
import { likelyDistance, oddity, readDistance } from "#tools/edit/distances";
import { memoryText } from "#tools/edit/fields";
import { removeNode, renumber } from "#tools/edit/model";
import { differenceText, grown, offers } from "#tools/events/model";
import { linkText, readLink } from "#tools/readers/link";
import { asMoments, chainsText, rowsOf, settled, verdictOf, walkOf } from "#tools/readers/model";
import { endText, rowText } from "#tools/readers/words";

/** @param {string} name */
const table = (name) => JSON.parse(readFileSync(new URL(`../${name}.json`, import.meta.url), "utf8"));

/** A run of six steps on two nodes: a mask fills at steps 2 and 4, node 0 gets its target at step 3. */
const trace = openTrace({
  kernel: "posted",
  zonelists: "runtime",
  nodes: [0, 1],
  masks: ["used_targets"],
  arrays: ["node_demotion"],
  chapters: [
    { name: "zonelists", title: "zonelists", first: 0 },
    { name: "order", title: "order", first: 1 },
  ],
  length: 6,
  opens: 1,
  values: ["", "0", "0-1", -1, 1, 0, 2],
  signals: {
    used_targets: [
      [0, 2, 2],
      [0, 1, 1],
    ],
    "node_demotion[0]": [
      [0, 3],
      [3, 1],
    ],
    "node_demotion[1]": [[0], [3]],
    pass: [
      [0, 2],
      [5, -1],
    ],
    source: [
      [0, 2, 2],
      [3, 2, -2],
    ],
    size: [
      [0, 2, 1],
      [5, 1, -1],
    ],
  },
});

test("a signal holds at any step what it was set to last", () => {
  const lists = [0, 1, 2, 3, 4, 5].map((step) => trace.at("used_targets", step));
  assert.deepEqual(lists, ["", "", "0", "0", "0-1", "0-1"]);
  assert.deepEqual(trace.changes("used_targets"), [2, 4]);
  assert.ok(trace.holds("used_targets", 1, 4) && !trace.holds("used_targets", 1, 3));
  assert.ok(trace.differs("node_demotion[0]", 2, 3) && !trace.differs("node_demotion[0]", 3, 5));
  assert.throws(() => trace.at("none", 0), /no signal none/);
});

test("stops are found by bisect, before and after a step", () => {
  const steps = [0, 3, 7];
  assert.deepEqual(
    [0, 2, 3, 6, 7, 99].map((step) => lastAtOrBefore(steps, step)),
    [0, 0, 1, 1, 2, 2],
  );
  assert.deepEqual(
    [0, 3, 7].map((step) => following(steps, step)),
    [3, 7, 7],
  );
  assert.deepEqual(
    [0, 3, 7].map((step) => preceding(steps, step)),
    [0, 0, 3],
  );
  assert.deepEqual(stopsOf(trace)[0], [0, 1, 2, 3, 4, 5]);
});

test("node lists are read and written as Python does", () => {
  for (const [list, nodes] of table("node_lists")) {
    assert.deepEqual(nodesOf(list), nodes);
    assert.equal(listOf(nodes.toReversed()), list);
  }
  assert.deepEqual([targetsOf("1,3"), targetsOf(4), targetsOf(-1)], [[1, 3], [4], []]);
});

test("a candidate is beaten as Python says", () => {
  const words = { score: /^\d+ farther$/, load: /^as near, more load$/, id: /^as near, higher id$/ };
  for (const [best, [, distance, lower, cpus, load], why] of table("beaten_rows")) {
    assert.match(beatenBy(best, distance + lower + cpus, load), words[/** @type {keyof typeof words} */ (why)]);
  }
});

test("a breakpoint follows a cell, a register or a node", () => {
  assert.deepEqual(changesOf(trace, "used_targets[1]"), [4]);
  assert.deepEqual(changesOf(trace, "node_demotion"), [3]);
  assert.deepEqual(changesOf(trace, "node_demotion[0]"), [3]);
  assert.deepEqual(changesOf(trace, "node 1"), [4]);
  assert.deepEqual(changesOf(trace, "node 0"), [2, 3, 4]);
  assert.deepEqual(changesOf(trace, "none[0]"), []);
});

test("CPU lists are counted as Python counts them", () => {
  for (const [list, count] of table("cpu_lists")) {
    assert.equal(isCpuList(list), count !== null, list);
    if (count !== null) assert.equal(cpuCount(list), count, list);
  }
  assert.deepEqual([cpuCount(4), cpuCount("")], [4, 0]);
});

test("walks are judged as Python judges them", () => {
  for (const [old, after, walk, verdict] of table("reader_verdicts")) {
    assert.equal(verdictOf({ old, new: after }, walk), verdict, `${walk}`);
  }
  assert.equal(chainsText({ 0: 1, 1: 2, 2: -1, 3: -1 }), "0 → 1 → 2");
  assert.equal(chainsText({ 0: -1 }), "empty: no node has a target");
  assert.equal(chainsText({ 0: "1-2", 1: "", 2: "" }), "0 → 1 or 2");
  for (const [old, after, walk, text] of table("reader_ends")) {
    assert.equal(endText({ old, new: after }, walk), text, `${walk}`);
  }
});

test("a read draws one of several targets, the same one after it was moved if it can", () => {
  /** @type {Game} */
  const game = {
    old: { 0: "1,2", 1: "", 2: "" },
    new: { 0: "2", 1: "2", 2: "" },
    protocol: "grace-hop",
    programOrder: false,
    start: 0,
    array: "node_demotion",
  };
  const moments = settled(
    game,
    asMoments([
      ["read", 0, 2, 0],
      ["store", 0, "", 0],
    ]),
  );
  assert.deepEqual(walkOf(game, moments), [0, 2, -1]);
  assert.equal(rowText(game, rowsOf(moments)[0], [0]).includes("draws from node_demotion[0]: 2"), true);
});

test("a link names a reader's walk", () => {
  const shown = { event: "own", protocol: "barrier", start: "0", order: "", moment: 4, walk: [0, 1, 2, -1] };
  const own = { ...shown, old: "0>1>2", after: "0 \u2192 2 \u2192 1" };
  assert.deepEqual(readLink(linkText(own)), own);
  const event = { ...shown, event: "2", walk: [], old: "", after: "" };
  assert.deepEqual(readLink(linkText(event)), event);
  assert.equal(readLink("own~<b>"), null);
});

test("text for a mail has lines of 72 characters", () => {
  const long = `${"word ".repeat(40)}end`;
  assert.ok(
    wrapped(long)
      .split("\n")
      .every((line) => line.length <= 72),
  );
  const rows = [
    ["node", "distance", "verdict"],
    ["3", "21", long],
    ["14", "30", "farther"],
  ];
  const text = tableText(rows).split("\n");
  assert.ok(text.every((line) => line.length <= 72));
  assert.equal(text[0], "node  distance  verdict");
  assert.match(text.at(-2) ?? "", /^14 {4}30 {8}farther$/);
  const wide = tableText([Array.from({ length: 30 }, (_, at) => `cell ${at}`)]);
  assert.ok(wide.split("\n").every((line) => line.length <= 72));
  assert.equal(
    distancesText(
      [0, 2],
      [
        [10, 21],
        [21, 10],
      ],
    ).split("\n")[1],
    "     0  2",
  );
  const many = Array.from({ length: 40 }, (_, at) => at);
  assert.equal(
    distancesText(
      many,
      many.map(() => many.map(() => 20)),
    ),
    "",
  );
});

test("an address is read and written", () => {
  const place = parseAddress("#topology=x&kernel=v5.15&step=27");
  assert.deepEqual(place, { topology: "x", kernel: "v5.15", step: 27 });
  assert.equal(formatAddress(place), "#topology=x&kernel=v5.15&step=27");
  assert.match(parseAddress("#step=two").odd ?? "", /names no step/);
  assert.match(parseAddress("#colour=red").odd ?? "", /“colour”/);
  assert.ok(sameRun({ topology: "x", step: 1 }, { topology: "x", against: "kernel:v5.15" }));
});

test("words for numbers", () => {
  for (const [count, noun, text] of table("counts")) assert.equal(plural(count, noun), text);
  for (const [nodes, text] of table("choices")) assert.equal(choice(nodes), text);
  assert.deepEqual([1, 2, 3, 4, 11, 12, 21, 112].map(ordinal), "1st 2nd 3rd 4th 11th 12th 21st 112th".split(" "));
  assert.deepEqual([0, 5, 2 ** 30, 3 * 2 ** 39, "1.5 TB"].map(memoryText), ["0", "5 B", "1 GiB", "1536 GiB", "1.5 TB"]);
});

const machine = {
  nodes: [
    { id: 0, cpus: "0-6:2", memory: 2 ** 30, socket: "A", tier: 0 },
    { id: 1, cpus: 0, memory: 2 ** 33, socket: "A", tier: 1 },
  ],
  distances: [
    [10, 17],
    [17, 10],
  ],
};

test("distances are checked and guessed", () => {
  for (const [text, distance] of table("distances")) {
    if (distance === null) assert.throws(() => readDistance(text), /is no distance/, text);
    else assert.equal(readDistance(text), distance);
  }
  assert.equal(readDistance(" 20 "), 20);
  assert.equal(likelyDistance(machine, { socket: "A", tier: 0 }, { socket: "A", tier: 1 }), 17);
  assert.equal(likelyDistance(machine, { socket: "A", tier: 0 }, { socket: "B", tier: 1 }), 20);
  assert.equal(oddity(0, 0, 11, 11), "node 0 is at 11 from itself, not 10");
  assert.equal(oddity(0, 1, 20, 20), "");
});

test("what can happen next is offered, and else why not", () => {
  /** @type {import("#tools/events/model").Facts} */
  const facts = { start: { 0: [true, 2, 2], 1: [true, 1, 0] }, after: [], obstacles: { "1 1 1": {}, "1 1 0": {} } };
  const offered = offers(facts, [], machine.nodes[0], 0).flatMap((group) => group.offered);
  const labels = offered.map(({ label }) => label);
  assert.ok(labels.includes("all 2 blocks") && labels.includes("all its 2 CPUs") && labels.includes("all 2 CPUs"));
  const full = Array.from({ length: 500 }, () => ({ event: "mem_offline", node: 1 }));
  const standing = { ...facts, after: full.map(() => facts.start[1]) };
  const refused = offers(standing, full, machine.nodes[0], 0).flatMap((group) => group.offered);
  assert.ok(refused.every(({ why }) => why === "a scenario has at most 500 events"));
  assert.deepEqual(grown(machine, 1).id, 2);
  assert.equal(
    differenceText({ node: 1, before: [2], after: [3, 4], kind: "moved" }),
    "Node 1 had node 2 as its target and now has node 3 or 4.",
  );
});

test("turned guesses have a choice where there are several", () => {
  assert.equal(turnedIn({}).size, 0);
  assert.deepEqual(
    [...turnedIn({ turned: "0,2:cxl,13:hbm" })],
    [
      [0, ""],
      [2, "cxl"],
      [13, "hbm"],
    ],
  );
  for (const text of ["0", "0,2", "0,2:cxl,13:hbm", "3:pmem"])
    assert.equal(turnedText(turnedIn({ turned: text })), text);
  assert.equal(
    turnedText(
      new Map([
        [10, "cxl"],
        [2, ""],
      ]),
    ),
    "2,10:cxl",
  );
});

test("pages of a cgroup go elsewhere in its chapter alone", () => {
  const other = openTrace({
    kernel: "v7.0",
    zonelists: "runtime",
    nodes: [0],
    masks: [],
    arrays: ["preferred"],
    chapters: [
      { name: "order", title: "order", first: 0 },
      { name: "cgroup", title: "cgroup", first: 1 },
    ],
    length: 3,
    opens: 0,
    values: [0, 1, "1", "2,4", "4", ""],
    signals: {
      chapter: [
        [0, 1],
        [0, 1],
      ],
      "preferred[0]": [[0], [2]],
      "demotes_to[0]": [
        [0, 2],
        [5, -2],
      ],
      "leaks_to[0]": [
        [0, 2],
        [5, -1],
      ],
    },
  });
  const steps = [0, 1, 2];
  assert.deepEqual(
    steps.map((step) => flowsAt(other, 0, step)),
    [[1], [], [2, 4]],
  );
  assert.deepEqual(
    steps.map((step) => leaksAt(other, 0, step)),
    [[], [], [4]],
  );
});

test("the nodes that a cgroup may use follow the nodes of the machine", () => {
  const nodes = [0, 1, 2].map((id) => ({ id, cpus: 1, memory: 1024 }));
  const distances = nodes.map(({ id }) => nodes.map((other) => (id === other.id ? 10 : 20)));
  const machine = { nodes, distances, allowed: "0-1" };
  assert.equal(removeNode(machine, 1).document.allowed, "0");
  assert.equal(removeNode(machine, 2).document.allowed, "0-1");
  assert.equal("allowed" in removeNode({ ...machine, allowed: "1" }, 1).document, false);
  assert.equal(renumber(machine, 1, "7").document.allowed, "0,7");
  assert.equal(renumber(machine, 0, "2").document.allowed, "1-2");
  assert.equal(machine.allowed, "0-1");
});

test("an address has the nodes that are allowed beside a topology", () => {
  const place = parseAddress("#topology=x&allowed=0-2%2C5&kernel=v7.0&step=3");
  assert.equal(place.allowed, "0-2,5");
  assert.equal(place.odd, undefined);
  assert.deepEqual(parseAddress(formatAddress(place)), place);
  assert.equal(sameRun(place, { ...place, allowed: undefined }), false);
});
