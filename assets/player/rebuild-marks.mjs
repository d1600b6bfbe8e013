// @ts-check
// Shows on a stage what is left of the old order while a new one is built: ghosts of its arrows, and a veil while
// demotion is off. Also says for how long it is off, and marks entries that nobody reads.

import { find, setText } from "#core/dom";
import { ghostsAt, offAt, staleAt } from "#core/rebuild";
import { plural } from "#core/words";

/**
 * Mark what is left of the old order on a stage. What it shows depends on the step alone.
 * @param {StageView} view
 * @param {Trace} trace
 * @param {Step} step
 */
export function markRebuild({ arrows, drawings }, trace, step) {
  const [ghosts, stale] = [ghostsAt(trace, step), staleAt(trace, step)];
  for (const { arrow, from, to } of arrows) {
    arrow.classList.toggle("ghost", ghosts.get(from)?.includes(to) ?? false);
    arrow.classList.toggle("stale", stale.get(from)?.includes(to) ?? false);
  }
  const isOff = offAt(trace, step) !== undefined;
  for (const drawing of drawings) drawing.classList.toggle("off", isOff);
}

/**
 * Say in the line over the stage that demotion is off and for how long, and which entries nobody reads. The style sheet
 * makes room for these words by the attributes of the line. (It could ask for the words with :has(), but then browsers
 * would style the whole line anew when a word in it changes.)
 * @param {Trace} trace
 * @param {Step} step
 */
export function tellRebuild(trace, step) {
  const [off, stale] = [offAt(trace, step), staleAt(trace, step)];
  const caption = find(".caption");
  caption?.toggleAttribute("data-off", off !== undefined);
  caption?.toggleAttribute("data-stale", stale.size > 0);
  setText(find("#off-words"), off ? "demotion off" : "");
  setText(find("#off-for"), off ? `${off[0]} of ${plural(off[1], "step")}` : "");
  setText(find("#stale"), [...stale].map(([node, targets]) => staleText(node, targets, trace.arrays[0])).join(" "));
}

/**
 * @param {NodeId} node
 * @param {NodeId[]} targets
 * @param {string} array
 */
const staleText = (node, targets, array) =>
  `${node} → ${targets.join(", ")} is stale: node ${node} has no memory, so nobody reads ${array}[${node}].`;
