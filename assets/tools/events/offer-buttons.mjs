// @ts-check
// The buttons of events that can happen next to a node, and the lines about those that cannot.

import { button, element } from "#core/dom";

/** @typedef {import("#tools/events/model").Offer} Offer */

/**
 * Return the buttons of a group of events; null if none of them can happen.
 * @param {{ name: string, offered: Offer[] }} group
 */
export function offerGroup({ name, offered }) {
  const possible = offered.filter(({ why }) => !why);
  if (!possible.length) return null;
  const group = element("div", "", "group");
  group.append(element("span", name), ...possible.map(offerButton));
  return group;
}

/** @param {Offer} offer */
function offerButton({ event, label, times }) {
  const many = times === 1 ? "" : label.startsWith("all") ? "all" : "some";
  const made = button(label, "", { offer: `${event} ${many}`, event, times });
  made.append(element("small", event));
  return made;
}

/**
 * Return the lines about events that cannot happen, one for each reason.
 * @param {{ offered: Offer[] }[]} groups
 */
export function refusals(groups) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { event, why } of groups.flatMap(({ offered }) => offered)) {
    if (why) found.set(why, (found.get(why) ?? new Set()).add(event));
  }
  return [...found].map(([why, events]) => element("li", `Not ${[...events].join(", ")}: ${why}.`));
}
