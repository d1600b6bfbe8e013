// Tests how beats that are too short to be seen are joined.

import assert from "node:assert/strict";
import { test } from "node:test";
import { joinShort } from "#player/choreography";

const beat = (step, lasts) => ({ step, move: "disable", begins: 0, lasts });

test("beats of which each is too short are joined, and last as long as before together", () => {
  const beats = [1, 2, 3, 4, 5].map((step) => beat(step, 37));
  const joined = joinShort([...beats, beat(6, 600)], 80);
  assert.deepEqual(
    joined.map(({ step, lasts }) => [step, lasts]),
    [
      [3, 111],
      [6, 674],
    ],
  );
});

test("long beats stay as they are", () => {
  const beats = [beat(1, 120), beat(2, 120)];
  assert.deepEqual(joinShort(beats, 80), beats);
});
