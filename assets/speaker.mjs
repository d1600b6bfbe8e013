// @ts-check
// Keeps the speaker's token, which stands behind the "#" of this page's address, for the tab, and opens the page. The
// token is in no other address: so nobody reads it on a screen, and no link or QR code holds it.

import { $ } from "#core/dom";
import { isSpeakerToken, keep } from "#core/storage";

const token = location.hash.slice(1);

if (!isSpeakerToken(token)) say("This address lacks its last part. Open the whole one that the server has printed.");
else if (keep("speaker", token)) location.replace("./");
else say("This browser keeps nothing for a tab, so that it cannot be the speaker's.");

window.addEventListener("hashchange", () => location.reload());

/** @param {string} line */
function say(line) {
  $("#told").textContent = line;
}
