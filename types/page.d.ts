// Types of what the server sends, and of the page's state.

/** The request for a run: at most one key that names a machine (MACHINES of core/storage.mjs), and options. */
interface RunRequest {
  topology?: string;
  text?: string;
  file?: string;
  link?: string;
  /** The name of the file. */
  name?: string;
  /** The distance between any two nodes, if a listing has none. */
  remote?: string;
  /** The indexes of the guesses that the visitor has turned, with the choice if there are several: "0,2:cxl". */
  turned?: string;
  /** Which of several machines of a text, counted from 1. */
  machine?: string;
  /** A second text, in which the machine itself names its memory tiers. */
  beside?: string;
  /** The nodes that a cgroup may use: "0-2"; "none" takes away those that the machine names. */
  allowed?: string;
  kernel?: string;
  zonelists?: string;
  /** "yes" where the window is narrow. */
  narrow?: string;
}

/** The keys of a request that name the machine. */
type MachineName = Omit<RunRequest, "kernel" | "zonelists" | "narrow">;

/** A run as the server sends it (viz/page/player_data.py). */
interface Play {
  request: RunRequest;
  /** Whether this is only the beginning of the run. */
  more: boolean;
  /** The row of the table of versions that computes the run. */
  kernel: string;
  /** The kernel as the request names it, or the usual one. */
  asked: string;
  zonelists: string;
  differs: string;
  /** A mark of the text of the person's own file that the kernel is made of; null for all others. */
  patch: string | null;
  /** The rule that decides between equal candidates: "load", "id" or "last-id". */
  tie: string;
  title: string;
  note: string;
  /** The step to open at, where a case says so. */
  opens: Step | null;
  story: string;
  scenario: { chips: Chip[]; played: boolean };
  source: string;
  form: string;
  guesses: Guess[];
  /** Sentences that say where the tiers are from. */
  trust: string[];
  warnings: string[];
  /** The nodes that a cgroup may use, and what the kernel does about that. */
  allowed: Mask | null;
  cpuset: string | null;
  trace: Wire;
  stage: string;
  narrow: string | null;
  /** The stages for presenter mode; only an exported page has them from the start. */
  halls?: string[];
  registers: string;
  classes: StageClasses;
  words: StepWords;
  text: string | null;
  document: string | null;
  link: string | null;
  listing: Record<string, string>;
  /** The findings on the machine; only an exported page has them from the start. */
  findings?: Findings;
  /** A scenario; only an exported page may have one. */
  pressure?: PressureAnswer;
  /** Why there is no run; then all other keys but `busy`, `needs` and `choices` are missing. */
  error?: string;
  busy?: boolean;
  /** Whether the doctor can look at what was given, though there is no run of it. */
  examine?: boolean;
  /** What is missing in the text: "distances", "choice" (of a machine) or "machine". */
  needs?: string;
  /** The names of the machines in the text, if there are several. */
  choices?: string[];
}

/** The findings, which say what is odd about a machine; `text` has all of them for a mail. */
interface Findings {
  findings: Finding[];
  text: string;
}

/** One odd thing: the nodes that it is about, and a step that shows it. */
interface Finding {
  id: string;
  nodes: NodeId[];
  says: string;
  step: Step;
  /** The id of a story about a machine of the same shape. */
  story?: string;
  story_title?: string;
  /** The kernel under which that machine has the finding, if it is another one. */
  story_kernel?: string;
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
  /** Whether the run uses this choice. */
  taken: boolean;
}

/** Equal events that follow each other. */
interface Chip {
  /** The index of the first of them. */
  first: number;
  times: number;
  event: string;
  node: NodeId;
  words: string;
  /** Why the event does nothing; empty if it does something. */
  why: string;
}

/**
 * The CSS class that each signal gives to nodes: to all nodes in a mask (`masks`), to the one node that it names
 * (`ones`), or to the nodes that are missing in a mask (`lacks`).
 */
interface StageClasses {
  masks: Record<string, string>;
  ones: Record<string, string>;
  lacks: Record<string, string>;
}

/**
 * The words for roles (by CSS class), for verdicts of a scan and for the signal `demotion` (viz/figures/step_words.py).
 */
interface StepWords {
  roles: [cssClass: string, words: string][];
  /** The words for a source while zonelists are built. */
  listBuilt: string;
  verdicts: Record<string, string>;
  /** The words for an order under which all demote, and what each state in which not all do means for pages. */
  works: string;
  demotion: Record<string, string>;
}

/** A machine as the JSON that the server reads and writes (viz/topology/document.py). */
interface Machine {
  title?: string;
  nodes: MachineNode[];
  distances: number[][];
  /** The kernel that the document names. */
  kernel?: string;
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

/** The place of a node on the stage. */
interface Spot {
  socket: string;
  tier: number;
}

type Spots = Record<string, Spot>;

/** Pairs of a node's old id and its new one. */
type Renamed = [from: NodeId, to: NodeId][];

/** A change of a machine: the new document, the change in words, and which ids it has changed. */
interface Edit {
  document: Machine;
  description: string;
  renamed?: Renamed;
  /** The id of a node that was added. */
  id?: NodeId;
}

/** A step, or a function that finds one in a trace; undefined for the run's own first step. */
type Wanted = Step | ((trace: Trace) => Step | undefined) | undefined;

/** What the answer panel is about, and the breakpoint: the register, cell or node at whose changes playing stops. */
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
  /** The runs to compare with: "kernel:v5.15,before:edit". */
  against?: string;
  /** The mode of the page: "presenter"; the panel that stands beside the stage in it; the open tool. */
  mode?: string;
  panel?: string;
  /** "1" if the masks stand as bands under the stage in it. */
  bands?: string;
  tool?: string;
  /** The name of the stride: one of STRIDES of core/trace.mjs. */
  stride?: string;
  /** "light" or "dark". */
  theme?: string;
  /** All stops of an own talk, packed. */
  stops?: string;
  /** The talk that is shown, and its stop from 1: "six-minutes.2". */
  talk?: string;
  /** The story that is shown, and its stop from 1: "three-sockets-one-slow.2". */
  story?: string;
  /** The scenario that is played, and its tick: "bound:184". */
  pressure?: string;
  /** The reader's walk that is shown, as assets/tools/readers/link.mjs writes it. */
  readers?: string;
  /** Edited lines of the kernel, packed (site/edited-lines.mjs). */
  code?: string;
  /** "on" if the page asks whom a node will choose. */
  predict?: string;
  /** What the open answer to "why" is about: "node 3", "used_targets" or "node_demotion[2]". */
  why?: string;
  step?: Step;
  /** A sentence about a part of the address that is not understood. */
  odd?: string;
}

/** How playing goes from step to step (player/motion.mjs). */
interface Choreography {
  /** Shows the steps that lead to a step and then that step itself, each with the sentence of the step `told`. */
  lead(step: Step, showStep: (step: Step, told?: Step) => void, arrive: () => void): void;
  /** Ends what lead() has begun. */
  stop(): void;
  /** Returns the milliseconds that a person needs to read a sentence. */
  readingTime(sentence: string): number;
}

type Mode = "empty" | "paused" | "playing" | "ended";
type ModeEvent = "load" | "play" | "pause" | "step" | "seek" | "end";
/**
 * Why another run has not come: the server has refused it ("no"), is away or busy ("gone"), or has not answered yet
 * ("slow"); or the page has not asked for it ("unasked").
 */
type Failure = "no" | "gone" | "slow" | "unasked";

interface PageState {
  mode: Mode;
  step: Step;
  /** The size of the stride: one of SIZES. */
  size: number;
  /** The factor of the speed, 1 while `reads` holds. */
  speed: number;
  /** Whether each stop is shown for as long as its sentence takes to read, since no speed is set. */
  reads: boolean;
  /** The run as the server has sent it, with pictures and texts; null while hasRun() is false. */
  play: Play;
  trace: Trace;
  /** The steps where a stride of each size stops. */
  stops: Step[][];
  /** The elements that a step changes. */
  view: PageView;
  /** The request of the run that is shown. */
  request: RunRequest;
  /** The last request, whether its run has come or not. */
  asked: RunRequest;
  /** The request whose run is awaited. */
  sent: RunRequest | null;
  /** Whether the last request is from the dialog that opens texts and files, as it is open now. */
  fromDialog: boolean;
  /** The request that got no answer because the server was gone, with the run and step that were shown then. */
  unanswered: { request: RunRequest; wanted: Wanted; play: Play; step: Step } | null;
  /** The key of the tab's storage from which the page's first request came, if any. */
  recalled: "draft" | "kept" | null;
  /** The name under which the tab keeps the machine of this run, if it is too large for a link. */
  kept: string | undefined;
  /** The step at which the next run opens. */
  wanted: Wanted;
  /** A sentence about what is not understood in the address of the next run. */
  odd: string | undefined;
  /** What the answer to "why" is about that opens with the run. */
  why: string | undefined;
  /** The options that the visitor had before a story or a talk chose others; undefined if none has. */
  own: (Pick<RunRequest, "kernel" | "zonelists"> & { asked: string }) | undefined;
  /** The options of the run before another machine was chosen, if the page is to tell which of them that changes. */
  before: { kernel: string; zonelists: string } | undefined;
  /** Whether the next run adds an entry to the browser's history or replaces the current one. */
  entry: "push" | "replace";
  /** See Subject. */
  subject: string | null;
  follows: string | null;
  /** See Address. */
  against: string | undefined;
  /** The story or the talk that is shown and the number of its stop, as in Address. */
  story: string | undefined;
  talk: string | undefined;
  /** The stops of an own talk, packed; undefined if they are too long for a link. */
  packed: string | undefined;
  /** The tool that the address names, until it has been opened. */
  tool: string | undefined;
  pressure: string | undefined;
  /** What Pressure shows; null while it is closed. */
  played: PlayedTick | null;
  readers: string | undefined;
  /** The lines that were edited last, packed as in Address, and the name of the kernel that has them. */
  code: { kernel: string; packed: string } | undefined;
  predict: string | undefined;
  /** The kernel's log that the visitor has pasted. */
  log: string;
  /** Files that the visitor has given of a machine that cannot be shown, and why; null if the machine can be shown. */
  copy: { request: RunRequest; problem: string; needs?: string } | null;
}

/** An arrow of a stage, and the nodes at its ends. */
interface StageArrow {
  arrow: SVGElement;
  from: NodeId;
  to: NodeId;
}

/** The elements of a stage that a step changes (player/stage.mjs). */
interface StageView {
  svg: SVGSVGElement;
  /** The svg and, on the page, the background of many small cards. */
  drawings: SVGSVGElement[];
  classes: StageClasses;
  /** The heads of the registers' columns, which show the source, too. */
  columns: Map<NodeId, Element>;
  cards: Map<NodeId, SVGElement>;
  arrows: StageArrow[];
  /** The lines from a source to its candidates. */
  looks: Map<NodeId, Element>;
  barrier: Element | null;
  roles: SVGElement[];
  /** For each small card, the start of its piece in the path of a role; empty on a stage with large cards. */
  corners: Map<NodeId, string>;
  distances: Map<NodeId, Element | null>;
  states: Map<NodeId, Element | null>;
  /** The nodes that have each class now. */
  shown: Map<string, Set<NodeId>>;
  /** For each path that draws a role: the nodes for which it is drawn now. */
  joined: Map<Element, Set<NodeId> | undefined>;
  /** The mask, or the node, that is shown now for each signal of `classes`. */
  drawn: Map<string, Cell>;
  /** The words that are on each card now. */
  stated: Map<NodeId, string>;
}

/** A cell of a register, with what it shows; the text is null before the first step is shown. */
interface RegisterCell {
  cell: HTMLElement;
  text: string | null;
  change: string;
}

/** The row of a register, and its cells by node. */
interface RegisterRow {
  row: HTMLElement;
  /** The step whose values `data-value` has; -1 before the first step is shown. */
  step: Step;
  cells: Map<NodeId, RegisterCell>;
}

interface PageView extends StageView {
  main: HTMLElement;
  differs: string;
  words: StepWords;
  rows: Map<string, RegisterRow>;
  /** The line of each node in the description of the stage for screen readers. */
  descriptions: Map<NodeId, HTMLElement>;
  titles: Map<NodeId, Element | null>;
  /** The fixed part of each node's description. */
  what: Map<NodeId, string>;
  /** The nodes whose description has to be written anew. */
  undescribed: Set<NodeId>;
  /** Whether the first step was shown. */
  described: boolean;
  /** Draws the rest of a step a moment later; null once that is done. */
  finish: (() => void) | null;
  finishing: ReturnType<typeof setTimeout> | undefined;
  /**
   * The scores, or the fallback list, that the panel of scores shows now, the source, and whether all rows are drawn.
   */
  scores?: Scores;
  zonelist?: Zonelist;
  turn?: NodeId;
  whole?: boolean;
}

/** A tool: it fills the panel beside the stage in place of the code. */
interface Tool {
  open(panel: HTMLElement): unknown;
  /** Is called before the panel shows another tool, or the code. */
  close?(): void;
  /** Is called when another run is shown. */
  onRun?(): void;
  /** Is called when a run does not come; `line` says why. */
  onRunFailed?(line: string, why: Failure): void;
  onStep?(): void;
  /** Is called for each click on the page, and Enter on the stage; returns whether it was for the tool. */
  onClick?(event: TargetedEvent<Event>): boolean;
  /** Returns what is shown as text for a mail, in lines of 72 characters. */
  asText?(): string;
  /** Shows a walk of a story at one of its moments; Infinity is the last one. */
  showWalk?(walk: StoryWalk, moment: number): unknown;
  /** Goes on in the walk that is shown, by a moment or to its end, or back by -1; returns whether any was left. */
  walkOn?(by: number, toEnd?: boolean): boolean;
  /** Plays the walk that is shown; `pace` is the seconds that each moment lasts. */
  playOn?(pace?: number): void;
  /** Returns the walk that is shown, and its moment, as a stop of a talk has them; null if it cannot be one. */
  stopOfWalk?(): TalkStop | null;
  /** Shows a scenario at a tick, "bound:184"; ":184" is a tick of the scenario on show. */
  showScene?(scene: string): void;
  /** Asks again a question that got no answer because the server was gone; without it, onRun() is called. */
  again?(): void;
}

/** The document of the built-in stories, as the server sends it (viz/app/story_gallery.py). */
interface Gallery {
  groups: { name: string; stories: Story[] }[];
  /** For each story that cannot be shown, a line that says why. */
  broken: string[];
}

interface Story {
  id: string;
  question: string;
  asked?: string | null;
  /** An SVG element. */
  picture?: string;
  stops: StoryStop[];
  /** What to try after the last stop; a talk has none. */
  now?: { text: string; request?: RunRequest; step?: Step };
  /** Whether this is a talk; `question` is its title then. */
  isTalk?: boolean;
  minutes?: number | null;
  /** The talk as it is saved. */
  document?: TalkDocument;
  /** The document of an own talk as the text of a link, if it fits into one. */
  packed?: string;
}

/** A talk as the server sends it (viz/app/talks.py). */
interface Talk {
  id: string;
  title: string;
  minutes: number | null;
  stops: StoryStop[];
  document: TalkDocument;
}

/** A talk as it is saved (viz/stories/talk.py); each stop names its machine, a long one by its name in `machines`. */
interface TalkDocument {
  title: string;
  minutes?: number;
  machines?: Record<string, string>;
  stops: TalkStop[];
}

type TalkStop = Record<string, any>;

/** What an exported talk holds besides its first run (viz/page/standalone.py). */
interface HeldAnswers {
  talk?: Talk;
  /** The name and the title of each machine, if the file holds machines (viz/app/held_machines.py). */
  machines?: [name: string, title: string][];
  /** Runs and answers by their question, as keyOf() of core/server.mjs writes it. */
  runs: Record<string, Play>;
  /** The key of the run of each stop, or null if its machine is missing; without a talk, the keys of all runs. */
  order: (string | null)[];
  answers: Record<string, any>;
}

interface StoryStop {
  title: string;
  text?: string;
  look?: string | null;
  /** What is outlined: a part of the page, "node 3", a register or a cell of a register. */
  mark?: string | null;
  /** The tool beside the stage; below, the kernel that Compare shows, and the walk that Readers plays. */
  view: string;
  against?: string | null;
  walk?: StoryWalk | null;
  /** The scenario that Pressure shows, and its tick: "bound:184". */
  scene?: string | null;
  /** The cell whose value is explained. */
  ask?: string | null;
  /** Whether the page asks, before the step, whom a node will choose there. */
  predict?: boolean;
  /** The run; a stop whose machine is missing has none, and says so in a line. */
  request: RunRequest;
  step: Step;
  missing?: string;
  // The rest is for talks only (viz/stories/talk.py).
  /** The last step that the stop shows. */
  last?: Step;
  stride?: string;
  autoplay?: boolean;
  pace?: number;
  /** The moment of the walk at which the stop opens. */
  moment?: number;
  presenter?: boolean;
  panel?: string;
  /** Whether the masks stand as bands under the stage in presenter mode. */
  bands?: boolean;
  words?: string;
  instead?: boolean;
  notes?: string;
  paste?: boolean;
}

/** A walk to play: two orders as chains, the protocol, the start, and the verdict that the walk gets. */
interface StoryWalk {
  /** The two orders, or the event of the run whose change it is; 0 is the first build. */
  old?: string;
  new?: string;
  event?: number;
  protocol: Protocol;
  start: NodeId;
  verdict: Verdict;
}

/** A module that is fetched when first used. */
interface Fetched<M> {
  /** The module; null until it has come. */
  now: M | null;
  use(act: (module: M) => unknown): Promise<unknown>;
}

/** Stands for a module that could not be loaded; the line says why. */
interface Absent {
  absent: string;
}

/** What the page around an embedded player wants (player/embed-messages.mjs). */
type EmbedCommand =
  | { type: "hello" }
  | { type: "seek"; step: Step }
  | { type: "move"; strides: number }
  | { type: "play"; speed?: number }
  | { type: "pause" }
  | { type: "theme"; theme: "light" | "dark" }
  | { type: "refused"; reason: string };
