// @ts-check
// Fetches the rest of a long run. The server's first answer has only the first events of such a run. While that part
// plays, the page fetches the whole run. It begins with the same steps, so nothing moves when it replaces the part.

import { askServer, messageOf, Refusal } from "#core/api";
import { showStatus } from "#core/dom";
import { state } from "#core/state";
import { openRun } from "#player/loading";
import { expectRest, onRest, show, wantedOfRest } from "#player/playback";
import { showScrubberMarks } from "#player/scrubber-marks";

const AGAIN = 3000; // milliseconds until a busy server is asked again

/**
 * The part whose rest is being fetched; null if that has failed.
 * @type {{ play: Play | null }}
 */
const fetching = { play: null };

/**
 * Fetch the whole run if only a part of it has come.
 * @param {() => void} after runs once the whole run is on the page
 */
export async function prefetchRest(after) {
  const { play } = state;
  if (!play.more || fetching.play === play) return;
  expectRest(wantedOfRest() ?? beyond()); // somebody may have gone to a later step before this module had come
  fetching.play = play;
  try {
    const whole = await retryWhileBusy(play);
    if (!whole || state.play !== play) return; // another run has come meanwhile
    openRun(whole);
    showScrubberMarks();
    show();
    after();
    onRest();
  } catch (error) {
    if (state.play !== play) return;
    fetching.play = null;
    showStatus(`The rest of this run has not come. ${messageOf(error)}`);
  }
}

/**
 * Return the whole run. Ask again while the server is busy; return null if the page shows another run by then.
 * @param {Play} play
 * @returns {Promise<Play | null>}
 */
async function retryWhileBusy(play) {
  for (;;) {
    try {
      return await askServer("whole", state.request);
    } catch (error) {
      if (!(error instanceof Refusal && error.busy) || state.play !== play) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      if (state.play !== play) return null;
    }
  }
}

/** Return the step at which the run was to open, if that step may be in the part that has not come; else null. */
function beyond() {
  const { wanted, step } = state;
  return typeof wanted === "function" || (wanted !== undefined && wanted > step) ? wanted : null;
}
