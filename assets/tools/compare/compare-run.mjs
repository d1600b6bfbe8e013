// @ts-check
// A second run beside the run on the page: the choice of it, its stage, and where the two differ.

import { askServer, messageOf } from "#core/api";
import { $, element, isPresenting, setText } from "#core/dom";
import { state } from "#core/state";
import { openTrace, targetsAt } from "#core/trace";
import { askForStages, bestStage } from "#player/hall";
import { show as showStep } from "#player/playback";
import { markRebuild } from "#player/rebuild-marks";
import { lookUpStage, paintStage } from "#player/stage";
import { markNodes } from "#player/stage-marks";
import { listDifferences } from "#tools/compare/lists";
import { stepInOther } from "#tools/compare/model";
import { listOdd } from "#tools/compare/odd";

const MAX_NODES = 64; // the size of a machine up to which findings are light work for the server (viz/app/costs.py)
const MAX_NAMED = 8; // how many nodes a caption names, so that it fits into one line
const FORM = `<label>with <select name="other"></select></label>
  <button type="button" data-drop aria-label="Take this run away">Remove</button>
  <p class="apart" role="status"></p>
  <figure hidden><figcaption></figcaption><div></div></figure>
  <details><summary>Where they differ, and why</summary><ul class="differences"></ul></details>
  <div class="odd-place"></div>`;

/** A question for a run; if it has `events`, the run ends after this number of events. */
/** @typedef {RunRequest & { events?: number }} Question */
/** A run that has come: its name, its trace, its stage. */
/** @typedef {{ name: string, trace: Trace, svg: SVGSVGElement, view: StageView, classes: StageClasses }} Run */

export class ComparedRun {
  /** @type {Run | null} */
  run = null;
  /** @type {Step} */
  at = 0; // the step at which it is shown
  inTheEnd = ""; // whether the two runs have the same targets after their last step, in words
  /** @type {number | undefined} */
  event; // how many events had begun in the page's run; undefined if the comparison does not depend on that
  turn = 0; // how many runs were requested; an answer to an earlier question is dropped
  /** The run's usual stage, and its stages for a hall once they have come. */
  usual = "";
  shown = "";
  halls = /** @type {string[] | null} */ (null);
  /** @type {RunRequest} */
  request = {};

  constructor() {
    this.section = element("section", "", "twin");
    this.section.innerHTML = FORM;
    this.select = $("select", this.section);
    this.remove = $("[data-drop]", this.section);
    this.figure = $("figure", this.section);
    this.details = $("details", this.section);
    this.odd = $(".odd-place", this.section);
    this.forget();
    new ResizeObserver(() => this.fit()).observe($("div", this.figure));
  }

  /**
   * Offer runs to choose from, in groups, and choose `wanted` if it is among them, or else `usual`.
   * @param {[label: string, options: [value: string, text: string][]][]} groups
   * @param {string | undefined} wanted
   * @param {string} usual
   */
  offer(groups, wanted, usual) {
    const made = groups
      .filter(([, options]) => options.length)
      .map(([label, options]) => {
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

  forget() {
    this.turn += 1;
    this.run = null;
    this.at = 0;
    this.figure.hidden = this.details.hidden = true;
    this.odd.replaceChildren();
  }

  /** @param {string} line */
  tell(line) {
    setText($(".apart", this.section), line);
  }

  /**
   * Ask for the comparison of two runs, and show it. Return whether there is an answer, and no newer question.
   * @param {[Question, Question]} questions
   */
  async load([shown, other]) {
    this.turn += 1;
    const { turn } = this;
    this.event = other.events === undefined ? undefined : shown.events;
    const { events: _, ...request } = other;
    Object.assign(this, { request, halls: null });
    this.tell("Comparing.");
    try {
      const comparison = await askServer("against", { ...shown, other });
      if (turn === this.turn) {
        this.take(comparison);
        this.lookForOdd(comparison.names, [shown, other]);
      }
    } catch (error) {
      if (turn !== this.turn) return false;
      this.forget();
      this.tell(messageOf(error));
      return false;
    }
    return turn === this.turn;
  }

  /**
   * List what is odd about one run only. Findings are about first orders, so they say nothing about one event.
   * @param {string[]} names
   * @param {[Question, Question]} questions
   */
  lookForOdd(names, questions) {
    const { turn } = this;
    if (this.event !== undefined || state.trace.nodes.length > MAX_NODES) this.odd.replaceChildren();
    else listOdd(this.odd, names, questions, () => turn === this.turn);
  }

  /** @param {import("#tools/compare/lists").Comparison} comparison */
  take(comparison) {
    const { names, trace, stage, classes, differences } = comparison;
    const [one, name] = names;
    this.figure.hidden = false;
    this.details.hidden = !differences.length && !comparison.apart.length;
    this.usual = this.shown = stage;
    this.run = { name, trace: openTrace(trace), classes, ...this.mount(stage, name, classes) };
    this.fit();
    listDifferences($(".differences", this.section), comparison);
    const count = differences.length;
    const nodes = count === 1 ? "One node demotes" : `${count} nodes demote`;
    this.inTheEnd = count
      ? `In the end ${nodes.toLowerCase()} elsewhere in ${name} than in ${one}.`
      : `${one} and ${name} give the same targets in the end.`;
  }

  /**
   * Put a stage of the run into the figure, and look up its elements.
   * @param {string} stage
   * @param {string} name
   * @param {StageClasses} classes
   */
  mount(stage, name, classes) {
    $("div", this.figure).innerHTML = stage;
    const svg = $("svg", this.figure);
    for (const card of svg.querySelectorAll("[tabindex]")) {
      for (const attribute of ["tabindex", "role", "aria-label"]) card.removeAttribute(attribute);
    }
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `The stage of ${name}; what differs is listed below`);
    return { svg, view: lookUpStage(svg, classes) };
  }

  /** Show the stage that fits the page's mode: in presenter mode one that is readable in a hall. */
  async fit() {
    const { run, turn } = this;
    if (!run) return;
    if (isPresenting() && !this.halls) {
      const halls = await askForStages(this.request);
      if (turn !== this.turn || !this.run) return;
      this.halls = halls;
    }
    const place = $("div", this.figure);
    const best = (isPresenting() && this.halls?.[bestStage(this.halls, place)]) || this.usual;
    if (best === this.shown) return;
    this.shown = best;
    Object.assign(run, this.mount(best, run.name, run.classes));
    showStep();
  }

  /**
   * Show the run at the step that corresponds to the page's; return the nodes that demote elsewhere there.
   * @param {string} sync
   */
  follow(sync) {
    const { run } = this;
    if (!run) return [];
    const { trace } = state;
    this.at = stepInOther(sync, trace, state.step, run.trace);
    paintStage(run.view, run.trace, this.at);
    markRebuild(run.view, run.trace, this.at);
    const nodes = trace.nodes.filter((node) => this.differs(run, node));
    markNodes(run.svg, "twin-marks", nodes);
    const more = nodes.length > MAX_NAMED ? ` and ${nodes.length - MAX_NAMED} more` : "";
    const named = nodes.slice(0, MAX_NAMED).join(", ");
    const when = state.step === trace.length - 1 ? "" : " at this step";
    const words = nodes.length ? `differs${when} at node ${named}${more}` : `the same targets${when}`;
    const { kernel } = run.trace;
    const under = run.name.includes(kernel) ? "" : `, kernel ${kernel}`;
    $("figcaption", this.figure).textContent =
      `${run.name}, step ${this.at} of ${run.trace.length - 1}${under}; ${words}`;
    this.tell(`${nodes.length && when ? "They differ at this step. " : ""}${this.inTheEnd}`);
    return nodes;
  }

  /**
   * Return whether a node has other targets in this run than in the page's.
   * @param {Run} run
   * @param {NodeId} node
   */
  differs(run, node) {
    if (!run.trace.nodes.includes(node)) return true;
    const one = targetsAt(state.trace, node, state.step);
    const other = targetsAt(run.trace, node, this.at);
    return one.length !== other.length || one.some((target) => !other.includes(target));
  }

  /**
   * Return the value of a register's cell in this run; undefined if it equals `own`, the value in the page's run.
   * @param {string} register
   * @param {NodeId} node
   * @param {Held} own
   */
  apart(register, node, own) {
    const there = this.run ? heldAt(this.run.trace, register, node, this.at) : undefined;
    return there === undefined || String(there) === String(own) ? undefined : there;
  }
}

/** @typedef {Cell | boolean | undefined} Held */

/**
 * Return what a register holds for a node: whether it is in a mask, or the value of its cell; undefined if there is
 * none.
 * @param {Trace} trace
 * @param {string} register
 * @param {NodeId} node
 * @param {Step} step
 * @returns {Held}
 */
export function heldAt(trace, register, node, step) {
  if (trace.masks.includes(register)) return trace.holds(register, node, step);
  return trace.has(`${register}[${node}]`) ? trace.at(`${register}[${node}]`, step) : undefined;
}
