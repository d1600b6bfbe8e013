"""Words that more than one room needs: numbers with their nouns, sizes of memory, when zonelists are built."""

from __future__ import annotations

BUILT = {"runtime": "built with CPUs up", "boot": "built at boot, before CPUs are up"}
"""The words for the two kinds of zonelists, by the value of the option --zonelists."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 node" or "2 nodes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size_text(size: float) -> str:
    """Return a number of bytes in the largest unit in which it is at least 1, such as "64 GiB" or "1.5 TiB".

    It has three digits, or four just below the next unit: "1000 GiB".
    """
    amount, units = float(size), ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while amount >= 1023.5 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    digits = f"{amount:.0f}" if amount >= 999.5 else f"{amount:.3g}"
    return f"{digits} {units[0]}"
