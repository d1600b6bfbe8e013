// @ts-check
// Shows the reader's own code beside a walk: the listing of next_demotion_node(), which is called for every hop, and
// the line that reads.

import { all, element } from "#core/dom";
import { listingOf } from "#player/code";

const NAME = "next_demotion_node";
/** @type {Record<Protocol, [file: string, words: string]>} */
const CALLS = {
  "in-place": ["migrate.py", "Every hop is a call of this; here the writer just overwrites what changes."],
  "no-barrier": ["migrate.py", "Every hop is a call of this; here the writer has no barrier at all."],
  barrier: ["migrate.py", "Every hop is a call of this; patch 02/10 has a write barrier on the other side."],
  "grace-walk": [
    "migrate_v5_15.py",
    "Every hop is a call of this; here the caller holds a section around all of them.",
  ],
  "grace-hop": ["migrate_v5_15.py", "Every hop is a call of this, and a section of its own."],
};

/**
 * Put the listing of the reader's function under a protocol into a place, or nothing if the page has no such listing.
 * @param {HTMLElement} place
 * @param {Protocol} protocol
 */
export function showReaderCode(place, protocol) {
  const [file, words] = CALLS[protocol];
  const listing = listingOf(file, NAME);
  place.replaceChildren(...(listing ? [element("p", words, "quiet"), listing] : []));
}

/**
 * If the moment is a read, mark the listing's line that reads, and show the value there; otherwise remove the mark.
 * @param {HTMLElement} place
 * @param {MomentRow | undefined} row
 */
export function paintRead(place, row) {
  const line = all("[data-line]", place).find(({ textContent }) => textContent?.includes("READ_ONCE("));
  line?.querySelector(".values")?.remove();
  for (const name of ["now", "valued"]) line?.classList.toggle(name, row?.kind === "read");
  if (!line || row?.kind !== "read") return;
  const [{ node, value }] = row.moments;
  line.append(element("span", `node = ${node}, target = ${value}`, "values"));
}
