// @ts-check
// Shows a field that finds the step where something happens. The server parses the condition and sends a tree, which is
// evaluated here. The condition is kept for all later runs until the field is closed, and playing stops at its steps.

import { askServer, messageOf } from "#core/api";
import { $, button, element, find, on, setAttribute, setText } from "#core/dom";
import { withLater } from "#core/server";
import { hasRun, state } from "#core/state";
import { plural } from "#core/words";
import { namedSteps, stopWhere } from "#player/breakpoints";
import { NotInRun, stepsWhere } from "#player/conditions";
import { seek } from "#player/playback";

const MAX_STORIES = 6; // how many stories are offered
const EXAMPLES = [
  "pass 2 begins",
  "node_demotion[1] changes",
  "used_targets has 3",
  "node 1 has no target",
  "source 2 begins",
  "node 1 finds nobody",
  "the disable begins",
  "demotion is off",
  "event 1 begins",
  "the order is complete",
  "event 1 begins then node_demotion[0] changes",
];
const FORM = `<label for="condition">Find the step where, or a story about</label>
  <input id="condition" list="conditions" autocomplete="off" spellcheck="false" maxlength="400"
  placeholder="${EXAMPLES[0]}" aria-describedby="found">
  <datalist id="conditions">${EXAMPLES.map((text) => `<option value="${text}">`).join("")}</datalist>
  <button class="primary">Find</button>
  <button type="button" id="earlier-found">Earlier</button>
  <button type="button" id="later-found">Later</button>
  <button type="button" id="close-find">Close</button>
  <p id="found" role="status"></p>
  <ul id="found-stories" aria-label="Stories with these words"></ul>`;

/** The text of the condition, or ""; the reason why it names no step of this run; the number of requests so far. */
const asked = { text: "", absent: "", turn: 0 };

/** Open the field if it is closed, and put the focus into it. */
export function openFind() {
  const form = find("#find-step") ?? made();
  form.hidden = false;
  $("#condition").focus();
  $("#condition").select();
}

/** Return the form, after adding it above the buttons of the player. */
function made() {
  const form = element("form");
  form.id = "find-step";
  setAttribute(form, "role", "search");
  form.setAttribute("aria-label", "Find a step");
  form.innerHTML = FORM;
  $(".transport").before(form);
  on(form, "submit", (event) => {
    event.preventDefault();
    look($("#condition").value.trim());
  });
  on(form, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  on($("#earlier-found"), "click", () => go(-1));
  on($("#later-found"), "click", () => go(1));
  on($("#close-find"), "click", close);
  return form;
}

function close() {
  stopWhere(null);
  asked.text = "";
  asked.turn += 1;
  tell("");
  $("#found-stories").replaceChildren();
  $("#find-step").hidden = true;
  $("#open-find").focus();
}

/**
 * Ask the server for the tree of a condition, and go to the next step that it names. If the text is that of the last
 * call, go to the following step.
 * @param {string} text
 */
async function look(text) {
  if (text && text === asked.text) return go(1);
  const turn = ++asked.turn;
  $("#found-stories").replaceChildren();
  tell("Asking.");
  try {
    const { tree } = await askServer("condition", { condition: text });
    if (turn !== asked.turn) return;
    asked.text = text;
    stopWhere({ text, stepsIn: (trace) => stepsIn(trace, tree) });
    const isHere = namedSteps().includes(state.step);
    if (isHere) showFound();
    else go(1);
  } catch (error) {
    if (turn !== asked.turn) return;
    tell(messageOf(error), true);
    if (text) withLater(({ withStories }) => withStories((stories) => listStories(stories, text, turn)));
  }
}

/**
 * Offer the stories that have the words of a text that is no condition.
 * @param {typeof import("#dialogs/story-gallery")} stories
 * @param {string} text
 * @param {number} turn
 */
async function listStories(stories, text, turn) {
  const hits = /** @type {{ story: Story, at: number }[]} */ (await stories.storiesWith(text).catch(() => []));
  if (turn !== asked.turn || !hits.length) return;
  const items = hits.slice(0, MAX_STORIES).map(({ story, at }) => {
    const item = element("li");
    const open = button(story.question, "link");
    on(open, "click", () => {
      close();
      withLater(({ showStories }) =>
        showStories(() => stories.openStory(story.id, Math.max(at, 0), { isFound: true })),
      );
    });
    item.append(open, element("small", ` ${story.stops[Math.max(at, 0)].title}`));
    return item;
  });
  const head = element("li", `${plural(hits.length, "story", "stories")} with these words:`, "quiet");
  $("#found-stories").replaceChildren(head, ...items);
}

/**
 * Return the steps that a tree names. If the run lacks something that the tree names, store the reason.
 * @param {Trace} trace
 * @param {ConditionTree} tree
 */
function stepsIn(trace, tree) {
  asked.absent = "";
  try {
    return stepsWhere(trace, tree);
  } catch (error) {
    if (!(error instanceof NotInRun)) throw error;
    asked.absent = error.message;
    return [];
  }
}

/**
 * Go to the next step that the condition names or, with -1, to the previous one. The first step follows the last one.
 * @param {number} by
 */
function go(by) {
  if (!hasRun() || !asked.text) return;
  const steps = namedSteps();
  const { step } = state;
  const next = by > 0 ? steps.find((one) => one > step) : steps.findLast((one) => one < step);
  const wanted = next ?? (by > 0 ? steps[0] : steps.at(-1));
  if (wanted !== undefined) seek(wanted);
  showFound();
}

/** Show which of the found steps is shown now, and how many there are. */
export function showFound() {
  if (!asked.text || !hasRun()) return;
  const steps = namedSteps();
  const at = steps.indexOf(state.step);
  const more = state.play.more ? " so far" : "";
  for (const name of ["earlier-found", "later-found"]) setAttribute($(`#${name}`), "aria-disabled", !steps.length);
  if (asked.absent) tell(asked.absent, true);
  else if (!steps.length) tell(`At no step of this run${more}.`, true);
  else if (at < 0) tell(`${plural(steps.length, "such step")}${more}.`);
  else tell(`${at + 1} of ${steps.length}${more}.`);
}

/**
 * Show a line below the field.
 * @param {string} line
 * @param {boolean} isRefusal whether the line says what is wrong
 */
function tell(line, isRefusal = false) {
  const place = $("#found");
  setText(place, line && line[0].toUpperCase() + line.slice(1));
  place.classList.toggle("refusal", isRefusal);
  setAttribute($("#condition"), "aria-invalid", isRefusal);
}
