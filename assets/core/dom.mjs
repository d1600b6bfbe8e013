// @ts-check
// Finds and makes elements of the page, and listens to their events.

/** Return whether this is an exported page: it holds its one run, and has no server. */
export const isExported = () => "exported" in document.documentElement.dataset;

/** Return whether the page is in its presenter mode. */
export const isPresenting = () => "presenter" in document.documentElement.dataset;

/** Return whether the page is in a frame of another page, as its address says. */
export const isEmbedded = () => "embed" in document.documentElement.dataset;

const root = () => document.documentElement;
/** The panels of the presenter mode, of which one at a time stands beside the stage. */
export const PANELS = /** @type {const} */ (["code", "registers", "scores"]);

/**
 * Return how the page looks, as the address has it; what is as usual is undefined.
 * @returns {Pick<Address, "mode" | "panel" | "bands" | "tool" | "theme">}
 */
export const looks = ({ presenter, beside, theme } = root().dataset) => ({
  mode: presenter === undefined ? undefined : "presenter",
  panel: PANELS.find((name) => `with${name}` in root().dataset),
  bands: "withbands" in root().dataset ? "1" : undefined,
  tool: beside === "code" ? undefined : beside,
  theme,
});

/**
 * Give the page the look of an address. What the address does not name stays as it is.
 * @param {Address} place
 */
export function useLooks({ mode, panel, bands, theme }) {
  if (mode) root().dataset.presenter = "";
  for (const name of panel ? PANELS : []) {
    if (name === panel) root().dataset[`with${name}`] = "";
    else delete root().dataset[`with${name}`];
  }
  if (bands !== undefined) root().toggleAttribute("data-withbands", bands === "1");
  if (theme) root().dataset.theme = theme;
  $("#present").setAttribute("aria-pressed", String(isPresenting()));
}

/**
 * Return the first element that a selector finds; throw an Error if there is none.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [root]
 * @returns {FoundBy<S>}
 */
export function $(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return /** @type {FoundBy<S>} */ (/** @type {unknown} */ (found));
}

/**
 * Return the first element that a selector finds, or null.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [root]
 */
export const find = (selector, root = document) =>
  /** @type {FoundBy<S> | null} */ (/** @type {unknown} */ (root.querySelector(selector)));

/**
 * Return all elements that a selector finds.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [root]
 */
export const all = (selector, root = document) =>
  /** @type {FoundBy<S>[]} */ (/** @type {unknown[]} */ ([...root.querySelectorAll(selector)]));

/**
 * Listen to an event. The handler's event has an element as its target, as all events that this page listens to have.
 * @template {keyof GlobalEventHandlersEventMap} K
 * @param {EventTarget} where
 * @param {K} type
 * @param {(event: TargetedEvent<GlobalEventHandlersEventMap[K]>) => unknown} act
 * @param {AddEventListenerOptions | boolean} [options]
 */
export function on(where, type, act, options) {
  where.addEventListener(type, /** @type {EventListener} */ (/** @type {unknown} */ (act)), options);
}

/**
 * Stop listening to an event.
 * @template {keyof GlobalEventHandlersEventMap} K
 * @param {EventTarget} where
 * @param {K} type
 * @param {(event: TargetedEvent<GlobalEventHandlersEventMap[K]>) => unknown} act
 * @param {boolean} [options]
 */
export function off(where, type, act, options) {
  where.removeEventListener(type, /** @type {EventListener} */ (/** @type {unknown} */ (act)), options);
}

/**
 * Return a new element with a text and a class.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string | number} [text]
 * @param {string} [name]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, text = "", name = "") {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = String(text);
  if (name) made.className = name;
  return made;
}

/**
 * Return a new cell that heads a column or a row of a table.
 * @param {string | number} text
 * @param {"col" | "row"} scope
 */
export const headCell = (text, scope = "col") => Object.assign(element("th", text), { scope });

/**
 * Return a new button that submits no form.
 * @param {string} text
 * @param {string} [name] its class
 * @param {Record<string, string | number>} [data]
 */
export function button(text, name = "", data = {}) {
  const made = element("button", text, name);
  made.type = "button";
  Object.assign(made.dataset, data);
  return made;
}

/**
 * Set the text of an element if it has another one. Writing the same text again would cost a new layout. A new text
 * goes into the text node that is there already, since the browser would have to style a new node from scratch.
 * @param {Element | null | undefined} target
 * @param {string} text
 */
export function setText(target, text) {
  if (!target || target.textContent === text) return;
  const [first, ...others] = target.childNodes;
  if (first instanceof Text && !others.length) first.data = text;
  else target.textContent = text;
}

/**
 * Show a line over the player until the next step; a screen reader says it.
 * @param {string} line
 */
export const showStatus = (line) => setText($("#status"), line);

/**
 * Return a new SVG element with these attributes.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[T]}
 */
export function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * Set an attribute to a value of any type.
 * @param {Element} target
 * @param {string} name
 * @param {unknown} value
 */
export const setAttribute = (target, name, value) => target.setAttribute(name, String(value));

/** @type {CanvasRenderingContext2D | null} */
let context = null; // measures texts; made when first needed

/**
 * Return the width in pixels that a text has in the font of an element.
 * @param {string} text
 * @param {Element} like
 */
export function textWidth(text, like) {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return 0;
  context.font = getComputedStyle(like).font;
  return context.measureText(text).width;
}
