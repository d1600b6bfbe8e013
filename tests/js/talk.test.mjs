// Tests the document of a talk: its changes, its TOML, and its text in a link.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress } from "#core/address";
import {
  asTalk,
  newTalk,
  packed,
  tomlOf,
  unpacked,
  withChange,
  withMoved,
  withoutStop,
  withStop,
  withStops,
} from "#player/talk-document";

const titles = (talk) => talk.stops.map(({ title }) => title);
const three = ["A", "B", "C"].reduce((talk, title) => withStop(talk, { title, step: 1 }), newTalk());

test("stops are added, moved and removed, and no talk is changed in place", () => {
  assert.deepEqual(titles(three), ["A", "B", "C"]);
  assert.deepEqual(titles(withMoved(three, 0, 1)), ["B", "A", "C"]);
  assert.deepEqual(titles(withMoved(three, 0, -1)), ["A", "B", "C"]);
  assert.deepEqual(titles(withMoved(three, 1, 5)), ["A", "C", "B"]);
  assert.deepEqual(titles(withoutStop(three, 1)), ["A", "C"]);
  assert.deepEqual(titles(three), ["A", "B", "C"]);
});

test("a long machine is written once, and a short one at its stop", () => {
  const long = { title: "A", machine: "x".repeat(2001) };
  const other = { title: "B", machine: "y".repeat(2001) };
  const talk = [long, other, long, { title: "C", machine: "x" }].reduce(
    (made, stop) => withStop(made, stop),
    newTalk(),
  );
  assert.deepEqual(talk.machines, { "own-1": long.machine, "own-2": other.machine });
  assert.deepEqual(
    talk.stops.map(({ topology, machine }) => topology ?? machine),
    ["own-1", "own-2", "own-1", "x"],
  );
  assert.deepEqual(tomlOf(talk).match(/x{2001}/g)?.length, 1);
  assert.deepEqual(withMoved(talk, 1, 1).machines, talk.machines);
  assert.deepEqual(withoutStop(talk, 0).machines, talk.machines);
  const left = withoutStop(withoutStop(talk, 2), 0); // a machine goes with the last stop that names it
  assert.deepEqual(left.machines, { "own-2": other.machine });
  assert.deepEqual(withStop(left, long).machines, { "own-2": other.machine, "own-1": long.machine });
  assert.deepEqual(withStops(talk, []), { title: "My talk", stops: [] });
});

test("a change sets keys of one stop, and undefined takes a key away", () => {
  const changed = withChange(three, 1, { title: "X", step: undefined, autoplay: true });
  assert.deepEqual(changed.stops[1], { title: "X", autoplay: true });
  assert.deepEqual(changed.stops[0], three.stops[0]);
});

test("TOML has every kind of value", () => {
  const stop = {
    title: 'A "quoted" one',
    notes: "two\nlines",
    words: 'it\'s "both" \u007f\t',
    step: 3,
    pace: 1.5,
    autoplay: true,
    events: ["mem_offline 1"],
    walk: { old: "0>1", new: "1>0", start: 0, none: undefined },
    gone: undefined,
  };
  assert.equal(
    tomlOf({ title: "T", minutes: 6, stops: [stop] }),
    `title = "T"
minutes = 6

[[stops]]
title = 'A "quoted" one'
notes = '''
two
lines'''
words = "it's \\"both\\" \\u007f\\t"
step = 3
pace = 1.5
autoplay = true
events = ["mem_offline 1"]
walk = { old = "0>1", new = "1>0", start = 0 }
`,
  );
});

test("a talk goes through a link and back, unless it is too long", async () => {
  const link = await packed(three);
  assert.match(link ?? "", /^1[\w-]+$/);
  assert.deepEqual(await unpacked(link ?? ""), three);
  const noise = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode(33 + ((at * 7919) % 89))).join("");
  const long = withStop(three, {
    title: "L",
    machine: noise + Math.sin(1) + [...noise].reverse().join("x") + noise.slice(7),
  });
  const longLink = await packed(
    withStop(long, { title: "R", notes: Array.from({ length: 9000 }, (_, n) => Math.sin(n)).join("") }),
  );
  assert.equal(longLink, undefined);
});

test("a damaged link is no talk", async () => {
  for (const text of ["", "1", "2abc", "1!!!", "1AAAA", `1${"A".repeat(9000)}`])
    assert.equal(await unpacked(text), null);
  const bomb = await packed({ title: "x".repeat(450_000), stops: [] });
  assert.equal(await unpacked(bomb ?? ""), null);
  assert.equal(asTalk({ title: "x" }), null);
  assert.equal(asTalk({ title: 3, stops: [] }), null);
  assert.equal(asTalk({ title: "x", stops: [null] }), null);
});

test("an address holds all that makes the picture, and drops what it does not know", () => {
  const place = {
    topology: "x",
    mode: "presenter",
    panel: "registers",
    tool: "readers",
    stride: "talk",
    theme: "dark",
    talk: "own.4",
    stops: "1abc",
    why: "node_demotion[3]",
    step: 7,
  };
  assert.deepEqual(parseAddress(formatAddress(place)), place);
  for (const part of ["mode=loud", "panel=none", "stride=far", "theme=red", "tool=<b>", "why=a[b]"]) {
    const { odd, ...rest } = parseAddress(`#topology=x&${part}`);
    assert.deepEqual(rest, { topology: "x" });
    assert.match(odd ?? "", /names nothing here/);
  }
});
