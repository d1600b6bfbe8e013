"""Write nodes and numbers as words of a sentence."""

from __future__ import annotations

from collections.abc import Iterable

MAX_NAMES = 8
"""The largest number of nodes that a sentence names one by one."""


def names(nodes: Iterable[int]) -> str:
    """Return nodes as "0", "0 and 3" or "0, 3 and 5"; if there are more than MAX_NAMES, it ends in "and 4 more"."""
    ids = [str(node) for node in nodes]
    if len(ids) > MAX_NAMES:
        return f"{', '.join(ids[: MAX_NAMES - 1])} and {len(ids) - MAX_NAMES + 1} more"
    return " and ".join([", ".join(ids[:-1]), ids[-1]] if len(ids) > 1 else ids)


def choice(nodes: Iterable[int]) -> str:
    """Return nodes as "2", "2 or 4" or "1, 2 or 4"; if there are more than MAX_NAMES, it ends in "or 4 more"."""
    return " or ".join(names(nodes).rsplit(" and ", 1))


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
