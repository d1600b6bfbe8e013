// What a kernel printed of its orders, against what is computed here: a line for each list, and marks on the stage where
// they differ.

import { askServer } from "../asking.mjs";
import { machineOf } from "../draft.mjs";
import { element } from "../tables.mjs";
import { markNodes } from "./marks.mjs";

const FORM = `<div class="tool-head"><h2>What a kernel printed</h2><button type="button" id="clear-log">Clear</button></div>
  <form><label for="log-text">Lines of dmesg (<code>Fallback order for Node</code>, <code>Demotion targets for Node</code>)
  or <code>grep . /sys/devices/virtual/memory_tiering/*/nodelist</code></label>
  <textarea id="log-text" rows="6" spellcheck="false" wrap="off" required></textarea>
  <button class="primary">Compare with this machine</button></form>
  <p id="log-told" role="status"></p><ul id="findings" aria-label="What the log says"></ul>`;

const $ = (selector) => document.querySelector(selector);
const asked = { turn: 0 };

export function open(panel, state) {
  panel.innerHTML = FORM;
  $("#log-text").value = state.log ?? "";
  panel.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    state.log = $("#log-text").value;
    compare(state);
  });
  $("#clear-log").addEventListener("click", () => clear(state));
  if (state.log) compare(state);
}

export const taken = (state) => state.log && compare(state);
export const close = () => mark([]);

function clear(state) {
  state.log = "";
  $("#log-text").value = "";
  show([], "");
}

async function compare(state) {
  const turn = ++asked.turn;
  const { asked: kernel, zonelists } = state.play;
  try {
    const { findings } = await askServer("log", { ...machineOf(state), kernel, zonelists, log: state.log });
    if (turn === asked.turn) show(findings, summary(findings, kernel));
  } catch (error) {
    if (turn === asked.turn) show([], error.message);
  }
}

function summary(findings, kernel) {
  const lists = findings.filter(({ node }) => node !== null);
  const differ = lists.filter(({ same }) => !same).length;
  if (!lists.length) return "";
  return differ ? `${differ} of ${lists.length} lists differ from what ${kernel} would print here.` : `All ${lists.length} lists are what ${kernel} would print here.`;
}

function show(findings, told) {
  if (!$("#findings")) return; // another tool was opened meanwhile
  $("#log-told").textContent = told;
  $("#findings").replaceChildren(...findings.map(({ same, sentence }) => element("li", sentence, same ? "same" : "differs")));
  mark([...new Set(findings.filter(({ node, same }) => node !== null && !same).map(({ node }) => node))]);
}

// The stage shows where they differ, and so do its words; nothing of an earlier comparison is left.
function mark(nodes) {
  markNodes($("#stage svg"), "log-marks", nodes);
  $("#stage-text .log-marks")?.remove();
  if (nodes.length) $("#stage-text").append(element("li", `The log differs from this at node ${nodes.join(", ")}.`, "log-marks"));
}
