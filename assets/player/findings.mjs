// @ts-check
// Shows what is odd about the machine (viz/analysis/findings): a short list below the stage, the most important
// first. The page requests it soon after a run is shown or, for a large machine, when the visitor presses a button.

import { askServer, messageOf, Refusal } from "#core/api";
import { $, button, element, isExported } from "#core/dom";
import { state } from "#core/state";
import { plural } from "#core/words";
import { questionOf } from "#player/request-keys";

const SHOWN = 3; // the number of findings that are shown without opening the list
const MAX_NODES = 64; // the size of a machine up to which findings are light work for the server (viz/app/costs.py)
const CALM = 300; // milliseconds before the server is asked, because an editor may soon change the machine again
const AGAIN = 3000; // milliseconds before a server that had no time is asked again
const MAX_TRIES = 3;

const place = () => $("#machine-findings");

const now = {
  /** The findings of the run that is shown; null until they are known. */
  found: /** @type {Findings | null} */ (null),
  /** How many runs were shown. An answer about an earlier run is dropped. */
  turn: 0,
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
};

/** Show the findings of a new run: those that came with the run, or those that the server is asked for. */
export function onRun() {
  clearTimeout(now.timer);
  Object.assign(now, { found: null, turn: now.turn + 1 });
  place().replaceChildren();
  if (state.play.findings) show(state.play.findings);
  else if (state.trace.nodes.length > MAX_NODES) offer();
  else now.timer = setTimeout(ask, CALM);
}

/** Show a button that asks the server. Above the button, show the given line on why there is no answer. */
function offer(line = "") {
  const made = button("What is odd about this machine?", "link");
  made.addEventListener("click", () => {
    place().replaceChildren(element("p", "Looking.", "quiet"));
    ask();
  });
  place().replaceChildren(...(line ? [element("p", line, "refusal")] : []), made);
}

/** Ask the server, and ask again if it has no time. If there is no answer in the end, show the button. */
async function ask(tries = MAX_TRIES) {
  const { turn } = now;
  try {
    const found = await askServer("findings", questionOf());
    if (turn === now.turn) show(found);
  } catch (error) {
    if (turn !== now.turn) return;
    if (error instanceof Refusal && error.busy && tries > 1) now.timer = setTimeout(ask, AGAIN, tries - 1);
    else offer(messageOf(error));
  }
}

/** @param {Findings} found */
function show(found) {
  now.found = found;
  place().replaceChildren(...partsOf(found.findings));
}

/**
 * Return the heading and the list; all findings after the first three are in a part that can be opened.
 * @param {Finding[]} findings
 * @returns {HTMLElement[]}
 */
function partsOf(findings) {
  const { length } = findings;
  if (!length) return [element("p", "Nothing is odd about this machine.", "quiet")];
  const heading = element("h2", `${plural(length, "thing")} to know about this machine`);
  const list = listOf(findings.slice(0, SHOWN), 1);
  if (length <= SHOWN) return [heading, list];
  const fold = element("details");
  fold.append(element("summary", `${length - SHOWN} more`), listOf(findings.slice(SHOWN), SHOWN + 1));
  fold.addEventListener("toggle", () => {
    if (fold.open) place().scrollTop += fold.getBoundingClientRect().top - place().getBoundingClientRect().top;
  });
  return [heading, list, fold];
}

/**
 * Return a numbered list with a button for each finding, which leads to its step.
 * @param {Finding[]} findings
 * @param {number} start the number of the first finding in the list
 */
function listOf(findings, start) {
  const list = Object.assign(element("ol"), { start });
  for (const { id, says, step, ...example } of findings) {
    const entry = button(says, "link", { finding: id, step });
    entry.append(element("small", ` step ${step}`));
    const line = list.appendChild(element("li"));
    line.append(entry);
    if (example.story && !isExported()) line.append(" ", exampleButton(example));
  }
  return list;
}

/**
 * Return a button that opens a story about a machine of the same shape, and says which story that is.
 * @param {Pick<Finding, "story" | "story_title" | "story_kernel">} finding
 */
export const exampleButton = ({ story, story_title: title, story_kernel: kernel }) =>
  button(`see the story “${title}”${kernel ? ` (under ${kernel})` : ""}`, "link example", { example: story ?? "" });

/** Return the findings of the run that is shown; null if they are not known. */
export const findingsOfRun = () => now.found?.findings ?? null;

/** Return, as text for a mail, the findings of the run that is shown; "" if they are not known. */
export const findingsText = () => (now.found ? `\n${now.found.text}\n` : "");

window.addEventListener("tierscope:back", () => state.play && !now.found && onRun());
