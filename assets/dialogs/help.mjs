// @ts-check
// Fills the help that "?" opens: what this page is, what its marks mean, and the words. The list of
// keys is in the page's HTML.

import { $, all, element, find, on } from "#core/dom";
import { TERMS } from "#core/glossary";
import { markTerms, plainAndCode } from "#player/terms";

const WHAT = [
  "A large machine has memory in several places. Each place is a node. When a node is full, Linux can move its cold " +
    "pages to slower memory instead of throwing them out: that is demotion. Where the pages of each node go is the " +
    "demotion order. The kernel works it out by itself, and does not say why.",
  "This page plays how the kernel does that, step by step, on built-in machines or on yours (Paste), under each " +
    "kernel that has done it, as posted in April 2021 and from 5.15 on. It answers: where do the pages of a node " +
    "go, why there, and what changes with another kernel or when memory and CPUs come and go?",
  "The order that you see is computed by code that follows the kernel's own, function by function, under its names, " +
    "but in Python. The line below a function's name says where it stands in Linux. The sentences are written from " +
    "what that code did.",
  "Start with the button Stories if you want to be shown around. Click anything on the stage or in the registers to " +
    "ask why it is so.",
];
/** Each mark of the page: a class that draws it, and what it means. */
const MARKS = [
  ["this-pass", "solid outline: the node is in this_pass, it chooses in this pass; its halo: it has its turn now"],
  ["next-pass", "dashed outline: the node is in next_pass, it has been chosen and will choose in the next pass"],
  ["used", "hatched: the node is in used_targets and can be chosen no more"],
  ["end", "bar under a card: its chain ends here, it found no target"],
  [
    "badge",
    "figure at a card: its distance from the node that chooses, and after + what it pays extra; filled: chosen",
  ],
  ["arrow", "arrow: cold pages of a node go there; all arrows of one chain have one colour, which means nothing else"],
  ["gone", "dotted outline: none of the node's memory is online"],
  ["tick", "short line under the slider: a register that you have clicked changes there"],
  [
    "lane",
    "strip under the slider; here, from the left: demotion is off, a barrier, half built (striped), demotion works",
  ],
  ["differs", "\u2260: differs from the run, or the log, that is compared with this one"],
];

/** Fill the help, if it is not filled already. */
export function fillHelp() {
  if (find("#help-what p")) return;
  $("#help-what").append(...WHAT.map((text) => element("p", text)), element("h4", "What the marks mean"), marks());
  $("#help-words").append(searchField(), list());
  for (const text of all("#help-what p")) markTerms(text);
  on($("#help-parts"), "click", ({ target }) => {
    const part = target.closest("button")?.dataset.part;
    if (part) $(`#help-${part} h3`).scrollIntoView();
    if (part) $(`#help-${part} h3`).focus({ preventScroll: true });
  });
}

function marks() {
  const made = element("ul", "", "help-marks");
  made.append(
    ...MARKS.map(([name, text]) => {
      const item = element("li");
      item.append(element("i", "", `mark-${name}`), element("span", text));
      return item;
    }),
  );
  return made;
}

function searchField() {
  const label = element("label", "Find a word ");
  const field = label.appendChild(element("input"));
  Object.assign(field, { id: "find-word", autocomplete: "off", spellcheck: false });
  on(field, "input", () => {
    const wanted = field.value.trim().toLowerCase();
    const items = new Map(all("#words > div").map((item) => [Number(item.dataset.place), item]));
    for (const item of items.values()) item.hidden = true;
    for (const place of placesOf(wanted)) {
      const item = /** @type {HTMLElement} */ (items.get(place));
      item.hidden = false;
      $("#words").append(item);
    }
  });
  return label;
}

/**
 * Return the places in the glossary of the terms that have a text: first the term of that name, then those whose names
 * begin with it, then those whose names have it, and last those that only mention it.
 * @param {string} wanted in lower case
 */
function placesOf(wanted) {
  const ranks = TERMS.map(([names, text]) => {
    const lower = names.map((name) => name.toLowerCase());
    if (lower.includes(wanted)) return 0;
    if (lower.some((name) => name.startsWith(wanted))) return 1;
    if (lower.some((name) => name.includes(wanted))) return 2;
    return text.toLowerCase().includes(wanted) ? 3 : 4;
  });
  const places = [...ranks.keys()].filter((place) => ranks[place] < 4);
  return places.sort((one, other) => ranks[one] - ranks[other]);
}

/** Return all words with their explanations, in a box that scrolls. */
function list() {
  const box = element("div", "", "word-box");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "All words");
  const words = box.appendChild(element("dl"));
  words.id = "words";
  words.append(
    ...TERMS.map(([names, text], place) => {
      const item = element("div");
      item.dataset.place = String(place);
      const explanation = element("dd");
      explanation.append(...plainAndCode(text));
      item.append(element("dt", names.join(", ")), explanation);
      return item;
    }),
  );
  return box;
}
