// @ts-check
// The stage as a picture of its own, made in the browser, and the ways out of the page.

import { all } from "#core/dom";

const MARGIN = 14; // stage units, for an arrow that swings out below the sockets
const DRAWN = /(^|[ ,.])(stage|node|arrow|badge|looks|roles|chain-\d)\b/; // the selectors of what is on a stage

/**
 * The stage as it stands, in a file that needs no page: its rules and colours go with it.
 * @param {SVGSVGElement} stage
 */
export function stageFile(stage) {
  const copy = /** @type {SVGSVGElement} */ (stage.cloneNode(true));
  const [x, y, width, height] = (stage.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const [wide, high] = [width + 2 * MARGIN, height + 2 * MARGIN];
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = `svg{${colours()};background:var(--panel)}${rules()}`;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", [x - MARGIN, y - MARGIN, wide, high].join(" "));
  copy.setAttribute("width", String(wide));
  copy.setAttribute("height", String(high));
  copy.prepend(style);
  for (const card of copy.querySelectorAll("[tabindex]")) card.removeAttribute("tabindex");
  return new XMLSerializer().serializeToString(copy);
}

/** The colours of the theme in force, as variables. */
function colours() {
  const root = getComputedStyle(document.documentElement);
  const written = all("head style").map((style) => style.textContent);
  const names = new Set(written.join("").match(/--[\w-]+(?=:)/g));
  for (const name of ["--sans", "--mono"]) names.add(name);
  return [...names].map((name) => `${name}:${root.getPropertyValue(name)}`).join(";");
}

function rules() {
  const found = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const drawn = found.filter((rule) => rule instanceof CSSStyleRule && DRAWN.test(rule.selectorText));
  return drawn.map((rule) => rule.cssText).join("\n");
}

/**
 * The same picture as pixels, twice as fine as the file says.
 * @param {SVGSVGElement} stage
 * @returns {Promise<Blob | null>}
 */
export async function stagePixels(stage) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([stageFile(stage)], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const size = { width: 2 * image.width, height: 2 * image.height };
    const canvas = Object.assign(document.createElement("canvas"), size);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * @param {BlobPart} content
 * @param {string} name
 * @param {string} type
 */
export function download(content, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * Whether a text is on the clipboard now; a page that is not served safely may not write there.
 * @param {string} text
 */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
