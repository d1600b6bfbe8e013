"""Write what readers can see as plain text: the verdicts for every start node, each with a shortest walk."""

from __future__ import annotations

from collections.abc import Mapping

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol
from viz.readers.model import VERDICTS, Change, Walk
from viz.readers.outcomes import grades

PROTOCOLS: dict[Protocol, str] = {
    "in-place": "in-place: the entries that change are stored, with no disable and no barrier",
    "no-barrier": "no-barrier: disable, new targets; nothing keeps the two apart (no kernel)",
    "barrier": "barrier: disable, smp_wmb(), new targets (patch 02/10)",
    "grace-walk": "grace-walk: disable, synchronize_rcu(), new targets; one read-side section over the whole walk",
    "grace-hop": "grace-hop: disable, synchronize_rcu(), new targets; a read-side section for each hop (v5.15)",
}
"""What the writer and the readers do under each protocol."""
MEANINGS = {
    "cycle": "came to a node a second time",
    "mixed": "took an edge of the old order alone and one of the new alone",
    "same": "saw the chain that both orders have",
    "old": "saw exactly the old chain",
    "new": "saw exactly the new chain",
    "cut": "stopped early, since it saw the disable",
}
"""What the reader did, for each verdict on its walk."""


def report_text(
    protocol: Protocol,
    program_order: bool,
    witnesses: Mapping[int, Mapping[str, Walk]],
    counts: Mapping[str, int] | None,
    rules: str = "",
) -> str:
    """Return a text with the protocol, a paragraph for every start node and, if given, the numbers of schedules.

    `rules` is the text on changed rules from changed_rules().
    """
    visible = "in program order" if program_order else "in any order between barriers"
    blocks = [f"{PROTOCOLS[protocol]}\nstores become visible {visible}{rules}"]
    for start, walks in witnesses.items():
        how_often = grades(dict(walks))
        lines = [
            f"  {how_often[name]:<9}  {name:<5}  {walk_text(walk):<20}  {MEANINGS[name]}"
            for name, walk in walks.items()
        ]
        never = ", ".join(name for name in VERDICTS if name not in walks)
        blocks.append("\n".join([f"from node {start}", *lines, f"  never      {never}"]))
    if counts is not None:
        by_verdict = ", ".join(f"{counts[name]:,} {name}" for name in VERDICTS if counts.get(name))
        blocks.append(f"schedules, over all starts: {sum(counts.values()):,} ({by_verdict})")
    return "\n\n".join(blocks)


def changed_rules(change: Change) -> str:
    """Return a line for each changed rule for readers; each line has a line end before it."""
    plain = "\nreads are plain: a compiler may move each to anywhere in the walk" if change.plain else ""
    return plain + ("\nthe order is built twice" if change.rebuilds > 1 else "")


def walk_text(walk: Walk) -> str:
    """Return a walk as text, such as "0 -> 1 -> stop"."""
    return " -> ".join("stop" if node == NUMA_NO_NODE else str(node) for node in walk)
