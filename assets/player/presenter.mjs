// @ts-check
// What a speaker can show and hide in presenter mode: a panel beside the stage, and the masks as bands under it. The
// address names what is shown.

import { isPresenting } from "#core/dom";
import { hasRun } from "#core/state";
import { toggleBands } from "#player/bands";
import { keepAddress } from "#player/loading";
import { present as enterPresenter, togglePanel } from "#player/modes";
import { show } from "#player/playback";
import { openTool } from "#player/tool-panel";

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
 * Show a panel, or hide it. Code and scores have a place only while no tool is open.
 * @param {string} name
 */
export function showPanel(name) {
  if (!isPresenting()) return;
  if (name !== "registers") openTool("code");
  togglePanel(name);
  if (hasRun()) show();
}
