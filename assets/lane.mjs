// The lane under the scrubber: at which steps demotion works, is off or half built, and where a barrier stands. Its
// patterns stand beside the words for the step that is shown, so that they explain themselves. Where a run has more of
// them than one could tell apart, the lane is that of the chapter alone, with a mark at the step.

import { element } from "./tables.mjs";

const WORDS = { works: "demotion works", off: "demotion is off", "half built": "half built: some demote" };
const LETTER = 0.6; // of its font size, as wide as a letter is
const LEAST = 8; // pixels that a piece needs, all in all
const here = { alone: false, chapter: -1, width: 0 };
const $ = (selector) => document.querySelector(selector);

export function showLane(trace, step) {
  const all = piecesOf(trace, 0, trace.length);
  here.width = $("#lane").parentElement.clientWidth;
  here.alone = here.width > 0 && all.length * LEAST > here.width;
  here.chapter = -1;
  $("#lane").parentElement.classList.toggle("alone", here.alone);
  $("#lane-of").textContent = "";
  if (here.alone) followLane(trace, step);
  else draw(all, 0, trace.length);
}

// [first, end, what it is, what that means] for the steps from `from` to before `to`.
function piecesOf(trace, from, to) {
  const begins = new Set([from, ...trace.changes("demotion")]);
  for (let step = from; step < to; step++) {
    if (trace.at("operation", step)[0] === "Barrier") begins.add(step).add(step + 1);
  }
  const firsts = [...begins].filter((step) => step >= from && step < to).sort((one, other) => one - other);
  return firsts.map((first, i) => {
    const [name, means] = trace.at("operation", first);
    const is = trace.at("demotion", first);
    return [first, firsts[i + 1] ?? to, ...(name === "Barrier" ? ["barrier", means] : [is, WORDS[is]])];
  });
}

// Each step is as wide as its place on the scrubber, half before it and half after.
function draw(pieces, from, to) {
  const length = to - from - 1 || 1;
  const letter = LETTER * parseFloat(getComputedStyle($("#lane")).fontSize);
  $("#lane").replaceChildren(...pieces.map(([first, end, is, means]) => {
    const share = (end - first) / length;
    const made = element("span", share * here.width < letter * (is.length + 1) ? "" : is);
    made.dataset.is = is;
    made.title = means;
    made.style.left = `${(100 * (first - from - 0.5)) / length}%`;
    made.style.width = `${100 * share}%`;
    return made;
  }));
}

export function followLane(trace, step) {
  if (here.alone) followAlone(trace, step);
  const is = trace.at("demotion", step);
  if ($("#demotion").dataset.is === is) return;
  $("#demotion").dataset.is = is;
  $("#demotion").textContent = WORDS[is];
}

function followAlone(trace, step) {
  const chapter = trace.at("chapter", step);
  const { first, title } = trace.chapters[chapter];
  const end = trace.chapters[chapter + 1]?.first ?? trace.length;
  if (here.chapter !== chapter) {
    here.chapter = chapter;
    $("#lane-of").textContent = title;
    draw(piecesOf(trace, first, end), first, end);
    $("#lane").append(element("b"));
  }
  $("#lane").lastChild.style.left = `${(100 * (step - first)) / (end - first - 1 || 1)}%`;
}
