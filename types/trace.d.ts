// A run as Python sends it (viz/trace/wire.py), and as core/trace.mjs reads it.

/** A node's id, as in node_demotion[]; -1 where there is none. */
type NodeId = number;
/** Nodes as the kernel prints them: "0-2,5". */
type Mask = string;
/** A place in a trace, from 0. */
type Step = number;
/** What a register holds for a node: a node list, a number, or "" for an empty list. */
type Cell = string | number;
/** Of each chain: function's file, its name, the line. */
type Frame = [file: string, name: string, line: number];
/** One candidate of a scan, as viz.trace.scoretable.Row: node, distance, 1 if its id is lower, 1 if it has CPUs... */
type ScoreRow = [node: NodeId, distance: number, lower: number, cpus: number, load: Cell, verdict: string];
/** The rows of a scan, and how many more were left out, by verdict. */
type Scores = [rows: ScoreRow[], left: [verdict: string, count: number][]];
/** A fallback list, and how many of its entries were left out. */
type Zonelist = [ids: NodeId[], left: number];
/** A question, the step of the scan that answers it or -1, and lines with the step of each or -1. */
type Answer = [question: string, scan: Step, lines: [step: Step, text: string][]];

/** The signals with a type of their own; any other holds a Cell. */
interface Signals {
  chapter: number;
  pass: number;
  source: NodeId;
  size: number;
  sentence: string;
  demotion: string;
  operation: [kind: string, name: string];
  candidates: Mask;
  stack: Frame[];
  scores: Scores;
  zonelist: Zonelist;
  watched: [name: string, value: string][];
  this_pass: Mask;
  used_targets: Mask;
}

interface Chapter {
  name: string;
  title: string;
  first: Step;
}

interface Wire {
  kernel: string;
  zonelists: string;
  nodes: NodeId[];
  masks: string[];
  arrays: string[];
  chapters: Chapter[];
  length: number;
  opens: Step;
  values: any[];
  signals: Record<string, [gaps: number[], places: number[]]>;
}

interface Trace extends Omit<Wire, "values" | "signals"> {
  has(name: string): boolean;
  /** What a signal holds at a step. */
  at<N extends keyof Signals>(name: N, step: Step): Signals[N];
  at(name: `why ${string}`, step: Step): Answer;
  at(name: `state[${NodeId}]`, step: Step): string;
  at(name: `chain[${string}]`, step: Step): NodeId;
  at(name: string, step: Step): Cell;
  /** Whether a signal differs between two steps. */
  differs(name: string, one: Step, other: Step): boolean;
  /** The steps at which a signal changes, ascending. */
  changes(name: string): Step[];
  /** Whether a mask holds a node at a step. */
  holds(mask: string, node: NodeId, step: Step): boolean;
}

/** A step in terms that another run has, too. */
interface Place {
  chapter: number;
  /** The chapter's kind. */
  name: string;
  pass: number;
  source: NodeId;
  /** How many steps of that source in that pass come before. */
  into: number;
  atEnd: boolean;
}
