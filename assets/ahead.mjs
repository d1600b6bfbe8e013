// The rest of a long run: the first answer ends after some events, and the page fetches all of it while that plays. The
// whole run begins with the same steps, so it takes the place of the part without a move.

import { askServer } from "./asking.mjs";
import { lay } from "./loading.mjs";
import { showScale } from "./scale.mjs";
import { openTrace, stopsOf } from "./signals.mjs";

const COMING = "The rest of this run is on its way.";
const AGAIN = 3000; // milliseconds until a server that had no time is asked once more
const here = { play: null, late: null, on: false, failed: null };
const $ = (selector) => document.querySelector(selector);

// Fetch the whole run if what came is a part; `after` runs once it is on the page.
export async function fetchAhead(state, after) {
  const { play } = state;
  if (!play.more || here.play === play) return;
  const kept = here.late && here.failed === play ? here.late : null; // asked for once more
  Object.assign(here, { play, late: kept ?? beyond(state) });
  if (here.late !== null) $("#status").textContent = COMING;
  try {
    const whole = await patiently(state, play);
    if (state.play !== play) return; // another machine meanwhile
    join(state, whole);
    after(state);
    arrive(state);
  } catch (error) {
    if (state.play !== play) return;
    Object.assign(here, { play: null, failed: play });
    $("#status").textContent = `The rest of this run has not come. ${error.message}`;
  }
}

// The whole run, from a server that may have no time for it yet.
async function patiently(state, play) {
  for (;;) {
    try {
      return await askServer("whole", state.request);
    } catch (error) {
      if (!error.busy || state.play !== play) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      if (state.play !== play) return null;
    }
  }
}

// What the page was to open at, if that may not be here yet.
function beyond({ wanted, step }) {
  return typeof wanted === "function" || wanted > step ? wanted : null;
}

// Go to a step beyond what is here as soon as it is: a number, or a function that finds it in the whole trace.
export function waitFor(state, step) {
  if (!state.play?.more) return;
  here.late = step;
  $("#status").textContent = COMING;
  if (here.play !== state.play) window.dispatchEvent(new Event("tierscope:ahead")); // it failed: once more
}

// Who goes elsewhere meanwhile stays there.
export const waitNoMore = () => (here.late = null);

function join(state, play) {
  state.play = play;
  state.trace = openTrace(play.trace);
  state.stops = stopsOf(state.trace);
  lay(state);
  showScale(state);
  state.show();
}

function arrive(state) {
  const { late, on } = here;
  Object.assign(here, { late: null, on: false });
  $("#status").textContent = "";
  if (state.mode === "ended") state.become("load");
  if (late !== null) state.seek(late);
  if (on) state.become("play");
}

// A run that plays to the end of what is here plays on with the rest.
export const playOnLater = () => (here.on = true);
