// @ts-check
// Offers to run a kernel again that is a person's own file, once the file was edited on the disk. The server reads the
// file; the page only has a mark of the text that ran, and compares it with the server's mark of the present text.

import { askServer } from "#core/api";
import { $ } from "#core/dom";
import { server } from "#core/server";
import { state } from "#core/state";
import { requestRun, sameStep } from "#player/loading";
import { hideNotice, showNotice } from "#player/reconnect";

const EVERY = 2000; // milliseconds between two requests for the file's mark
const NAME = "edited-file";

/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;
let offered = ""; // the mark of the last text that was offered; a visitor who closed that offer does not get it again

/** Start to watch the file whose run is shown: from time to time, ask the server whether it has changed. */
export function watchFile() {
  hideNotice(NAME);
  clearInterval(timer);
  offered = "";
  timer = setInterval(look, EVERY);
}

async function look() {
  const { patch, asked } = state.play;
  if (!patch) {
    clearInterval(timer);
    return hideNotice(NAME);
  }
  if (document.hidden || server.gone || server.renewed) return;
  const answer = await askServer("patch", { topology: $("#topology option").value, kernel: asked }).catch(() => null);
  if (!answer || state.play.patch !== patch || answer.mark === offered) return;
  offered = answer.mark;
  if (answer.mark === patch) hideNotice(NAME);
  else
    showNotice(NAME, `${asked} has been edited on the disk.`, "Run it again", () =>
      requestRun({ kernel: asked }, sameStep()),
    );
}
