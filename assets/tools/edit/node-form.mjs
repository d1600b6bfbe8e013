// @ts-check
// The form for the selected node. It handles fields and texts; the panel gives it the functions that change the
// machine.

import { DRAM_ADISTANCE } from "#core/constants";
import { $, element, on } from "#core/dom";
import { cpusText, memoryText } from "#tools/edit/fields";
import { hasCpus, hasMemory, nodeOf } from "#tools/edit/model";
import { nextSocket } from "#tools/edit/stage";

const NEW = "\u0000"; // the value of the choice "new" in the list of sockets
/** @type {(name: string, control: string, title?: string, caption?: string) => string} */
const field = (name, control, title = "", caption = name) =>
  `<div class="field"><label for="node-${name}" title="${title}">${caption}</label>${control}</div>`;
/** @type {(name: string, caption: string, control: string) => string} */
const switched = (name, caption, control) =>
  `<div class="field"><label><input type="checkbox" name="${name}"> ${caption}</label>${control}</div>`;
const ADISTANCE = `<input id="node-adistance" name="adistance" inputmode="numeric" placeholder="${DRAM_ADISTANCE}"
  autocomplete="off">`;
const ADISTANCE_HELP = `Abstract distance, which decides on the memory tier from v6.1 on; DRAM has ${DRAM_ADISTANCE}`;

export const FIELDS = `<div class="fields">
    ${field(
      "id",
      `<input id="node-id" name="id" inputmode="numeric" autocomplete="off">
    <button type="button" data-act="earlier" title="Swap ids with the node before it">Earlier</button>
    <button type="button" data-act="later" title="Swap ids with the node after it">Later</button>`,
      "Who chooses first has the lower id",
    )}
    ${switched("has-cpus", "CPUs", '<input name="cpus" aria-label="How many CPUs, or which" autocomplete="off">')}
    ${field("label", '<input id="node-label" name="label" autocomplete="off">')}
    ${switched("has-memory", "memory", '<input name="memory" aria-label="Size of the memory" autocomplete="off">')}
    ${field("socket", '<select id="node-socket" name="socket"></select>')}
    ${field("adistance", ADISTANCE, ADISTANCE_HELP)}
    ${field(
      "tier",
      '<input id="node-tier" name="tier" inputmode="numeric" autocomplete="off">',
      "A row of the picture, 0 the fastest; it is not the memory tier",
      "class",
    )}
    ${switched("online", "online", "")}
  </div><p class="refusal" id="node-refusal" role="alert"></p>`;

/** @type {Record<string, (node: MachineNode, spot: Spot) => string>} */
const SHOWN = {
  id: ({ id }) => String(id),
  label: ({ label }) => label ?? "",
  cpus: ({ cpus }) => cpusText(cpus),
  memory: ({ memory }) => memoryText(memory),
  tier: (_, { tier }) => String(tier),
  adistance: ({ adistance }) => String(adistance ?? ""),
};
/** @type {Record<string, (node: MachineNode) => boolean>} */
const CHECKED = { "has-cpus": hasCpus, "has-memory": hasMemory, online: ({ online }) => online !== false };
/** @type {Record<string, Toggled>} */
const TOGGLES = { "has-cpus": "cpus", "has-memory": "memory", online: "online" };

/** @typedef {"cpus" | "memory" | "online"} Toggled */
/**
 * The functions that change the machine. They throw an Error with a sentence if they cannot.
 * @typedef {{ set: (key: string, text: string) => void, toggle: (key: Toggled) => void }} FormActs
 */

export class NodeForm {
  /** @type {NodeId | null} */
  node = null;
  /** @type {Control | null} */
  last = null; // the field that was changed last
  next = ""; // the name for a new socket

  /**
   * @param {NamedForm} form
   * @param {FormActs} acts
   */
  constructor(form, acts) {
    this.form = form;
    this.acts = acts;
    this.refusal = $("#node-refusal", form);
    on(form, "submit", (event) => event.preventDefault());
    on(form, "change", ({ target }) => this.onChange(target));
    on(form, "keydown", (event) => this.onKey(event));
  }

  /**
   * Show a node. If it is the same node as before, a text that is being written or was refused stays in its field.
   * @param {Machine} machine
   * @param {NodeId} id
   * @param {Spots} spots
   */
  show(machine, id, spots) {
    const node = /** @type {MachineNode} */ (nodeOf(machine, id));
    const isOther = this.node !== id;
    this.node = id;
    if (isOther) this.tell("");
    for (const [name, textOf] of Object.entries(SHOWN)) this.write(this.form[name], textOf(node, spots[id]), isOther);
    for (const [name, is] of Object.entries(CHECKED)) this.form[name].checked = is(node);
    this.showSockets(spots, spots[id].socket);
  }

  /**
   * @param {Control} field
   * @param {string} text
   * @param {boolean} isOther
   */
  write(field, text, isOther) {
    const isWritten = field === document.activeElement && field.value !== field.defaultValue;
    if (!isOther && (isWritten || field.getAttribute("aria-invalid") === "true")) return;
    field.value = field.defaultValue = text;
  }

  /**
   * @param {Spots} spots
   * @param {string} chosen
   */
  showSockets(spots, chosen) {
    this.next = nextSocket(spots);
    const names = [...new Set(Object.values(spots).map(({ socket }) => socket))];
    const options = [...names.map((name) => new Option(name, name)), new Option(`new: ${this.next}`, NEW)];
    this.form.socket.replaceChildren(...options);
    this.form.socket.value = chosen;
  }

  /** @param {Control} field */
  onChange(field) {
    if (!field.form || field.name === "node") return;
    const toggled = TOGGLES[field.name];
    this.last = field;
    try {
      if (toggled) this.acts.toggle(toggled);
      else this.acts.set(field.name, field.value === NEW ? this.next : field.value);
      this.tell("");
    } catch (error) {
      this.tell(/** @type {Error} */ (error).message);
    }
  }

  /**
   * Show why a change was refused, and mark the field that was changed last; an empty line removes both.
   * @param {string} line
   */
  tell(line) {
    for (const other of this.form.querySelectorAll("[aria-invalid]")) {
      other.removeAttribute("aria-invalid");
      other.removeAttribute("aria-describedby");
    }
    this.refusal.textContent = line;
    if (!line || !this.last) return;
    this.last.setAttribute("aria-invalid", "true");
    this.last.setAttribute("aria-describedby", this.refusal.id);
  }

  /**
   * Handle Escape: the field gets the text that it had before.
   * @param {TargetedEvent<KeyboardEvent>} event
   */
  onKey(event) {
    const field = event.target;
    const isText = field.matches("input:not([type=checkbox])");
    if (event.key !== "Escape" || !isText || field.value === field.defaultValue) return;
    field.value = field.defaultValue;
    this.tell("");
    event.stopPropagation();
  }
}

/**
 * Return the nodes as options of a list.
 * @param {Machine} machine
 * @param {(id: NodeId) => string} words
 */
export function nodeOptions({ nodes }, words) {
  return nodes.map((node) => {
    const option = element("option", [`${node.id}`, node.label, words(node.id)].filter(Boolean).join(", "));
    option.value = String(node.id);
    return option;
  });
}
