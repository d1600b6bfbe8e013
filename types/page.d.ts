// What the server sends, and what the page knows of it.

/** What a run is asked for by: at most one name of a machine (core/storage.mjs), and options. */
interface RunRequest {
  topology?: string;
  text?: string;
  file?: string;
  link?: string;
  /** The name of the file. */
  name?: string;
  /** Distance to fill in where a listing has none. */
  remote?: string;
  /** The places of the guesses that are turned, with the choice where there are several: "0,2:cxl". */
  turned?: string;
  /** Which of several machines of a text, counted from 1. */
  machine?: string;
  /** What the machine itself says of its tiers, in a text of its own. */
  beside?: string;
  /** The nodes that a cgroup may use: "0-2"; "none" takes away those that the machine names. */
  allowed?: string;
  kernel?: string;
  zonelists?: string;
  /** "yes" where the window is narrow. */
  narrow?: string;
}

/** A request without its options: what names the machine. */
type MachineName = Omit<RunRequest, "kernel" | "zonelists" | "narrow">;

/** A run as the server sends it (viz/page/player_data.py). */
interface Play {
  request: RunRequest;
  /** Whether only the beginning is here. */
  more: boolean;
  /** The row of the table of versions that computes, and what was asked for. */
  kernel: string;
  asked: string;
  zonelists: string;
  differs: string;
  title: string;
  note: string;
  /** The step to open at, where a case says so. */
  opens: Step | null;
  story: string;
  scenario: { chips: Chip[]; played: boolean };
  source: string;
  form: string;
  guesses: Guess[];
  /** Where the tiers are from, in sentences. */
  trust: string[];
  warnings: string[];
  /** The nodes that a cgroup may use, and what the kernel does about that. */
  allowed: Mask | null;
  cpuset: string | null;
  trace: Wire;
  stage: string;
  narrow: string | null;
  registers: string;
  classes: StageClasses;
  text: string | null;
  document: string | null;
  link: string | null;
  listing: Record<string, string>;
  /** Why there is no run. */
  error?: string;
  busy?: boolean;
  /** What the visitor has to give. */
  needs?: string;
  /** What the machines of the text are called, if there are several. */
  choices?: string[];
}

interface Guess {
  sentence: string;
  /** Whether it has another choice. */
  turns: boolean;
  /** All choices, where there are several. */
  choices?: Choice[];
}

interface Choice {
  name: string;
  words: string;
  /** Whether it is what the run rests on. */
  taken: boolean;
}

/** Equal events that follow each other. */
interface Chip {
  /** The place of the first of them. */
  first: number;
  times: number;
  event: string;
  node: NodeId;
  words: string;
  /** Why it does nothing. */
  why: string;
}

/** Which signal gives nodes which class: of masks, of single nodes, and for nodes that lack something. */
interface StageClasses {
  masks: Record<string, string>;
  ones: Record<string, string>;
  lacks: Record<string, string>;
}

/** A machine as the JSON that the server reads and writes (viz/topology/document.py). */
interface Machine {
  title?: string;
  nodes: MachineNode[];
  distances: number[][];
  events?: MachineEvent[];
  n_cpu?: NodeId[];
  allowed?: Mask;
  node_load?: Record<string, number>;
  note?: string;
  notes?: unknown;
  case?: unknown;
}

interface MachineNode {
  id: NodeId;
  cpus: number | string;
  memory: number | string;
  blocks?: number;
  online?: boolean;
  label?: string;
  socket?: string;
  tier?: number;
  adistance?: number;
}

interface MachineEvent {
  event: string;
  node: NodeId;
}

/** Where a node stands on the stage. */
interface Spot {
  socket: string;
  tier: number;
}

type Spots = Record<string, Spot>;

/** Pairs of a node's old id and its new one. */
type Renamed = [from: NodeId, to: NodeId][];

/** A change of a machine: what it becomes, in words what was done, and what else the editor wants to know. */
interface Edit {
  document: Machine;
  description: string;
  renamed?: Renamed;
  /** Of a node that was added. */
  id?: NodeId;
}

/** A step, or what finds one in a trace; undefined where there is none. */
type Wanted = Step | ((trace: Trace) => Step | undefined) | undefined;

/** What the visitor looks into: what the answer panel speaks of, and at whose changes playing stops. */
interface Subject {
  subject: string;
  follows: string;
}

/** What the address holds. */
interface Address {
  topology?: string;
  /** The machine as the text of a link. */
  machine?: string | null;
  /** The name of a machine that the tab keeps. */
  kept?: string;
  /** The nodes that a cgroup may use, beside the name of a topology. */
  allowed?: string;
  kernel?: string;
  zonelists?: string;
  /** The runs beside the one on show: "kernel:v5.15,before:edit". */
  against?: string;
  step?: Step;
  /** What in it is not understood, as a sentence. */
  odd?: string;
}

type Mode = "empty" | "paused" | "playing" | "ended";
type ModeEvent = "load" | "play" | "pause" | "step" | "seek" | "end";
/** Why there is no other run: the server says "no", is "gone" or has no time, is "slow", or was "unasked". */
type Failure = "no" | "gone" | "slow" | "unasked";

interface PageState {
  mode: Mode;
  step: Step;
  /** The stride: one of SIZES. */
  size: number;
  speed: number;
  /** What the server has sent: the run, its pictures and texts. hasRun() says whether it has yet. */
  play: Play;
  trace: Trace;
  /** The steps where a stride of each size stops. */
  stops: Step[][];
  /** The elements that a step changes. */
  view: PageView;
  /** The request of the run on show. */
  request: RunRequest;
  /** What was asked for last, whether it came or not. */
  asked: RunRequest;
  /** What was asked for and has not come yet. */
  sent: RunRequest | null;
  /** The request that no server heard, with what was on show then. */
  unheard: { request: RunRequest; wanted: Wanted; play: Play; step: Step } | null;
  /** Where the first request came from, if the tab had kept it. */
  recalled: "draft" | "kept" | null;
  /** The name under which the tab keeps the machine on show, if it is too large for a link. */
  kept: string | undefined;
  /** Where the next run opens; what is said about its address; whether it is an entry of the history of its own. */
  wanted: Wanted;
  odd: string | undefined;
  entry: "push" | "replace";
  subject: string | null;
  follows: string | null;
  against: string | undefined;
  /** What a kernel printed, as the visitor has given it. */
  log: string;
}

/** The elements of a stage that a step changes (player/stage.mjs). */
interface StageView {
  classes: StageClasses;
  /** Further elements by node that show which one is the source. */
  columns: Map<NodeId, Element>;
  cards: Map<NodeId, SVGElement>;
  arrows: SVGElement[];
  /** The lines from a source to its candidates. */
  looks: Map<NodeId, Element>;
  barrier: Element | null;
  roles: SVGElement[];
  /** Where a card's path begins; of a stage with small cards alone. */
  corners: Map<NodeId, string>;
  distances: Map<NodeId, Element | null>;
  states: Map<NodeId, Element | null>;
  /** What is shown now: the nodes of each class, of each path, of each signal, and the words on each card. */
  shown: Map<string, Set<NodeId>>;
  joined: Map<Element, Set<NodeId> | undefined>;
  has: Map<string, Cell>;
  stated: Map<NodeId, string>;
}

/** A register's row and its cells by node. */
interface RegisterRow {
  row: HTMLElement;
  cells: Map<NodeId, HTMLElement>;
}

interface PageView extends StageView {
  main: HTMLElement;
  differs: string;
  rows: Map<string, RegisterRow>;
  /** The stage in words: a line for each node, its title, what it is, and the nodes whose words are not written yet. */
  descriptions: Map<NodeId, HTMLElement>;
  titles: Map<NodeId, Element | null>;
  what: Map<NodeId, string>;
  undescribed: Set<NodeId>;
  described: boolean;
  /** What is drawn once nobody has stepped on for a moment. */
  finish: (() => void) | null;
  finishing: ReturnType<typeof setTimeout> | undefined;
  /** What the panel of scores shows now. */
  scores?: Scores;
  zonelist?: Zonelist;
  turn?: NodeId;
  whole?: boolean;
}

/** What stands beside the stage in place of the code. */
interface Tool {
  open(panel: HTMLElement): unknown;
  /** Another tool, or the code, takes its place. */
  close?(): void;
  /** Another run is on show. */
  onRun?(): void;
  /** A run that was asked for does not come, and this is why. */
  onRunFailed?(line: string, why: Failure): void;
  onStep?(): void;
  /** Whether a click on the page, or Enter on the stage, was for the tool. */
  onClick?(event: Heard<Event>): boolean;
  /** Ask once more what no server has heard; onRun() does where there is none. */
  again?(): void;
}

/** A module that did not come, with a line that says why. */
interface Absent {
  absent: string;
}
