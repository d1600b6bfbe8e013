// @ts-check
// What stands over, beside and under the scrubber: marks, words and the lane, all made for its width.

import { $, element, textWidth } from "#core/dom";
import { state } from "#core/state";
import { showLane } from "#player/demotion-lane";

const CROWD = 6; // pixels that a mark needs to be told from the next
const BESIDE = 4.5; // pixels beside the words of a mark

/**
 * The words beside the scrubber get room for the longest ones, so that the scrubber keeps its width while it plays.
 * @param {Trace} trace
 */
export function keepRoom({ length, nodes, masks }) {
  const pass = masks.includes("this_pass") ? ", pass 10" : "";
  const longest = `step ${length - 1} of ${length - 1}${pass}, source ${nodes.at(-1)}`;
  $("#where").style.minWidth = `${0.53 * longest.length}em`;
}

export function showScrubberMarks() {
  showMarks(state.trace);
  showLane();
}

/**
 * Marks over the scrubber where passes and chapters begin.
 * @param {Trace} trace
 */
function showMarks(trace) {
  const nameOf = (/** @type {string} */ name) =>
    name === "order" && trace.masks.includes("this_pass") ? "disable" : name;
  const marks = trace.chapters.map(({ first, name }) => ({ step: first, label: nameOf(name) }));
  for (let step = 1; step < trace.length; step++) {
    const pass = trace.at("pass", step);
    if (pass && pass !== trace.at("pass", step - 1)) marks.push({ step, label: `pass ${pass}` });
  }
  const length = trace.length - 1 || 1;
  const room = $("#marks").clientWidth;
  if (marks.length * CROWD > room) marks.length = trace.chapters.length; // only chapters, which may be too many as well
  marks.sort((one, other) => one.step - other.step);
  const clear = marks.filter(isFarEnough((length * CROWD) / room));
  const spans = clear.map(({ step, label }, index) => {
    const share = ((clear[index + 1]?.step ?? length) - step) / length;
    const brief = label.replace("pass ", "");
    const fits = (/** @type {string} */ words) => share * room >= textWidth(words, $("#marks")) + BESIDE;
    const mark = element("span", [label, brief].find(fits) ?? "");
    mark.title = label;
    mark.style.left = `${(100 * step) / length}%`;
    mark.style.width = `${100 * share}%`;
    return mark;
  });
  $("#marks").replaceChildren(...spans);
}

/**
 * What says of one mark after the other whether it is so many steps behind the last that was.
 * @param {number} least
 */
function isFarEnough(least) {
  let last = -Infinity;
  return (/** @type {{ step: Step }} */ { step }) => {
    if (step - last < least) return false;
    last = step;
    return true;
  };
}
