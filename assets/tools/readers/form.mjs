// @ts-check
// The form of the tool Readers: the change, the start and the protocol, and the question that they ask.

import { canAsk } from "#core/api";
import { isExported } from "#core/dom";
import { questionOf as machineQuestion } from "#player/request-keys";
import { OUTCOMES } from "#tools/readers/outcomes";

export const OWN = "own"; // the choice, in the list of events, of two orders that the visitor writes
const WHO =
  "A reader is kernel code that frees memory (reclaim): it asks next_demotion_node() where a page of a node goes, " +
  "without a lock, so also in the middle of a rebuild. The kernel itself reads one entry at a time. A walk shows " +
  "what code would see that follows targets from node to node.";
export const FORM = `<div class="tool-head"><h2>What a reader can see</h2>
    <button type="button" data-act="first-example"
      title="The seed discussion's own: A → B → C becomes A → C → B">First example</button></div>
  <p class="quiet who">${WHO}</p>
  <form>
    <label>while <select name="event"></select></label>
    <label class="own">old <input name="old" spellcheck="false" autocomplete="off"></label>
    <label class="own">new <input name="new" spellcheck="false" autocomplete="off"></label>
    <button class="own">Show</button>
    <label>from node <select name="start"></select></label>
    <label>protocol <select name="protocol"></select></label>
    <label>stores visible <select name="order"><option value="">in any order between barriers</option>
      <option value="program">in program order</option></select></label>
  </form>
  <p class="quiet usual"></p>
  <p class="refusal" role="alert"></p>
  <div class="outcome" hidden>${OUTCOMES}</div>
  <details class="claims-table"><summary>Every claim of the patch's comments, and for whom it holds</summary>
    <div></div></details>`;

/**
 * Return the change that the form names: two orders of the visitor's own, or an event.
 * @param {NamedForm} form
 */
export const changeOf = (form) =>
  form.event.value === OWN ? { old: form.old.value, new: form.new.value } : { event: Number(form.event.value) };

/**
 * Return the question that the form asks.
 * @param {NamedForm} form
 */
export function questionOf(form) {
  const change = changeOf(form);
  const start = form.start.value === "" ? undefined : Number(form.start.value);
  const programOrder = form.order.value === "program";
  return { ...machineQuestion(), ...change, start, protocol: form.protocol.value, programOrder };
}

/**
 * Show the protocol and the start of an answer, what each protocol does, and which starts can lead round a cycle.
 * @param {NamedForm} form
 * @param {ReaderAnswer} answer
 */
export function fillForm(form, answer) {
  for (const option of form.protocol.options) option.text = answer.protocols[/** @type {Protocol} */ (option.value)];
  form.protocol.value = answer.protocol;
  const starts = answer.starts.map(({ start, verdicts }) => {
    const words = `${start}${verdicts.cycle === "never" ? "" : ", can go round"}`;
    return new Option(words, String(start));
  });
  form.start.replaceChildren(...starts);
  form.start.value = String(answer.start);
  offerHeld(form);
}

/**
 * Disable the choices whose answers an exported page does not hold.
 * @param {NamedForm} form
 */
function offerHeld(form) {
  const question = questionOf(form);
  const isHeld = (/** @type {object} */ change) => canAsk("readers", { ...question, ...change });
  for (const option of form.protocol.options) option.disabled = !option.selected && !isHeld({ protocol: option.value });
  for (const option of form.start.options)
    option.disabled = !option.selected && !isHeld({ start: Number(option.value) });
  for (const option of form.order.options) {
    option.disabled = !option.selected && !isHeld({ programOrder: option.value === "program" });
  }
  for (const option of form.event.options) option.disabled = isExported() && option.value === OWN;
}
