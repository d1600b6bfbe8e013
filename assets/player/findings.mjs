// @ts-check
// What is odd about the machine on show (viz/analysis/findings): a short list below the stage, the most important
// first. It is asked for once the page can be used; for a large machine, once the visitor wants to know.

import { askServer, messageOf, Refusal } from "#core/api";
import { $, button, element } from "#core/dom";
import { state } from "#core/state";
import { plural } from "#core/words";
import { questionOf } from "#player/history";

const SHOWN = 3; // entries that are not folded
const MAX_NODES = 64; // of a machine whose findings are light work for the server (viz/app/costs.py)
const CALM = 300; // milliseconds until it is asked: an editor may change the machine once more
const AGAIN = 3000; // and until a server that had no time is asked again
const MAX_TRIES = 3;

const place = () => $("#machine-findings");

const now = {
  /** What is known of the run on show. */
  found: /** @type {Findings | null} */ (null),
  /** How many runs have come: an answer about an earlier one comes too late. */
  turn: 0,
  timer: /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined),
};

/** Show the findings of another run: those that came with it, or what the server answers. */
export function onRun() {
  clearTimeout(now.timer);
  Object.assign(now, { found: null, turn: now.turn + 1 });
  place().replaceChildren();
  if (state.play.findings) show(state.play.findings);
  else if (state.trace.nodes.length > MAX_NODES) offer();
  else now.timer = setTimeout(ask, CALM);
}

/** Show a button that asks the server, and above the button why there is no answer yet. */
function offer(line = "") {
  const made = button("What is odd about this machine?", "link");
  made.addEventListener("click", () => {
    place().replaceChildren(element("p", "Looking.", "quiet"));
    ask();
  });
  place().replaceChildren(...(line ? [element("p", line, "refusal")] : []), made);
}

/** Ask the server, again if it has no time. If there is no answer, a button lets the visitor ask again. */
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
 * Return the heading and the list, with all entries but the first three in a fold.
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
  return [heading, list, fold];
}

/**
 * Return a numbered list with a button for each finding, which leads to its step.
 * @param {Finding[]} findings
 * @param {number} start the number of the first of them
 */
function listOf(findings, start) {
  const list = Object.assign(element("ol"), { start });
  for (const { id, says, step } of findings) {
    const entry = button(says, "link", { finding: id, step });
    entry.append(element("small", ` step ${step}`));
    list.appendChild(element("li")).append(entry);
  }
  return list;
}

/** Return the findings of the run on show as text for a mail; "" if they have not come. */
export const findingsText = () => (now.found ? `\n${now.found.text}\n` : "");

window.addEventListener("tierscope:back", () => state.play && !now.found && onRun());
