// @ts-check
// Copies the stage with its styles as attributes, which every program that draws SVG understands: others than browsers
// know no CSS variables, few selectors and no `dominant-baseline`. viz/figures/plain_svg.py does the same in Python.

import { element } from "#core/dom";

/** Finds the rules of a stage's elements. */
const DRAWN = /(^|[ ,.])(stage|node|arrow|badge|looks|roles|marks|motion|vessel|chain-\d)\b/;
const STILL = "* { transition: none !important; animation: none !important; }";
const BASELINE = 0.35; // how far below the middle of its line a text stands, in units of the font size
const FOR_THE_PAGE = ["role", "tabindex", "aria-label", "aria-hidden", "data-piece", "pathLength", "style"];
/** The properties that children inherit; an element gets those in which it differs from its parent. */
const INHERITED = [
  ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"],
  ...["visibility", "font-size", "font-weight", "font-family", "text-anchor"],
];

/** @typedef {"light" | "dark"} Theme */

/**
 * Return a copy of the stage as it is now, in the colours of a theme, with attributes in place of style sheets. Texts
 * that are hidden or empty, and what is only there for the pointer, are left out.
 * @param {SVGSVGElement} stage
 * @param {Theme} theme
 * @param {string} beside the tool beside the stage, on which some rules depend
 */
export function plainStage(stage, theme, beside) {
  const host = document.body.appendChild(element("div"));
  host.style.cssText = "position: absolute; width: 0; height: 0; overflow: hidden";
  for (const [name, value] of Object.entries(colours(theme))) host.style.setProperty(name, value);
  try {
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${rules()}\n${STILL}`);
    shadow.adoptedStyleSheets = [sheet];
    const styled = /** @type {SVGSVGElement} */ (placeIn(shadow, beside).appendChild(stage.cloneNode(true)));
    const plain = /** @type {SVGSVGElement} */ (styled.cloneNode(true));
    write(plain, styled, { "fill-opacity": "1" });
    return plain;
  } finally {
    host.remove();
  }
}

/**
 * Return a place for a copy of the stage, in which the rules apply that depend on the tool beside it.
 * @param {ShadowRoot} shadow
 * @param {string} beside
 */
function placeIn(shadow, beside) {
  const [page, place] = [element("div"), element("div")];
  page.dataset.beside = beside;
  place.id = "stage";
  page.append(place);
  shadow.append(page);
  return place;
}

/**
 * Return the value of every CSS variable of the stage in a theme.
 * @param {Theme} theme
 */
export function colours(theme) {
  const roots = styleRules().filter(({ selectorText }) => selectorText.startsWith(":root"));
  const named = roots.filter(({ selectorText }) => [":root", `:root[data-theme="${theme}"]`].includes(selectorText));
  /** @type {Record<string, string>} */
  const found = {};
  for (const { style } of named) {
    for (const name of style) if (name.startsWith("--")) found[name] = style.getPropertyValue(name).trim();
  }
  return found;
}

const styleRules = () =>
  [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]).filter((rule) => rule instanceof CSSStyleRule);

/** Return the style rules of a stage's elements. */
function rules() {
  const drawn = styleRules().filter(({ selectorText }) => DRAWN.test(selectorText));
  return drawn.map(({ cssText }) => cssText).join("\n");
}

/**
 * Write the style of an element and of all in it into the attributes of a copy.
 * @param {Element} copy
 * @param {Element} styled
 * @param {Record<string, string>} inherited
 */
function write(copy, styled, inherited) {
  const style = styleOf(styled);
  for (const name of [...FOR_THE_PAGE, ...INHERITED, "opacity"]) copy.removeAttribute(name);
  for (const name of INHERITED) if (style[name] !== inherited[name]) copy.setAttribute(name, style[name]);
  if (style.opacity !== "1") copy.setAttribute("opacity", style.opacity);
  const moved = shiftOf(styled);
  if (moved) copy.setAttribute("transform", moved);
  if (style["dominant-baseline"] === "central") {
    const y = Number(styled.getAttribute("y")) + BASELINE * Number(style["font-size"]);
    copy.setAttribute("y", y.toFixed(1));
  }
  const pairs = [...styled.children].map((child, place) => /** @type {const} */ ([child, copy.children[place]]));
  for (const [child, twin] of pairs) {
    if (isNeedless(child)) twin.remove();
    else write(twin, child, style);
  }
}

/**
 * Return the style of an element as attributes have it: colours as #rrggbb, and lengths without a unit.
 * @param {Element} styled
 */
function styleOf(styled) {
  const computed = getComputedStyle(styled);
  /** @type {Record<string, string>} */
  const style = {};
  for (const name of [...INHERITED, "opacity", "dominant-baseline"]) {
    style[name] = computed
      .getPropertyValue(name)
      .replace(/rgb\((\d+), (\d+), (\d+)\)/, (_, ...rgb) => hex(rgb.slice(0, 3)))
      .replace("rgba(0, 0, 0, 0)", "none")
      .replace(/url\("(.*)"\)/, "url($1)")
      .replace(/(\d)px/g, "$1");
  }
  const dashes = style["stroke-dasharray"];
  if (styled.getAttribute("pathLength") === "1" && dashes !== "none" && styled instanceof SVGPathElement) {
    const length = styled.getTotalLength(); // in units of the stage; the attribute pathLength does not change it
    style["stroke-dasharray"] = dashes
      .split(/[ ,]+/)
      .map((dash) => (Number(dash) * length).toFixed(1))
      .join(" ");
  }
  return style;
}

/**
 * Return the transformation by which the style of an element moves it; "" if there is none.
 * @param {Element} styled
 */
function shiftOf(styled) {
  if (!(styled instanceof SVGElement) || !styled.style.transform) return "";
  const { e, f } = new DOMMatrix(getComputedStyle(styled).transform);
  return `translate(${e.toFixed(1)} ${f.toFixed(1)})`;
}

/** @param {string[]} rgb */
const hex = (rgb) => `#${rgb.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;

/**
 * Return whether an element can never be seen: a text that is hidden or empty, an empty path, a target of the pointer.
 * @param {Element} styled
 */
function isNeedless(styled) {
  const { visibility, fill, stroke, display } = getComputedStyle(styled);
  if (display === "none" && !["defs", "title", "desc"].includes(styled.tagName)) return true;
  if (styled.tagName === "text") return visibility === "hidden" || !styled.textContent?.trim();
  if (styled.tagName !== "path" && styled.tagName !== "rect") return false;
  const isInvisible = [fill, stroke].every((paint) => ["none", "rgba(0, 0, 0, 0)"].includes(paint));
  return isInvisible || (styled.tagName === "path" && !styled.getAttribute("d"));
}
