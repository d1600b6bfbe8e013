// Machines that are too large for a link: the tab keeps them, and the address names them, so that a reload, back and
// forward find them again.

import { forgetInTab, keepInTab, recallInTab } from "./storage.mjs";

const MOST = 8; // machines of one tab; the oldest go

// The name under which the tab now keeps what a request names its machine by; undefined where it has no room for it.
export function keepMachine(machine) {
  const names = (recallInTab("kept") ?? "").split(" ").filter(Boolean);
  const name = `${Date.now().toString(36)}${names.length}`;
  while (names.length >= MOST) forgetInTab(`kept.${names.shift()}`);
  while (!keepInTab(`kept.${name}`, JSON.stringify(machine))) {
    if (!names.length) return undefined;
    forgetInTab(`kept.${names.shift()}`);
  }
  keepInTab("kept", [...names, name].join(" "));
  return name;
}

export const keptMachine = (name) => JSON.parse(recallInTab(`kept.${name}`) ?? "null");
