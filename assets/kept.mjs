// Machines that are too large for a link: the tab keeps them, and the address names them, so that a reload, back and
// forward find them again.

import { forget, keep, recall } from "./storage.mjs";

export const MACHINES = ["topology", "text", "file", "link"]; // what a request may name its machine by
const MOST = 8; // machines of one tab; the oldest go

// Whether a value names a machine as a request does.
export function isMachine(value) {
  const isText = (text) => typeof text === "string";
  return MACHINES.some((name) => isText(value[name])) && Object.values(value).every(isText);
}

// The name under which the tab now keeps what a request names its machine by; undefined where it has no room for it.
export function keepMachine(machine) {
  const names = recall("kept", (text) => /^\w+( \w+)*$/.test(text))?.split(" ") ?? [];
  const name = `${Date.now().toString(36)}${names.length}`;
  while (names.length >= MOST) forget(`kept.${names.shift()}`);
  while (!keep(`kept.${name}`, JSON.stringify(machine))) {
    if (!names.length) return undefined;
    forget(`kept.${names.shift()}`);
  }
  keep("kept", [...names, name].join(" "));
  return name;
}

export const keptMachine = (name) => recall(`kept.${name}`, isMachine, JSON.parse);
