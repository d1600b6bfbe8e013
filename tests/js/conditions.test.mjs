// Tests that each condition names the steps in tests/conditions.json, the table with which Python is tested, too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openTrace } from "#core/trace";
import { NotInRun, stepsWhere } from "#player/conditions";

const { runs, cases } = JSON.parse(readFileSync(new URL("../conditions.json", import.meta.url), "utf8"));
const traces = Object.fromEntries(Object.keys(runs).map((name) => [name, openTrace(runs[name].trace)]));

for (const { run, condition, tree, steps } of cases) {
  test(`${run}: ${condition}`, () => {
    if (Array.isArray(steps)) assert.deepEqual(stepsWhere(traces[run], tree), steps);
    else assert.throws(() => stepsWhere(traces[run], tree), new NotInRun(steps));
  });
}
