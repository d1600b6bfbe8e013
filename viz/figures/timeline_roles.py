"""Say which role each node has at each step, for the timeline, and for how long a mask has a value."""

from __future__ import annotations

from typing import NamedTuple

from viz.figures.step_words import LIST_BUILT, ROLES
from viz.kernel.nodemask import NUMA_NO_NODE, NodeMask
from viz.trace.model import Trace

MASKS = {"used_targets": "used", "candidates": "candidate", "next_pass": "next_pass", "this_pass": "this_pass"}
"""The role of the nodes in each mask. A node in several masks is shown in the role of the last of these masks."""
MASK_TONES = {"this_pass": "this-pass-fill", "next_pass": "next-pass-fill"}
"""The colours of the bars of some masks. The bars of other masks have the colour of used nodes."""


class Role(NamedTuple):
    """A role of a node in the timeline."""

    word: str
    description: str
    """The text of the tooltip."""
    tone: str
    """The name of its colour in the palette."""
    share: float = 1.0
    """How much of that colour is mixed with the panel's; 1 is the pure colour."""


TIMELINE = (
    Role("none", "not reached", "panel"),
    Role("used", ROLES["used"], "used-fill"),
    Role("candidate", ROLES["candidate"], "accent", 0.25),
    Role("next_pass", ROLES["next-pass"], "next-pass-fill"),
    Role("this_pass", ROLES["this-pass"], "this-pass-fill"),
    Role("list", LIST_BUILT, "keyword", 0.25),
    Role("turn", ROLES["source"], "this-pass"),
)
CODES = {role.word: code for code, role in enumerate(TIMELINE)}
"""The index of each role in TIMELINE; of a node's roles, only the one with the highest index is shown."""


def role_codes(trace: Trace) -> list[list[int]]:
    """Return the strongest role of each node (a row) at each step (a column), as an index into TIMELINE."""
    columns = [roles_at(trace, step) for step in range(trace.length)]
    return [[column.get(node, 0) for column in columns] for node in trace.nodes]


def roles_at(trace: Trace, step: int) -> dict[int, int]:
    """Return the strongest role of every node that has one at a step, as an index into TIMELINE."""
    roles: dict[int, int] = {}
    for name, word in MASKS.items():
        if name in trace.signals:
            roles |= dict.fromkeys(NodeMask.parse(trace.at(name, step)), CODES[word])
    if (source := trace.at("source", step)) != NUMA_NO_NODE:
        roles[source] = CODES["list" if trace.at("zonelist", step)[0] else "turn"]
    return roles


def mask_spans(trace: Trace, name: str) -> list[tuple[int, int, str]]:
    """Return each stretch of steps at which a mask holds nodes: its first step, the step after it, and the nodes."""
    signal = trace.signals[name]
    ends = [*signal.steps[1:], trace.length]
    return [(first, end, value) for first, end, value in zip(signal.steps, ends, signal.values, strict=True) if value]


def off_spans(trace: Trace) -> list[tuple[int, int]]:
    """Return each stretch of steps at which demotion is off: its first step, and the step after it."""
    return [(first, end) for first, end, value in mask_spans(trace, "demotion") if value == "off"]
