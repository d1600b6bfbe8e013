// @ts-check
// Shows a field for each rule of the kernel, to find out what would happen with another rule. A change gives a new run
// and a new link at once; the kernel's name lists the changed rules.

import { askServer, messageOf } from "#core/api";
import { $, all, element, on } from "#core/dom";
import { hasRun, setTools } from "#core/state";
import { changedListings } from "#player/code";
import { requestRun } from "#player/loading";
import { questionOf } from "#player/request-keys";
import { openTool } from "#player/tool-panel";

const FORM = `<div class="tool-head"><h2>What if</h2>
  <button type="button" id="as-row" hidden>As it was</button>
  <button type="button" id="compare-row" hidden>Compare</button></div>
  <p id="what-if-name" role="status"></p>
  <p id="what-if-refused" class="refusal" role="alert"></p>
  <form id="rules" aria-label="Rules"></form>
  <details id="changed-code" hidden><summary>The code that is changed</summary><div></div></details>`;

/**
 * A rule as the server describes it (viz/app/rule_questions.py): what each of its values means, the value in the row
 * (own), the value in the run (value), and why the rule means nothing there, if so (whyNot).
 * @typedef {{ name: string, label: string, number: boolean, values: Record<string, string>, own: string, value: string,
 *   whyNot: string }} Rule
 */

let row = ""; // the kernel version whose rules are changed: its row in Python's table of versions
/** @type {Rule[]} */
let rules = [];
let turn = 0; // how many times the rules were requested; an answer to an earlier request is dropped

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  on($("#rules"), "submit", (event) => event.preventDefault());
  on($("#rules"), "change", apply);
  on($("#as-row"), "click", () => requestRun({ kernel: row }));
  on($("#compare-row"), "click", compare);
  onRun();
}

export function onRun() {
  if (hasRun()) ask();
}

/** @param {string} line */
export function onRunFailed(line) {
  $("#what-if-refused").textContent = line;
}

async function ask() {
  turn += 1;
  const asked = turn;
  try {
    const answer = await askServer("rules", questionOf());
    if (asked === turn) show(answer);
  } catch (error) {
    if (asked === turn) onRunFailed(messageOf(error));
  }
}

/** @param {{ row?: string, name?: string, most?: number, rules: Rule[], fixed?: string }} answer */
function show(answer) {
  if (!document.getElementById("rules")) return; // another tool was opened meanwhile
  const focused = document.activeElement?.getAttribute("name");
  row = answer.row ?? "";
  rules = answer.rules;
  const isChanged = answer.name !== undefined && answer.name !== row;
  $("#what-if-name").textContent =
    answer.fixed ?? (isChanged ? `This is ${answer.name}.` : `These are the rules of ${row}.`);
  $("#what-if-refused").textContent = "";
  for (const id of /** @type {const} */ (["#as-row", "#compare-row"])) $(id).hidden = !isChanged;
  $("#as-row").textContent = `As ${row}`;
  $("#compare-row").textContent = `Compare with ${row}`;
  $("#rules").replaceChildren(...rules.map((rule) => field(rule, answer.most ?? 0)));
  if (focused) all(`#rules [name="${focused}"]`)[0]?.focus();
  showCode();
}

/**
 * Return the field of a rule, with a sentence on its value or on why the rule means nothing here.
 * @param {Rule} rule
 * @param {number} most
 */
function field(rule, most) {
  const item = element("div", "", "rule");
  const label = item.appendChild(element("label"));
  label.append(element("span", rule.label), rule.number ? numberField(rule, most) : choiceField(rule));
  const sentence = rule.number ? rule.values.N.replace("{}", rule.value) : (rule.values[rule.value] ?? "");
  const note = element("p", rule.whyNot ? `Means nothing here: ${rule.whyNot}.` : sentence, "quiet");
  note.id = `rule-${rule.name}`;
  item.append(note);
  item.classList.toggle("changed", !rule.whyNot && rule.value !== rule.own);
  return item;
}

/** @param {Rule} rule */
function choiceField({ name, values, value, own, whyNot }) {
  const select = element("select");
  if (!own) select.append(new Option("as chosen above", ""));
  for (const one of Object.keys(values)) select.append(new Option(one === own ? `${one} (its own)` : one, one));
  select.value = value;
  return described(select, name, whyNot);
}

/**
 * @param {Rule} rule
 * @param {number} most
 */
function numberField({ name, value, whyNot }, most) {
  const input = Object.assign(element("input"), { type: "number", min: "0", max: String(most), value, required: true });
  return described(input, name, whyNot);
}

/**
 * @template {HTMLSelectElement | HTMLInputElement} T
 * @param {T} control
 * @param {string} name
 * @param {string} whyNot
 */
function described(control, name, whyNot) {
  control.name = name;
  control.disabled = Boolean(whyNot);
  control.setAttribute("aria-describedby", `rule-${name}`);
  return control;
}

/** Request the run with the rules that the fields hold. */
function apply() {
  const form = /** @type {HTMLFormElement} */ (/** @type {unknown} */ ($("#rules")));
  if (!form.reportValidity()) return;
  const values = new FormData(form); // disabled fields are not in it
  const changes = rules.filter(({ name, own }) => (values.get(name) ?? own) !== own);
  requestRun({ kernel: [row, ...changes.map(({ name }) => `${name}=${values.get(name)}`)].join(" + ") });
}

/** Compare the run with the unchanged row, in the tool Compare. */
function compare() {
  setTools({ against: `kernel:${row}` });
  openTool("compare");
}

function showCode() {
  const changed = changedListings();
  $("#changed-code").hidden = !changed.length;
  $("#changed-code div").replaceChildren(...changed);
}
