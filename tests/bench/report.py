"""One line for each figure: what was measured, the most it should be, and whether it is."""

from __future__ import annotations


def say(what: str, most: float, found: float, unit: str = "") -> None:
    """Print one figure and its limit."""
    verdict = "" if found <= most else "EXCEEDED "
    print(f"{found:9.2f} {unit:<4} at most {most:<7g} {verdict} {what}", flush=True)


def tell(what: str) -> None:
    """Print a line that has no limit."""
    print(what, flush=True)
