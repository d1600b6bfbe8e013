// Tests which messages of a page around an embedded player are commands, and which of the waiting commands are kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf, withCommand } from "#player/embed-messages";

const ours = (values) => ({ tierscope: 1, ...values });

for (const message of [
  { type: "seek", step: 0 },
  { type: "seek", step: 9_999_999 },
  { type: "move", strides: -1000 },
  { type: "play" },
  { type: "play", speed: 0.25 },
  { type: "pause", more: "is ignored" },
  { type: "hello" },
  { type: "theme", theme: "dark" },
]) {
  test(`a command: ${JSON.stringify(message)}`, () => {
    const { more: _, ...command } = message;
    assert.deepEqual(JSON.parse(JSON.stringify(commandOf(ours(message)))), command);
  });
}

const foreign = [undefined, null, 0, "tierscope", true, [], [1], {}, { type: "seek", step: 1 }, new Map(), new Date(0)];
for (const message of [...foreign, { tierscope: "1", type: "seek", step: 1 }, { tierscope: {} }]) {
  test(`not meant for the player: ${JSON.stringify(message)}`, () => assert.equal(commandOf(message), null));
}

const SECRET = "what-was-sent";
for (const message of [
  {},
  { type: SECRET },
  { type: ["seek"], step: 1 },
  { type: "__proto__" },
  { type: "constructor" },
  { type: "refused", reason: SECRET },
  { type: "seek" },
  { type: "seek", step: -1 },
  { type: "seek", step: 1.5 },
  { type: "seek", step: "1" },
  { type: "seek", step: Number.NaN },
  { type: "seek", step: Number.POSITIVE_INFINITY },
  { type: "seek", step: 1e7 },
  { type: "seek", step: [1] },
  { type: "move", strides: 1001 },
  { type: "move" },
  { type: "play", speed: 3 },
  { type: "play", speed: SECRET },
  { type: "theme", theme: SECRET },
  { tierscope: 2, type: "seek", step: 1 },
  { tierscope: Number.NaN },
]) {
  test(`refused: ${JSON.stringify(message)}`, () => {
    const { type, reason } = commandOf(ours(message));
    assert.equal(type, "refused");
    assert.match(reason, /\.$/);
    assert.ok(!reason.includes(SECRET));
  });
}

const seek = (step) => ({ type: "seek", step });
const move = (strides) => ({ type: "move", strides });
const [play, pause] = [{ type: "play" }, { type: "pause" }];
const [dark, light] = ["dark", "light"].map((theme) => ({ type: "theme", theme }));

for (const [given, kept] of [
  [[seek(1), seek(2)], [seek(2)]],
  [[play, seek(1)], [seek(1)]],
  [
    [seek(1), play],
    [seek(1), play],
  ],
  [
    [seek(1), move(2), move(3), seek(9), move(1)],
    [seek(9), move(1)],
  ],
  [
    [move(2), dark, move(-3), light],
    [move(-1), light],
  ],
  [[move(900), move(900)], [move(1000)]],
  [[play, pause, play], [play]],
  [[play, move(1)], [move(1)]],
]) {
  test(`${JSON.stringify(given)} leaves ${JSON.stringify(kept)}`, () => {
    assert.deepEqual(given.reduce(withCommand, []), kept);
  });
}

test("any number of messages leaves at most one of each type", () => {
  const types = [seek(1), move(1), play, pause, dark, { type: "hello" }, { type: "refused", reason: "No." }];
  let waiting = [];
  for (let turn = 0; turn < 5000; turn++) waiting = withCommand(waiting, types[(turn * turn + turn) % types.length]);
  assert.equal(new Set(waiting.map(({ type }) => type)).size, waiting.length);
});
