// @ts-check
// Finds what can happen next to a node, and what an event has changed in the order. Pure.

import { LARGEST_DISTANCE, MAX_EVENTS, REMOTE_DISTANCE } from "#core/constants";
import { targetsAt } from "#core/trace";
import { choice, plural } from "#core/words";
import { cpuCount } from "#tools/edit/cpus";

/**
 * The state of a node: whether it is online, and how many of its memory blocks and CPUs are.
 * @typedef {[online: boolean, blocks: number, cpus: number]} Standing
 */
/**
 * The server's answer about events (viz/app/event_questions.py). `start` has the state of each node before the first
 * event. `after` has for each event the state of its node after it. `obstacles` has for each state the events that are
 * impossible in it, with the reasons. The key of a state says whether the node, its memory and its CPUs are online: in
 * "1 1 0" the CPUs are not.
 * @typedef {{ start: Record<string, Standing>, after: Standing[], obstacles: Record<string, Record<string, string>> }}
 *   Facts
 */
/**
 * An event that the visitor may add; `why` says why it cannot happen, and is empty if it can.
 * @typedef {{ event: string, label: string, times: number, why: string }} Offer
 */

/** @type {Record<string, string>} */
const WITHOUT_MEMORY = {
  mem_add: "it has no memory",
  mem_online: "it has no memory",
  mem_online_fail: "it has no memory",
};

/**
 * Return the state of a node after the first `over` events.
 * @param {Facts} facts
 * @param {MachineEvent[]} events
 * @param {NodeId} node
 * @param {number} over
 */
function standingAt({ start, after }, events, node, over) {
  const last = events.slice(0, over).findLastIndex((event) => event.node === node);
  const [online, blocks, cpus] = last < 0 ? start[node] : after[last];
  return { online, blocks, cpus };
}

/**
 * Return all events that might happen next to a node, in groups.
 * @param {Facts} facts
 * @param {MachineEvent[]} events
 * @param {MachineNode} node
 * @param {number} over how many events come before
 * @param {number} times how often the event is to happen
 * @returns {{ name: string, offered: Offer[] }[]}
 */
export function offers(facts, events, node, over, times = 1) {
  const now = standingAt(facts, events, node.id, over);
  const obstacles = facts.obstacles[[now.online, now.blocks > 0, now.cpus > 0].map(Number).join(" ")];
  const missing = cpuCount(node.cpus) - now.cpus;
  /** @type {(event: string, label: string, count?: number) => Offer} */
  const offer = (event, label, count = 1) => {
    const isFull = events.length + count > MAX_EVENTS;
    const obstacle = obstacles[event] ?? (node.memory ? "" : (WITHOUT_MEMORY[event] ?? ""));
    return { event, label, times: count, why: isFull ? `a scenario has at most ${MAX_EVENTS} events` : obstacle };
  };
  /** @type {(event: string, noun: string, most?: number) => Offer} */
  const some = (event, noun, most = Infinity) => {
    const count = Math.min(times, most);
    return offer(event, count === 1 ? `a ${noun}` : plural(count, noun), count);
  };
  /** @type {(event: string, label: string, count: number) => Offer[]} */
  const several = (event, label, count) => (count > 1 ? [offer(event, label, count)] : []);
  /** @type {[string, Offer[]][]} */
  const groups = [
    ["memory online", [some("mem_online", "block"), offer("mem_online_fail", "fails")]],
    [
      "memory offline",
      [
        some("mem_offline", "block", now.blocks || 1),
        ...several("mem_offline", `all ${now.blocks} blocks`, now.blocks),
        offer("mem_offline_fail", "fails"),
      ],
    ],
    ["CPUs online", [some("cpu_online", "CPU"), ...several("cpu_online", `all its ${missing} CPUs`, missing)]],
    [
      "CPUs offline",
      [some("cpu_offline", "CPU", now.cpus || 1), ...several("cpu_offline", `all ${now.cpus} CPUs`, now.cpus)],
    ],
    ["the node", [offer("mem_add", "is added, empty"), offer("node_remove", "is removed")]],
  ];
  return groups.map(([name, offered]) => ({ name, offered: different(offered) }));
}

/**
 * Return the offers without those that would do the same as an earlier one.
 * @param {Offer[]} offered
 */
function different(offered) {
  const isSame = (/** @type {Offer} */ one, /** @type {Offer} */ other) =>
    one.event === other.event && one.times === other.times;
  return offered.filter((one, index) => !offered.slice(0, index).some((other) => isSame(one, other)));
}

/**
 * Return the machine with a new node like another one: not online, without CPUs, and as far from every node as that
 * one.
 * @param {Machine} machine
 * @param {NodeId} like
 */
export function grown(machine, like) {
  const { nodes, distances } = machine;
  const place = nodes.findIndex(({ id }) => id === like);
  const ids = nodes.map((node) => node.id).sort((a, b) => a - b);
  const id = ids.reduce((free, taken) => (taken === free ? free + 1 : free), 0);
  const others = distances[place].filter((_, column) => column !== place);
  const apart = nodes.length > 1 ? Math.min(...others, LARGEST_DISTANCE) : REMOTE_DISTANCE;
  const columns = distances.map((row, index) => [...row, index === place ? apart : row[place]]);
  const row = [...distances[place].map((far, index) => (index === place ? apart : far)), distances[place][place]];
  const added = { ...nodes[place], id, cpus: 0, online: false, blocks: 0 };
  return { id, apart, machine: { ...machine, nodes: [...nodes, added], distances: [...columns, row] } };
}

/** @typedef {{ node: NodeId, before: NodeId[], after: NodeId[], kind: "new" | "gone" | "moved" }} Difference */

/**
 * Return the nodes whose targets differ between two steps, each with its targets before and after.
 * @param {Trace} trace
 * @param {Step} first
 * @param {Step} end
 * @returns {Difference[]}
 */
export function differences(trace, first, end) {
  return trace.nodes.flatMap((node) => {
    const [before, after] = [first, end].map((step) => targetsAt(trace, node, step));
    if (String(before) === String(after)) return [];
    return [{ node, before, after, kind: !before.length ? "new" : !after.length ? "gone" : "moved" }];
  });
}

/**
 * Return a sentence about a difference.
 * @param {Difference} difference
 */
export function differenceText({ node, before, after, kind }) {
  if (kind === "new") return `Node ${node} had no target and now has node ${choice(after)}.`;
  if (kind === "gone") return `Node ${node} had node ${choice(before)} as its target and now has none.`;
  return `Node ${node} had node ${choice(before)} as its target and now has node ${choice(after)}.`;
}
