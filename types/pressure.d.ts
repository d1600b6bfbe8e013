// What the server says of a scenario under pressure (viz/pressure/wire.py), and what the tool makes of it.

/** A kind of move; demotion is told apart by who demotes. */
type MoveKind = "alloc" | "kswapd" | "direct" | "proactive" | "promote" | "migrate" | "swap" | "exit" | "drain";

/** A scenario as the form on the page shows it: each field as text. */
interface PressureForm {
  owners: Record<string, string>[];
  swap: string;
  demotion: string;
  balancing: string;
  /** What the scenario has and the form has no field for. */
  beyond: string[];
}

interface PressureAnswer {
  form: PressureForm;
  scenario: string | null;
  scenarios: { name: string; title: string }[];
  toml: string;
  title: string;
  note: string;
  /** The row of the kernel that it is played under, and of the one that it is made for; "" if it is made for any. */
  kernel: string;
  madeFor: string;
  leftOut: string;
  remark: string;
  owners: string[];
  /** The node of each owner's CPU. */
  cpus: NodeId[];
  kinds: MoveKind[];
  /** The counters of a node that a move of each kind adds to. */
  counters: string[][];
  nodes: [id: NodeId, managed: number, min: number, low: number, high: number, promo: number][];
  start: [owner: number, node: NodeId, pages: number][];
  ticks: number[];
  /** For each tick kind, source, target, owner and pages of a move, one after the other. */
  moves: number[][];
  sentences: Record<string, string[]>;
  awake: Record<string, NodeId[]>;
  /** Where it changes: the nodes that take no pages, since their memory is leaving or has left. */
  isolated: Record<string, NodeId[]>;
  /** Where it changes: the order of demotion. */
  order: Record<string, Arrow[]>;
}

/** An arrow of the order of demotion. */
type Arrow = [from: NodeId, to: NodeId];

/** The tick that Pressure shows, and what is said of it. */
interface PlayedTick {
  /** What was asked for: a built-in scenario, or a text. */
  question: { scenario?: string; toml?: string };
  /** The title of the scenario. */
  title: string;
  tick: number;
  /** The number of the scenario's last tick. */
  last: number;
  /** Empty until something has happened. */
  sentence: string;
}

interface VesselNode {
  id: NodeId;
  managed: number;
  min: number;
  low: number;
  high: number;
  promo: number;
}

/** A scenario with the state after each tick; place 0 is before the first. */
interface Film {
  answer: PressureAnswer;
  nodes: VesselNode[];
  /** How many places there are after the start. */
  length: number;
  /** Pages by place, owner and node, one after the other. */
  pages: Float64Array;
  /** By the name of a counter: its values by place and node. */
  counters: Map<string, Float64Array>;
  /** The places at which something begins or ends. */
  matters: number[];
  /** For each place the nodes whose kswapd is awake. */
  awake: NodeId[][];
  /** For each place the nodes whose memory is leaving or has left. */
  isolated: NodeId[][];
  /** For each place the arrows of the order; null as long as it is that of the run. */
  order: (Arrow[] | null)[];
  /** For each flow, by kind, source and target, the first and the last place at which it has pages. */
  lasting: Map<string, [first: number, last: number]>;
}

/** A part of a vessel, from the bottom, as parts of its height. */
interface Layer {
  owner: number;
  from: number;
  to: number;
}

interface Flow {
  kind: MoveKind;
  source: NodeId;
  target: NodeId;
  pages: number;
}
