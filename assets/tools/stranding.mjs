// What walls between the nodes cost: jobs of one shape, packed with and without them.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { element } from "../tables.mjs";

const FORM = `<h2>Stranding</h2>
  <p class="quiet">How many jobs of one shape fit, if each may take cores and memory from anywhere, and if each must
  fit into one node? Hatched is what nobody can use.</p>
  <form><label>cores <input name="cpus" type="number" min="0" value="2" required></label>
  <label>memory <input name="memory" value="3 GB" required></label>
  <button class="primary">Pack</button></form><div id="packed" role="status"></div>`;

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
  const { cpus, memory } = Object.fromEntries(new FormData(panel.querySelector("form")));
  const told = panel.querySelector("#packed");
  try {
    const { open, walled } = await askServer("stranding", { ...machineOf(state), cpus: Number(cpus), memory });
    told.replaceChildren(...bins("Without walls", open), ...bins("With a wall around each node", walled));
  } catch (error) {
    told.replaceChildren(element("span", error.message, "refusal"));
  }
}

// The number of jobs, and the bins as Python has drawn them.
function bins(what, { told, bins: picture }) {
  const drawn = element("div");
  drawn.innerHTML = picture;
  return [element("h3", `${what}: ${told}`), drawn];
}
