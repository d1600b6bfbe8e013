// One run beside the one on show: what is picked for it, its stage, and where the two differ.

import { askServer } from "../asking.mjs";
import { openTrace } from "../signals.mjs";
import { lookUpStage, paintStage, targetsAt } from "../stage.mjs";
import { element } from "../tables.mjs";
import { listDifferences } from "./compare-lists.mjs";
import { twinStep } from "./compare-steps.mjs";
import { markNodes } from "./marks.mjs";

const MOST_NAMED = 8; // nodes in a caption, which keeps to its line
const FORM = `<label>with <select name="other"></select></label>
  <button type="button" data-drop aria-label="Take this run away">Remove</button>
  <p class="apart" role="status"></p>
  <figure hidden><figcaption></figcaption><div></div></figure>
  <details><summary>Where they differ, and why</summary><ul class="differences"></ul></details>`;

export class Twin {
  constructor() {
    this.section = element("section", "", "twin");
    this.section.innerHTML = FORM;
    this.select = this.find("select");
    this.turn = 0;
    this.forget();
  }

  find(selector) {
    return this.section.querySelector(selector);
  }

  // What it may be, group by group; `wanted` if that can be had, else what is usual.
  offer(groups, wanted, usual) {
    const made = groups.filter(([, options]) => options.length).map(([label, options]) => {
      const group = Object.assign(element("optgroup"), { label });
      group.append(...options.map(([value, text]) => new Option(text, value)));
      return group;
    });
    this.select.replaceChildren(...made);
    this.select.value = wanted ?? usual;
    if (!this.select.value) this.select.value = usual;
  }

  get wanted() {
    return this.select.value;
  }

  // The name of the other run, once it is here.
  get name() {
    return this.answer?.names[1];
  }

  forget() {
    this.turn++;
    this.answer = this.trace = this.view = null;
    this.at = 0;
    this.find("figure").hidden = this.find("details").hidden = true;
  }

  // Ask for the two runs that are held against each other; whether they are here, and still wanted.
  async load([here, other]) {
    const turn = ++this.turn;
    this.event = other.events === undefined ? undefined : here.events;
    this.find(".apart").textContent = "Comparing.";
    try {
      const answer = await askServer("against", { ...here, other });
      if (turn === this.turn) this.take(answer);
    } catch (error) {
      if (turn !== this.turn) return false;
      this.forget();
      this.find(".apart").textContent = error.message;
    }
    return turn === this.turn;
  }

  take(answer) {
    this.answer = answer;
    this.trace = openTrace(answer.trace);
    const figure = this.find("figure");
    figure.querySelector("div").innerHTML = answer.stage;
    figure.hidden = this.find("details").hidden = false;
    this.svg = figure.querySelector("svg");
    for (const card of this.svg.querySelectorAll("[tabindex]")) for (const name of ["tabindex", "role", "aria-label"]) card.removeAttribute(name);
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", `The stage of ${this.name}; what differs is listed below`);
    this.view = lookUpStage(this.svg, answer.classes);
    listDifferences(this.find(".differences"), answer);
    const [count, [one, other]] = [answer.differences.length, answer.names];
    this.find(".apart").textContent = count
      ? `${count === 1 ? "One node demotes" : `${count} nodes demote`} elsewhere in ${other} than in ${one}.`
      : `${one} and ${other} give the same targets in the end.`;
  }

  // At the place of the run on show; returns the nodes that demote elsewhere there.
  follow(state, sync) {
    this.at = twinStep(sync, state, this.trace);
    paintStage(this.view, this.trace, this.at);
    const nodes = state.trace.nodes.filter((node) => this.differs(state, node));
    markNodes(this.svg, "twin-marks", nodes);
    const more = nodes.length > MOST_NAMED ? ` and ${nodes.length - MOST_NAMED} more` : "";
    const told = nodes.length ? `differs now at node ${nodes.slice(0, MOST_NAMED).join(", ")}${more}` : "the same targets now";
    this.find("figcaption").textContent = `${this.name}, step ${this.at} of ${this.trace.length - 1}; ${told}`;
    return nodes;
  }

  differs({ trace, step }, node) {
    if (!this.trace.nodes.includes(node)) return true;
    const [one, other] = [targetsAt(trace, node, step), targetsAt(this.trace, node, this.at)];
    return one.length !== other.length || one.some((target) => !other.includes(target));
  }

  // What it holds in a cell of a register at its step, where the run on show holds `own`; undefined if that is the same.
  apart(register, node, own) {
    const there = valueOf(this.trace, register, node, this.at);
    return there === undefined || String(there) === String(own) ? undefined : there;
  }
}

// What a register holds for a node: whether it is in a mask, or the value of a cell; undefined for what is not there.
export function valueOf(trace, register, node, step) {
  if (trace.masks.includes(register)) return trace.holds(register, node, step);
  return trace.has(`${register}[${node}]`) ? trace.at(`${register}[${node}]`, step) : undefined;
}
