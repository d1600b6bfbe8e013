// Tests that what the browser has stored is read if it is whole, and forgotten if it is garbage.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isSwitch, keptMachine, recall } from "#core/storage";
import { storedHistory } from "#player/history-storage";
import { asTalk } from "#player/talk-document";

const DOCUMENT = JSON.stringify({
  nodes: [{ id: 0 }, { id: 3 }],
  distances: [
    [10, 20],
    [20, 10],
  ],
});
const ENTRY = { machine: { text: DOCUMENT }, document: DOCUMENT };
const CHANGE = { ...ENTRY, told: "an edit", renamed: [[0, 1]] };

/** A history as a tab stores it. */
const draft = ({ past = [], now = ENTRY, origin = ENTRY, unsent = null } = {}) =>
  JSON.stringify({ history: { past, now, future: [] }, origin, unsent });

const GARBAGE = {
  "half an object": '{"a',
  null: "null",
  "a list": "[]",
  "a number": "42",
  "a text": '"link"',
  "an empty object": "{}",
  nothing: "",
  "a huge text": "x".repeat(800_000),
  "a huge JSON text": JSON.stringify("x".repeat(800_000)),
  "an object of another shape": JSON.stringify({ text: 5, history: 5, origin: [] }),
  "a history of texts": draft({ past: ["an", "edit"], now: "now" }),
  "a history without words": draft({ past: [ENTRY] }),
  "a machine that is none": draft({ now: { machine: { text: 5 } } }),
  "a document that is no JSON": draft({ past: [{ ...CHANGE, document: "{" }] }),
  "a document without distances": draft({ now: { ...ENTRY, document: JSON.stringify({ nodes: [{ id: 0 }] }) } }),
  "a document without nodes": draft({ now: { ...ENTRY, document: JSON.stringify({ nodes: [], distances: [] }) } }),
};

/** How each kind of value is read: a draft, a machine that is kept for its address, a talk, and a switch. */
const READERS = {
  draft: () => storedHistory().history ?? null,
  "kept.abc": () => keptMachine("abc"),
  talk: () => recall("talk", asTalk, JSON.parse),
  keys: () => recall("keys", isSwitch),
};

/** @type {Map<string, string>} */
let stored;
beforeEach(() => {
  stored = new Map();
  const place = {
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, text) => stored.set(name, text),
    removeItem: (name) => stored.delete(name),
  };
  globalThis.window = /** @type {any} */ ({ localStorage: place, sessionStorage: place });
});

test("garbage of every kind is read as nothing, and is forgotten", () => {
  for (const [what, text] of Object.entries(GARBAGE)) {
    for (const [key, read] of Object.entries(READERS)) {
      stored.set(`tierscope.${key}`, text);
      assert.equal(read(), null, `${what} under ${key}`);
      assert.equal(stored.has(`tierscope.${key}`), false, `${what} under ${key} is still there`);
    }
  }
});

test("what is whole is read, and stays", () => {
  const talk = { title: "Mine", stops: [{ title: "A", topology: "x", step: 1 }] };
  stored.set("tierscope.draft", draft({ past: [CHANGE], unsent: "#x" }));
  stored.set("tierscope.kept.abc", JSON.stringify({ link: "a link" }));
  stored.set("tierscope.talk", JSON.stringify(talk));
  stored.set("tierscope.keys", "off");
  const { told, ...others } = CHANGE;
  assert.deepEqual(READERS.draft(), { past: [{ description: told, ...others }], now: ENTRY, future: [] });
  assert.deepEqual(READERS["kept.abc"](), { link: "a link" });
  assert.deepEqual(READERS.talk(), talk);
  assert.equal(READERS.keys(), "off");
  assert.equal(stored.size, 4);
});
