// @ts-check
// The speaker's window: the notes of the stop, what comes next, a clock, and buttons that move the page in the other
// window. All state stays in the page, so the speaker may close this window and open it again.

import { $, element, on } from "#core/dom";

const STYLE = `
  #speaker {
    display: grid;
    grid-template: "head head" auto "now next" minmax(0, 1fr) "go go" auto / 3fr 2fr;
    gap: 12px;
    height: 100dvh;
    padding: 16px;
    overflow: auto;
  }
  #speaker header { grid-area: head; flex-wrap: wrap; align-items: baseline; }
  #speaker h1 { flex: 1; font-size: 20px; }
  #speaker section { overflow: auto; padding: 14px 16px; }
  #speaker h2 { margin: 0 0 8px; font-size: 22px; }
  #speaker .notes { font-size: 22px; line-height: 1.45; white-space: pre-wrap; }
  #speaker .clock { font: 600 28px var(--mono); }
  #speaker .late { color: var(--error); }
  #speaker .go { grid-area: go; display: flex; flex-wrap: wrap; gap: 10px; }
  #speaker .go button { min-height: 48px; padding: 0 22px; font-size: 18px; }
  @media (max-width: 700px) {
    #speaker { grid-template: "head" auto "now" minmax(0, 1fr) "next" auto "go" auto / 1fr; }
  }`;
const FORM = `<header><h1>Notes</h1><span id="speaker-at"></span>
    <span class="clock" id="speaker-clock" role="timer">0:00</span>
    <button type="button" data-act="clock">Start the clock</button>
    <button type="button" data-act="reset">Set to zero</button></header>
  <section class="panel" aria-label="This stop" tabindex="0"><h2 id="speaker-title">Waiting for the page.</h2>
    <p class="notes" id="speaker-notes"></p><p class="quiet" id="speaker-sentence"></p></section>
  <section class="panel" aria-label="What comes next" tabindex="0"><p class="quiet" id="speaker-comes">Next</p>
    <h2 id="speaker-next"></h2>
    <p id="speaker-next-sentence"></p><p class="notes" id="speaker-next-notes"></p></section>
  <div class="go" role="group" aria-label="The page"><button type="button" data-act="back">Back</button>
    <button type="button" data-act="next" class="primary">Next</button>
    <button type="button" data-act="blank">Blank screen</button></div>`;
/** @type {Record<string, string>} */
const KEYS = { PageDown: "next", ArrowRight: "next", PageUp: "back", ArrowLeft: "back", b: "blank", ".": "blank" };

const clock = { began: 0, before: 0, runs: false, minutes: 0 };
/** @type {BroadcastChannel} */
let channel;

/**
 * Show the speaker's window in place of the page.
 * @param {string} name of the channel
 */
export function openNotes(name) {
  channel = new BroadcastChannel(`tierscope.${name}`);
  document.title = "Notes - tierscope";
  const main = element("main");
  main.id = "speaker";
  main.innerHTML = FORM;
  document.body.replaceChildren(element("style", STYLE), main);
  channel.onmessage = ({ data }) => data.kind === "shown" && show(data);
  on(main, "click", ({ target }) => act(target.closest("button")?.dataset.act));
  on(document, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    act(KEYS[event.key]);
    event.preventDefault();
  });
  setInterval(showClock, 500);
  channel.postMessage({ kind: "hello" });
}

/** @param {string | undefined} name */
function act(name) {
  if (name === "next" && !clock.runs && !elapsed()) run(true); // the clock starts with the talk
  if (name === "next" || name === "back") channel.postMessage({ kind: "go", by: name === "next" ? 1 : -1 });
  if (name === "blank") channel.postMessage({ kind: "blank" });
  if (name === "clock") run(!clock.runs);
  if (name === "reset") Object.assign(clock, { before: 0, began: performance.now() });
  showClock();
}

/** @param {boolean} runs */
function run(runs) {
  Object.assign(clock, { before: elapsed(), began: performance.now(), runs });
  $("#speaker [data-act=clock]").textContent = runs ? "Stop the clock" : "Start the clock";
}

const elapsed = () => clock.before + (clock.runs ? performance.now() - clock.began : 0);

function showClock() {
  const seconds = Math.floor(elapsed() / 1000);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const output = $("#speaker-clock");
  output.textContent = clock.minutes ? `${text} of ${clock.minutes}:00` : text;
  output.classList.toggle("late", clock.minutes > 0 && seconds > 60 * clock.minutes);
}

/** @param {any} shown what player/notes.mjs has sent */
function show({ talk, minutes, at, count, stop, next, sentence, nextSentence, isBlank, theme }) {
  clock.minutes = minutes ?? 0;
  if (theme) document.documentElement.dataset.theme = theme;
  $("#speaker h1").textContent = talk || "No talk is open";
  $("#speaker-at").textContent = count ? (at > count ? "The end" : `${at} of ${count}`) : "";
  $("#speaker-title").textContent = stop?.title ?? (count ? "That was the last stop." : "");
  $("#speaker-notes").textContent = stop ? stop.missing || stop.notes || stop.words || stop.text : "";
  $("#speaker-sentence").textContent = sentence;
  $("#speaker-comes").hidden = !count;
  $("#speaker-next").textContent = nextSentence ? "In this stop" : (next?.title ?? (count ? "The end" : ""));
  $("#speaker-next-sentence").textContent = nextSentence || next?.words || next?.text || "";
  $("#speaker-next-notes").textContent = nextSentence ? (next ? `Then: ${next.title}` : "") : (next?.notes ?? "");
  $("#speaker [data-act=blank]").textContent = isBlank ? "Show the screen" : "Blank screen";
  showClock();
}
