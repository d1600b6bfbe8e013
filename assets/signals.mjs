// The trace as the player reads it: any signal at any step, by one bisect. Pure: no state, no document.
// The form is written down in viz/trace/wire.py.

export const SIZES = { micro: 0, source: 1, pass: 2, event: 3 };

export function openTrace(wire) {
  const { values } = wire;
  const signals = new Map();
  for (const [name, [gaps, places]] of Object.entries(wire.signals)) {
    signals.set(name, { steps: summed(gaps), indexes: summed(places) });
  }
  const index = (name, step) => {
    const { steps, indexes } = signals.get(name);
    return indexes[lastAtOrBefore(steps, step)];
  };
  const answer = (name, step) => {
    const { steps, indexes } = signals.get(name);
    const at = lastAtOrBefore(steps, step);
    const [question, scan, lines] = values[indexes[at]];
    const on = (back) => (back === null ? -1 : steps[at] - back);
    return [values[question], on(scan), lines.map(([back, text]) => [on(back), values[text]])];
  };
  const tables = new Map(); // by the step at which one begins: the same object as long as it is the same table
  const scores = (step) => {
    const { steps, indexes } = signals.get("scores");
    const at = lastAtOrBefore(steps, step);
    if (!tables.has(at)) {
      const [rows, counts] = values[indexes[at]];
      const row = ([node, distance, lowerId, hasCpus, verdict]) =>
        [node, distance, lowerId, hasCpus, values[index(`node_load[${node}]`, steps[at])], verdict];
      tables.set(at, [rows.map((place) => row(values[place])), counts]);
    }
    return tables.get(at);
  };
  const at = (name, step) => {
    if (name.startsWith("why ")) return answer(name, step);
    return name === "scores" ? scores(step) : values[index(name, step)];
  };
  return {
    kernel: wire.kernel,
    zonelists: wire.zonelists,
    nodes: wire.nodes,
    masks: wire.masks,
    arrays: wire.arrays,
    chapters: wire.chapters,
    length: wire.length,
    opens: wire.opens,
    has: (name) => signals.has(name),
    at,
    differs: (name, a, b) => index(name, a) !== index(name, b),
    changes: (name) => signals.get(name).steps.slice(1),
    holds: (mask, node, step) => nodesOf(values[index(mask, step)]).includes(node),
  };
}

// Gaps, counted from 0, as the numbers they lead to.
function summed(gaps) {
  let sum = 0;
  return gaps.map((gap) => (sum += gap));
}

// The index of the last of ascending `steps` that is not after `step`; steps[0] is 0.
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

// "0-2,5" -> [0, 1, 2, 5]
export function nodesOf(list) {
  const nodes = [];
  if (list === "") return nodes;
  for (const part of list.split(",")) {
    const [first, last = first] = part.split("-");
    for (let node = Number(first); node <= Number(last); node++) nodes.push(node);
  }
  return nodes;
}

// The nodes that a cell names, in its order: a node list, one node, or -1 for none.
export function targetsOf(value) {
  if (typeof value === "string") return nodesOf(value);
  return value === -1 ? [] : [value];
}

// The steps where a stride of each size stops, as viz.trace.model.Trace.stops() has them.
export function stopsOf(trace) {
  return Object.values(SIZES).map((size) => {
    const stops = [];
    for (let step = 0; step < trace.length; step++) {
      if (trace.at("size", step) >= size || step === trace.length - 1) stops.push(step);
    }
    return stops;
  });
}

// The next stop after a step, or the one before it; the step itself where there is none.
export function following(stops, step) {
  const at = lastAtOrBefore(stops, step);
  return stops[at] > step ? stops[at] : stops[Math.min(at + 1, stops.length - 1)];
}

export function preceding(stops, step) {
  const at = lastAtOrBefore(stops, step);
  return stops[at] < step ? stops[at] : stops[Math.max(at - 1, 0)];
}

// Where a step stands, in terms that another run has too: its chapter, pass and source, and how far into them.
export function placeOf(trace, step) {
  const chapter = trace.at("chapter", step);
  const place = { chapter, name: trace.chapters[chapter].name, pass: trace.at("pass", step), source: trace.at("source", step) };
  return { ...place, into: turn(trace, place).indexOf(step), atEnd: step === trace.length - 1 };
}

// The step of a trace that stands at a place; undefined if the trace has no such chapter.
export function stepAt(trace, place) {
  if (place.atEnd) return trace.length - 1;
  if (trace.chapters[place.chapter]?.name !== place.name) return undefined;
  const steps = turn(trace, place);
  if (steps.length) return steps[Math.min(place.into, steps.length - 1)];
  const earlier = stepsOf(trace, place.chapter).filter((step) => trace.at("pass", step) <= place.pass);
  return earlier.at(-1) ?? trace.chapters[place.chapter].first;
}

// The steps of a chapter in which the same source chooses in the same pass.
function turn(trace, { chapter, pass, source }) {
  return stepsOf(trace, chapter).filter((step) => trace.at("pass", step) === pass && trace.at("source", step) === source);
}

function stepsOf(trace, chapter) {
  const first = trace.chapters[chapter].first;
  const end = trace.chapters[chapter + 1]?.first ?? trace.length;
  return Array.from({ length: end - first }, (_, index) => first + index);
}
