// @ts-check
// Says what else has changed when another machine was chosen: a topology may name a kernel and zonelists of its own.
// The line above the player has a button that undoes that, and the machine stays. Where nothing has changed, the line
// tells which kernel is kept if that is not the one that most visitors have.

import { $ } from "#core/dom";
import { setOpening, state } from "#core/state";
import { requestRun } from "#player/loading";
import { hideNotice, showNotice } from "#player/reconnect";

const NAME = "also-changed";

/** Tell it about the run that has come, and forget an earlier line. */
export function tellWhatElseChanged() {
  const { before, play, sent } = state;
  if (sent) return; // another run was chosen before later.mjs had come, and it is told of that
  setOpening({ before: undefined });
  hideNotice(NAME);
  if (!before) return;
  const changes = [];
  if (play.asked !== before.kernel) changes.push(`the kernel from ${before.kernel} to ${play.asked}`);
  if (play.zonelists !== before.zonelists) {
    changes.push(
      `the zonelists from those built ${labelOf(before.zonelists)} to those built ${labelOf(play.zonelists)}`,
    );
  }
  if (changes.length) {
    const line = `With this machine you have also changed ${changes.join(", and ")}.`;
    showNotice(NAME, line, "Undo that", () => requestRun({ ...before }));
  } else tellNamedKernel(play);
}

/** @param {Play} play */
function tellNamedKernel({ document, asked }) {
  const { kernel } = document ? /** @type {Machine} */ (JSON.parse(document)) : {};
  const [{ value: usual }] = $("#kernel").options;
  if (!kernel && asked !== usual && !state.talk) {
    return showNotice(NAME, `This machine is shown under kernel ${asked}, as the one before.`, `Use ${usual}`, () =>
      requestRun({ kernel: usual }),
    );
  }
  if (!kernel || kernel === asked) return;
  const line = `The text of this machine names the kernel ${kernel}; ${asked}, which you have chosen, is kept.`;
  showNotice(NAME, line, `Use ${kernel}`, () => requestRun({ kernel }));
}

/**
 * Return the words of the page's list for a kind of zonelists.
 * @param {string} zonelists
 */
const labelOf = (zonelists) => [...$("#zonelists").options].find(({ value }) => value === zonelists)?.text ?? zonelists;
