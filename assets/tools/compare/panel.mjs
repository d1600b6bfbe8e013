// @ts-check
// The tool that compares the run on the page with others: other kernels, other machines, the machine before the last
// change, or the order before the current event. All move with the player; differences are marked on the stages and in
// the registers.

import { canAsk } from "#core/api";
import { $, all, find, isExported, on } from "#core/dom";
import { cellsOf, mailText, tableText } from "#core/mail";
import { setTools, state } from "#core/state";
import { isEvent } from "#core/trace";
import { previousMachine } from "#player/history";
import { show as showStep } from "#player/playback";
import { setTitle } from "#player/registers";
import { questionOf } from "#player/request-keys";
import { markNodes } from "#player/stage-marks";
import { ComparedRun, heldAt } from "#tools/compare/compare-run";
import { machineTable, versionTable } from "#tools/compare/lists";
import { SYNCS } from "#tools/compare/model";

const MAX_RUNS = 3; // how many runs are shown beside the page's; the stages of more would be too small
const USUAL = ["v7.0", "v5.15", "v5.18", "v6.1", "posted"]; // a new run gets the first of these that is not shown yet
const FORM = `<div class="tool-head"><h2>Compare</h2><button type="button" id="stop-comparing">Close</button></div>
  <form id="other"><label>in step by <select name="sync"></select></label>
  <button type="button" id="one-more">One more run</button></form>
  <div id="twins"></div>
  <details id="all-versions"><summary>This machine under every version</summary><div></div></details>
  <details id="all-machines"><summary>Every built-in machine under this version</summary><div></div></details>`;

/** @type {ComparedRun[]} */
let runs = [];

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  $("select", panel).append(...SYNCS.map(([value, text]) => new Option(text, value)));
  on($("#other"), "change", onStep);
  on($("#other"), "submit", (event) => event.preventDefault());
  on($("#twins"), "change", ({ target }) => {
    const changed = runs.find(({ section }) => section.contains(target));
    if (changed) load(changed);
  });
  $("#stop-comparing").addEventListener("click", () => $("#tool-code").click());
  listWhenOpen("#all-versions", versionTable);
  listWhenOpen("#all-machines", machineTable);
  $("#all-machines").hidden = isExported(); // a file has no table of machines that are not in it
  for (const wanted of state.against?.split(",").slice(0, MAX_RUNS) ?? [undefined]) add(wanted);
  for (const run of runs) load(run);
}

/**
 * @param {string} selector
 * @param {(place: HTMLElement) => void} list
 */
function listWhenOpen(selector, list) {
  const details = $(selector);
  details.addEventListener("toggle", () => {
    if (details.hasAttribute("open")) list($("div", details));
  });
}

export function close() {
  for (const run of runs) run.forget();
  runs = [];
  unmark();
  setTools({ against: undefined });
  showStep();
}

/** Return the comparisons as text for a mail, and the tables that are open. */
export function asText() {
  const partsOf = (/** @type {Element} */ item) => [...item.childNodes].map(({ textContent }) => textContent).join(" ");
  const compared = runs.map(({ run, section, inTheEnd }) =>
    mailText([`Compared with ${run?.name ?? "nothing"}`, inTheEnd, ...all(".differences li", section).map(partsOf)]),
  );
  const tables = all("#all-versions[open], #all-machines[open]").map((fold) => {
    const table = /** @type {HTMLTableElement | null} */ (/** @type {unknown} */ (find("table", fold)));
    return table ? `${$("summary", fold).textContent}\n${tableText(cellsOf(table))}` : "";
  });
  return [...compared, ...tables].filter(Boolean).join("\n");
}

/** Compare with the page's new run. */
export function onRun() {
  for (const details of all("#all-versions[open], #all-machines[open]")) details.removeAttribute("open");
  for (const run of runs) {
    offer(run, run.wanted);
    load(run);
  }
}

/** @param {TargetedEvent<Event>} event */
export function onClick({ target }) {
  const isDrop = target.closest("[data-drop]") !== null;
  const dropped = isDrop && runs.find(({ section }) => section.contains(target));
  if (target.closest("#one-more")) {
    const run = add();
    run.select.focus();
    load(run);
  } else if (dropped) drop(dropped);
  else return Boolean(target.closest("#twins figure"));
  return true;
}

/** @param {string} [wanted] */
function add(wanted) {
  const run = new ComparedRun();
  offer(run, wanted);
  runs.push(run);
  $("#twins").append(run.section);
  onCount();
  return run;
}

/** @param {ComparedRun} run */
function drop(run) {
  run.forget();
  run.section.remove();
  runs = runs.filter((other) => other !== run);
  onCount();
  $("#one-more").focus();
  unmark();
  showStep();
}

/** Adapt the panel to the number of runs: the height of stages, and whether runs can be added or removed. */
function onCount() {
  const isAlone = runs.length === 1;
  $("#twins").dataset.count = String(runs.length);
  $("#one-more").hidden = runs.length === MAX_RUNS;
  for (const { remove, details } of runs) {
    remove.hidden = isAlone;
    details.open = isAlone; // with several runs, the stages are easier to compare without lists between them
  }
}

/**
 * Offer runs to compare with: the kernels and machines of the header's lists, the machine before the last change, and
 * the order before the current event.
 * @param {ComparedRun} run
 * @param {string} [wanted]
 */
function offer(run, wanted) {
  /** @type {(kind: string, id: "#kernel" | "#topology") => [string, string][]} */
  const choices = (kind, id) =>
    [...$(id).options]
      .filter(({ value }) => value && !value.startsWith("own:"))
      .map(({ value, text }) => [`${kind}:${value}`, text]);
  /** @type {[string, string][]} */
  const earlier = [];
  if (previousMachine()) earlier.push(["before:edit", "before the last change"]);
  if (state.trace.chapters.some(isEvent)) earlier.push(["before:event", "the order before the event at hand"]);
  const others = runs.filter((other) => other !== run).map((other) => other.wanted);
  const kernels = choices("kernel", "#kernel");
  const release = /^kernel:([\w.+= -]{1,600})$/.exec(wanted ?? "")?.[1]; // a link may name any release or what-if
  if (release && !kernels.some(([value]) => value === wanted)) kernels.push([`kernel:${release}`, release]);
  const groups = /** @type {[string, [string, string][]][]} */ ([
    ["this machine, earlier", earlier],
    ["this machine under", kernels],
    ["this kernel on", choices("topology", "#topology")],
  ]);
  for (const group of groups) group[1] = group[1].filter(([value]) => isHeld(value));
  const names = groups.flatMap(([, list]) => list.map(([value]) => value)).filter((name) => !others.includes(name));
  const usual = USUAL.map((kernel) => `kernel:${kernel}`).find(
    (value) => value !== `kernel:${state.play.kernel}` && names.includes(value),
  );
  run.offer(groups, wanted, usual ?? names.find((name) => name !== `kernel:${state.play.kernel}`) ?? "");
}

/**
 * Return whether a comparison can be asked for. An exported page offers only those that it holds.
 * @param {string} value
 */
function isHeld(value) {
  if (value === "before:event")
    return canAsk("against", { ...questionOf(), events: 1, other: { ...questionOf(), events: 0 } });
  const [shown, other] = questions(value);
  return canAsk("against", { ...shown, other });
}

/**
 * Return the questions for the two runs of a comparison: the page's run and the one to compare with.
 * @param {string} wanted
 * @returns {[import("#tools/compare/compare-run").Question, import("#tools/compare/compare-run").Question]}
 */
function questions(wanted) {
  const [kind, name] = wanted.split(":");
  const shown = questionOf();
  const { kernel, zonelists } = shown;
  if (kind === "kernel") return [shown, { ...shown, kernel: name }];
  if (kind === "topology") return [shown, { topology: name, kernel, zonelists }];
  if (name === "edit") return [shown, { ...previousMachine(), kernel, zonelists }];
  const events = countEvents();
  return [
    { ...shown, events },
    { ...shown, events: Math.max(0, events - 1) },
  ];
}

/** Return how many events have begun at the current step. */
const countEvents = () => state.trace.chapters.filter((one) => one.first <= state.step && isEvent(one)).length;

const writeLink = () => setTools({ against: runs.map(({ wanted }) => wanted).join(",") });

/** @param {ComparedRun} run */
async function load(run) {
  writeLink();
  const hasCome = await run.load(questions(run.wanted));
  if (hasCome)
    showStep(); // this also writes the compared runs into the address
  else if (runs.includes(run)) onStep();
}

/** Show all runs at the current place, and mark what differs there. */
export function onStep() {
  writeLink();
  const stale = runs.filter(({ run, event }) => run && event !== undefined && event !== countEvents());
  for (const run of stale) load(run);
  const current = runs.filter((one) => one.run && !stale.includes(one));
  const sync = $("#other [name=sync]").value;
  const apart = new Set(current.flatMap((run) => run.follow(sync)));
  markNodes(find("#stage svg"), "twin-marks", [...apart]);
  markRegisters(current);
}

/**
 * Mark the cells of the registers that differ in another run, with the value there.
 * @param {ComparedRun[]} current
 */
function markRegisters(current) {
  const { trace, step, view } = state;
  for (const [name, { cells }] of view.rows) {
    for (const [node, shown] of cells) {
      const own = heldAt(trace, name, node, step);
      const others = current
        .map((one) => ({ name: one.run?.name, value: one.apart(name, node, own) }))
        .filter(({ value }) => value !== undefined);
      const { dataset, classList } = shown.cell;
      classList.toggle("apart", others.length > 0);
      if (others.length) dataset.there = [...new Set(others.map(({ value }) => heldText(value)))].join(" / ");
      else delete dataset.there;
      const words = others.map(({ name: run, value }) => `${heldText(value)} in ${run}`);
      setTitle(shown, words);
    }
  }
}

/** @param {import("#tools/compare/compare-run").Held} value */
function heldText(value) {
  if (typeof value === "boolean") return value ? "in" : "out";
  return value === "" ? "empty" : value;
}

function unmark() {
  markNodes(find("#stage svg"), "twin-marks", []);
  markRegisters([]);
}
