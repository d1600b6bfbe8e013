// @ts-check
// The rest of a long run. The server's first answer ends after some events, and the page fetches all of the run while
// that part plays. The whole run begins with the same steps, so it takes the place of the part without a move.

import { askServer, messageOf, Refusal } from "#core/api";
import { $ } from "#core/dom";
import { state } from "#core/state";
import { openRun } from "#player/loading";
import { expectRest, onRest, show, wantedOfRest } from "#player/playback";
import { showScrubberMarks } from "#player/scrubber-marks";

const AGAIN = 3000; // milliseconds until a server that had no time is asked once more

/**
 * The part whose rest is being fetched, and the one whose rest has not come.
 * @type {{ play: Play | null, failed: Play | null }}
 */
const fetching = { play: null, failed: null };

/**
 * Fetch the whole run if what came is a part.
 * @param {() => void} after runs once the whole run is on the page
 */
export async function prefetchRest(after) {
  const { play } = state;
  if (!play.more || fetching.play === play) return;
  const before = fetching.failed === play ? wantedOfRest() : null; // this is the second time that it is asked for
  expectRest(before ?? beyond());
  fetching.play = play;
  try {
    const whole = await retryWhileBusy(play);
    if (!whole || state.play !== play) return; // another machine has come meanwhile
    openRun(whole);
    showScrubberMarks();
    show();
    after();
    onRest();
  } catch (error) {
    if (state.play !== play) return;
    Object.assign(fetching, { play: null, failed: play });
    $("#status").textContent = `The rest of this run has not come. ${messageOf(error)}`;
  }
}

/**
 * The whole run, from a server that may have no time for it yet; null once another machine is on show.
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

/** Where the page was to open, if that may not be here yet. */
function beyond() {
  const { wanted, step } = state;
  return typeof wanted === "function" || (wanted !== undefined && wanted > step) ? wanted : null;
}
