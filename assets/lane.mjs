// The lane under the scrubber: at which steps demotion works, is off or half built, and where a barrier stands. Its
// patterns stand beside the words for the step that is shown, so that they explain themselves.

import { element } from "./tables.mjs";

const WORDS = { works: "demotion works", off: "demotion is off", "half built": "half built: some demote" };
const LETTER = 7; // pixels that a letter needs
const $ = (selector) => document.querySelector(selector);

export function showLane(trace) {
  const begins = [0, ...trace.changes("demotion")];
  const spans = begins.map((first, i) => [first, begins[i + 1] ?? trace.length, trace.at("demotion", first)]);
  for (let step = 0; step < trace.length; step++) {
    const [name, means] = trace.at("operation", step);
    if (name === "Barrier") spans.push([step, step + 1, "barrier", means]);
  }
  $("#lane").replaceChildren(...spans.map((span) => piece(span, trace.length - 1 || 1)));
}

// Each step is as wide as its place on the scrubber, half before it and half after.
function piece([first, end, is, means = WORDS[is]], length) {
  const share = (end - first) / length;
  const made = element("span", share * $("#lane").clientWidth < LETTER * (is.length + 2) ? "" : is);
  made.dataset.is = is;
  made.title = means;
  made.style.left = `${(100 * (first - 0.5)) / length}%`;
  made.style.width = `${100 * share}%`;
  return made;
}

export function followLane(trace, step) {
  const is = trace.at("demotion", step);
  if ($("#demotion").dataset.is === is) return;
  $("#demotion").dataset.is = is;
  $("#demotion").textContent = WORDS[is];
}
