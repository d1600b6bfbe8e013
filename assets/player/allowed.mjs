// @ts-check
// The nodes that a cgroup may use: a field in the kernel's list form and, while the switch beside it is on, the cards
// of the stage. The server says what is wrong with a list, and how the kernel prints it.

import { $, element, find, on, setAttribute } from "#core/dom";
import { hasRun, state } from "#core/state";
import { listOf, nodesOf } from "#core/trace";
import { newestMachine, replaceMachine, sameStep } from "#player/history";
import { onRunFailed } from "#player/loading";

const NO_MASK = "none"; // what a request says to take away the nodes that the machine itself names
const FORM = `<label for="allowed-nodes">Allowed nodes</label>
  <input id="allowed-nodes" autocomplete="off" spellcheck="false" placeholder="0-2" aria-describedby="allowed-error">
  <button>Set</button>
  <button type="button" id="cards-switch" aria-pressed="false"
  title="While this is on, a click on a card, or Enter, lets the cgroup use its node or not">Cards switch</button>
  <button type="button" id="allow-all" hidden>No mask</button>
  <button type="button" id="close-allowed">Close</button>
  <p id="allowed-error" role="alert"></p>`;

/** What was asked for and has not come, and the node whose card had the focus then. */
const asked = { mask: /** @type {string | null} */ (null), node: /** @type {NodeId | null} */ (null) };

/** Open the field, or go to it. */
export function openAllowed() {
  show(true);
  $("#allowed-nodes").focus();
}

/** A run has come: the field is there while it has a mask, and holds what the kernel would print. */
export function showAllowed() {
  const { allowed } = state.play;
  asked.mask = null;
  if (!allowed && !find("#allowed")) return;
  show(true);
  $("#allowed-nodes").value = $("#allowed-nodes").defaultValue = allowed ?? "";
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

/** The form, below the caption of the stage. */
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

/** The nodes that are allowed now, with what was asked for last. */
function nodesNow() {
  const mask = asked.mask ?? state.play.allowed;
  return mask && mask !== NO_MASK ? nodesOf(mask) : state.trace.nodes;
}

/**
 * Let these nodes be allowed, or all of them if there is no list.
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
 * Whether the machine has no mask of its own, that would have to be taken away.
 * @param {MachineName} machine
 */
const isPlain = ({ topology }) => Boolean(topology) && topology !== "opened";

/**
 * While cards switch, let the cgroup use the node of a card, or no longer. Returns whether the click was for that.
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
  $("#status").textContent = "";
});
