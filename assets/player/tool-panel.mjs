// @ts-check
// Opens the code or one of the tools in the panel beside the stage. A tool is the module #tools/NAME/panel with a style
// sheet in the same folder; both are fetched when the tool is first opened. types/page.d.ts says what a tool may
// export.

import { asked } from "#core/api";
import { $, all, element, isExported, setAttribute, showStatus } from "#core/dom";
import { loadReconnect, NO_ANSWER, NOT_HELD } from "#core/server";
import { hasRun } from "#core/state";
import { keepAddress } from "#player/loading";

const ABSENT = `${NO_ANSWER}, and this panel has to come from it.`;

/** @type {{ name: string, tool: Tool | null, opening: Promise<unknown> | undefined }} */
const shown = { name: "code", tool: null, opening: undefined };

/**
 * Open a tool, or the code, in place of what is open.
 * @param {string} name
 */
export function openTool(name) {
  if (name === shown.name) return shown.opening;
  shown.tool?.close?.();
  Object.assign(shown, { name, tool: null, opening: undefined });
  showTab(name);
  if (hasRun()) keepAddress();
  shown.opening = name === "code" ? undefined : load(name);
  return shown.opening;
}

/** @param {string} name */
async function load(name) {
  const panel = $("#tool");
  panel.replaceChildren(element("p", "Loading.", "quiet"));
  const tool = await importLater(`#tools/${name}/panel`, "style.css");
  if (shown.name !== name || shown.tool) return; // the visitor has opened another tool meanwhile
  if (tool.absent) return panel.replaceChildren(element("p", tool.absent, "refusal"));
  shown.tool = tool;
  panel.replaceChildren();
  await tool.open(panel);
}

/** Let the visitor edit the events of the strip, which needs a server. */
export function editStrip() {
  if (isExported() || $("#scenario").hidden) return;
  // If the module does not come, the strip can be read but not edited.
  importLater("#tools/events/event-strip-edit").then(({ makeEditable }) => makeEditable?.());
}

/**
 * Repeat, once the server is back, the open tool's question that got no answer, or fetch the tool that has not come.
 */
export function retryTool() {
  const { name, tool } = shown;
  if (tool && asked.unanswered) (tool.again ?? tool.onRun)?.();
  else if (!tool && name !== "code") load(name);
  asked.unanswered = false;
}

/** @param {string} name */
function showTab(name) {
  for (const tab of all("[data-tool]")) {
    setAttribute(tab, "aria-selected", tab.dataset.tool === name);
    tab.tabIndex = tab.dataset.tool === name ? 0 : -1;
  }
  document.documentElement.dataset.beside = name;
  $("#beside").hidden = name !== "code";
  $("#tool").hidden = name === "code";
  setAttribute($("#tool"), "aria-labelledby", `tool-${name}`);
}

/**
 * Return a module that is fetched when first needed, after its style sheet has come, if one is named. If it does not
 * come, or the file of an exported page does not hold it, return an object whose `absent` is a line that says why.
 * @param {string} name
 * @param {string} [sheet]
 * @returns {Promise<any>}
 */
export async function importLater(name, sheet) {
  const place = addressOf(name);
  if (!place) return { absent: NOT_HELD };
  const fetched = async () =>
    (await Promise.all([import(name), sheet && !isExported() && applyStyle(new URL(sheet, place).href)]))[0];
  try {
    return await fetched();
  } catch {
    return loadReconnect()
      .then(({ fetchAgain }) => fetchAgain(place, fetched))
      .catch(() => ({ absent: ABSENT }));
  }
}

/**
 * Return the address of a module; null if the import map does not have it: that of an exported page has some modules.
 * @param {string} name
 */
function addressOf(name) {
  try {
    return import.meta.resolve(name);
  } catch {
    return null;
  }
}

/**
 * Call `use` with a module that is fetched when first needed; if it does not come, the header says so.
 * @param {string} name
 * @param {string | undefined} sheet
 * @param {(module: any) => unknown} use
 */
export async function withModule(name, sheet, use) {
  const module = await importLater(name, sheet);
  if (module.absent) showStatus(module.absent);
  else await use(module);
}

/**
 * Return a module that is fetched when first used: `now` is the module, or null until it has come, and `use` calls a
 * function with it.
 * @param {string} name
 * @param {string} [sheet]
 * @returns {Fetched<any>}
 */
export function fetchedOnce(name, sheet) {
  /** @type {Promise<void> | null} the fetching that is under way: all wait for it, and then act in their order */
  let fetching = null;
  const fetch = () =>
    withModule(name, sheet, (module) => {
      fetched.now = module;
    });
  /** @type {Fetched<any>} */
  const fetched = {
    now: null,
    async use(act) {
      if (!fetched.now) {
        fetching ??= fetch().finally(() => {
          fetching = null;
        });
        await fetching;
      }
      if (fetched.now) return act(fetched.now);
    },
  };
  return fetched;
}

/**
 * The style sheets that were added to the page, by address; each settles once it is applied.
 * @type {Map<string, Promise<unknown>>}
 */
const sheets = new Map();

/**
 * Add a style sheet to the page unless it is there; return a promise that settles once it is applied.
 * @param {string} href
 */
export function applyStyle(href) {
  const applied = sheets.get(href) ?? addSheet(href);
  sheets.set(href, applied);
  return applied;
}

/** @param {string} href */
function addSheet(href) {
  const sheet = Object.assign(element("link"), { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    sheet.onload = resolve;
    sheet.onerror = () => {
      sheets.delete(href);
      reject(sheet.remove());
    };
    document.head.append(sheet);
  });
}

/** Return what the open tool shows as text for a mail; "" if it has none. */
export const toolText = () => shown.tool?.asText?.() ?? "";
export const toolOnRun = () => shown.tool?.onRun?.();
/** @type {(line: string, why: Failure) => void} */
export const toolOnRunFailed = (line, why) => shown.tool?.onRunFailed?.(line, why);
export const toolOnStep = () => shown.tool?.onStep?.();
/** @type {(walk: StoryWalk, moment: number) => unknown} */
export const toolShowWalk = (walk, moment) => shown.tool?.showWalk?.(walk, moment);
/** @param {number} by @param {boolean} [toEnd] */
export const toolWalk = (by, toEnd) => Boolean(shown.tool?.walkOn?.(by, toEnd));
/** @param {number} [pace] */
export const toolPlayWalk = (pace) => shown.tool?.playOn?.(pace);
export const toolStopOfWalk = () => shown.tool?.stopOfWalk?.() ?? null;
/** @param {string} scene */
export const toolShowScene = (scene) => shown.tool?.showScene?.(scene);
/** @param {TargetedEvent<Event>} event */
export const toolClicked = (event) => Boolean(shown.tool?.onClick?.(event));
