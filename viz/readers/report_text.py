"""Write what readers can see as plain text: the verdicts for every start node, each with a shortest walk."""

from __future__ import annotations

from collections.abc import Mapping

from viz.kernel.nodemask import NUMA_NO_NODE
from viz.kernel.versions import Protocol
from viz.readers.model import VERDICTS, Change, Walk
from viz.readers.outcomes import grades

PROTOCOLS: dict[Protocol, str] = {
    "in-place": "in-place: the entries that change are stored, no disable, no barrier (no kernel)",
    "no-barrier": "no-barrier: disable, new targets; nothing keeps the two apart (no kernel)",
    "barrier": "barrier: disable, smp_wmb(), new targets (patch 02/10, as posted)",
    "grace-walk": "grace-walk: disable, synchronize_rcu(), new targets; one section over the walk (no kernel)",
    "grace-hop": "grace-hop: disable, synchronize_rcu(), new targets; a section for each read (5.15 and newer)",
}
"""What the writer and the readers do under each protocol, and which kernels have it."""
MEANINGS = {
    "cycle": "came to a node a second time",
    "mixed": "took a step that only the old order has and one that only the new has, and came to an end",
    "same": "saw what both orders say",
    "old": "saw the old order alone",
    "new": "saw the new order alone",
    "cut": "read an entry without a target before its chain was over",
}
"""What the reader did, for each verdict on its walk."""
FOR_PAGES = {
    "cycle": "pages that went this way would go round, and no memory would be freed",
    "mixed": "pages would end where neither order sends them",
    "same": "pages go where they went before, if anywhere",
    "old": "pages go where they went before, if anywhere",
    "new": "pages go where they go from now on",
    "cut": "nothing is demoted from there: cold pages are reclaimed as if there were no target",
}
"""What each verdict means for pages."""
EXCLUSIVE = "Each walk is counted once, under the first of these that fits: a cycle that mixes both orders is a cycle."


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
    found = [name for name in VERDICTS if any(name in walks for walks in witnesses.values())]
    blocks.append("\n".join([*(f"{name}: {FOR_PAGES[name]}" for name in found), EXCLUSIVE]))
    if counts is not None:
        by_verdict = ", ".join(f"{counts[name]:,} {name}" for name in VERDICTS if counts.get(name))
        blocks.append(f"schedules, over all starts: {sum(counts.values()):,} ({by_verdict})")
    return "\n\n".join(blocks)


def end_text(change: Change, walk: Walk) -> str:
    """Return what the last read of a walk found: a clause for a walk that ends without a target.

    assets/tools/readers/model.mjs has the same rule; tests/reader_ends.json holds cases that are run against both.
    """
    node, value = walk[-2:]
    if value != NUMA_NO_NODE:
        return f"came back to node {value}"
    old, new = (order[node] == NUMA_NO_NODE for order in (change.old, change.new))
    if old and new:
        return f"node {node} has no target in either order"
    if new:
        return f"it read the new entry of node {node}, which has no target in the new order"
    return (
        f"it read the old entry of node {node}, which has no target yet"
        if old
        else f"it read the disable of node {node}"
    )


def changed_rules(change: Change) -> str:
    """Return a line for each changed rule for readers; each line has a line end before it."""
    plain = "\nreads are plain: a compiler may move each to anywhere in the walk" if change.plain else ""
    return plain + ("\nthe order is built twice" if change.rebuilds > 1 else "")


def walk_text(walk: Walk) -> str:
    """Return a walk as text, such as "0 -> 1 -> stop"."""
    return " -> ".join("stop" if node == NUMA_NO_NODE else str(node) for node in walk)
