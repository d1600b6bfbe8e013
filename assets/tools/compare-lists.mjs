// What a comparison says in words and in tables.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { element } from "../tables.mjs";

// A node that demotes elsewhere, what each run found, each a link to its step, and the reason.
export function listDifferences(list, { names, differences, apart }) {
  const items = differences.map(({ node, targets, told, steps, cause }) => {
    const item = element("li");
    item.append(element("strong", `Node ${node} demotes to ${targets[0]} in ${names[0]}, to ${targets[1]} in ${names[1]}.`));
    if (cause) item.append(element("p", cause, "cause"));
    told.forEach((sentence, run) => item.append(found(names[run], sentence, run === 0 ? steps[0] : -1)));
    return item;
  });
  if (apart.length) items.push(element("li", `Only one of the machines has node ${apart.join(", ")}.`));
  list.replaceChildren(...items);
}

function found(name, sentence, step) {
  const line = element("p");
  line.append(element("span", `${name}: `, "quiet"));
  if (step < 0) return line.append(sentence), line;
  const link = Object.assign(element("button", sentence, "link"), { type: "button" });
  link.dataset.step = step;
  link.append(element("small", ` step ${step}`));
  line.append(link);
  return line;
}

export function versionTable(state, place) {
  const { asked: kernel, zonelists } = state.play;
  fill(place, "versions", { ...machineOf(state), kernel, zonelists }, ({ name, told, differs }) => [
    button(name, { kernel: name }, name === state.play.kernel),
    `${differs.length ? "\u2260 " : ""}${told}`,
  ]);
}

export function machineTable(state, place) {
  const { asked: kernel, zonelists } = state.play;
  fill(place, "machines", { ...machineOf(state), kernel, zonelists }, ({ name, title, told, shown }) => [button(title, { machine: name }, shown), told]);
}

async function fill(place, question, asked, row) {
  place.replaceChildren(element("p", "Computing.", "quiet"));
  try {
    const { rows } = await askServer(question, asked);
    const table = element("table");
    for (const one of rows) {
      const line = table.insertRow();
      for (const cell of row(one)) line.insertCell().append(cell);
    }
    place.replaceChildren(table);
  } catch (error) {
    place.replaceChildren(element("p", error.message, "refusal"));
  }
}

function button(text, data, pressed) {
  const made = Object.assign(element("button", text, "link"), { type: "button" });
  Object.assign(made.dataset, data);
  made.setAttribute("aria-pressed", pressed);
  return made;
}
