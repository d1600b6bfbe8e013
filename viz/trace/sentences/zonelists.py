"""Write the sentences of the chapter "zonelists"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.trace.model import Trace
from viz.trace.rules import rule, told
from viz.trace.sentences.words import MAX_NAMES


def _zonelists_begin(trace: Trace, step: int) -> str:
    at_boot = trace.zonelists == "boot" and trace.at("chapter", step) == 0
    when = "built at boot, before CPUs are up" if at_boot else "built with CPUs up"
    counts = "no CPU counts yet" if at_boot else _price(trace)
    lists = f"For each node Linux lists where else to take memory from, nearest first ({when}); {counts}."
    return f"{lists} node_load[] starts at zero.{told(trace, of_lists=True)}"


def _price(trace: Trace) -> str:
    penalty = version(trace.kernel).rules.penalty_cpu
    if penalty == 0:
        return "CPUs count for nothing"
    return f"one with CPUs counts {'one unit' if penalty == 1 else f'{penalty} units'} farther"


def _own_zonelist_begins(trace: Trace, step: int, node: int) -> str:
    return (
        f"node_load[] is set to zero, but only node {node} gets a fallback order: "
        "what the lists of all others had charged is lost until the next full build."
    )


def _zonelist_built(trace: Trace, step: int, owner: int, charged: Sequence[tuple[int, int]]) -> str:
    ids, more = trace.at("zonelist", step)
    listed = ", ".join(map(str, ids[:MAX_NAMES]))
    more += max(0, len(ids) - MAX_NAMES)
    order = f"Node {owner} falls back to {listed}{f' and {more} more' if more else ''}, nearest first."
    if not ids:
        return f"Node {owner} has no list: no node has memory."
    if owner not in NodeMask.parse(trace.at("N_MEMORY", step)):
        stands = "stands first in its own list all the same" if ids[0] == owner else "is left out of its own list"
        order += f" It has no memory and {stands}."
    if not charged and rule(trace, "charge") == "none":
        return f"{order} Nobody is charged, so node_load[] stays as it is."
    if not charged:
        return f"{order} Every entry is as far as the one before it, so node_load[] stays as it is."
    loads = ", ".join(f"node_load[{node}] = {load}" for node, load in charged[:MAX_NAMES])
    rest = f" and {len(charged) - MAX_NAMES} more" if len(charged) > MAX_NAMES else ""
    return f"{order} The first node at each new distance is charged: {loads}{rest}."


def _node_load_given(trace: Trace, step: int) -> str:
    return "node_load[] is taken from the topology as it was read from a kernel; no zonelist is built for it."


SENTENCES: dict[str, Callable[..., str]] = {
    "ZonelistsBegin": _zonelists_begin,
    "OwnZonelistBegins": _own_zonelist_begins,
    "ZonelistBuilt": _zonelist_built,
    "NodeLoadGiven": _node_load_given,
}
