// @ts-check
// The tool that plays what happens to pages when nodes fill up: a scenario on the stage, with a sentence for each tick
// at which something begins or ends.
//
// It has its own controls in place of the player's, because ticks are not steps of the run: the address and the charts
// keep the run's step.

import { askServer, messageOf } from "#core/api";
import { $, button, element, find, off, on, setAttribute, setText } from "#core/dom";
import { hasRun, setTools, state } from "#core/state";
import { questionOf } from "#player/history";
import { isUsed, singleKeys } from "#player/keys";
import { keepAddress } from "#player/loading";
import { fillChart, moveNow } from "#tools/pressure/chart";
import { filmOf, freeAt, matterFrom, ownersOf, pagesAt, saidAt, tomlOf } from "#tools/pressure/model";
import { clearStage, showTick, tintOf } from "#tools/pressure/stage";

const RATE = 40; // ticks a second at speed 1, where nothing begins or ends
const [SHORTEST, A_LETTER] = [900, 32]; // milliseconds that a sentence stays at the least, and for each letter
const MAX_CHARTS = 16; // nodes with a chart of their own
/** @type {Record<string, number>} */
const KEYS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
  " ": 0,
  ".": 0,
};
const COUNTERS = [
  "pgdemote_kswapd",
  "pgdemote_direct",
  "pgdemote_proactive",
  "pgsteal",
  "pswpout",
  "pgpromote_success",
];
const SIGNS = [
  "● allocation",
  "◆ demotion",
  "◇ by direct reclaim",
  "▲ promotion",
  "■ leaving",
  "▼ swap",
  "◔ kswapd awake",
  "lines: high, low (dashed), min (dotted); the upper part of a vessel is magnified",
];
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
  <details><summary>A scenario of your own</summary>
  <form class="one-owner"><label>memory <input name="memory" value="130% of first" required></label>
    <label>CPU on node <select name="cpu"></select></label>
    <label>bound to <input name="bind" placeholder="any node"></label>
    <label>cpuset.mems <input name="allowed" placeholder="none"></label>
    <label>then reclaim <input name="reclaim" placeholder="nothing"></label>
    <label>swap <input name="swap" placeholder="none"></label>
    <label>demotion <select name="demotion"><option>on</option><option>off</option></select></label>
    <button>Write and play</button></form>
  <form class="as-toml"><label for="film-toml">All of it, as TOML; docs/pressure.md describes the form</label>
    <textarea id="film-toml" name="toml" rows="9" spellcheck="false" wrap="off"></textarea>
    <button class="primary">Play this</button></form></details>
  <p class="film-left-out quiet"></p>`;

const shown = {
  /** @type {Film | null} */
  film: null,
  tick: 0,
  /** What was asked for: a built-in scenario, or a text. */
  question: /** @type {{ scenario?: string, toml?: string }} */ ({}),
  opens: 0, // the tick that a link names
  turn: 0, // how many answers were asked for: an earlier one comes too late
  /** When playing goes on, in milliseconds; null where it stands. */
  until: /** @type {number | null} */ (null),
};

// The stage is drawn anew in a window of another width.
const redrawn = new MutationObserver(() => go(shown.tick));

/** @param {HTMLElement} panel */
export function open(panel) {
  panel.innerHTML = FORM;
  on(panel, "click", onPress);
  on(document, "keydown", onKey, { capture: true }); // before the player, which has the same keys
  redrawn.observe($("#stage"), { childList: true });
  on($("[name=scenario]", panel), "change", ({ target }) => ask({ scenario: target.value }));
  on($("[name=tick]", panel), "input", ({ target }) => go(Number(target.value)));
  on($(".one-owner", panel), "submit", (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(/** @type {any} */ (event.target)));
    ask({ toml: tomlOf(/** @type {Record<string, string>} */ (fields)) });
  });
  on($(".as-toml", panel), "submit", (event) => {
    event.preventDefault();
    ask({ toml: $("[name=toml]").value });
  });
  const [scenario, tick] = state.pressure?.split(":") ?? [];
  if (scenario) Object.assign(shown, { question: { scenario }, opens: Number(tick) || 0 });
  return onRun();
}

export function close() {
  stop();
  off(document, "keydown", onKey, true);
  redrawn.disconnect();
  shown.turn += 1;
  shown.film = null;
  clearStage();
  setTools({ pressure: undefined });
  keepAddress();
}

export function onRun() {
  clearStage();
  if (hasRun()) return ask(shown.question);
}

export const again = () => ask(shown.question);

/** @param {TargetedEvent<Event>} event */
export function onClick({ target }) {
  const card = target.closest("#stage [data-node]");
  if (!card || !shown.film) return false;
  $("[name=why]").value = card.dataset.node ?? "";
  explain();
  return true;
}

/** @param {{ scenario?: string, toml?: string }} question */
async function ask(question) {
  stop();
  const asked = ++shown.turn;
  try {
    const answer = await askServer("pressure", { ...questionOf(), ...question });
    if (asked !== shown.turn) return;
    shown.question = question;
    show(answer);
    go(Math.max(0, answer.ticks.findLastIndex((/** @type {number} */ tick) => tick <= shown.opens) + 1));
    shown.opens = 0;
  } catch (error) {
    if (asked !== shown.turn) return;
    $(".film-told").replaceChildren(element("p", messageOf(error), "refusal"));
  }
}

/** @param {PressureAnswer} answer */
function show(answer) {
  const film = filmOf(answer);
  shown.film = film;
  const options = answer.scenarios.map(({ name, title }) => new Option(title, name, false, name === answer.scenario));
  if (shown.question.toml) options.push(new Option(`${answer.title} (your own)`, "", false, true));
  $("[name=scenario]").replaceChildren(...options);
  $(".scenario-note").replaceChildren(answer.note, ...kernelButton(answer));
  $(".film-remark").textContent = answer.remark;
  $(".film-left-out").textContent = answer.leftOut;
  $("[name=toml]").value = answer.toml;
  for (const name of ["cpu", "why"]) {
    const nodes = state.trace.nodes.map((node) => new Option(String(node)));
    $(`[name=${name}]`).replaceChildren(...nodes);
  }
  setAttribute($("[name=tick]"), "max", film.length);
  $(".film-owners").replaceChildren(...legend(film));
  $(".film-nodes").replaceChildren(tableOf(film));
}

/**
 * Return a button that switches the page to the kernel that a scenario is made for, unless it is played under that.
 * @param {PressureAnswer} answer
 */
function kernelButton({ kernel, madeFor }) {
  return madeFor && madeFor !== kernel ? [" ", button(`Switch to ${madeFor}`, "", { kernel: madeFor })] : [];
}

/** @param {Film} film */
function legend(film) {
  const used = ownersOf(film);
  const owners = film.answer.owners.flatMap((name, owner) =>
    used.has(owner) ? [entry(name, tintOf(owner, film))] : [],
  );
  const signs = SIGNS.map((words) => element("li", words));
  return [...owners, ...signs];
}

/**
 * @param {string} words
 * @param {string} tint
 */
function entry(words, tint) {
  const item = element("li", "", "owner");
  item.append(element("span", "", tint), words);
  return item;
}

/** @param {Film} film */
function tableOf(film) {
  const table = element("table");
  const counters = COUNTERS.filter((name) => film.counters.get(name)?.some((value) => value > 0));
  table.dataset.counters = counters.join(" ");
  const head = table.createTHead().insertRow();
  for (const words of ["node", "filled", "free", ...counters]) head.append(headCell(words.replace("_", "_\u200b")));
  const body = table.createTBody();
  for (const [index, { id }] of film.nodes.entries()) {
    const row = body.insertRow();
    row.append(headCell(String(id), "row"));
    const chart = row.insertCell();
    if (index < MAX_CHARTS) chart.append(fillChart(film, index));
    for (const _ of ["free", ...counters]) row.insertCell();
  }
  return table;
}

/**
 * @param {string} words
 * @param {string} scope
 */
function headCell(words, scope = "col") {
  const cell = element("th", words);
  cell.scope = scope;
  return cell;
}

/** @param {number} tick */
function go(tick) {
  const { film } = shown;
  if (!film) return;
  shown.tick = Math.max(0, Math.min(tick, film.length));
  const number = shown.tick ? film.answer.ticks[shown.tick - 1] : 0;
  const slider = $("[name=tick]");
  slider.value = String(shown.tick);
  const where = `tick ${number} of ${film.answer.ticks.at(-1) ?? 0}`;
  setAttribute(slider, "aria-valuetext", where);
  setText($(".film-bar output"), where);
  tell(saidAt(film, shown.tick));
  showNumbers(film, shown.tick);
  showTick(film, shown.tick);
  const { scenario, toml } = film.answer.scenario || !shown.question.toml ? shown.question : { toml: "own" };
  setTools({ pressure: toml ? undefined : `${scenario ?? film.answer.scenarios[0].name}:${number}` });
  keepAddress();
}

/** @param {string[]} sentences */
function tell(sentences) {
  const told = $(".film-told");
  const text = sentences.join("\n");
  if (told.dataset.text === text) return;
  told.dataset.text = text;
  told.replaceChildren(...sentences.map((sentence) => element("p", sentence)));
}

/**
 * @param {Film} film
 * @param {number} tick
 */
function showNumbers(film, tick) {
  const table = /** @type {HTMLTableElement | null} */ (find(".film-nodes table"));
  const counters = table?.dataset.counters?.split(" ").filter(Boolean) ?? [];
  for (const [index, row] of [...(table?.tBodies[0].rows ?? [])].entries()) {
    const values = counters.map((name) => film.counters.get(name)?.[tick * film.nodes.length + index] ?? 0);
    for (const [place, value] of [freeAt(film, tick, index), ...values].entries()) {
      setText(row.cells[place + 2], value.toLocaleString("en"));
    }
    const chart = row.querySelector(".fill");
    if (chart) moveNow(/** @type {SVGElement} */ (chart), tick, film.length);
    if (shown.until !== null) continue; // nobody points at a row of a film that plays
    const owned = film.answer.owners.flatMap((name, owner) => {
      const pages = pagesAt(film, tick, owner, index);
      return pages ? [`${name}: ${pages.toLocaleString("en")} pages`] : [];
    });
    row.title = owned.join("\n");
  }
}

// Playing

/** @param {TargetedEvent<MouseEvent>} event */
function onPress({ target }) {
  const act = target.closest("[data-go]")?.dataset.go;
  const { film, tick } = shown;
  if (target.closest("[data-act=why]")) explain();
  if (!act || !film) return;
  if (act === "play") return playOrStop();
  stop();
  go(matterFrom(film, tick, act === "next" ? 1 : -1));
}

/** @param {TargetedEvent<KeyboardEvent>} event */
function onKey(event) {
  const { key, target } = event;
  const { film, tick } = shown;
  if (!film || !(key in KEYS) || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  if (isUsed(key, target) || (key.length === 1 && !singleKeys())) return;
  event.preventDefault();
  event.stopPropagation();
  const by = KEYS[key];
  if (!by) return playOrStop();
  stop();
  if (event.shiftKey) go(tick + by);
  else go(Number.isFinite(by) ? matterFrom(film, tick, by) : by);
}

function playOrStop() {
  const { film, tick } = shown;
  if (shown.until !== null || !film) return stop();
  if (tick === film.length) go(0);
  shown.until = performance.now();
  showPlaying();
  requestAnimationFrame(onFrame);
}

function stop() {
  shown.until = null;
  showPlaying();
}

function showPlaying() {
  const control = find("[data-go=play]");
  if (control) setText(control, shown.until === null ? "Play" : "Pause");
}

/**
 * Go on by as many ticks as have passed since the last picture, but not past a tick that has a sentence: pictures are
 * dropped, and sentences are not. A sentence stays as long as it takes to read.
 * @param {number} now
 */
function onFrame(now) {
  const { film, tick, until } = shown;
  if (until === null || !film || !find(".film-told")) return;
  const ticks = Math.floor(((now - until) / 1000) * RATE * state.speed);
  if (ticks > 0) {
    const next = Math.min(tick + ticks, matterFrom(film, tick, 1));
    go(next);
    const letters = film.matters.includes(next) ? saidAt(film, next).join("").length : 0;
    shown.until = now + (letters ? (SHORTEST + A_LETTER * letters) / state.speed : 0);
    if (next === film.length) return stop();
  }
  requestAnimationFrame(onFrame);
}

// Why

async function explain() {
  const { film, tick, turn } = shown;
  if (!film) return;
  const node = Number($("[name=why]").value);
  const list = $(".film-why ul");
  const number = tick ? film.answer.ticks[tick - 1] : 0;
  try {
    const question = { ...questionOf(), ...shown.question, node, tick: number };
    const { sentences } = await askServer("pressure-why", question);
    if (turn !== shown.turn) return;
    list.replaceChildren(...sentences.map((/** @type {string} */ sentence) => element("li", sentence)));
  } catch (error) {
    list.replaceChildren(element("li", messageOf(error), "refusal"));
  }
}
