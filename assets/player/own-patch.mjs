// @ts-check
// The kernel is a file of the person who started the program. When it is edited on the disk, the page offers to run it
// again. The server looks at the file; the page has but a mark of the text that ran.

import { askServer } from "#core/api";
import { $ } from "#core/dom";
import { server } from "#core/server";
import { state } from "#core/state";
import { requestRun } from "#player/loading";
import { hideNotice, showNotice } from "#player/reconnect";

const EVERY = 2000; // milliseconds
const NAME = "edited-file";

/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;
let offered = ""; // the mark of the file for which the offer was made last: who has closed it is not asked again

/** A run of a file has come: look from time to time whether the file is still the one that ran. */
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
  else showNotice(NAME, `${asked} has been edited on the disk.`, "Run it again", () => requestRun({ kernel: asked }));
}
