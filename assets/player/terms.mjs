// @ts-check
// Marks words of the glossary in texts of the page, and explains them: a marked word acts as a button; its explanation
// is shown while the pointer or the focus is on it, or after a tap. Only the first occurrence of a word in a text is
// marked. Also shows what a tool or a link above the stage is for when the keyboard reaches it.

import { $, all, element, on } from "#core/dom";
import { TERMS } from "#core/glossary";

const PAUSE = 250; // milliseconds without a change of the page before new texts are marked, so that playing stays quick
const DELAY = 150; // milliseconds that the pointer may be between a word and its explanation
const MAX_MARKS = 3; // how many words of a text are marked
const MAX_TEXTS = 300; // how many pieces of text are looked through in one place
/** Words that are plain enough in a sentence; help explains them, too. */
const PLAIN = new Set(
  (
    "batch chapter class condition event finding guess link own_patch owner rule run scenario step stop story stride " +
    "tick topology walk what-if"
  ).split(" "),
);
/** The places in which words are marked, each with the parts of it that are texts of their own; a table is one text. */
const PLACES = [
  ["#narration", ""],
  ["#note", ""],
  ["#answer", "p, li"],
  ["#scores", "table"],
  ["#story", ".acts p"],
  ["#tool", "table, p, dd"],
  ["#help-what", "p, li"],
];
/** The buttons whose titles are shown when the keyboard reaches them, as browsers do for the pointer. */
const TITLED = ":is(#tools, .caption-links) [title]";
/** Elements in which no words are marked: no button may stand inside, a change is read aloud, or it is code. */
const CLOSED = "button, a, code, pre, label, summary, select, textarea, h1, h2, h3, [role=status], [role=alert], svg";

/** @type {Map<string, number>} */
const places = new Map(TERMS.flatMap(([names], place) => names.map((name) => [name.toLowerCase(), place])));
const pattern = new RegExp(`(?<![\\w-])(?:${[...places.keys()].flatMap(written).join("|")})(?!\\w)`, "gi");

/**
 * Return the pattern of a name, with its plural, or nothing for a name that is not marked. "Node 3" names a node.
 * @param {string} name
 */
function written(name) {
  if (PLAIN.has(name.replace(" ", "_"))) return [];
  const plain = name.replace(/[^\w ]/g, "\\$&").replace(" ", "\\s");
  return name === "node" ? ["nodes?(?!\\s\\d)"] : [`${plain}(?:e?s)?`];
}

/**
 * Return the index of the term that a text names, in its singular or its plural.
 * @param {string} text
 */
function termOf(text) {
  const word = text.toLowerCase().replace(/\s/g, " ");
  return places.get(word) ?? places.get(word.replace(/s$/, "")) ?? places.get(word.replace(/es$/, ""));
}

/**
 * Mark words of the glossary in a text: each term where it comes first, up to MAX_MARKS terms.
 * @param {Element} text
 */
export function markTerms(text) {
  const known = new Set(all(".term", text).map(({ dataset }) => Number(dataset.term)));
  if (known.size >= MAX_MARKS) return;
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const parts = [];
  while (walker.nextNode() && parts.length < MAX_TEXTS) parts.push(/** @type {Text} */ (walker.currentNode));
  for (const part of parts) {
    if (known.size >= MAX_MARKS) return;
    if (!part.parentElement?.closest(CLOSED)) markPart(part, known);
  }
}

/**
 * @param {Text} part
 * @param {Set<number>} known the terms that are marked already
 */
function markPart(part, known) {
  let rest = part;
  let before = 0; // how many characters of the text stand before the rest
  for (const { 0: word, index } of [...part.data.matchAll(pattern)]) {
    const term = termOf(word);
    if (term === undefined || known.has(term) || known.size >= MAX_MARKS) continue;
    known.add(term);
    const found = rest.splitText(index - before);
    rest = found.splitText(word.length);
    before = index + word.length;
    found.replaceWith(markedWord(word, term));
  }
}

/**
 * @param {string} word
 * @param {number} term
 */
function markedWord(word, term) {
  const made = element("span", word, "term"); // a <button> would look like the other buttons of its place
  made.dataset.term = String(term);
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  return made;
}

// The explanation of a word

/** @type {ReturnType<typeof setTimeout> | undefined} */
let closing;
/** @type {HTMLElement | null} */
let explained = null; // the word that is explained

/** The element that shows explanations. */
const box = element("div");
box.id = "term";
box.popover = "manual";
box.setAttribute("role", "tooltip");

/** @param {HTMLElement} word */
function explain(word) {
  clearTimeout(closing);
  if (explained === word) return;
  hide();
  explained = word;
  if (word.dataset.term) {
    const [names, text] = TERMS[Number(word.dataset.term)];
    box.replaceChildren(element("strong", names.join(", ")), " ", ...plainAndCode(text));
    word.setAttribute("aria-describedby", "term");
  } else box.textContent = word.title; // which describes it to screen readers already
  const home = word.closest("dialog") ?? $("#main"); // an open dialog makes all else inert; else it is in a landmark
  if (box.parentElement !== home) home.append(box);
  box.showPopover();
  putBeside(word);
}

/**
 * Put the explanation below its word or, if there is no room, above it.
 * @param {HTMLElement} word
 */
function putBeside(word) {
  const { left, top, bottom } = word.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = bottom + 6 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? bottom + 6 : Math.max(8, top - 6 - height)}px`;
}

function hide() {
  clearTimeout(closing);
  explained?.removeAttribute("aria-describedby");
  if (explained) box.hidePopover();
  explained = null;
}

const hideSoon = () => (closing = setTimeout(hide, DELAY));

/**
 * Return a text with its parts between backquotes as code.
 * @param {string} text
 */
export const plainAndCode = (text) =>
  text.split("`").map((part, index) => (index % 2 ? element("code", part) : document.createTextNode(part)));

/** @param {EventTarget | null} target */
const wordAt = (target) =>
  target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(".term")) : null;

/** @param {KeyboardEvent} event */
function onKey(event) {
  const word = wordAt(event.target);
  const isPressed = word !== null && (event.key === "Enter" || event.key === " ");
  if (!isPressed && (event.key !== "Escape" || !explained)) return;
  event.stopImmediatePropagation(); // otherwise the player would play, or an answer be closed
  event.preventDefault();
  if (isPressed) explain(word);
  else hide();
}

function listen() {
  on(document, "pointermove", ({ target }) => {
    const word = wordAt(target);
    if (word) explain(word);
    else if (target.closest("#term")) clearTimeout(closing);
    else if (explained && explained !== document.activeElement) hideSoon();
  });
  on(document, "focusin", ({ target }) => {
    const word = wordAt(target) ?? (target.matches(`${TITLED}:focus-visible`) ? target : null);
    if (word) explain(word);
    else hide();
  });
  on(document, "focusout", ({ target }) => target === explained && hideSoon());
  on(document, "click", ({ target }) => {
    const word = wordAt(target);
    if (word) explain(word);
    else if (!target.closest("#term")) hide();
  });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("scroll", () => explained && putBeside(explained), { capture: true, passive: true });
}

// The texts of the page

/** @type {ReturnType<typeof setTimeout> | undefined} */
let marking;
/** The places whose texts have changed since they were last marked. */
const changed = new Set(PLACES);
/** For each place, what notes that its texts change. */
const observers = PLACES.map(
  (place) =>
    new MutationObserver(() => {
      changed.add(place);
      markSoon();
    }),
);

function markSoon() {
  clearTimeout(marking);
  marking = setTimeout(markPage, PAUSE);
}

/**
 * Return the only element in a place, which holds its text. The place may lay out its children side by side, and the
 * parts of a sentence have to stay one text.
 * @param {Element} place
 */
function inLine(place) {
  if (place.firstElementChild?.matches(".line")) return place.firstElementChild;
  const line = element("span", "", "line");
  line.append(...place.childNodes);
  place.append(line);
  return line;
}

function markPage() {
  if (explained && !explained.isConnected) hide();
  for (const place of changed) {
    const [selector, parts] = place;
    const root = $(selector);
    if (root.closest("[hidden]")) continue; // its turn is later
    changed.delete(place);
    const texts = parts ? all(parts, root).slice(0, MAX_TEXTS) : [inLine(root)];
    for (const text of texts) if (!text.closest(CLOSED)) markTerms(text);
  }
  for (const observer of observers) observer.takeRecords(); // of the marks themselves
}

listen();
for (const [index, [place]] of PLACES.entries()) {
  observers[index].observe($(place), { childList: true, characterData: true, subtree: true });
}
markSoon();
