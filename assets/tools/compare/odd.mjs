// @ts-check
// Lists what is odd about one of two compared runs and not about the other, as far as the findings say it.

import { askServer, messageOf } from "#core/api";
import { element } from "#core/dom";
import { plural } from "#core/words";
import { exampleButton, findingsOfRun } from "#player/findings";

/**
 * Fill a place with the findings of only one of the two runs.
 * @param {HTMLElement} place
 * @param {string[]} names of the run on the page and of the other run
 * @param {[RunRequest, RunRequest]} questions
 * @param {() => boolean} isCurrent whether the answer is still wanted
 */
export async function listOdd(place, names, [shown, other], isCurrent) {
  place.replaceChildren(element("p", "Looking for what is odd.", "quiet"));
  try {
    const own = findingsOfRun() ?? (await askServer("findings", shown)).findings;
    const others = (await askServer("findings", other)).findings;
    if (isCurrent()) place.replaceChildren(...partsOf(names, own, others));
  } catch (error) {
    if (isCurrent()) place.replaceChildren(element("p", messageOf(error), "refusal"));
  }
}

/**
 * @param {string[]} names
 * @param {Finding[]} own
 * @param {Finding[]} others
 */
function partsOf([name, other], own, others) {
  const both = own.filter((one) => isIn(others, one)).length;
  const parts = [...listOf(name, without(own, others)), ...listOf(other, without(others, own))];
  if (!parts.length)
    return [element("p", both ? "The same is odd about both." : "Nothing is odd about either.", "quiet")];
  if (both) parts.push(element("p", `${plural(both, "thing")} more can be said of both.`, "quiet"));
  return parts;
}

/** @param {Finding[]} list @param {Finding} one */
const isIn = (list, one) => list.some(({ id, says }) => id === one.id && says === one.says);

/** @param {Finding[]} list @param {Finding[]} others */
const without = (list, others) => list.filter((one) => !isIn(others, one));

/**
 * @param {string} name
 * @param {Finding[]} findings
 */
function listOf(name, findings) {
  if (!findings.length) return [];
  const list = element("ul", "", "odd");
  for (const { id, says, ...example } of findings) {
    const item = element("li", says);
    item.dataset.finding = id;
    if (example.story) item.append(" ", exampleButton(example));
    list.append(item);
  }
  return [element("h3", `Only in ${name}`), list];
}
