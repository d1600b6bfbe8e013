// @ts-check
// The rows of the talk editor: a stop of a talk with its fields and its buttons.

import { button, element } from "#core/dom";

/** The fields of a stop: key, label, and the kind of the field. */
const FIELDS = /** @type {const} */ ([
  ["title", "Title", "line"],
  ["step", "Step", "line"],
  ["until", "Play on until", "line"],
  ["words", "Own words", "line"],
  ["instead", "in place of the sentence", "switch"],
  ["autoplay", "Plays by itself", "switch"],
  ["pace", "Seconds a step", "number"],
  ["presenter", "Presenter mode", "switch"],
  ["notes", "Notes", "text"],
]);

/**
 * @param {TalkStop} stop
 * @param {number} at
 * @param {boolean} isOpen
 * @param {number} count
 */
export function itemOf(stop, at, isOpen, count) {
  const item = element("li");
  const details = element("details");
  Object.assign(details, { open: isOpen });
  details.dataset.at = String(at);
  const machine = stop.topology ?? stop.file ?? "own machine";
  details.append(
    element("summary", `${at + 1}. ${stop.title}`),
    element("p", [machine, stop.kernel, ...besideOf(stop)].filter(Boolean).join(", "), "quiet"),
  );
  details.append(...FIELDS.map((field) => fieldOf(stop, at, field)));
  const buttons = element("div", "", "row");
  const acts = [
    ["up", "Up", at === 0],
    ["down", "Down", at === count - 1],
    ["remove", "Remove", false],
    ["show", "Show", false],
  ];
  for (const [act, label, isOff] of acts) {
    const made = button(String(label), "", { act: String(act), at });
    made.id = `stop-${act}-${at}`;
    made.setAttribute("aria-label", `${label}: stop ${at + 1}`);
    made.disabled = Boolean(isOff);
    buttons.append(made);
  }
  item.append(details, buttons);
  return item;
}

/**
 * Return what stands beside the stage at a stop, if it is not the code.
 * @param {TalkStop} stop
 * @returns {unknown[]}
 */
const besideOf = ({ view, scenario, tick, walk }) => [
  view,
  scenario && `${scenario}, tick ${tick}`,
  walk && `a walk from node ${walk.start}: ${walk.verdict}`,
];

/**
 * @param {TalkStop} stop
 * @param {number} at
 * @param {typeof FIELDS[number]} field
 */
function fieldOf(stop, at, [key, label, kind]) {
  const line = element("label", "", kind);
  const field = kind === "text" ? element("textarea") : element("input");
  field.id = `stop-${key}-${at}`;
  field.name = key;
  field.dataset.at = String(at);
  if (field instanceof HTMLInputElement && kind === "switch") {
    field.type = "checkbox";
    field.checked = Boolean(stop[key]);
  } else field.value = String(stop[key] ?? "");
  line.append(element("span", label), field);
  return line;
}

/**
 * Return what a field says; undefined if it is empty.
 * @param {Control} target
 */
export function fieldValue({ type, name, checked, value }) {
  if (type === "checkbox") return checked || (name === "presenter" ? false : undefined);
  const text = value.trim();
  if (!text) return undefined;
  return name === "pace" || /^\d+$/.test(text) ? Number(text) : text;
}
