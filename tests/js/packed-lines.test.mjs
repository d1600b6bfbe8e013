// Tests how edited lines are packed for a link, and which links are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packedJson } from "#core/packed";
import { unpackedLines } from "#site/packed-lines";

const lines = { row: "posted", texts: { "migrate.py f": "def f():\n    return '\u2192'\n" } };

test("edited lines come out of a link as they went in, in letters that an address may have", async () => {
  const code = await packedJson(lines);
  assert.match(code, /^[\w-]+$/);
  assert.deepEqual(await unpackedLines(code), lines);
});

test("a damaged link, and one of another kind, hold no lines", async () => {
  const code = await packedJson(lines);
  for (const wrong of [
    "",
    "%",
    code.slice(0, -4),
    await packedJson({ row: 1, texts: {} }),
    await packedJson({ texts: {} }),
  ]) {
    assert.equal(await unpackedLines(wrong), null, wrong);
  }
  assert.equal(await unpackedLines(await packedJson({ row: "posted", texts: { f: 1 } })), null);
});

test("neither a long link nor one that unpacks to a long text is read", async () => {
  const long = { row: "posted", texts: { f: "x".repeat(2 ** 17) } };
  const short = await packedJson(long);
  assert.ok(short.length < 1000);
  assert.equal(await unpackedLines(short), null);
  const random = Array.from({ length: 2 ** 17 }, (_, n) => String.fromCharCode(0x3000 + ((n * 7919) % 20000)));
  const code = await packedJson({ row: "posted", texts: { f: random.join("") } });
  assert.ok(code.length > 2 ** 17);
  assert.equal(await unpackedLines(code), null);
});
