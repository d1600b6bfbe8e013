// Types of the server's answers about readers (viz/app/reader_questions.py), and of the tool that shows them.

/** A node's target, or -1 if it has none; where it may have several, the list of them, of which a read draws one. */
type Entry = NodeId | string;
/** Each node's entry. */
type Order = Record<string, Entry>;

/** One of the ways in which a writer may change the array (viz/readers/model.py). */
type Protocol = typeof import("#core/constants")["PROTOCOLS"][number];

/** A change of one order into another, and the node at which the reader starts. */
interface Game {
  old: Order;
  new: Order;
  protocol: Protocol;
  programOrder: boolean;
  start: NodeId;
  /** The name of the array that is read. */
  array: string;
}

type MomentKind = "store" | "barrier" | "starts" | "ends" | "again" | "read";

/** One moment of a schedule, as viz/readers/timetable.py has it; a read has no stretch. */
interface Moment {
  kind: MomentKind;
  node: NodeId;
  /** What is stored; of a read, the one target that it gives. */
  value: Entry;
  stretch?: number;
}

/**
 * A moment, or several stores of a stretch that the walk does not read; the key stays the same while a row is moved.
 */
interface MomentRow {
  kind: MomentKind | "stores";
  moments: Moment[];
  key: string;
}

/** The array after some rows, and what the reader has seen by then. */
interface Standpoint {
  entries: Order;
  walk: NodeId[];
}

type Verdict = typeof import("#core/constants")["READER_VERDICTS"][number];
type MomentList = [kind: MomentKind, node: NodeId, value: Entry, stretch: number];

interface ReaderAnswer extends Game {
  /** For each start, how often a walk has each verdict: "never", "sometimes", "always". */
  starts: { start: NodeId; verdicts: Record<Verdict, string> }[];
  /** What each verdict means: of the walk, and for pages; and a sentence that they exclude each other. */
  meanings: Record<Verdict, string>;
  forPages: Record<Verdict, string>;
  exclusive: string;
  /** What writer and readers do under each protocol, and the protocol of the kernel. */
  protocols: Record<Protocol, string>;
  usual: Protocol;
  /** The protocols under which no walk of this change is a cycle; null if that was not tried. */
  safe: Protocol[] | null;
  /** Whether a node may have several targets. */
  several: boolean;
  /** The number of distinct walks, in digits; null if they are too many to be counted. */
  number: string | null;
  walks: { seen: NodeId[]; verdict: Verdict }[];
  witnesses: Partial<Record<Verdict, { seen: NodeId[]; moments: MomentList[] }>>;
  schedules: Record<Verdict, number> | null;
  promises: Claim[];
  /** The stage of the visitor's own two orders. */
  stage?: string;
}

/** What a link says of a reader: the values of the form, the walk (empty if none is played) and the moment. */
interface LinkedWalk {
  event: string;
  protocol: string;
  start: string;
  order: string;
  moment: number;
  walk: NodeId[];
  old: string;
  after: string;
}

/** What a comment of the patch claims, and whether that is true of a read, a snapshot and a walk. */
interface Claim {
  told: string;
  read: boolean | null;
  snapshot: boolean | null;
  walk: boolean | null;
}
