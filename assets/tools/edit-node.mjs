// The selected node in native controls. It knows fields and texts; `acts` say what an edit means: set(key, text) and
// toggle(key), which throw an Error whose message says, at the field, why not.

import { element } from "../tables.mjs";
import { cpusText, hasCpus, hasMemory, memoryText, nodeOf } from "./edit-model.mjs";
import { nextSocket } from "./edit-stage.mjs";

const NEW = "\u0000"; // the choice of a socket that is not there yet
const field = (caption, control, title = "") => `<div class="field"><label for="node-${caption}" title="${title}">${caption}</label>${control}</div>`;
const switched = (name, caption, control) => `<div class="field"><label><input type="checkbox" name="${name}"> ${caption}</label>${control}</div>`;
export const FIELDS = `<div class="fields">
    ${field("id", `<input id="node-id" name="id" inputmode="numeric" autocomplete="off">
    <button type="button" data-act="earlier" title="Swap ids with the node before it">Earlier</button>
    <button type="button" data-act="later" title="Swap ids with the node after it">Later</button>`, "Who chooses first has the lower id")}
    ${switched("has-cpus", "CPUs", '<input name="cpus" aria-label="How many CPUs, or which" autocomplete="off">')}
    ${field("label", '<input id="node-label" name="label" autocomplete="off">')}
    ${switched("has-memory", "memory", '<input name="memory" aria-label="Size of the memory" autocomplete="off">')}
    ${field("socket", '<select id="node-socket" name="socket"></select>')}
    ${field("adistance", '<input id="node-adistance" name="adistance" inputmode="numeric" placeholder="576" autocomplete="off">', "Abstract distance, which decides on the memory tier from v6.1 on; DRAM has 576")}
    ${field("tier", '<input id="node-tier" name="tier" inputmode="numeric" autocomplete="off">', "A row of the picture, 0 the fastest")}
    ${switched("online", "online", "")}
  </div><p class="refusal" id="node-refusal" role="alert"></p>`;

const SHOWN = {
  id: ({ id }) => String(id),
  label: ({ label }) => label ?? "",
  cpus: ({ cpus }) => cpusText(cpus),
  memory: ({ memory }) => memoryText(memory),
  tier: (_, { tier }) => String(tier),
  adistance: ({ adistance }) => String(adistance ?? ""),
};
const CHECKED = { "has-cpus": hasCpus, "has-memory": hasMemory, online: ({ online }) => online !== false };
const TOGGLES = { "has-cpus": "cpus", "has-memory": "memory", online: "online" };

export class NodeForm {
  constructor(form, acts) {
    Object.assign(this, { form, acts, node: null, last: null });
    this.refusal = form.querySelector("#node-refusal");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => this.changed(target));
    form.addEventListener("keydown", (event) => this.pressed(event));
  }

  // Show a node; a text that is being written, or was refused, is left alone while it is about the same node.
  show(document, id, spots) {
    const node = nodeOf(document, id);
    const other = this.node !== id;
    this.node = id;
    if (other) this.tell("");
    for (const [name, text] of Object.entries(SHOWN)) this.write(this.form[name], text(node, spots[id]), other);
    for (const [name, is] of Object.entries(CHECKED)) this.form[name].checked = is(node);
    this.showSockets(spots, spots[id].socket);
  }

  write(field, text, other) {
    const busy = field.getAttribute("aria-invalid") === "true" || (field === document.activeElement && field.value !== field.defaultValue);
    if (busy && !other) return;
    field.value = field.defaultValue = text;
  }

  showSockets(spots, chosen) {
    const names = [...new Set(Object.values(spots).map(({ socket }) => socket))];
    const options = [...names.map((name) => new Option(name, name)), new Option(`new: ${nextSocket(spots)}`, NEW)];
    this.form.socket.replaceChildren(...options);
    this.form.socket.value = chosen;
    this.next = nextSocket(spots);
  }

  changed(field) {
    if (!field.form || field.name === "node") return;
    const toggles = TOGGLES[field.name];
    const text = field.value === NEW ? this.next : field.value;
    this.last = field;
    try {
      if (toggles) this.acts.toggle(toggles);
      else this.acts.set(field.name, text);
      this.tell("");
    } catch (error) {
      this.tell(error.message);
    }
  }

  // Why not, at the field that was changed last, if it was one.
  tell(line, field = line ? this.last : null) {
    for (const other of this.form.querySelectorAll("[aria-invalid]")) {
      other.removeAttribute("aria-invalid");
      other.removeAttribute("aria-describedby");
    }
    this.refusal.textContent = line;
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", this.refusal.id);
  }

  // Escape gives the field its text of before.
  pressed(event) {
    const field = event.target;
    if (event.key === "Escape" && field.matches("input:not([type=checkbox])") && field.value !== field.defaultValue) {
      field.value = field.defaultValue;
      this.tell("");
      event.stopPropagation();
    }
  }
}

// The nodes as choices, with who chooses when.
export function nodeOptions({ nodes }, words) {
  return nodes.map((node) => {
    const option = element("option", [`${node.id}`, node.label, words(node.id)].filter(Boolean).join(", "));
    option.value = node.id;
    return option;
  });
}
