// @ts-check
// What can happen to a node at a point of the scenario, and what an event made of the order. Pure.

import { LARGEST_DISTANCE, MAX_EVENTS, REMOTE_DISTANCE } from "#core/constants";
import { targetsAt } from "#core/trace";
import { plural } from "#core/words";
import { cpuCount } from "#tools/edit/cpus";

/**
 * What of a node is online: the node, how many blocks of its memory, how many CPUs.
 * @typedef {[online: boolean, blocks: number, cpus: number]} Standing
 */
/**
 * What the server knows of the events (viz/app/event_questions.py): what of each node is online at the start, what of
 * the event's node is online after each event, and by "online blocks cpus" as 0 or 1, why an event cannot happen.
 * @typedef {{ start: Record<string, Standing>, after: Standing[], obstacles: Record<string, Record<string, string>> }}
 *   Facts
 */
/**
 * An event that might happen next; `why` says why it cannot, and is empty where it can.
 * @typedef {{ event: string, label: string, times: number, why: string }} Offer
 */

/** @type {Record<string, string>} */
const WITHOUT_MEMORY = {
  mem_add: "it has no memory",
  mem_online: "it has no memory",
  mem_online_fail: "it has no memory",
};

/**
 * What of the node is online once so many events are over.
 * @param {Facts} facts
 * @param {MachineEvent[]} events
 * @param {NodeId} node
 * @param {number} over
 */
export function standingAt({ start, after }, events, node, over) {
  const last = events.slice(0, over).findLastIndex((event) => event.node === node);
  const [online, blocks, cpus] = last < 0 ? start[node] : after[last];
  return { online, blocks, cpus };
}

/**
 * Everything that might happen next to a node, in groups.
 * @param {Facts} facts
 * @param {MachineEvent[]} events
 * @param {MachineNode} node
 * @param {number} over how many events are over by then
 * @param {number} times how often the visitor wants it at once
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
 * The offers without those that would do the same as one before.
 * @param {Offer[]} offered
 */
function different(offered) {
  const isSame = (/** @type {Offer} */ one, /** @type {Offer} */ other) =>
    one.event === other.event && one.times === other.times;
  return offered.filter((one, index) => !offered.slice(0, index).some((other) => isSame(one, other)));
}

/**
 * A node that is like another but for its id: it is not online, has no CPUs, and is as far from every node as that one.
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
 * What happened between two steps to the order: for each node whose targets are others, what it had and what it has.
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

/** @param {NodeId[]} nodes */
const choice = (nodes) => nodes.join(nodes.length > 2 ? ", " : " or ");

/**
 * A difference in a sentence.
 * @param {Difference} difference
 */
export function differenceText({ node, before, after, kind }) {
  if (kind === "new") return `Node ${node} had no target and now has node ${choice(after)}.`;
  if (kind === "gone") return `Node ${node} had node ${choice(before)} as its target and now has none.`;
  return `Node ${node} had node ${choice(before)} as its target and now has node ${choice(after)}.`;
}
