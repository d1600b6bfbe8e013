// @ts-check
// Finding, making and hearing elements of the page.

/** Whether this is an exported page: it holds its one run, and has no server. */
export const isExported = () => "exported" in document.documentElement.dataset;

/** Whether the page is in its presenter mode. */
export const isPresenting = () => "presenter" in document.documentElement.dataset;

/**
 * The first element that a selector finds; an Error if there is none.
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
 * The first element that a selector finds, or null.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [root]
 */
export const find = (selector, root = document) =>
  /** @type {FoundBy<S> | null} */ (/** @type {unknown} */ (root.querySelector(selector)));

/**
 * All elements that a selector finds.
 * @template {string} S
 * @param {S} selector
 * @param {ParentNode} [root]
 */
export const all = (selector, root = document) =>
  /** @type {FoundBy<S>[]} */ (/** @type {unknown[]} */ ([...root.querySelectorAll(selector)]));

/**
 * Hear an event. The handler may take its target for an element, which it is for every event that is heard here.
 * @template {keyof GlobalEventHandlersEventMap} K
 * @param {EventTarget} where
 * @param {K} type
 * @param {(event: Heard<GlobalEventHandlersEventMap[K]>) => unknown} act
 * @param {AddEventListenerOptions | boolean} [options]
 */
export function on(where, type, act, options) {
  where.addEventListener(type, /** @type {EventListener} */ (/** @type {unknown} */ (act)), options);
}

/**
 * Hear it no more.
 * @template {keyof GlobalEventHandlersEventMap} K
 * @param {EventTarget} where
 * @param {K} type
 * @param {(event: Heard<GlobalEventHandlersEventMap[K]>) => unknown} act
 * @param {boolean} [options]
 */
export function off(where, type, act, options) {
  where.removeEventListener(type, /** @type {EventListener} */ (/** @type {unknown} */ (act)), options);
}

/**
 * A new element with a text and a class.
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
 * A new button that submits no form.
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
 * Write a text where it is not there yet: to write the same words again would lay them out again. Other words take
 * their place in the same text node, since a new node would be styled from scratch.
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
 * A new element of an SVG with its attributes.
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
 * Set an attribute, whatever it holds.
 * @param {Element} target
 * @param {string} name
 * @param {unknown} value
 */
export const setAttribute = (target, name, value) => target.setAttribute(name, String(value));

/** @type {CanvasRenderingContext2D | null} */
let pen = null; // what measures letters, made when it is first needed

/**
 * The width in pixels of a text in the letters of an element.
 * @param {string} text
 * @param {Element} like
 */
export function textWidth(text, like) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  pen.font = getComputedStyle(like).font;
  return pen.measureText(text).width;
}
