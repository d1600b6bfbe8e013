// @ts-check
// Lets the visitor choose the nodes that a cgroup may use: in a field in the kernel's list form or, while the switch
// beside that field is on, by clicks on the cards of the stage. The server checks a list and returns it as the kernel
// prints it.

import { NO_MASK, OPENED } from "#core/constants";
import { $, element, find, on, setAttribute, showStatus } from "#core/dom";
import { hasRun, state } from "#core/state";
import { listOf, nodesOf } from "#core/trace";
import { newestMachine, replaceMachine } from "#player/history";
import { onRunFailed, sameStep } from "#player/loading";

const FORM = `<label for="allowed-nodes">Allowed nodes</label>
  <input id="allowed-nodes" autocomplete="off" spellcheck="false" placeholder="0-2" aria-describedby="allowed-error">
  <button>Set</button>
  <button type="button" id="cards-switch" aria-pressed="false"
  title="While this is on, a click on a card, or Enter, lets the cgroup use its node or not">Cards switch</button>
  <button type="button" id="allow-all" hidden>No mask</button>
  <button type="button" id="close-allowed">Close</button>
  <p id="allowed-error" role="alert"></p>`;

/** The mask that was requested and has not come, and the node whose card had the focus when it was requested. */
const asked = { mask: /** @type {string | null} */ (null), node: /** @type {NodeId | null} */ (null) };

/** Open the form, and put the focus into its field. */
export function openAllowed() {
  show(true);
  $("#allowed-nodes").focus();
}

/** Show the mask of a run that has come, as the kernel prints it. The form opens by itself only if there is a mask. */
export function showAllowed() {
  const { allowed } = state.play;
  // A mask that was requested after this run was stays in its field, and a refusal of it is shown there.
  if (!state.sent || asked.mask === (state.request.allowed ?? NO_MASK)) asked.mask = null;
  if (!allowed && !find("#allowed")) return;
  show(true);
  $("#allowed-nodes").defaultValue = allowed ?? "";
  if (asked.mask === null) $("#allowed-nodes").value = allowed ?? "";
  $("#allow-all").hidden = !allowed;
  $("#close-allowed").hidden = Boolean(allowed);
  tell("");
  if (asked.node !== null && document.activeElement === document.body) focusOn(asked.node);
  asked.node = null;
}

/** @param {NodeId} node */
function focusOn(node) {
  const cards = state.view.cards;
  for (const [other, card] of cards) card.setAttribute("tabindex", other === node ? "0" : "-1");
  cards.get(node)?.focus({ preventScroll: true });
}

/** @param {boolean} isOpen */
function show(isOpen) {
  const form = find("#allowed") ?? made();
  form.hidden = !isOpen;
  $("#open-allowed").hidden = isOpen;
  if (!isOpen) setAttribute($("#cards-switch"), "aria-pressed", false);
}

/** Return the form, which this puts below the caption of the stage. */
function made() {
  const form = Object.assign(element("form"), { id: "allowed", innerHTML: FORM });
  $(".caption").after(form);
  on(form, "submit", (event) => {
    event.preventDefault();
    ask($("#allowed-nodes").value.replace(/\s+/g, ""));
  });
  on($("#cards-switch"), "click", ({ target }) =>
    setAttribute(target, "aria-pressed", target.getAttribute("aria-pressed") !== "true"),
  );
  on($("#allow-all"), "click", () => ask(""));
  on($("#close-allowed"), "click", close);
  on(form, "keydown", (event) => {
    if (event.key === "Escape" && !state.play.allowed) close();
  });
  return form;
}

function close() {
  show(false);
  tell("");
  $("#open-allowed").focus();
}

/** @param {string} line */
function tell(line) {
  $("#allowed-error").textContent = line;
  setAttribute($("#allowed-nodes"), "aria-invalid", line !== "");
}

/** Return the nodes that are allowed: by the mask that is still awaited, if there is one, else by that of the run. */
function nodesNow() {
  const mask = asked.mask ?? state.play.allowed;
  return mask && mask !== NO_MASK ? nodesOf(mask) : state.trace.nodes;
}

/**
 * Ask for a run in which these nodes are allowed; an empty list takes the mask away.
 * @param {string} mask
 */
function ask(mask) {
  if (mask === (state.play.allowed ?? "")) return tell("");
  asked.mask = mask || NO_MASK;
  const { allowed: _, ...machine } = newestMachine();
  const description = mask ? `allowing nodes ${mask}` : "taking away the mask of allowed nodes";
  replaceMachine(isPlain(machine) && !mask ? machine : { ...machine, allowed: asked.mask }, description, sameStep());
}

/**
 * Return whether the machine has no mask of its own, which a request would have to drop.
 * @param {MachineName} machine
 */
const isPlain = ({ topology }) => Boolean(topology) && topology !== OPENED;

/**
 * Switch whether the cgroup may use the node of a card, if "Cards switch" is on. Return whether the click was for that.
 * @param {Element} target
 */
export function switchCard(target) {
  const card = /** @type {HTMLElement | null} */ (target.closest("#stage [data-node]"));
  if (!card || !hasRun() || find("#cards-switch")?.getAttribute("aria-pressed") !== "true") return false;
  const node = Number(card.dataset.node);
  const now = nodesNow();
  const nodes = now.includes(node) ? now.filter((other) => other !== node) : [...now, node];
  if (nodes.length) ask(listOf(nodes));
  else tell("A cgroup has at least one node; “No mask” lets it use all.");
  asked.node = document.activeElement === card ? node : null;
  return true;
}

onRunFailed((line, why) => {
  if (asked.mask === null || why === "slow") return;
  asked.mask = asked.node = null;
  tell(line);
  showStatus("");
});
