// The outcomes of one change for one start: orders, verdicts with witnesses, walks, and what the comments promise.

import { element } from "../tables.mjs";
import { chainsText, walkText } from "./readers-model.mjs";

const NAMES = ["cycle", "mixed", "same", "old", "new", "cut"];
const KEPT = new Map([[true, "true"], [false, "not true"], [null, "not meant"]]);

export const OUTCOMES = `
    <dl class="orders"><dt>old</dt><dd class="old"></dd><dt>new</dt><dd class="new"></dd></dl>
    <table class="verdicts"><thead><tr><th scope="col">a walk is</th><th scope="col">how often</th><th scope="col">walks</th>
      <th scope="col">shortest, to be played</th></tr></thead><tbody></tbody></table>
    <p class="quiet">Always: every schedule of the two ends so. Sometimes: some do. Never: none does. <span class="schedules"></span></p>
    <section class="witness" aria-label="A walk, moment by moment" hidden></section>
    <details class="walks"><summary></summary><ul></ul></details>
    <details class="promises"><summary>What the patch's comments say of readers, and of whom it is true</summary>
      <table><thead><tr><th scope="col">statement</th><th scope="col">one read</th><th scope="col">snapshot</th><th scope="col">walk</th></tr></thead>
      <tbody></tbody></table><p class="quiet">A read is one load of one entry, a snapshot the whole array at one moment, a walk
      one load a hop while the writer goes on. The kernel's own callers make one read at a time.</p></details>
    <p class="quiet">The model is every interleaving of writer and reader, and stores that overtake each other between two barriers. It is
      not all of weak memory: a hop needs the value of the one before, so the reads of a walk stay in order, and what a compiler may do
      to a plain read is left out.</p>`;

export function showOutcomes(place, told) {
  const read = (name) => place.querySelector(name);
  for (const order of ["old", "new"]) {
    read(`dd.${order}`).textContent = chainsText(told[order]);
    read(`dd.${order}`).title = chainsText(told[order]);
  }
  read(".verdicts tbody").replaceChildren(...NAMES.map((name) => verdictRow(told, name)));
  read(".schedules").textContent = schedulesText(told.schedules);
  read(".walks").open = false;
  read(".walks summary").textContent = walksTitle(told);
  read(".promises tbody").replaceChildren(...told.promises.map(promiseRow));
  place.hidden = false;
}

function verdictRow(told, name) {
  const { verdicts } = told.starts.find(({ start }) => start === told.start);
  const row = element("tr", "", verdicts[name]);
  const head = element("th", name);
  head.scope = "row";
  head.append(element("span", told.meanings[name], "meaning"));
  const complete = Number(told.number) === told.walks.length;
  const number = told.walks.filter(({ verdict }) => verdict === name).length;
  const often = element("td", verdicts[name][0].toUpperCase() + verdicts[name].slice(1), "grade");
  const cell = element("td");
  const witness = told.witnesses[name];
  if (witness) cell.append(playButton(walkText(witness.seen), { verdict: name }));
  row.append(head, often, element("td", complete || !number ? String(number) : `${number} or more`), cell);
  return row;
}

function playButton(text, data) {
  const button = element("button", text, "link");
  button.type = "button";
  button.title = `Play ${text}`;
  Object.assign(button.dataset, data);
  return button;
}

function schedulesText(counts) {
  if (!counts) return "";
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = NAMES.filter((name) => counts[name]).map((name) => `${counts[name].toLocaleString("en")} ${name}`);
  return `From all nodes together there are ${all.toLocaleString("en")} schedules: ${parts.join(", ")}.`;
}

function walksTitle({ number, walks }) {
  const all = number === null ? "more than can be counted in a moment" : BigInt(number).toLocaleString("en");
  const listed = Number(number) === walks.length ? "" : `; the first ${walks.length}, by length`;
  return `Distinct walks from here: ${all}${listed}`;
}

export const walkItems = ({ walks }) => walks.map(walkItem);

function walkItem({ seen, verdict }) {
  const item = element("li");
  item.append(playButton(walkText(seen), { walk: JSON.stringify(seen) }), element("span", ` ${verdict}`, "quiet"));
  return item;
}

function promiseRow({ told, read, snapshot, walk }) {
  const row = element("tr");
  row.append(element("td", told), ...[read, snapshot, walk].map((kept) => element("td", KEPT.get(kept), `kept-${kept}`)));
  return row;
}
