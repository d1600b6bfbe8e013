// @ts-check
// What a speaker can show and hide in presenter mode: a panel beside the stage, and the masks as bands under it. The
// address names what is shown.

import { isPresenting } from "#core/dom";
import { hasRun, state } from "#core/state";
import { toggleBands } from "#player/bands";
import { keepAddress } from "#player/loading";
import { present as enterPresenter, hasPanel, togglePanel } from "#player/modes";
import { show } from "#player/playback";
import { openTool } from "#player/tool-panel";
import { closeAnswer } from "#player/why-panel";

/** Enter or leave the presenter mode. */
export function present(on = !isPresenting()) {
  enterPresenter(on);
  if (hasRun()) keepAddress();
}

/** Show the masks as bands under the stage, or hide them. */
export function showBands() {
  if (!isPresenting()) return;
  toggleBands();
  if (hasRun()) show();
}

/**
 * Show a panel, or hide it. Code and scores have their place only while no tool is open, and the registers only while
 * no answer is: who asks for them closes it.
 * @param {string} name
 */
export function showPanel(name) {
  if (!isPresenting()) return;
  const isCovered = name === "registers" && state.subject !== null && hasPanel(name);
  if (name !== "registers") openTool("code");
  else if (state.subject) closeAnswer();
  if (!isCovered) togglePanel(name);
  if (hasRun()) show();
}
