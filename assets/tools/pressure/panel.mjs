// @ts-check
// The tool that plays what happens to pages when nodes fill up: a scenario on the stage, with a sentence for each tick
// at which something begins or ends.

import { askServer, messageOf } from "#core/api";
import { $, button, element, find, isExported, off, on, setAttribute, setText, showStatus } from "#core/dom";
import { mailText, tableText } from "#core/mail";
import { later } from "#core/server";
import { hasRun, setTools, state } from "#core/state";
import { offerFill } from "#player/charts";
import { keepAddress } from "#player/loading";
import { questionOf } from "#player/request-keys";
import { shownWords } from "#player/shown-words";
import { go, onKey, play, playOrStop, runTo, shown, skip, stop } from "#tools/pressure/film";
import { nameInLink, questionOfLink } from "#tools/pressure/link";
import { filmOf, placeOfTick, saidAt, tickAt } from "#tools/pressure/model";
import { legend, numbersRows, tableOf } from "#tools/pressure/numbers";
import { fillForm, listenToForm, listNodes, FORM as OWNERS, refuseForm, renewCpus } from "#tools/pressure/owners";
import { clearStage } from "#tools/pressure/stage";

const FORM = `<div class="tool-head"><h2>Pressure</h2>
    <label class="quiet">scenario <select name="scenario" aria-label="Scenario"></select></label></div>
  <p class="scenario-note quiet"></p>
  <div class="film-bar" role="group" aria-label="Play the scenario">
    <button type="button" data-go="back" title="To where something began before (left arrow)">Back</button>
    <button type="button" data-go="play" class="primary">Play</button>
    <button type="button" data-go="next" title="To where something begins or ends (right arrow)">Next</button>
    <input type="range" name="tick" min="0" value="0" aria-label="Tick"><output></output></div>
  <div class="film-told" role="status"></div>
  <div class="film-why"><label class="quiet">Why does node <select name="why"></select></label>
    <button type="button" data-act="why">do what it does?</button> <span class="quiet">Or click its card.</span>
    <div role="status"><ul></ul></div></div>
  <ul class="film-owners" aria-label="Owners and signs"></ul>
  <div class="film-nodes"></div>
  <p class="film-remark"></p>
  <p class="quiet below-stage">Below the stage, a chart shows how full each node is over time.</p>
  <details><summary>A scenario of your own</summary>${OWNERS}
  <form class="as-toml"><label for="film-toml">All of it, as TOML</label>
    <textarea id="film-toml" name="toml" rows="9" spellcheck="false" wrap="off"></textarea>
    <button class="primary">Play this</button> <span class="refusal" role="alert"></span></form></details>
  <p class="film-left-out quiet"></p>`;

const asked = {
  question: /** @type {typeof shown.question} */ ({}),
  turn: 0, // how many answers were asked for: an earlier one comes too late
  tick: 0, // the tick that is shown first once the answer has come
  isAwaited: false,
  /** Settles once the answer that was asked for last is shown, or cannot be had. @type {Promise<unknown>} */
  coming: Promise.resolve(),
  toml: "", // the text of the scenario with which the forms were filled last
};

// The stage is drawn anew in a window of another width.
const redrawn = new MutationObserver(() => go(shown.place));

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  asked.toml = "";
  on(panel, "click", onPress);
  on(document, "keydown", onKey, { capture: true }); // before the player, which has the same keys
  redrawn.observe($("#stage"), { childList: true });
  on($("[name=scenario]", panel), "change", ({ target }) => ask({ scenario: target.value }));
  on($("[name=tick]", panel), "input", ({ target }) => go(Number(target.value)));
  listenToForm((toml) => playOwn(toml, refuseForm));
  on($(".as-toml", panel), "submit", (event) => {
    event.preventDefault();
    playOwn($("[name=toml]").value, refuseToml);
  });
  const own = $("details", panel);
  on(own, "toggle", () => {
    if (!(/** @type {HTMLDetailsElement} */ (own).open)) return;
    panel.scrollTop += own.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    $("summary", own).scrollIntoView({ block: "nearest" });
    find("[data-field=name]", own)?.focus({ preventScroll: true });
  });
  return onRun();
}

export function close() {
  stop();
  off(document, "keydown", onKey, true);
  redrawn.disconnect();
  asked.turn += 1;
  Object.assign(shown, { film: null, explained: null });
  clearStage();
  setTools({ pressure: undefined, played: null });
  later.module?.tellSpeaker();
  if (!isExported()) offerFill(false);
  keepAddress();
}

export function onRun() {
  clearStage();
  if (!hasRun()) return;
  renewCpus();
  const [scenario, tick] = state.pressure?.split(":") ?? [];
  if (scenario) return ask({ scenario }, Number(tick) || 0);
  const { film, place, question } = shown;
  return ask(question, film ? tickAt(film, place) : 0);
}

export const again = () => ask(asked.question, asked.tick);

/** Return what is shown as text for a mail: the scenario, the tick, what is said of it, and each node's numbers. */
export function asText() {
  const { film, place } = shown;
  if (!film) return "";
  const { title, where } = shownWords();
  return `${mailText([`${title}, ${where}`, ...saidAt(film, place), ""])}${tableText(numbersRows(film, place))}`;
}

/** @param {TargetedEvent<Event>} event */
export function onClick({ target }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !shown.film || isExported()) return false;
  $("[name=why]").value = card.dataset.node ?? "";
  explain();
  return true;
}

/**
 * Show a scenario at a tick, "bound:184"; ":184" is a tick of the scenario on show.
 * @param {string} scene
 */
export function showScene(scene) {
  const [scenario, tick] = scene.split(":");
  const isAsked = !scenario || (!asked.question.toml && asked.question.scenario === scenario);
  if (!isAsked) ask({ scenario }, Number(tick));
  else if (asked.isAwaited) asked.tick = Number(tick);
  else runTo(Number(tick));
}

/**
 * Play a scenario of the visitor's own from its start.
 * @param {string} toml
 * @param {(line: string) => void} refuse shows why it cannot be played, beside the form that has it; "" if it can
 */
async function playOwn(toml, refuse) {
  refuse("");
  if (!(await ask({ toml }, 0, refuse))) return;
  $(".film-bar").scrollIntoView({ block: "nearest" });
  play();
}

/**
 * Ask for a scenario, and show it at a tick. Return whether it is shown.
 * @param {{ scenario?: string, toml?: string }} question
 * @param {number} tick
 * @param {(line: string) => void} refuse shows why it cannot be had
 */
function ask(question, tick = 0, refuse = refuseScenario) {
  stop();
  const turn = asked.turn + 1;
  Object.assign(asked, { question, turn, tick, isAwaited: true });
  const shows = answerTo(question, turn, refuse);
  asked.coming = shows;
  return shows;
}

/**
 * Get the answer of a turn, and show it unless there is a later turn. Return whether it is shown.
 * @param {{ scenario?: string, toml?: string }} question
 * @param {number} turn
 * @param {(line: string) => void} refuse
 */
async function answerTo(question, turn, refuse) {
  try {
    const wanted = await wantedOf(question);
    const answer = state.play.pressure ?? (await askServer("pressure", { ...questionOf(), ...wanted }));
    const named = await nameInLink(wanted, answer);
    if (turn !== asked.turn) return false;
    asked.isAwaited = false;
    Object.assign(shown, { question: wanted, named });
    const film = filmOf(answer);
    show(film);
    go(placeOfTick(film, asked.tick));
    if (!isExported()) offerFill(true);
    return true;
  } catch (error) {
    if (turn !== asked.turn) return false;
    asked.isAwaited = false;
    refuse(messageOf(error));
    return false;
  }
}

/**
 * Return what to ask for. If a link's scenario is damaged, say so, and ask for the first one of the list.
 * @param {{ scenario?: string, toml?: string }} question
 */
async function wantedOf(question) {
  try {
    return await questionOfLink(question);
  } catch (error) {
    showStatus(messageOf(error));
    Object.assign(asked, { question: {}, tick: 0 });
    return asked.question;
  }
}

/** @param {string} line */
function refuseScenario(line) {
  const told = $(".film-told");
  told.dataset.text = line; // so that the sentences of the tick come back even if they are the same as before
  told.replaceChildren(element("p", line, "refusal"));
}

/** @param {string} line */
const refuseToml = (line) => setText($(".as-toml .refusal"), line);

/** @param {Film} film */
function show(film) {
  const { answer } = film;
  shown.film = film;
  const known = isExported() ? [] : answer.scenarios;
  const options = known.map(({ name, title }) => new Option(title, name, false, name === answer.scenario));
  if (isExported()) options.push(new Option(answer.title, answer.scenario ?? "", false, true));
  else if (shown.question.toml) options.push(new Option(`${answer.title} (your own)`, "", false, true));
  $("[name=scenario]").replaceChildren(...options);
  $(".scenario-note").replaceChildren(answer.note, ...kernelButton(answer));
  $(".film-remark").textContent = answer.remark;
  $(".film-left-out").textContent = answer.leftOut;
  refuseForm("");
  refuseToml("");
  if (answer.toml !== asked.toml) fillForms(answer); // else the visitor may have changed what is in them
  listNodes($("[name=why]"));
  setAttribute($("[name=tick]"), "max", film.length);
  $(".film-owners").replaceChildren(...legend(film));
  $(".film-nodes").replaceChildren(tableOf(film));
}

/** @param {PressureAnswer} answer */
function fillForms({ toml, form }) {
  asked.toml = toml;
  $("[name=toml]").value = toml;
  fillForm(form);
}

/**
 * Return a button that switches the page to the kernel that a scenario is made for, unless it is played under that.
 * @param {PressureAnswer} answer
 */
function kernelButton({ kernel, madeFor }) {
  return madeFor && madeFor !== kernel && !isExported()
    ? [" ", button(`Switch to ${madeFor}`, "", { kernel: madeFor })]
    : [];
}

/** @param {TargetedEvent<MouseEvent>} event */
function onPress({ target }) {
  const act = target.closest("[data-go]")?.dataset.go;
  if (target.closest("[data-act=why]")) explain();
  if (act === "play") playOrStop();
  else if (act) skip(act === "next" ? 1 : -1);
}

/** Say why the chosen node does what it does at the tick on show. If a scenario is on its way, wait for that. */
async function explain() {
  const node = Number($("[name=why]").value);
  const list = $(".film-why ul");
  await lastAnswer();
  const { film, place, question } = shown;
  const { turn } = asked;
  if (!film || !list.isConnected) return; // the panel was closed meanwhile
  stop(); // else the answer would come when another tick is on show
  const wanted = { ...questionOf(), ...question, node, tick: tickAt(film, place) };
  const items = await askServer("pressure-why", wanted).then(
    ({ sentences }) => sentences.map((/** @type {string} */ sentence) => element("li", sentence)),
    (error) => [element("li", messageOf(error), "refusal")],
  );
  if (turn !== asked.turn || place !== shown.place) return;
  shown.explained = { film, place };
  list.replaceChildren(...items);
}

/** Wait for the answer that was asked for last: while one is awaited, another may be asked for. */
async function lastAnswer() {
  const { coming } = asked;
  await coming;
  if (coming !== asked.coming) await lastAnswer();
}
