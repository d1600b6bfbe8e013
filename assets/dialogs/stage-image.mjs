// @ts-check
// Makes a picture of the stage in the browser, and saves or copies what the page has made.

import { all } from "#core/dom";

const MARGIN = 14; // units of the stage; an arrow may swing out below the sockets
const DRAWN = /(^|[ ,.])(stage|node|arrow|badge|looks|roles|chain-\d)\b/; // finds the style rules of a stage's elements

/**
 * Return the stage as it is now as an SVG file, which holds its style rules and colours and so needs no page.
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

/** Return the colours of the current theme, as CSS variables. */
function colours() {
  const root = getComputedStyle(document.documentElement);
  const written = all("head style").map((style) => style.textContent);
  const names = new Set(written.join("").match(/--[\w-]+(?=:)/g));
  for (const name of ["--sans", "--mono"]) names.add(name);
  return [...names].map((name) => `${name}:${root.getPropertyValue(name)}`).join(";");
}

/** Return the style rules of a stage's elements. */
function rules() {
  const found = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const drawn = found.filter((rule) => rule instanceof CSSStyleRule && DRAWN.test(rule.selectorText));
  return drawn.map((rule) => rule.cssText).join("\n");
}

/**
 * Return the picture of stageFile() as a PNG, with two pixels for each unit of its width and height.
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
 * Let the browser save a file.
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
 * Copy a text; return whether it is on the clipboard now. Without https a page may not write there.
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
