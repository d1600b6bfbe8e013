// @ts-check
// The tool that compares what a kernel has printed with what is computed here: a line for each list, and marks on the
// stage where they differ.

import { askServer, messageOf } from "#core/api";
import { $, element, find, on } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { addTiers } from "#dialogs/open-dialog";
import { questionOf } from "#player/request-keys";
import { markNodes } from "#player/stage-marks";

const FORM = `<div class="tool-head"><h2>What a kernel printed</h2><button type="button"
  id="clear-log">Clear</button></div>
  <form><label for="log-text">Lines of dmesg (<code>Fallback order for Node</code>, <code>Demotion targets for
  Node</code>), files of tiers (<code>grep . /sys/devices/virtual/memory_tiering/*/nodelist</code>), or both</label>
  <textarea id="log-text" rows="6" spellcheck="false" wrap="off" required></textarea>
  <div class="row"><button type="button" id="take-tiers" hidden>Take these tiers for this machine</button>
  <button class="primary">Compare with this machine</button></div></form>
  <p id="log-told" role="status"></p><ul id="findings" aria-label="What the log says"></ul>`;

/** A line of the comparison (viz/analysis/kernel_log.py); `node` is null if the line is not about a node. */
/** @typedef {{ node: NodeId | null, same: boolean, sentence: string, about: "list" | "kind" | "tiers" }} Finding */

let turn = 0; // how many comparisons were asked for; an answer to an earlier one is dropped

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  $("#log-text").value = state.log;
  on($("form", panel), "submit", (event) => {
    event.preventDefault();
    setTools({ log: $("#log-text").value });
    compare();
  });
  on($("#clear-log"), "click", clear);
  on($("#take-tiers"), "click", () => addTiers(state.log));
  onRun();
}

export function onRun() {
  if (state.log && hasRun()) compare();
}

export const close = () => mark([]);

function clear() {
  setTools({ log: "" });
  $("#log-text").value = "";
  show([], "");
}

async function compare() {
  turn += 1;
  const asked = turn;
  const question = { ...questionOf(), log: state.log };
  try {
    const { findings } = await askServer("log", question);
    if (asked === turn) show(findings, summary(findings, question.kernel));
  } catch (error) {
    if (asked === turn) show([], messageOf(error));
  }
}

/**
 * @param {Finding[]} findings
 * @param {string} kernel
 */
function summary(findings, kernel) {
  const lists = findings.filter(({ about }) => about === "list");
  const differ = lists.filter(({ same }) => !same).length;
  if (!lists.length) return "";
  if (differ) return `${differ} of ${lists.length} lists differ from what ${kernel} would print here.`;
  return `All ${lists.length} lists are what ${kernel} would print here.`;
}

/**
 * @param {Finding[]} findings
 * @param {string} line
 */
function show(findings, line) {
  if (!find("#findings")) return; // another tool was opened meanwhile
  $("#log-told").textContent = line;
  $("#take-tiers").hidden = !findings.some(({ about }) => about === "tiers");
  const items = findings.map(({ same, sentence }) => element("li", sentence, same ? "same" : "differs"));
  $("#findings").replaceChildren(...items);
  const nodes = findings.flatMap(({ node, same }) => (node === null || same ? [] : [node]));
  mark([...new Set(nodes)]);
}

/**
 * Mark these nodes on the stage, and name them in its description; older marks go.
 * @param {NodeId[]} nodes
 */
function mark(nodes) {
  markNodes(find("#stage svg"), "log-marks", nodes);
  find("#stage-text .log-marks")?.remove();
  if (!nodes.length) return;
  $("#stage-text").append(element("li", `The log differs from this at node ${nodes.join(", ")}.`, "log-marks"));
}
