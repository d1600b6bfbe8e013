// @ts-check
// The form for a scenario of one's own: a row of fields for each owner, and what the machine has besides.

import { MAX_OWNERS } from "#core/constants";
import { $, all, element, on, setText } from "#core/dom";
import { hasRun, state } from "#core/state";
import { tomlOf } from "#tools/pressure/model";

export const FORM = `<form class="of-owners"><ol></ol>
    <p><button type="button" data-owner="add">Add an owner</button></p>
    <label>swap <input name="swap" placeholder="none"></label>
    <label>demotion <select name="demotion"><option>on</option><option>off</option></select></label>
    <label>numa_balancing <select name="balancing"><option>0</option><option>2</option></select></label>
    <p class="beyond quiet"></p>
    <button>Write and play</button> <span class="refusal" role="alert"></span></form>`;
const FIELDS = `<label>name <input data-field="name" required></label>
    <label>memory <input data-field="memory" value="130% of first" required
      title="A size such as 2 GiB, or a part of a node: 130% of first, 100% of node 0 plus 500 MiB"></label>
    <label>CPU on node <select data-field="cpu"></select></label>
    <label>bound to <input data-field="bind" placeholder="any node"></label>
    <label title="The nodes that its cgroup may use (cpuset.mems)">allowed nodes
      <input data-field="allowed" placeholder="all"></label>
    <label>each tick <input data-field="rate" placeholder="1/200 of it"></label>
    <label>from tick <input data-field="start" type="number" min="0" max="5000" value="0"></label>
    <label>then reclaim <input data-field="reclaim" placeholder="nothing"></label>
    <button type="button" data-owner="remove">Remove</button>`;

/**
 * Let the form add and remove owners, and call `write` with the TOML of what its fields hold.
 * @param {(toml: string) => void} write
 */
export function listenToForm(write) {
  const form = $(".of-owners");
  on(form, "click", ({ target }) => {
    const act = target.closest("[data-owner]")?.dataset.owner;
    if (act === "add") addOwner().focus();
    if (act === "remove") target.closest("li")?.remove();
    if (act) showLimits();
  });
  on(form, "submit", (event) => {
    event.preventDefault();
    write(written());
  });
  addOwner(); // until a scenario has come
}

/** Return what the form holds as TOML. */
function written() {
  const { swap, demotion, balancing } = /** @type {Record<string, string>} */ (
    Object.fromEntries(new FormData($(".of-owners")))
  );
  const owners = all(".of-owners li").map((row) =>
    Object.fromEntries(
      [...row.querySelectorAll("[data-field]")].map((field) => {
        const input = /** @type {HTMLInputElement} */ (field);
        return [input.dataset.field, input.value];
      }),
    ),
  );
  return tomlOf({ owners, swap, demotion, balancing });
}

/** Add an owner with a name that no other has, and return its first field. */
function addOwner() {
  const rows = all(".of-owners li");
  const names = rows.map((row) => $("[data-field=name]", row).value);
  const free = Array.from({ length: MAX_OWNERS }, (_, number) => `program${number ? ` ${number + 1}` : ""}`);
  const row = element("li");
  row.innerHTML = FIELDS;
  const name = $("[data-field=name]", row);
  name.value = free.find((one) => !names.includes(one)) ?? "";
  $(".of-owners ol").append(row);
  renewCpus();
  showLimits();
  return name;
}

/** List the nodes of the machine on the page for the CPU of each owner. */
export function renewCpus() {
  for (const list of all(".of-owners [data-field=cpu]")) listNodes(list);
}

/**
 * Fill a list with the nodes of the machine on the page. The choice stays where the machine has that node.
 * @param {Element} list
 */
export function listNodes(list) {
  const { value } = /** @type {HTMLSelectElement} */ (list);
  const nodes = hasRun() ? state.trace.nodes.map(String) : [];
  list.replaceChildren(...nodes.map((node) => new Option(node, node, false, node === value)));
}

/** Say whose fields a button removes, and stop at the least and the largest number of owners. */
function showLimits() {
  const rows = all(".of-owners li");
  $("[data-owner=add]").disabled = rows.length >= MAX_OWNERS;
  for (const [index, row] of rows.entries()) {
    const remove = $("[data-owner=remove]", row);
    remove.disabled = rows.length === 1;
    setText(remove, `Remove owner ${index + 1}`);
  }
}

/**
 * Show a scenario in the form.
 * @param {PressureForm} form
 */
export function fillForm({ owners, beyond, ...others }) {
  $(".of-owners ol").replaceChildren();
  for (const owner of owners) {
    addOwner();
    const row = all(".of-owners li")[owners.indexOf(owner)];
    for (const [key, value] of Object.entries(owner)) {
      const field = /** @type {HTMLInputElement} */ ($(`[data-field=${key}]`, row));
      field.value = value;
    }
  }
  for (const [key, value] of Object.entries(others)) $(`.of-owners [name=${key}]`).value = value;
  const missing = beyond.join(", ");
  setText(
    $(".of-owners .beyond"),
    missing && `The form has no field for ${missing}: “Write and play” leaves that out.`,
  );
}

/**
 * Show why the scenario of the form cannot be played, with the form's own words for its fields; "" takes it away.
 * @param {string} line
 */
export function refuseForm(line) {
  const named = /owners\[(\d+)\](?:\.(\w+))?/.exec(line);
  const row = named ? all(".of-owners li")[Number(named[1])] : undefined;
  const field = named?.[2] && row?.querySelector(`[data-field=${named[2]}]`);
  const label = field ? field.closest("label")?.firstChild?.textContent?.trim() : named?.[2];
  const where = named ? `owner ${Number(named[1]) + 1}${label ? `, ${label}` : ""}` : "";
  setText($(".of-owners .refusal"), named ? line.replace(/^.*?owners\[\d+\](?:\.\w+)?/, where) : line);
  if (field) /** @type {HTMLElement} */ (field).focus();
}
