// Types of a run as Python sends it (viz/trace/wire.py), and as core/trace.mjs reads it.

/** A node's id, as in node_demotion[]; -1 where there is none. */
type NodeId = number;
/** Nodes as the kernel prints them: "0-2,5". */
type Mask = string;
/** The number of a step in a trace, from 0. */
type Step = number;
/** The value of a register's cell: a number, or a node list, which may be empty. */
type Cell = string | number;
/** A frame of the call stack: the function's file, its name, the line. */
type Frame = [file: string, name: string, line: number];
/** One candidate of a scan, as viz.trace.scoretable.Row has it: `lower` and `cpus` are penalties. */
type ScoreRow = [node: NodeId, distance: number, lower: number, cpus: number, load: Cell, verdict: string];
/** The rows of a scan, and for each verdict how many more were left out. */
type Scores = [rows: ScoreRow[], left: [verdict: string, count: number][]];
/** A fallback list, and how many of its entries were left out. */
type Zonelist = [ids: NodeId[], left: number];
/** An answer: the question, the step of the scan that answers it, and lines with the step of each; -1 for no step. */
type Answer = [question: string, scan: Step, lines: [step: Step, text: string][]];

/** The types of signals; a signal that is not named here holds a Cell. */
interface Signals {
  chapter: number;
  pass: number;
  source: NodeId;
  size: number;
  talk: number;
  sentence: string;
  demotion: string;
  demotion_words: string;
  operation: [kind: string, ...fields: any[]];
  candidates: Mask;
  chosen: NodeId;
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
  /** Returns the value of a signal at a step. */
  at<N extends keyof Signals>(name: N, step: Step): Signals[N];
  at(name: `why ${string}`, step: Step): Answer;
  at(name: `state[${NodeId}]`, step: Step): string;
  at(name: `chain[${string}]`, step: Step): NodeId;
  at(name: string, step: Step): Cell;
  /** Returns whether a signal differs between two steps. */
  differs(name: string, one: Step, other: Step): boolean;
  /** Returns the value of each cell of an array at a step, by node. */
  cells(array: "state", step: Step): Map<NodeId, string>;
  cells(array: "chain", step: Step): Map<NodeId, NodeId>;
  cells(array: string, step: Step): Map<NodeId, Cell>;
  /** Returns the nodes whose cells of an array differ between two steps. */
  changed(array: string, one: Step, other: Step): NodeId[];
  /** Returns the steps at which a signal changes, ascending. */
  changes(name: string): Step[];
  /** Returns whether a mask holds a node at a step. */
  holds(mask: string, node: NodeId, step: Step): boolean;
}

/** The place of a step, in terms that hold for another run, too. */
interface Place {
  chapter: number;
  /** The chapter's kind. */
  name: string;
  pass: number;
  source: NodeId;
  /** How many steps of that source in that pass come before this one. */
  into: number;
  atEnd: boolean;
}

/** A picture while a run plays: the step that it shows, its motion, its begin and its length in milliseconds. */
interface Beat {
  step: Step;
  /** A key of MOVES of player/choreography-table.mjs; "" if nothing moves. */
  move: string;
  begins: number;
  lasts: number;
}

/** When a motion begins and how long it lasts, in milliseconds, and whether it undoes what was done. */
interface Timing {
  delay: number;
  lasts: number;
  isBack: boolean;
}

/** A condition as text, and a function that returns the steps that it names in a trace. */
interface Condition {
  text: string;
  stepsIn(trace: Trace): Step[];
}

/** A condition on steps as a tree; viz/trace/conditions/__init__.py lists the kinds of trees. */
type ConditionTree = [kind: string, ...of: any[]];
