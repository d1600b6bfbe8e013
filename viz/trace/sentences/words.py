"""Write nodes and numbers as words of a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from viz.wording import counted

MAX_NAMES = 8
"""The largest number of nodes that a sentence names one by one."""
MAX_TAKERS = 4
"""The largest number of nodes whose targets a sentence names."""


def names(nodes: Iterable[int]) -> str:
    """Return nodes as "0", "0 and 3" or "0, 3 and 5"; if there are more than MAX_NAMES, it ends in "and 4 more"."""
    ids = [str(node) for node in nodes]
    if len(ids) > MAX_NAMES:
        return f"{', '.join(ids[: MAX_NAMES - 1])} and {len(ids) - MAX_NAMES + 1} more"
    return " and ".join([", ".join(ids[:-1]), ids[-1]] if len(ids) > 1 else ids)


def choice(nodes: Iterable[int]) -> str:
    """Return nodes as "2", "2 or 4" or "1, 2 or 4"; if there are more than MAX_NAMES, it ends in "or 4 more"."""
    return " or ".join(names(nodes).rsplit(" and ", 1))


def node_names(nodes: Collection[int]) -> str:
    """Return nodes as "node 1" or "nodes 1 and 3"."""
    return f"node{'s' if len(nodes) > 1 else ''} {names(nodes)}"


def who_took(targets: Mapping[int, Collection[int]], verb: str = "took") -> str:
    """Return the targets of nodes as a clause, such as "node 0 took node 2, node 2 took nodes 3 and 4"; "" for none.

    `targets` has the targets by node. After MAX_TAKERS nodes, only the number of the other nodes follows.
    """
    found = [(source, taken) for source, taken in targets.items() if taken]
    parts = [f"node {source} {verb} {node_names(taken)}" for source, taken in found[:MAX_TAKERS]]
    if others := len(found[MAX_TAKERS:]):
        parts.append(f"and {counted(others, 'more node')} {'has' if others == 1 else 'have'} a target")
    return ", ".join(parts)


def sentence_on_takers(targets: Mapping[int, Collection[int]]) -> str:
    """Return who_took() as a sentence with a space before it; "" if no node has a target."""
    taken = who_took(targets)
    return f" {capital(taken)}." if taken else ""


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
