// What stands beside the stage: the code, or one of the tools in tools/, each a module with a style sheet of its own that
// is fetched when it is first opened. A tool exports open(panel, state), and where it needs them close(state),
// taken(state) after another run, refused(state, line, why) after none as refuse() has it, stepped(state) after every step,
// and clicked(state, event), true if that was for it.

import { element } from "./tables.mjs";

const ABSENT = "The server does not answer, and this panel has to come from it.";
const $ = (selector) => document.querySelector(selector);
const shown = { name: "code", tool: null };

export async function openTool(state, name) {
  if (name === shown.name) return;
  shown.tool?.close?.(state);
  Object.assign(shown, { name, tool: null });
  showTab(name);
  if (name === "code") return;
  const panel = $("#tool");
  panel.replaceChildren(element("p", "Loading.", "quiet"));
  const tool = await fetched(name);
  if (shown.name !== name) return; // another was chosen meanwhile
  if (!tool) return panel.replaceChildren(element("p", ABSENT, "refusal"));
  shown.tool = tool;
  panel.replaceChildren();
  await tool.open(panel, state);
}

// A dialog among the tools: `use` is given its module. Where that does not come, the header says so.
export async function withTool(name, use) {
  const tool = await fetched(name);
  if (tool) use(tool);
  else $("#status").textContent = ABSENT;
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

// The tool's module, once its style sheet is there; null if the server gives neither.
async function fetched(name) {
  try {
    const [tool] = await Promise.all([import(`./tools/${name}.mjs`), styled(name)]);
    return tool;
  } catch {
    return null;
  }
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
