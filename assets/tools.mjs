// What stands beside the stage: the code, or one of the tools in tools/, each a module with a style sheet of its own that
// is fetched when it is first opened. A tool exports open(panel, state), and where it needs them close(state),
// taken(state) after another run, refused(state, line, why) after none as refuse() has it, stepped(state) after every step,
// and clicked(state, event), true if that was for it. again(state) or taken(state) asks what no server has heard.

import { asked } from "./asking.mjs";
import { NO_ANSWER, lasting } from "./failures.mjs";
import { element } from "./tables.mjs";

const ABSENT = `${NO_ANSWER}, and this panel has to come from it.`;
const $ = (selector) => document.querySelector(selector);
const shown = { name: "code", tool: null };

export async function openTool(state, name) {
  if (name === shown.name) return;
  shown.tool?.close?.(state);
  Object.assign(shown, { name, tool: null });
  showTab(name);
  if (name !== "code") await load(state, name);
}

async function load(state, name) {
  const panel = $("#tool");
  panel.replaceChildren(element("p", "Loading.", "quiet"));
  const tool = await moduleOf(name, styled);
  if (shown.name !== name || shown.tool) return; // another was chosen meanwhile
  if (tool.absent) return panel.replaceChildren(element("p", tool.absent, "refusal"));
  shown.tool = tool;
  panel.replaceChildren();
  await tool.open(panel, state);
}

// A dialog among the tools: `use` is given its module. Where that does not come, the header says so.
export async function withTool(name, use) {
  const tool = await moduleOf(name, styled);
  if (tool.absent) $("#status").textContent = tool.absent;
  else use(tool);
}

export function askToolAgain(state) {
  const { name, tool } = shown;
  if (tool && asked.unheard) (tool.again ?? tool.taken)?.(state);
  else if (!tool && name !== "code") load(state, name);
  asked.unheard = false;
}

function showTab(name) {
  for (const tab of document.querySelectorAll("[data-tool]")) {
    tab.setAttribute("aria-selected", tab.dataset.tool === name);
    tab.tabIndex = tab.dataset.tool === name ? 0 : -1;
  }
  document.documentElement.dataset.beside = name;
  $("#beside").hidden = name !== "code";
  $("#tool").hidden = name === "code";
  $("#tool").setAttribute("aria-labelledby", `tool-${name}`);
}

// A module in tools/, with its style sheet if it has one, or a line that says why it is `absent`.
export function moduleOf(name, style = () => null) {
  const place = new URL(`./tools/${name}.mjs`, import.meta.url).href;
  const fetched = () => Promise.all([import(place), style(name)]).then(([module]) => module);
  return fetched().catch(() => lasting().then(({ fetchAgain }) => fetchAgain(place, fetched))).catch(() => ({ absent: ABSENT }));
}

function styled(name) {
  const id = `style-${name}`;
  if (document.getElementById(id)) return null;
  const href = new URL(`./tools/${name}.tool.css`, import.meta.url).href;
  const sheet = Object.assign(element("link"), { id, rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    sheet.onload = resolve;
    sheet.onerror = () => reject(sheet.remove());
    document.head.append(sheet);
  });
}

export const toolTaken = (state) => shown.tool?.taken?.(state);
export const toolRefused = (state, line, why) => shown.tool?.refused?.(state, line, why);
export const toolStepped = (state) => shown.tool?.stepped?.(state);
export const toolClicked = (state, event) => Boolean(shown.tool?.clicked?.(state, event));
