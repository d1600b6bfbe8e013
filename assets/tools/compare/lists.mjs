// @ts-check
// Writes a comparison in words and in tables.

import { askServer, messageOf } from "#core/api";
import { button, element, setAttribute } from "#core/dom";
import { state } from "#core/state";
import { disableKernels } from "#player/needs-server";
import { questionOf } from "#player/request-keys";

const ORDER =
  "Where a node has several targets, a kernel draws one at random: the order in which they are named means nothing.";

/**
 * The server's comparison of two runs: the second run, and where the two differ (viz/app/comparisons.py).
 * @typedef {{ names: [string, string], differences: Difference[], apart: NodeId[], trace: Wire, stage: string,
 *   classes: StageClasses }} Comparison
 * @typedef {{ node: NodeId, targets: [string, string], told: [string, string], steps: [Step, Step], cause: string }}
 *   Difference
 */

/**
 * List each node that demotes elsewhere: what each run has found, with a link to the step, and the reason.
 * @param {HTMLElement} list
 * @param {Comparison} comparison
 */
export function listDifferences(list, { names, differences, apart }) {
  const items = differences.map(({ node, targets, told, steps, cause }) => {
    const item = element("li");
    const words = `Node ${node} demotes to ${targets[0]} in ${names[0]}, to ${targets[1]} in ${names[1]}.`;
    item.append(element("strong", words));
    if (cause) item.append(element("p", cause, "cause"));
    item.append(foundLine(names[0], told[0], steps[0]), foundLine(names[1], told[1], -1));
    return item;
  });
  if (apart.length) items.push(element("li", `Only one of the machines has node ${apart.join(", ")}.`));
  list.replaceChildren(...items);
}

/**
 * @param {string} name
 * @param {string} sentence
 * @param {Step} step
 */
function foundLine(name, sentence, step) {
  const line = element("p");
  line.append(element("span", `${name}: `, "quiet"));
  if (step < 0) line.append(sentence);
  else {
    const link = button(sentence, "link", { step });
    link.append(element("small", ` step ${step}`));
    line.append(link);
  }
  return line;
}

/** @param {HTMLElement} place */
export const versionTable = (place) =>
  fill(place, "versions", ({ name, told, differs }) => [
    choice(name, { kernel: name }, name === state.play.kernel),
    `${differs.length ? "\u2260 " : ""}${told}`,
  ]);

/** @param {HTMLElement} place */
export const machineTable = (place) =>
  fill(place, "machines", ({ name, title, told, shown }) => [choice(title, { machine: name }, shown), told]);

/**
 * @param {HTMLElement} place
 * @param {string} question
 * @param {(row: any) => (Node | string)[]} cellsOf
 */
async function fill(place, question, cellsOf) {
  place.replaceChildren(element("p", "Computing.", "quiet"));
  try {
    const { rows } = await askServer(question, questionOf());
    const table = element("table");
    for (const row of rows) {
      const line = table.insertRow();
      for (const cell of cellsOf(row)) line.insertCell().append(cell);
    }
    place.replaceChildren(table, element("p", ORDER, "quiet"));
    disableKernels(place);
  } catch (error) {
    place.replaceChildren(element("p", messageOf(error), "refusal"));
  }
}

/**
 * @param {string} text
 * @param {Record<string, string>} data
 * @param {boolean} isPressed
 */
function choice(text, data, isPressed) {
  const made = button(text, "link", data);
  setAttribute(made, "aria-pressed", isPressed);
  return made;
}
