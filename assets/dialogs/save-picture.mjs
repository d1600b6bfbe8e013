// @ts-check
// The part of the share dialog that saves pictures: of the stage, which this page draws itself, of the charts, and
// pictures that move; these two the server draws.

import { askServer, messageOf } from "#core/api";
import { $, button, element, isExported } from "#core/dom";
import { bytesOf } from "#core/packed";
import { inBrowser } from "#core/server";
import { state } from "#core/state";
import { SIZES } from "#core/trace";
import { download } from "#dialogs/save-file";
import { pixelsOf, stageFile } from "#dialogs/stage-image";
import { themeOfPage } from "#player/modes";
import { questionOf } from "#player/request-keys";
import { runWords, shownWords } from "#player/shown-words";
import { copyStage } from "#player/stage";

const SUBJECTS = [
  ["stage", "the stage as shown"],
  ["timeline", "the timeline"],
  ["distances", "the distances"],
];
const FILL = ["fill", "fill over time"]; // only while Pressure plays a scenario
const THEMES = [
  ["light", "light"],
  ["dark", "dark"],
];
const NO_GIF = "Python in this browser makes no GIF. It makes an animated SVG, and tierscope animate makes both.";
const NO_CLEAR_GIF = "A GIF needs a background: do without “no background”, or save an animated SVG.";
const SERVER_DRAWS = "This needs the server, and an exported page has none.";

/** Fill the place for pictures when the dialog is first opened; show the theme of the page each time. */
export function openPictures() {
  const place = $("#pictures");
  if (!place.childElementCount) place.append(...controls());
  if (!isExported()) markGif();
  offerFill();
  $("#picture-theme").value = themeOfPage();
  const [first, last] = stepsOfPass();
  for (const [id, step] of /** @type {const} */ ([
    ["#motion-first", first],
    ["#motion-last", last],
  ])) {
    $(id).value = String(step);
    $(id).setAttribute("max", String(state.trace.length - 1));
  }
}

/** Disable the button for a GIF while Python in this browser answers, which has no library for it. */
function markGif() {
  const gif = $("#save-gif");
  gif.disabled = inBrowser.answer !== null;
  gif.title = gif.disabled ? NO_GIF : "";
}

/** Offer the chart of how full nodes are while Pressure shows it. */
function offerFill() {
  const subject = $("#picture-of");
  const option = subject.querySelector(`[value=${FILL[0]}]`);
  if (!state.played) option?.remove();
  else if (!option && !isExported()) subject.append(new Option(FILL[1], FILL[0]));
}

/** Return the first and the last step of the pass at hand or, outside of all passes, of the chapter. */
function stepsOfPass() {
  const { trace, step } = state;
  const isSame = (/** @type {Step} */ other) =>
    !trace.differs("pass", other, step) && !trace.differs("chapter", other, step);
  let [first, last] = [step, step];
  while (first > 0 && isSame(first - 1)) first -= 1;
  while (last < trace.length - 1 && isSame(last + 1)) last += 1;
  return [first, last];
}

function controls() {
  const subject = choice("picture-of", "picture of", SUBJECTS);
  if (isExported()) for (const option of [...subject.options].slice(1)) needsServer(option);
  const looks = row(
    labelled("of", subject),
    labelled("colours", choice("picture-theme", "colours", THEMES)),
    box("picture-frame", "with title, sentence and step"),
    box("picture-transparent", "no background"),
  );
  const stills = row(
    Object.assign(button("Save as SVG"), { id: "save-svg" }),
    Object.assign(button("Save as PNG"), { id: "save-png" }),
  );
  const print = Object.assign(button("Print a handout"), { id: "print-handout" });
  return [
    part("Picture", looks, stills),
    part("Motion", motion()),
    part("Paper", row(print, element("span", "a sheet for each pass, or for each stop of a story", "quiet"))),
    part("One file", row(savePageButton(), element("span", "plays without a network", "quiet"))),
  ];
}

/**
 * Return a part of the dialog, with a heading.
 * @param {string} name
 * @param {HTMLElement[]} rows
 */
function part(name, ...rows) {
  const made = element("section", "", "part");
  made.setAttribute("aria-label", name);
  made.append(element("h3", name), ...rows);
  return made;
}

/** Return the button that saves a file which plays without a server; the server makes it. */
function savePageButton() {
  const made = Object.assign(button("Save as one file"), { id: "save-page" });
  made.title = "An HTML file that plays without a network: this run, and those that Compare shows beside it";
  if (isExported()) needsServer(made);
  return made;
}

/** Return the controls for pictures that move; the server makes them. */
function motion() {
  const made = row(
    numbered("steps", "motion-first"),
    numbered("to", "motion-last"),
    Object.assign(button("Save as animated SVG"), { id: "save-animation" }),
    Object.assign(button("Save as GIF"), { id: "save-gif" }),
  );
  if (isExported()) for (const one of made.querySelectorAll("input, button")) needsServer(one);
  return made;
}

/** @param {HTMLElement[]} parts */
function row(...parts) {
  const made = element("div", "", "row");
  made.append(...parts);
  return made;
}

/**
 * @param {string} words
 * @param {string} id
 */
function numbered(words, id) {
  const input = Object.assign(element("input"), { type: "number", id, min: "0", step: "1" });
  return labelled(words, input);
}

/**
 * Mark a control that only a server can serve.
 * @param {Element} control
 */
function needsServer(control) {
  control.setAttribute("disabled", "");
  control.setAttribute("title", SERVER_DRAWS);
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string[][]} options
 */
function choice(id, name, options) {
  const made = Object.assign(element("select"), { id });
  made.setAttribute("aria-label", name);
  made.append(...options.map(([value, words]) => new Option(words, value)));
  return made;
}

/**
 * @param {string} words
 * @param {HTMLElement} control
 */
function labelled(words, control) {
  const label = element("label", "", "choice");
  label.append(element("span", words), " ", control);
  return label;
}

/**
 * Return a box to tick.
 * @param {string} id
 * @param {string} words
 */
function box(id, words) {
  const label = element("label", "", "switch");
  label.append(Object.assign(element("input"), { type: "checkbox", id }), ` ${words}`);
  return label;
}

/** @returns {import("#dialogs/stage-image").Look} */
const look = () => ({
  theme: $("#picture-theme").value === "dark" ? "dark" : "light",
  frame: $("#picture-frame").checked,
  transparent: $("#picture-transparent").checked,
});

/** Return the words around a picture of what the page shows. */
function wordsAround() {
  const { trace, play } = state;
  const { title, sentence, where } = shownWords();
  return { title, sentence, below: `${where}; ${runWords(play, trace)}` };
}

/** Return the chosen picture as an SVG file. */
async function file() {
  const subject = $("#picture-of").value;
  if (subject === "stage") return stageFile(copyStage($("#stage svg")), wordsAround(), look());
  const { question: played, tick } = state.played ?? {};
  const moment = subject === FILL[0] ? { ...played, tick } : { step: state.step };
  const question = { ...questionOf(), chart: subject, ...moment, ...look() };
  return (await askServer("picture", question)).svg;
}

/**
 * Save the chosen picture; return a line that says so, or why not.
 * @param {"svg" | "png"} form
 * @param {string} name the name of the run
 */
export async function savePicture(form, name) {
  try {
    const svg = await file();
    const subject = $("#picture-of").value;
    const place = state.played ? `tick-${state.played.tick}` : `step-${state.step}`;
    const whole = `${name}-${subject === "stage" ? place : subject}.${form}`;
    const content = form === "svg" ? svg : await pixelsOf(svg);
    if (!content) return "This browser could not draw the picture.";
    download(content, whole, form === "svg" ? "image/svg+xml" : "image/png");
    return `Saved as ${whole}.`;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Save steps of the run as a picture that moves; return a line that says so, or why not.
 * @param {"svg" | "gif"} form
 * @param {string} name the name of the run
 */
export async function saveAnimation(form, name) {
  if (form === "gif" && look().transparent) return NO_CLEAR_GIF;
  const [first, last] = [$("#motion-first"), $("#motion-last")].map(({ value }) => Number(value));
  const stride = Math.min(state.size, SIZES.event);
  const question = { ...questionOf(), first, last, stride, form, ...look() };
  try {
    const answer = await askServer("animation", question);
    const whole = `${name}-steps-${first}-${last}.${form}`;
    if (form === "svg") download(answer.svg, whole, "image/svg+xml");
    else download(bytesOf(answer.gif), whole, "image/gif");
    return `Saved as ${whole}.`;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Save a file that plays without a server, with the run that is shown and those that it is compared with; return a line
 * that says so, or why not.
 * @param {string} name the name of the run
 */
export async function savePage(name) {
  const compared = state.against?.split(",") ?? [];
  const ofKind = (/** @type {string} */ kind) =>
    compared.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length));
  const others = { kernels: ofKind("kernel:"), topologies: ofKind("topology:") };
  try {
    const { html } = await askServer("export", { ...questionOf(), ...others });
    download(html, `${name}.html`, "text/html");
    return `Saved as ${name}.html.`;
  } catch (error) {
    return messageOf(error);
  }
}
