"""Say what moves when a run plays from one stop to the next, for how long, and in which order.

Between two stops the run is shown in *beats*: each is a step of the run, so that every picture is one that a step has.
A beat shows a cause before its result: a source has its turn, its candidates are weighed, then its arrow grows, then
the card of the chosen node changes. The page plays by the same table (assets/player/choreography.mjs, which gets it
from `python -m viz.app.constants choreography`); tests/assets/test_choreography.py compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from viz.kernel.memory import nodes_in
from viz.kernel.nodemask import NodeMask
from viz.trace.model import Trace


class Move(NamedTuple):
    """How long a motion lasts, in milliseconds."""

    each: int
    """The time for one operation; when candidates are weighed, the time for each of them."""
    most: int
    """The longest time for all operations of this kind that follow each other."""


MOVES = {
    "announce": Move(700, 700),
    "disable": Move(120, 2400),
    "barrier": Move(600, 600),
    "off": Move(600, 600),
    "pages": Move(1800, 1800),
    "node": Move(500, 500),
    "zonelist": Move(150, 900),
    "pass": Move(500, 500),
    "turn": Move(350, 350),
    "weigh": Move(160, 1280),
    "arrow": Move(450, 1800),
    "card": Move(350, 1400),
    "stands": Move(700, 700),
}
"""The motions, by name:

announce: the node of the event lights up        disable: an entry is taken away, and its arrow becomes a ghost
barrier: the bar of the barrier stands           off: the veil and the words that demotion is off
pages: pages stream out of the node that goes    node: a card shows what the node has now
zonelist: a ring goes from node to node          pass: the sources of the pass light up
turn: the source lights up                       weigh: the candidates appear one after the other, the best one last
arrow: the arrow grows                           card: the chosen card changes
stands: the ghosts of the old order fade
"""

OPERATIONS = {
    "EventBegins": "announce",
    "Barrier": "barrier",
    "Disabled": "off",
    "PagesLeave": "pages",
    "BlocksChanged": "node",
    "CpusChanged": "node",
    "StateChanged": "node",
    "ZonelistBuilt": "zonelist",
    "PassBegins": "pass",
    "SourceBegins": "turn",
    "SearchBegins": "turn",
    "WalkBegins": "turn",
    "Scan": "weigh",
    "TierScan": "weigh",
    "ClassScan": "weigh",
    "NextEntry": "weigh",
    "SourceDone": "card",
    "TargetsDone": "card",
    "PreferredDone": "card",
    "EntryTaken": "card",
    "Refused": "card",
    "Lost": "card",
    "MayGo": "arrow",
    "OrderComplete": "stands",
    "TiersComplete": "stands",
    "ClassesComplete": "stands",
    "WalksComplete": "stands",
}
"""The motion of each kind of operation (the signal `operation`). A store to the array of targets is not in this table:
it is "arrow" if a target is stored, "disable" if one is taken away. All other operations have no beat of their own;
what they change is seen at the next beat."""

READING_LEAST, READING_START, READING_LETTER = 1500, 900, 45
"""The milliseconds for reading a sentence: the least, and those at the start and for each letter of the sentence."""


class Beat(NamedTuple):
    """A picture between two stops: the step that it shows, its motion, its begin and its length in milliseconds."""

    step: int
    move: str
    begins: int
    lasts: int


def beats(trace: Trace, before: int, step: int) -> list[Beat]:
    """Return the beats from one stop of the player to a later one; the last beat shows the later stop itself.

    If nothing moves at the later stop, the last beat has the motion "" and lasts 0 milliseconds.
    """
    moving = [(at, move) for at in range(before + 1, step + 1) if (move := move_at(trace, at)) or at == step]
    found: list[Beat] = []
    begins = 0
    for move, group in groupby(moving, key=lambda beat: beat[1]):
        steps = [at for at, _ in group]
        for at in steps:
            lasts = _length(trace, at, move, len(steps))
            found.append(Beat(at, move, begins, lasts))
            begins += lasts
    return found


def _length(trace: Trace, step: int, move: str, count: int) -> int:
    if not move:
        return 0
    each, most = MOVES[move]
    if move == "weigh":
        return min(each * max(1, len(NodeMask.parse(trace.at("candidates", step)))), most)
    return min(each, most // count)


def move_at(trace: Trace, step: int) -> str:
    """Return the motion of the operation at a step; empty if nothing moves."""
    kind, *fields = trace.at("operation", step)
    if kind != "Store":
        return OPERATIONS.get(kind, "")
    array, node, value = fields
    if array != trace.arrays[0]:
        return ""
    if nodes_in(value):
        return "arrow"
    return "disable" if step and nodes_in(trace.at(f"{array}[{node}]", step - 1)) else ""


def played_stops(trace: Trace, size: int) -> Iterator[int]:
    """Yield the steps at which playing stops: those of the stride, but only the last of zonelists in a row."""
    stops = trace.stops(size)
    for stop, following in zip(stops, [*stops[1:], None], strict=True):
        if following is None or not size or not (_is_zonelist(trace, stop) and _is_zonelist(trace, following)):
            yield stop


def _is_zonelist(trace: Trace, step: int) -> bool:
    kind: str = trace.at("operation", step)[0]
    return kind == "ZonelistBuilt"


def reading_time(sentence: str) -> int:
    """Return the milliseconds that a person needs to read a sentence."""
    return max(READING_LEAST, READING_START + READING_LETTER * len(sentence))
