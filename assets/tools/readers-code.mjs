// The reader's own code beside a walk: next_demotion_node(), of which every hop is a call, and the line that reads.

import { listingOf } from "../code.mjs";
import { element } from "../tables.mjs";

const NAME = "next_demotion_node";
const CALLS = {
  "in-place": ["migrate.py", "Every hop is a call of this; here the writer just overwrites what changes."],
  barrier: ["migrate.py", "Every hop is a call of this; patch 02/10 has a write barrier on the other side."],
  "grace-walk": ["migrate_v5_15.py", "Every hop is a call of this; here the caller holds a section around all of them."],
  "grace-hop": ["migrate_v5_15.py", "Every hop is a call of this, and a section of its own."],
};

// The listing for a protocol, in `place`; none if the page has none.
export function layCode(place, protocol) {
  const [file, told] = CALLS[protocol];
  const listing = listingOf(file, NAME);
  place.replaceChildren(...(listing ? [element("p", told, "quiet"), listing] : []));
  return listing;
}

// Mark the line that reads, with what it reads, at a moment that is a read; nothing at any other.
export function paintRead(place, row) {
  const line = [...place.querySelectorAll("[data-line]")].find(({ textContent }) => textContent.includes("READ_ONCE("));
  line?.querySelector(".values")?.remove();
  for (const name of ["now", "valued"]) line?.classList.toggle(name, row?.kind === "read");
  if (!line || row?.kind !== "read") return;
  const [{ node, value }] = row.moments;
  line.append(element("span", `node = ${node}, target = ${value}`, "values"));
}
