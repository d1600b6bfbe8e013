"""Say in a sentence what happens at a tick, for each thing that begins or ends there."""

from __future__ import annotations

from collections.abc import Callable

from viz.kernel.nodemask import node_list
from viz.pressure.order import DemotionOrder
from viz.pressure.state import BEFORE, Move, Note, State
from viz.pressure.why import where_and_why, why_not
from viz.topology.partial_topology import nodes_text
from viz.topology.watermarks import PAGE_SIZE
from viz.wording import size_text

QUIET = 12
"""Ticks after which something that stopped is said again when it goes on."""


def pages_words(pages: int) -> str:
    """Return a number of pages with its size, such as "10,240 pages (40 MiB)"."""
    return f"{pages:,} page{'' if pages == 1 else 's'} ({size_text(pages * PAGE_SIZE)})"


class Narrator:
    """Returns the sentences of tick after tick; what only goes on is not said again."""

    def __init__(self) -> None:
        self._last: dict[object, int] = {}
        self._order: DemotionOrder | None = None
        self._subjects: dict[Move | Note, object] = {}
        """What each entry so far is about, which depends on the order."""

    def sentences(self, state: State) -> tuple[str, ...]:
        """Return what the moves and notes of the tick mean, in the order in which they happened."""
        said = []
        if self._order is not state.order:
            self._order, self._subjects = state.order, {}
        for entry in state.log:
            if entry not in self._subjects:
                self._subjects[entry] = _subject(state, entry)
            if not self._is_new(state, self._subjects[entry]):
                continue
            said.append(
                _NOTES[entry.what](state, entry) if isinstance(entry, Note) else _MOVES[entry.kind](state, entry)
            )
        return tuple(sentence for sentence in said if sentence)

    def _is_new(self, state: State, subject: object) -> bool:
        """Return whether this was not so within the last ticks."""
        before = self._last.get(subject)
        self._last[subject] = state.tick
        return before is None or state.tick - before > QUIET


def _subject(state: State, entry: Move | Note) -> object:
    """Return what an entry is about: two with the same subject need only one sentence."""
    if isinstance(entry, Note):
        return (entry.what, entry.node) if entry.node != -1 else (entry.what, entry.owner)
    owner = state.owners.get(entry.owner)
    targets = state.order.way(entry.source, owner.mems if owner else None).targets if entry.source != -1 else ()
    return entry._replace(target=targets[0]) if entry.target in targets else entry


# ---- moves


def _alloc(state: State, move: Move) -> str:
    owner = state.owners[move.owner]
    before = [node for node in owner.nodes if node.id != move.target]
    first = owner.nodes[0].id if owner.nodes else move.target
    if move.target == first or not before:
        return ""
    passed = owner.nodes[: [node.id for node in owner.nodes].index(move.target)]
    if any(node.awake and node.free > node.low for node in passed):
        why = (
            f"kswapd of {nodes_text(n.id for n in passed)} is awake, and from 6.18 on such nodes are passed over first"
        )
    else:
        why = f"{nodes_text(n.id for n in passed).capitalize()} {_is(len(passed))} down to the low watermark"
    return f"{why}, so pages of {move.owner} come from node {move.target}, the next in the list of node {owner.cpu}."


def _kswapd(state: State, move: Move) -> str:
    whose = "pages that were there before" if move.owner == BEFORE else f"the oldest pages of {move.owner}"
    return f"kswapd of node {move.source} demotes {whose} to {_where(state, move)}."


def _direct(state: State, move: Move) -> str:
    node = state.nodes[move.source]
    later = f" At the end of the tick {node.free:,} pages are free there again." if node.free > node.min else ""
    return (
        f"Within this tick node {move.source} comes down to its min watermark, so whoever allocates has to reclaim "
        f"there first: direct reclaim demotes pages of {move.owner} to {_where(state, move)}.{later}"
    )


def _proactive(state: State, move: Move) -> str:
    if any(other.kind == "proactive" and other.target == move.source for other in state.moves):
        return (
            f"memory.reclaim scans every node, also node {move.source}, which has just received pages: some go on to "
            f"node {move.target}, and each hop counts."
        )
    return f"memory.reclaim demotes pages of {move.owner} from node {move.source} to {_where(state, move)}."


def _where(state: State, move: Move) -> str:
    return where_and_why(state, move.source, move.target, state.owners.get(move.owner))


def _swap(state: State, move: Move) -> str:
    why = why_not(state, move.source, state.owners.get(move.owner))
    return f"Pages of {move.owner} on node {move.source} go to swap{f': {why}' if why else ''}."


def _promote(_: State, move: Move) -> str:
    return f"Pages of {move.owner} that are in use are promoted from node {move.source} to node {move.target}."


def _migrate(_: State, move: Move) -> str:
    return f"Pages of {move.owner} move from node {move.source} to node {move.target}, since their node is leaving."


_MOVES: dict[str, Callable[[State, Move], str]] = {
    "alloc": _alloc,
    "kswapd": _kswapd,
    "direct": _direct,
    "proactive": _proactive,
    "swap": _swap,
    "promote": _promote,
    "migrate": _migrate,
    "exit": lambda *_: "",  # the notes that come with these two have the sentence
    "drain": lambda *_: "",
}


# ---- notes


def _starts(state: State, note: Note) -> str:
    owner = state.owners[note.owner]
    where = f"on {nodes_text(node.id for node in owner.nodes)} only" if owner.mask != -1 else "on any node"
    nearest = f", node {owner.nodes[0].id} first" if len(owner.nodes) > 1 else ""
    return f"{owner.name} begins to use {pages_words(note.pages)}, {where}{nearest}."


def _wakes(state: State, note: Note) -> str:
    if note.owner == "alloc":
        return f"Every node that may be used is down to its low watermark, so kswapd of node {note.node} wakes."
    if note.owner == "promote":
        return f"Node {note.node} has no page free above its high watermark for promotion, so its kswapd wakes."
    taken = f"The pages that come to node {note.node} take it down to its low watermark"
    return f"{taken}, so its own kswapd wakes: a cascade."


def _sleeps(state: State, note: Note) -> str:
    node = state.nodes[note.node]
    mark = "high" if node.goal == node.marks.high else "promo"
    return f"Node {note.node} has more pages free than its {mark} watermark, and its kswapd sleeps."


def _gives_up(state: State, note: Note) -> str:
    why = why_not(state, note.node, None)
    return f"kswapd of node {note.node} gives up after 16 rounds without success{f': {why}' if why else ''}."


def _stalls(state: State, note: Note) -> str:
    owner = state.owners[note.owner]
    reasons = [why_not(state, node.id, owner, "direct") for node in owner.nodes]
    why = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    where = f"{nodes_text(node.id for node in owner.nodes)} {_is(len(owner.nodes))}"
    return f"{note.owner} finds no page: {where} down to the min watermark{f', and {why}' if why else ''}."


def _oom(_: State, note: Note) -> str:
    return f"After 16 tries without a page the OOM killer ends {note.owner}; all its pages are free again."


def _has_all(state: State, note: Note) -> str:
    spread = {node.id: node.held[note.owner] for node in state.nodes.values() if note.owner in node.held}
    parts = ", ".join(f"{pages:,} on node {node}" for node, pages in spread.items())
    swapped = state.owners[note.owner].swapped
    return f"{note.owner} has all its pages: {parts}{f', {swapped:,} in swap' if swapped else ''}."


def _asked(_: State, note: Note) -> str:
    return f"A write to memory.reclaim asks the kernel to reclaim {pages_words(note.pages)} of {note.owner}."


def _eagain(state: State, note: Note) -> str:
    owner = state.owners[note.owner]
    homes = [node for node in state.nodes.values() if node.held.get(note.owner)]
    reasons = dict.fromkeys(why_not(state, node.id, owner, "proactive") for node in homes)
    why = "; ".join(reason for reason in reasons if reason)
    done = f"{note.other:,} of {note.pages:,} pages" if note.other else "nothing"
    return f"The write to memory.reclaim returns EAGAIN: {done} could be reclaimed{f', since {why}' if why else ''}."


def _leaving(state: State, note: Note) -> str:
    off = "no node has a target until it has left" if state.off else "the order stays as it is until it has left"
    return f"The memory of node {note.node} begins to leave; {off}."


def _order_words(state: State) -> str:
    ways = {node: state.order.way(node).targets for node in state.nodes}
    return (
        ", ".join(f"{node} → {node_list(sorted(targets))}" for node, targets in ways.items() if targets) or "no targets"
    )


_NOTES: dict[str, Callable[[State, Note], str]] = {
    "starts": _starts,
    "wakes": _wakes,
    "sleeps": _sleeps,
    "gives up": _gives_up,
    "stalls": _stalls,
    "oom": _oom,
    "has all": _has_all,
    "EAGAIN": _eagain,
    "leaving": _leaving,
    "exits": lambda _, note: f"{note.owner} ends, and all its pages are free.",
    "memory.reclaim": _asked,
    "drained": lambda _, note: f"CPUs give back {note.pages:,} free pages that they kept in lists of their own.",
    "reclaimed": lambda _, note: f"The write to memory.reclaim returns: {note.pages:,} pages were reclaimed.",
    "left": lambda state, note: f"Node {note.node} has left, and the order is built anew: {_order_words(state)}.",
    "comes": lambda state, note: f"Node {note.node} is back, and the order is built anew: {_order_words(state)}.",
    "stays": lambda _, note: f"Node {note.node} cannot leave, since some of its pages can go nowhere; it stays.",
    "on": lambda _, __: "Demotion is switched on.",
    "off": lambda _, __: "Demotion is switched off.",
    "not possible": lambda _, note: f"Nothing happens to node {note.node}: it is there already, or has left already.",
}


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
