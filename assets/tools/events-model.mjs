// What can happen to a node at a point of the scenario, and what an event made of the order. Pure.
//
// `told` is what the server says of the events (viz/app/event_questions.py): what of each node is online at the start and after
// each event, as [online, blocks, cpus], and by that, why an event cannot happen.

import { targetsAt } from "../stage.mjs";

const GONE = { mem_add: "it has no memory", mem_online: "it has no memory", mem_online_fail: "it has no memory" };

// What of the node is online once so many events are over.
export function standingAt({ start, after }, events, node, over) {
  const last = events.slice(0, over).findLastIndex((event) => event.node === node);
  const [online, blocks, cpus] = last < 0 ? start[node] : after[last];
  return { online, blocks, cpus };
}

// Everything that might happen next to a node of the document: groups of {label, event, times, why}; `why` says why it
// cannot, and is empty where it can. `times` is how often a visitor wants it at once.
export function offers(told, events, node, over, times = 1) {
  const now = standingAt(told, events, node.id, over);
  const whys = told.obstacles[[now.online, now.blocks > 0, now.cpus > 0].map(Number).join(" ")];
  const offer = (event, label, count = 1) => ({ event, label, times: count, why: whyNot(told, events, node, whys, event, count) });
  const some = (event, noun, most = Infinity) => offer(event, `${several(Math.min(times, most), noun)}`, Math.min(times, most));
  const groups = [
    ["memory online", [some("mem_online", "block"), offer("mem_online_fail", "fails")]],
    ["memory offline", [some("mem_offline", "block", now.blocks || 1), ...all(now.blocks, "block", "mem_offline", offer), offer("mem_offline_fail", "fails")]],
    ["CPUs online", [some("cpu_online", "CPU"), ...back(node, now, offer)]],
    ["CPUs offline", [some("cpu_offline", "CPU", now.cpus || 1), ...all(now.cpus, "CPU", "cpu_offline", offer)]],
    ["the node", [offer("mem_add", "is added, empty"), offer("node_remove", "is removed")]],
  ];
  return groups.map(([name, offered]) => ({ name, offered: different(offered) }));
}

const several = (count, noun) => (count === 1 ? `a ${noun}` : `${count} ${noun}s`);
const all = (count, noun, event, offer) => (count > 1 ? [offer(event, `all ${count} ${noun}s`, count)] : []);

// Its own CPUs, where some are not online.
function back(node, { online, cpus }, offer) {
  const missing = cpuCount(node.cpus) - cpus;
  return missing > 1 ? [offer("cpu_online", `all its ${missing} CPUs`, missing)] : [];
}

// "0-3,8" -> 5; what is written as a number is one.
export function cpuCount(given) {
  if (typeof given === "number") return given;
  const parts = given.split(",").filter((part) => part.trim());
  return parts.reduce((sum, part) => sum + 1 + span(part.split("-").map(Number)), 0);
}

const span = ([first, last = first]) => last - first;

function whyNot(told, events, node, whys, event, count) {
  if (events.length + count > told.most) return `a scenario has at most ${told.most} events`;
  return whys[event] ?? (node.memory ? "" : (GONE[event] ?? ""));
}

// Without those that would do the same as one before.
function different(offered) {
  const same = (one, other) => one.event === other.event && one.times === other.times;
  return offered.filter((one, index) => !offered.slice(0, index).some((other) => same(one, other)));
}

// A node that is like another but for its id: not online, without CPUs, as far from every node as that one is.
export function grown(machine, like) {
  const { nodes, distances } = machine;
  const place = nodes.findIndex(({ id }) => id === like);
  const id = nodes.map((node) => node.id).sort((a, b) => a - b).reduce((free, taken) => (taken === free ? free + 1 : free), 0);
  const between = Math.min(...distances[place].filter((_, column) => column !== place), 255);
  const apart = nodes.length > 1 ? between : 20;
  const columns = distances.map((row, index) => [...row, index === place ? apart : row[place]]);
  const row = [...distances[place].map((far, index) => (index === place ? apart : far)), distances[place][place]];
  const added = { ...nodes[place], id, cpus: 0, online: false, blocks: 0 };
  return { id, apart, machine: { ...machine, nodes: [...nodes, added], distances: [...columns, row] } };
}

// What a chapter made of the order: for each node whose targets are others, what it had and what it has.
export function differences(trace, first, end) {
  return trace.nodes.flatMap((node) => {
    const [before, after] = [first, end].map((step) => targetsAt(trace, node, step));
    if (String(before) === String(after)) return [];
    const kind = !before.length ? "new" : !after.length ? "gone" : "moved";
    return [{ node, before, after, kind }];
  });
}

const choice = (nodes) => nodes.join(nodes.length > 2 ? ", " : " or ");

// A difference in a sentence.
export function differenceText({ node, before, after, kind }) {
  if (kind === "new") return `Node ${node} had no target and now has node ${choice(after)}.`;
  if (kind === "gone") return `Node ${node} had node ${choice(before)} as its target and now has none.`;
  return `Node ${node} had node ${choice(before)} as its target and now has node ${choice(after)}.`;
}
