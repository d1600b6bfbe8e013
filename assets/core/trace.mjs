// @ts-check
// Reads a run: what a signal holds at a step is found by one binary search. Pure. viz/trace/wire.py describes the form
// in which a run is sent.

/** The sizes of a stride, as viz.kernel.memory.Stride has them (held by tests/assets/test_shared_rules.py). */
export const SIZES = { micro: 0, source: 1, pass: 2, event: 3 };
/** The stride of a talk, which is no size: the signal "talk" says where it stops. */
export const TALK = 4;
/** The name of every stride in an address and in a talk, by its number, as viz/stories/talk.py has them. */
export const STRIDES = ["step", "source", "pass", "event", "talk"];

/**
 * Return a run in the form that the player reads.
 * @param {Wire} wire
 * @returns {Trace}
 */
export function openTrace({ values, signals: written, ...wire }) {
  /** @type {Map<string, { steps: Step[], indexes: number[] }>} */
  const signals = new Map();
  for (const [name, [gaps, places]] of Object.entries(written)) {
    signals.set(name, { steps: summed(gaps), indexes: summed(places) });
  }
  /** @param {string} name */
  const signal = (name) => {
    const found = signals.get(name);
    if (!found) throw new Error(`This run has no signal ${name}.`);
    return found;
  };
  /** @param {string} name @param {Step} step */
  const index = (name, step) => {
    const { steps, indexes } = signal(name);
    return indexes[lastAtOrBefore(steps, step)];
  };
  /** @param {string} name @param {Step} step @returns {Answer} */
  const answer = (name, step) => {
    const { steps, indexes } = signal(name);
    const at = lastAtOrBefore(steps, step);
    const [question, scan, lines] = values[indexes[at]];
    /** @param {number | null} back */
    const on = (back) => (back === null ? -1 : steps[at] - back);
    return [
      values[question],
      on(scan),
      lines.map((/** @type {[number | null, number]} */ [back, text]) => [on(back), values[text]]),
    ];
  };
  /** @type {Map<string, { node: NodeId, steps: Step[], indexes: number[] }[]>} */
  const arrays = new Map(); // the signals of the cells of an array, looked up once: to make their names takes long
  /** @param {string} array */
  const cellsOf = (array) => {
    const known = arrays.get(array);
    if (known) return known;
    const found = wire.nodes.map((node) => ({ node, ...signal(`${array}[${node}]`) }));
    arrays.set(array, found);
    return found;
  };
  /** @type {Map<number, Scores>} */
  const tables = new Map(); // by the index of their first step: the same table must be the same object at each step
  /** @param {Step} step */
  const scores = (step) => {
    const { steps, indexes } = signal("scores");
    const at = lastAtOrBefore(steps, step);
    const known = tables.get(at);
    if (known) return known;
    const [places, counts] = values[indexes[at]];
    const rows = places.map((/** @type {number} */ place) => {
      const [node, distance, lower, cpus, verdict] = values[place];
      return [node, distance, lower, cpus, values[index(`node_load[${node}]`, steps[at])], verdict];
    });
    tables.set(at, [rows, counts]);
    return /** @type {Scores} */ ([rows, counts]);
  };
  /** @param {string} name @param {Step} step @returns {any} */
  const at = (name, step) => {
    if (name.startsWith("why ")) return answer(name, step);
    return name === "scores" ? scores(step) : values[index(name, step)];
  };
  return {
    ...wire,
    has: (name) => signals.has(name),
    at,
    differs: (name, one, other) => index(name, one) !== index(name, other),
    cells: (array, step) =>
      new Map(cellsOf(array).map(({ node, steps, indexes }) => [node, values[indexes[lastAtOrBefore(steps, step)]]])),
    changed: (array, one, other) =>
      cellsOf(array).flatMap(({ node, steps, indexes }) =>
        indexes[lastAtOrBefore(steps, one)] === indexes[lastAtOrBefore(steps, other)] ? [] : node,
      ),
    changes: (name) => signal(name).steps.slice(1),
    holds: (mask, node, step) => nodesOf(values[index(mask, step)]).includes(node),
  };
}

/**
 * Return the running sums of these gaps: [2, 3, 1] is [2, 5, 6].
 * @param {number[]} gaps
 */
function summed(gaps) {
  let sum = 0;
  return gaps.map((gap) => (sum += gap));
}

/**
 * Return the index of the last of these steps that is at or before a step. `steps` is ascending and begins with 0.
 * @param {Step[]} steps
 * @param {Step} step
 */
export function lastAtOrBefore(steps, step) {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle] <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Return the nodes of a node list: "0-2,5" is [0, 1, 2, 5]. tests/node_lists.json holds cases that are also run against
 * Python's viz.kernel.memory.nodes_in().
 * @param {Cell} list
 */
export function nodesOf(list) {
  /** @type {NodeId[]} */
  const nodes = [];
  if (list === "") return nodes;
  for (const part of String(list).split(",")) {
    const [first, last = first] = part.split("-");
    for (let node = Number(first); node <= Number(last); node++) nodes.push(node);
  }
  return nodes;
}

/**
 * Return nodes as a node list: [5, 0, 1, 2] is "0-2,5".
 * @param {NodeId[]} nodes
 */
export function listOf(nodes) {
  /** @type {[first: NodeId, last: NodeId][]} */
  const ranges = [];
  for (const node of nodes.toSorted((one, other) => one - other)) {
    const range = ranges.at(-1);
    if (range?.[1] === node - 1) range[1] = node;
    else ranges.push([node, node]);
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(",");
}

/**
 * Return the nodes that a register's cell names, in its order: all of a node list, one node, or none for -1.
 * @param {Cell} value
 */
export function targetsOf(value) {
  if (typeof value === "string") return nodesOf(value);
  return value === -1 ? [] : [value];
}

/**
 * Return the demotion targets of a node at a step, in order of choice.
 * @param {Trace} trace
 * @param {NodeId | string} node
 * @param {Step} step
 */
export const targetsAt = (trace, node, step) => targetsOf(trace.at(`${trace.arrays[0]}[${node}]`, step));

/**
 * Return whether a step is about the pages of a cgroup, which may have other targets.
 * @type {(trace: Trace, step: Step) => boolean}
 */
export const isInCgroup = (trace, step) => trace.chapters[trace.at("chapter", step)].name === "cgroup";

/**
 * Return whether a chapter is an event: not the zonelists, the first order or the pages of a cgroup.
 * @param {Chapter} chapter
 */
export const isEvent = ({ name }) => !["zonelists", "order", "cgroup"].includes(name);

/**
 * Return the array that says where pages go: what the run stores or, at a step about a cgroup, where that cgroup's
 * pages may go.
 * @param {Trace} trace
 * @param {Step} step
 */
export const flowsArray = (trace, step) => (isInCgroup(trace, step) ? "demotes_to" : trace.arrays[0]);

/**
 * Return where pages of a node go: to its targets or, at a step about a cgroup, where that cgroup's pages may go.
 * @param {Trace} trace
 * @param {NodeId | string} node
 * @param {Step} step
 */
export const flowsAt = (trace, node, step) => targetsOf(trace.at(`${flowsArray(trace, step)}[${node}]`, step));

/**
 * Return the nodes outside of the cpuset that may nevertheless get pages of the cgroup from a node.
 * @param {Trace} trace
 * @param {NodeId | string} node
 * @param {Step} step
 */
export const leaksAt = (trace, node, step) =>
  isInCgroup(trace, step) ? targetsOf(trace.at(`leaks_to[${node}]`, step)) : [];

/**
 * Return for each stride the steps where it stops, as viz.trace.model.Trace.stops() does. In a run without the signal
 * "talk" the stride of a talk stops at events.
 * @param {Trace} trace
 */
export function stopsOf(trace) {
  return STRIDES.map((_, size) => {
    const [signal, least] = size === TALK && trace.has("talk") ? ["talk", 1] : ["size", Math.min(size, SIZES.event)];
    const stops = [];
    for (let step = 0; step < trace.length; step++) {
      if (Number(trace.at(signal, step)) >= least || step === trace.length - 1) stops.push(step);
    }
    return stops;
  });
}

/**
 * Return the first stop after a step, or the last stop if there is none.
 * @param {Step[]} stops
 * @param {Step} step
 */
export function following(stops, step) {
  const at = lastAtOrBefore(stops, step);
  return stops[at] > step ? stops[at] : stops[Math.min(at + 1, stops.length - 1)];
}

/**
 * Return the last stop before a step, or the first stop if there is none.
 * @param {Step[]} stops
 * @param {Step} step
 */
export function preceding(stops, step) {
  const at = lastAtOrBefore(stops, step);
  return stops[at] < step ? stops[at] : stops[Math.max(at - 1, 0)];
}

// The same place in another run

/**
 * Return where a step stands, in terms that hold for another run, too: chapter, pass, source.
 * @param {Trace} trace
 * @param {Step} step
 * @returns {Place}
 */
export function placeOf(trace, step) {
  const chapter = trace.at("chapter", step);
  const { name } = trace.chapters[chapter];
  const place = { chapter, name, pass: trace.at("pass", step), source: trace.at("source", step) };
  return { ...place, into: turnOf(trace, place).indexOf(step), atEnd: step === trace.length - 1 };
}

/**
 * Return the step of a trace that stands at a place; undefined if the trace has no such chapter.
 * @param {Trace} trace
 * @param {Place} place
 */
export function stepAt(trace, place) {
  if (place.atEnd) return trace.length - 1;
  if (trace.chapters[place.chapter]?.name !== place.name) return undefined;
  const steps = turnOf(trace, place);
  if (steps.length) return steps[Math.min(place.into, steps.length - 1)];
  const earlier = stepsOf(trace, place.chapter).filter((step) => trace.at("pass", step) <= place.pass);
  return earlier.at(-1) ?? trace.chapters[place.chapter].first;
}

/**
 * Return the steps of a chapter in which one source chooses in one pass.
 * @param {Trace} trace
 * @param {{ chapter: number, pass: number, source: NodeId }} place
 */
function turnOf(trace, { chapter, pass, source }) {
  return stepsOf(trace, chapter).filter(
    (step) => trace.at("pass", step) === pass && trace.at("source", step) === source,
  );
}

/**
 * Return the steps of a chapter; none if the trace has no such chapter.
 * @param {Trace} trace
 * @param {number} chapter
 */
export function stepsOf(trace, chapter) {
  const [first, end] = chapterBounds(trace, chapter);
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/**
 * Return the first step of a chapter, and the step after its last one.
 * @param {Trace} trace
 * @param {number} chapter
 */
export const chapterBounds = (trace, chapter) => [
  trace.chapters[chapter]?.first ?? trace.length,
  trace.chapters[chapter + 1]?.first ?? trace.length,
];
