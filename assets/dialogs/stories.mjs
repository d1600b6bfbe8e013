// @ts-check
// Fetches what shows stories and talks when one is first wanted. Page Down waits for a story that is on its way.

import { fetchedOnce } from "#player/tool-panel";

/** @type {Fetched<typeof import("#dialogs/story-gallery")>} */
export const stories = fetchedOnce("#dialogs/story-gallery", "stories.css");

/**
 * Settles once the story or talk that somebody wants to see is shown or cannot be had; null if none is on its way.
 * @type {Promise<unknown> | null}
 */
let coming = null;

/**
 * Show a story or talk. Until it is shown, Page Down waits for it.
 * @param {(module: typeof import("#dialogs/story-gallery")) => unknown} open
 */
export function showStories(open) {
  const opening = stories.use(open).finally(() => {
    if (coming === opening) coming = null;
  });
  coming = opening;
}

/**
 * Go on in the story or talk that is shown or on its way, or back if `by` is -1. Return false if there is none.
 * @param {number} by
 */
export function walkStory(by) {
  if (coming) return coming.then(() => stories.now?.walkStops(by));
  return Boolean(stories.now?.walkStops(by));
}
