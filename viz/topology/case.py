"""Check the notes of a document, and its case.

A case is a question that somebody asked in public, its answer, and results that prove the answer. In a document:

    [case]
    who = "Huang Ying"
    when = "28 January 2022"
    thread = "mm,migrate: fix establishing demotion target"
    asked = "..."                           # also happens, why and look: a few sentences each, in our own words
    opens = { operation = "Lost 0 3" }      # the page opens at the first step where the signals have these values
    [[case.expect]]                         # what kernels compute, in the form of `order --json`
    kernels = ["v5.17.7"]
    node_demotion = { 0 = [2], 1 = [], 2 = [], 3 = [] }
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import FailFast, PlainValidator, field_validator

from viz.kernel.nodemask import MAX_NUMNODES
from viz.kernel.rules.what_if import MOST_TEXT
from viz.kernel.versions import VERSIONS
from viz.topology import quantities as q
from viz.topology.errors import TopologyError, shown
from viz.topology.strict_model import StrictModel

MAX_PARTS = 32
"""The largest number of signals, and of [[case.expect]] tables, in a case; no example needs more."""
MAX_TEXT = 4096
"""The largest number of characters in a node list or in a signal's value."""

Line = Annotated[str, PlainValidator(q.plain_text(120))]
Prose = Annotated[str, PlainValidator(q.plain_text(1200))]
Note = Annotated[str, PlainValidator(q.plain_text(1000))]
Kernel = Annotated[str, PlainValidator(q.plain_text(MOST_TEXT))]
"""A release or the name of a row, which changed rules can follow: "v5.15 + used=per-source"."""


def _notes(value: object) -> dict[str, str]:
    """Return the notes, each by the name of the kernel that it is about; raise ValueError if a key names no kernel."""
    known = dict.fromkeys(key for row in VERSIONS for key in row.note_keys)
    odd = next((key for key in value if key not in known), None) if isinstance(value, dict) else value
    if odd is not None or not isinstance(value, dict):
        raise ValueError(f"must be a table of notes by {', '.join(known)}, not by {shown(odd)}")
    return {key: q.plain_text(1000)(note) for key, note in value.items()}


Notes = Annotated[dict[str, str], PlainValidator(_notes)]


def _node_value(value: object) -> Any:
    """Return what a result says about one node: a number, a list of node ids, or a node list such as "0,2-3".

    Raise ValueError if the value is none of these.
    """
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return value
    listed = value if isinstance(value, list | tuple) else [value]
    if len(listed) > MAX_NUMNODES or not all(type(number) is int and abs(number) < 2**31 for number in listed):
        raise ValueError(f"must be a number, a list of node ids or a node list such as '0,2-3', not {shown(value)}")
    return value


def _by_node(value: object) -> dict[str, Any]:
    """Return a part of a result that has a value for each node, by node id as text; raise ValueError if it is wrong."""
    if not isinstance(value, dict) or len(value) > MAX_NUMNODES:
        raise ValueError(f"must be a table by node id, not {shown(value)}")
    return {str(q.node_key(node)): _node_value(entry) for node, entry in value.items()}


def _signals(value: object) -> dict[str, str | int]:
    """Return the values that signals of a trace should have, by the signals' names; raise an error for other values."""
    if not isinstance(value, dict) or not 0 < len(value) <= MAX_PARTS:
        raise ValueError(f"must be a table of 1 to {MAX_PARTS} signals and their values, not {shown(value)}")
    for name, wanted in value.items():
        if type(wanted) is not int and not (isinstance(wanted, str) and len(wanted) <= MAX_TEXT):
            raise TopologyError(f"must be a number or text, not {shown(wanted)}", f".{q.plain_text(40)(name)}")
    return dict(value)


def _tiers(value: object) -> list[dict[str, Any]]:
    """Return the memory tiers of a result, as `order --json` lists them; raise ValueError for anything else."""
    if not isinstance(value, list | tuple) or len(value) > MAX_NUMNODES:
        raise ValueError(f"must be a list of tiers, not {shown(value)}")
    if not all(isinstance(tier, dict) and tier.keys() == {"id", "nodes", "lower"} for tier in value):
        raise ValueError("must be a list of tables with the keys id, nodes, lower")
    return [{key: _node_value(entry) for key, entry in tier.items()} for tier in value]


ByNode = Annotated[dict[str, Any], PlainValidator(_by_node)]


class Expected(StrictModel):
    """A result that some kernels compute, in the form of `order --json`; only the keys that are given are compared."""

    kernels: Annotated[tuple[Line, ...], FailFast()]
    node_demotion: ByNode | None = None
    tiers: Annotated[list[dict[str, Any]], PlainValidator(_tiers)] | None = None
    preferred: ByNode | None = None
    fallback_targets: ByNode | None = None
    toptier: ByNode | None = None
    fallback: ByNode | None = None
    node_load: ByNode | None = None
    after: Annotated[tuple[ByNode, ...], FailFast()] = ()
    """For each event: the target, or the preferred targets, of each node after the event."""

    @field_validator("kernels", "after", mode="before")
    @classmethod
    def _limited_list(cls, value: object) -> object:
        if not isinstance(value, list | tuple) or not 0 < len(value) <= 500:
            raise TopologyError(f"must be a list of 1 to 500 entries, not {shown(value)}")
        return value

    def given(self) -> dict[str, Any]:
        """Return the part of a result that is expected: keys of `order --json` with their values."""
        return {key: value for key, value in self if key not in ("kernels", "after") and value is not None}


class Case(StrictModel):
    """A question, its answer, and the step at which the page shows the answer."""

    who: Line
    when: Line
    thread: Line
    """Where the question was asked: the subject of the mails, or the name of another place."""
    asked: Prose
    happens: Prose
    why: Prose
    limits: Prose | None = None
    """What was posted but cannot be computed by tierscope, and precisely why."""
    look: Prose
    """What to look at on the page, at the step where it opens."""
    opens: Annotated[dict[str, str | int], PlainValidator(_signals)]
    """The page opens at the first step at which these signals of the trace have these values."""
    expect: Annotated[tuple[Expected, ...], FailFast()] = ()

    @field_validator("expect", mode="before")
    @classmethod
    def _not_too_many(cls, value: object) -> object:
        if not isinstance(value, list | tuple) or len(value) > MAX_PARTS:
            raise TopologyError(f"must be a list of at most {MAX_PARTS} tables, not {shown(value)}")
        return value
