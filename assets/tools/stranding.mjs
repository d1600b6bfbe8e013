// What walls between the nodes cost: jobs of one shape, packed with and without them.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { element } from "../tables.mjs";

const FORM = `<h2>Stranding</h2>
  <p class="quiet">How many jobs of one shape fit, if each may take cores and memory from anywhere, and if each must
  fit into one node?</p>
  <form><label>cores <input name="cpus" type="number" min="0" value="2" required></label>
  <label>GiB <input name="gib" type="number" min="0" value="3" required></label>
  <button class="primary">Pack</button></form><p id="packed" role="status"></p>`;

const GIB = 2 ** 30;
let panel;

export function open(place, state) {
  panel = place;
  panel.innerHTML = FORM;
  panel.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    pack(state);
  });
  pack(state);
}

export const taken = (state) => pack(state);

async function pack(state) {
  const { cpus, gib } = Object.fromEntries(new FormData(panel.querySelector("form")));
  const told = panel.querySelector("#packed");
  try {
    const { open, walled } = await askServer("stranding", { ...machineOf(state), cpus: Number(cpus), gib: Number(gib) });
    told.replaceChildren(line("Without walls", open), line("With a wall around each node", walled));
  } catch (error) {
    told.replaceChildren(element("span", error.message, "refusal"));
  }
}

function line(what, { jobs, cores, memory }) {
  return element("div", `${what}: ${jobs} jobs; ${cores} cores and ${(memory / GIB).toFixed(1)} GiB are left over.`);
}
