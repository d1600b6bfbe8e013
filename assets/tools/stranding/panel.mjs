// @ts-check
// The tool that shows stranding: how many equal jobs fit if each must fit into one node, and if it need not.

import { askServer, messageOf } from "#core/api";
import { $, element, on } from "#core/dom";
import { state } from "#core/state";
import { machineOf } from "#player/request-keys";

const FORM = `<h2>Stranding</h2>
  <p class="quiet">How many jobs of one shape fit, if each may take cores and memory from anywhere, and if each must
  fit into one node? Hatched is what nobody can use.</p>
  <form><label>cores <input name="cpus" type="number" min="0" value="2" required></label>
  <label>memory <input name="memory" value="3 GB" required></label>
  <button class="primary">Pack</button></form><div id="packed" role="status"></div>`;

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  on($("form", panel), "submit", (event) => {
    event.preventDefault();
    pack();
  });
  pack();
}

export const onRun = () => pack();

async function pack() {
  const packed = $("#packed");
  const { cpus, memory } = Object.fromEntries(new FormData($("#tool form")));
  try {
    const question = { ...machineOf(state.request), cpus: Number(cpus), memory };
    const { open, walled } = await askServer("stranding", question);
    packed.replaceChildren(...bins("Without walls", open), ...bins("With a wall around each node", walled));
  } catch (error) {
    packed.replaceChildren(element("span", messageOf(error), "refusal"));
  }
}

/**
 * Return a heading with the number of jobs, and the picture of the bins, which Python has drawn.
 * @param {string} what
 * @param {{ told: string, bins: string }} packed
 */
function bins(what, { told, bins: picture }) {
  const drawn = element("div");
  drawn.innerHTML = picture;
  return [element("h3", `${what}: ${told}`), drawn];
}
