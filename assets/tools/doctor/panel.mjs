// @ts-check
// Shows whether the machine on the page demotes, where to, and if not, why, by the files that the visitor has given.

import { askServer, messageOf } from "#core/api";
import { $, element, find, on } from "#core/dom";
import { hasRun, state } from "#core/state";
import { READ_BY } from "#core/storage";
import { askForMissing } from "#dialogs/open-dialog";
import { download } from "#dialogs/save-file";
import { machineOf, questionOf } from "#player/request-keys";

const FORM = `<h2>Does this machine demote?</h2>
  <p id="doctor-copy" hidden><span></span> <button type="button">Fill in distances</button></p>
  <p id="doctor-verdict" role="status"></p>
  <p id="doctor-kernel" class="quiet"></p>
  <div id="doctor-findings"></div>
  <details id="doctor-files"><summary>Give more of the machine's files</summary>
  <p>On that machine, <code>tierscope doctor</code> reads all of them. Without it, run the script, which needs no root
  and takes no names, and drop its tarball on this page.</p>
  <p><button type="button" id="save-script">Save the script</button></p>
  <form><label for="doctor-more">Or paste lines of files (<code>grep -s . /proc/vmstat /proc/zoneinfo
  /sys/kernel/mm/numa/demotion_enabled</code>) or of <code>dmesg</code></label>
  <textarea id="doctor-more" rows="6" spellcheck="false" wrap="off"></textarea>
  <label for="doctor-cgroup">A cgroup to look at, if its files are among them</label>
  <input id="doctor-cgroup" placeholder="/system.slice" spellcheck="false">
  <div class="row"><button class="primary">Look again</button></div></form></details>`;

const GIVE_KERNEL = "To name it, paste below what “grep . /proc/sys/kernel/osrelease /dev/null” prints there.";

/** @typedef {{ path: string, value: string }} Evidence */
/** @typedef {{ id: string, cause: string, state: string, says: string, evidence: Evidence[], do: string }} Finding */
/**
 * @typedef {{ verdict: string, demotes: boolean | null, kernel: string | null, findings: Finding[], script: string,
 *   archive: string }} Report
 */

let turn = 0; // how many reports were requested; an answer to an earlier request is dropped
let more = ""; // the text that the visitor has pasted; it is kept while the page is open
let cgroup = ""; // kept, too
let script = "";

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  $("#doctor-more").value = more;
  $("#doctor-cgroup").value = cgroup;
  $("#doctor-files").open = more + cgroup !== "";
  on($("form", panel), "submit", (event) => {
    event.preventDefault();
    more = $("#doctor-more").value;
    cgroup = $("#doctor-cgroup").value;
    examine();
  });
  on($("#save-script"), "click", () => {
    if (script) download(script, "collect.sh", "text/x-shellscript");
  });
  on($("#doctor-copy button"), "click", () => askForMissing({ ...state.play, needs: "distances" }));
  onRun();
}

export function onRun() {
  if (hasRun()) examine();
}

async function examine() {
  turn += 1;
  const asked = turn;
  if (!$("#doctor-verdict").textContent) $("#doctor-verdict").textContent = "Looking at what is known of it ...";
  showCopy();
  try {
    const report = await askServer("doctor", { ...questionOf(), ...copiedMachine(), more, cgroup });
    if (asked === turn) show(report);
  } catch (error) {
    if (asked === turn) say(messageOf(error), "", []);
  }
}

/** Say what the report is about, if that is not the machine on the stage. */
function showCopy() {
  const { copy } = state;
  $("#doctor-copy").hidden = copy === null;
  if (!copy) return;
  const name = copy.request.name || "what you have pasted";
  $("#doctor-copy span").textContent =
    `This is about ${name}. The stage keeps another machine, since an order needs more: ${copy.problem}.`;
  $("#doctor-copy button").hidden = copy.needs !== "distances";
}

/** Return keys that name the files of a machine that cannot be shown, in place of the keys of the machine on show. */
function copiedMachine() {
  if (!state.copy) return {};
  const nothing = Object.fromEntries(READ_BY.map((key) => [key, undefined]));
  return { ...nothing, ...machineOf(state.copy.request) };
}

/** @param {Report} report */
function show({ verdict, kernel, findings, script: text }) {
  script = text;
  const parts = [
    list("What keeps pages from being demoted, or hides it", findings, "cause", true),
    list("Not known, with the command that tells", findings, "unknown", false),
    list("Fine", findings, "ok", false),
  ];
  say(verdict, kernelLine(kernel), parts);
}

/**
 * Say which kernel the report is for, and where that is from or how to give it.
 * @param {string | null} kernel
 */
function kernelLine(kernel) {
  if (!kernel) return `Kernel: unknown, and none is assumed. ${GIVE_KERNEL}`;
  return `Kernel: ${kernel}${kernel === state.play.asked ? ", the one chosen above the stage" : ""}`;
}

/**
 * @param {string} verdict
 * @param {string} kernel
 * @param {(HTMLElement | null)[]} parts
 */
function say(verdict, kernel, parts) {
  if (!find("#doctor-verdict")) return; // another tool was opened meanwhile
  $("#doctor-verdict").textContent = verdict;
  $("#doctor-kernel").textContent = kernel;
  $("#doctor-findings").replaceChildren(...parts.filter((part) => part !== null));
}

/**
 * Return the findings of one state, below a line that opens and closes them; null if there are none.
 * @param {string} title
 * @param {Finding[]} findings
 * @param {string} kind
 * @param {boolean} isOpen
 */
function list(title, findings, kind, isOpen) {
  const found = findings.filter(({ state }) => state === kind);
  if (!found.length) return null;
  const details = element("details", "", kind);
  details.open = isOpen;
  const items = element("ul");
  items.append(...found.map(item));
  details.append(element("summary", `${title} (${found.length})`), items);
  return details;
}

/** @param {Finding} finding */
function item({ id, says, evidence, state, do: help }) {
  const line = element("li");
  line.dataset.finding = id;
  line.append(element("b", id), ` ${says}`);
  for (const { path, value } of state === "ok" ? [] : evidence) line.append(element("code", `${path}: ${value}`));
  if (help) line.append(element(state === "unknown" ? "code" : "span", help, "help"));
  return line;
}
