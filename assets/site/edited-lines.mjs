// @ts-check
// Keeps functions whose lines were edited, under the name of the kernel that has them: "v5.15 edited 1a2b3c4d". Python
// learns them before it is asked about that kernel. Lines that came by a link are shown first, and run only if the
// visitor lets them.

import { parseAddress } from "#core/address";
import { button, element, showStatus } from "#core/dom";
import { packedJson } from "#core/packed";
import { setTools } from "#core/state";
import { unpackedLines } from "#site/packed-lines";
import { askPython } from "#site/python";

const EDITED = " edited ";
const LOST = "The link names edited lines, but does not hold them.";

/** @typedef {import("#site/packed-lines").Lines} Lines */

/** The lines that the visitor has written or let run, by the name of their kernel. @type {Map<string, Lines>} */
const allowed = new Map();
/** The kernels that the present Python knows. @type {Set<string>} */
const known = new Set();

window.addEventListener("tierscope:python", () => known.clear());

/** @param {unknown} kernel */
const isEdited = (kernel) => typeof kernel === "string" && kernel.includes(EDITED);

/**
 * Return the kernel as it was before its lines were edited.
 * @param {string} kernel
 */
export const rowOf = (kernel) => kernel.split(EDITED)[0];

/**
 * Return the edited functions of a kernel; none if no lines of it were edited.
 * @param {string} kernel
 */
export const textsOf = (kernel) => allowed.get(kernel)?.texts ?? {};

/**
 * Let Python learn edited lines, and return the name of the kernel that has them; throw an Error if they are wrong.
 * @param {string} row
 * @param {Record<string, string>} texts
 */
export async function keepLines(row, texts) {
  const { name, error } = await askPython("edit", { row, texts });
  if (error) throw new Error(error);
  known.add(name);
  allowed.set(name, { row, texts });
  setTools({ code: { kernel: name, packed: await packedJson({ row, texts }) } });
  return name;
}

/**
 * Return the question with kernels that Python knows. Lines of a link are learnt if the visitor lets them run; if not,
 * the question is about the kernel as it was. Return an object with an `error` if there are no such lines.
 * @param {Record<string, any>} question
 * @returns {Promise<Record<string, any>>}
 */
export async function withKnownKernels(question) {
  const asked = { ...question };
  if (isEdited(asked.kernel)) asked.kernel = await knownKernel(asked.kernel);
  if (isEdited(asked.other?.kernel)) {
    asked.other = { ...asked.other, kernel: await knownKernel(asked.other.kernel) };
  }
  return asked;
}

/** @param {string} kernel */
async function knownKernel(kernel) {
  if (known.has(kernel)) return kernel;
  const lines = allowed.get(kernel) ?? (await linesOfLink(kernel));
  if (!lines) return rowOf(kernel);
  const name = await keepLines(lines.row, lines.texts);
  if (name !== kernel) throw new Error(LOST);
  return name;
}

/**
 * Return the lines that the address holds; null if the visitor does not let them run.
 * @param {string} kernel
 */
async function linesOfLink(kernel) {
  const { code } = parseAddress(location.hash);
  const lines = code ? await unpackedLines(code) : null;
  if (!lines) throw new Error(LOST);
  return (await asksToRun(kernel, lines)) ? lines : null;
}

/**
 * Show the lines of a link, and return whether the visitor lets them run.
 * @param {string} kernel
 * @param {Lines} lines
 * @returns {Promise<boolean>}
 */
function asksToRun(kernel, { row, texts }) {
  const dialog = element("dialog");
  dialog.id = "run-lines";
  dialog.setAttribute("aria-labelledby", "run-lines-title");
  const names = Object.keys(texts).map((key) => `${key.split(" ")[1]}()`);
  const title = element("h2", "This link brings edited lines of the kernel");
  title.id = "run-lines-title";
  const told =
    `It changes ${names.join(", ")} of ${row}. Whoever made the link has written them. They run in a worker of this ` +
    "browser, without access to the page, to storage or to the network, and are stopped if they do not end.";
  const shown = Object.values(texts).map((text) => element("pre", text));
  const choices = element("div", "", "row");
  const [no, yes] = [button(`Open ${row} as it is`), button("Run these lines", "primary")];
  choices.append(no, yes);
  dialog.append(title, element("p", told), ...shown, choices);
  document.body.append(dialog);
  dialog.dataset.kernel = kernel;
  return new Promise((resolve) => {
    yes.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
    showStatus("");
  });
}
