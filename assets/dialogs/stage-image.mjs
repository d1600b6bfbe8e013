// @ts-check
// Makes a picture of the stage in the browser: an SVG file, alone or in a frame of words, and its pixels. A framed
// picture looks as viz/figures/frame.py draws it.

import { FRAME } from "#core/constants";
import { looks, svgElement } from "#core/dom";
import { colours, plainStage } from "#dialogs/plain-svg";

const MARGIN = 14; // units of the stage around a picture without a frame; an arrow may swing out below the sockets
const PIXELS = 2; // of a PNG, for each unit of the picture
const MOST_PIXELS = 40_000_000; // larger canvases are not drawn by every browser

/**
 * How a picture is put into a file: its colours, whether words stand around it, and whether it has no background.
 * @typedef {{ theme: import("#dialogs/plain-svg").Theme, frame: boolean, transparent: boolean }} Look
 * @typedef {{ title: string, sentence: string, below: string }} Words
 */

/**
 * Return the stage as it is now as an SVG file, which needs no other file and no style sheet.
 * @param {SVGSVGElement} stage
 * @param {Words} words
 * @param {Look} look
 */
export function stageFile(stage, words, look) {
  const picture = plainStage(stage, look.theme, looks().tool ?? "code");
  for (const name of ["data-whole", "width", "height"]) picture.removeAttribute(name);
  const tones = colours(look.theme);
  const svg = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", role: "img", "font-family": tones["--sans"] });
  const title = svg.appendChild(svgElement("title", {}));
  title.textContent = `${words.title}: ${words.below}`;
  picture.querySelector("title")?.remove();
  const paper = svg.appendChild(svgElement("rect", { fill: tones["--panel"] }));
  const box = look.frame ? framed(svg, picture, words, tones) : bare(svg, picture);
  const [x, y, width, height] = box.map((side) => Math.round(side));
  for (const [name, value] of Object.entries({ x, y, width, height })) paper.setAttribute(name, String(value));
  svg.setAttribute("viewBox", [x, y, width, height].join(" "));
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  if (look.transparent) paper.remove();
  return new XMLSerializer().serializeToString(svg);
}

/**
 * Put a picture into a file without a frame; return the file's view box.
 * @param {SVGSVGElement} svg
 * @param {SVGSVGElement} picture
 */
function bare(svg, picture) {
  const [x, y, width, height] = viewBoxOf(picture);
  place(svg, picture, x, y, width, height);
  return [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
}

/**
 * Put a picture and the words around it into a file; return the file's view box.
 * @param {SVGSVGElement} svg
 * @param {SVGSVGElement} picture
 * @param {Words} words
 * @param {Record<string, string>} tones
 */
function framed(svg, picture, words, tones) {
  const { width, margin, maxHeight, maxScale, title, sentence, small } = FRAME;
  let top = margin - 8;
  const write = (
    /** @type {string} */ text,
    /** @type {number} */ size,
    /** @type {string} */ fill,
    weight = "400",
  ) => {
    for (const line of linesOf(text, `${weight} ${size}px ${tones["--sans"]}`, width - 2 * margin)) {
      top += 1.35 * size;
      const y = (top - 0.35 * size).toFixed(1);
      const added = svgElement("text", { x: margin, y, fill, "font-size": size, "font-weight": weight });
      added.textContent = line;
      svg.append(added);
    }
  };
  write(words.title, title, tones["--ink"], "700");
  top += 12;
  const [, , wide, high] = viewBoxOf(picture);
  const scale = Math.min(maxScale, maxHeight / high, (width - 2 * margin) / wide);
  place(svg, picture, (width - scale * wide) / 2, top, scale * wide, scale * high);
  top += scale * high + 16;
  write(words.sentence, sentence, tones["--ink"]);
  top += 6;
  write(words.below, small, tones["--soft"]);
  return [0, 0, width, top + margin - 12];
}

/** @param {SVGSVGElement} picture */
const viewBoxOf = (picture) => (picture.getAttribute("viewBox") ?? "").split(" ").map(Number);

/**
 * @param {SVGSVGElement} svg
 * @param {SVGSVGElement} picture
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function place(svg, picture, x, y, width, height) {
  const box = { x, y, width, height, overflow: "visible" };
  for (const [name, value] of Object.entries(box)) picture.setAttribute(name, String(value));
  svg.append(picture);
}

/**
 * Return the lines of a text that is `width` pixels wide at most; words that are longer stand alone.
 * @param {string} text
 * @param {string} font
 * @param {number} width
 */
function linesOf(text, font, width) {
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = font;
  const fits = (/** @type {string} */ line) => (context?.measureText(line).width ?? 0) <= width;
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : "";
    if (longer && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Return an SVG file as a PNG, with two pixels for each unit of its width and height, or fewer if it is very large.
 * @param {string} file
 * @returns {Promise<Blob | null>}
 */
export async function pixelsOf(file) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([file], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const scale = Math.min(PIXELS, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
    const size = { width: Math.round(scale * image.width), height: Math.round(scale * image.height) };
    const canvas = Object.assign(document.createElement("canvas"), size);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
