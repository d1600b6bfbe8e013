// What stands over and beside the scrubber, and under it: marks, words and lane, all made for its width.

import { showLane } from "./lane.mjs";
import { element } from "./tables.mjs";

const CROWD = 6; // pixels that a mark needs to be told from the next
const LETTER = 0.5; // of its font size, as wide as a letter of a mark is
const $ = (selector) => document.querySelector(selector);

// The words beside the scrubber have room for the longest, so that it keeps its width while it plays.
export function keepRoom({ length, nodes, masks }) {
  const pass = masks.includes("this_pass") ? ", pass 10" : "";
  const longest = `step ${length - 1} of ${length - 1}${pass}, source ${nodes.at(-1)}`;
  $("#where").style.minWidth = `${0.53 * longest.length}em`;
}

export function showScale(state) {
  showMarks(state);
  showLane(state.trace, state.step);
}

// Marks over the scrubber where passes and chapters begin.
function showMarks({ trace }) {
  const marks = trace.chapters.map(({ first, name }) => [first, name === "order" && trace.masks.includes("this_pass") ? "disable" : name]);
  for (let step = 1; step < trace.length; step++) {
    const pass = trace.at("pass", step);
    if (pass && pass !== trace.at("pass", step - 1)) marks.push([step, `pass ${pass}`]);
  }
  const length = trace.length - 1 || 1;
  const room = $("#marks").clientWidth;
  const letter = LETTER * parseFloat(getComputedStyle($("#marks")).fontSize);
  if (marks.length * CROWD > room) marks.length = trace.chapters.length; // of these alone, a few may still be too many
  const clear = marks.sort(([one], [other]) => one - other).filter(farFrom((length * CROWD) / room));
  const spans = clear.map(([step, label], index) => {
    const share = ((clear[index + 1]?.[0] ?? length) - step) / length;
    const mark = element("span", share * room < letter * label.length + 6 ? "" : label);
    mark.title = label;
    mark.style.left = `${(100 * step) / length}%`;
    mark.style.width = `${100 * share}%`;
    return mark;
  });
  $("#marks").replaceChildren(...spans);
}

// Whether a mark is so many steps behind the last one that was.
function farFrom(least) {
  let last = -Infinity;
  return ([step]) => step - last >= least && ((last = step), true);
}
