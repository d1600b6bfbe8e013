"""Replay the moves of a simulation: the pages, the free pages and the counters of every node after each tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viz.pressure.behaviour import Behaviour
from viz.pressure.simulation import Tick
from viz.pressure.state import Move

DEMOTED = ("pgdemote_kswapd", "pgdemote_direct", "pgdemote_proactive")
COUNTERS = (*DEMOTED, "pgsteal", "pswpout", "pgpromote_success")
"""The counters of a node: demoted pages by who demotes, reclaimed pages (demoted or swapped out), and more."""
OUTSIDE = -1


@dataclass
class Frame:
    """Where all pages are after a tick."""

    pages: dict[str, dict[int, int]]
    """The number of pages that an owner has on a node, by owner and node. Numbers that are 0 are left out."""
    free: dict[int, int]
    counters: dict[int, dict[str, int]]
    swapped: dict[str, int]

    def apply(self, tick: Tick, behaviour: Behaviour) -> None:
        """Do what happened at the tick."""
        for move, pages in tick.moves.items():
            self._leave(move, pages)
            self._arrive(move, pages)
            if move.source in self.counters:
                for name in counters_of(move.kind, behaviour):
                    node = move.target if move.kind == "promote" else move.source
                    self.counters[node][name] = self.counters[node].get(name, 0) + pages

    def _leave(self, move: Move, pages: int) -> None:
        if move.kind == "alloc":
            return
        held = self.pages[move.owner]
        held[move.source] -= pages
        self.free[move.source] += pages
        if not held[move.source]:
            del held[move.source]

    def _arrive(self, move: Move, pages: int) -> None:
        if move.target != OUTSIDE:
            held = self.pages.setdefault(move.owner, {})
            held[move.target] = held.get(move.target, 0) + pages
            self.free[move.target] -= pages
        elif move.kind == "swap":
            self.swapped[move.owner] = self.swapped.get(move.owner, 0) + pages


def counters_of(kind: str, behaviour: Behaviour) -> tuple[str, ...]:
    """Return the counters that a move of this kind adds to; before 6.15 proactive demotion counts as direct."""
    if kind == "proactive" and not behaviour.counts_proactive:
        kind = "direct"
    if f"pgdemote_{kind}" in DEMOTED:
        return f"pgdemote_{kind}", "pgsteal"
    return {"swap": ("pswpout", "pgsteal"), "promote": ("pgpromote_success",)}.get(kind, ())


def replay(start: Frame, ticks: list[Tick], behaviour: Behaviour) -> Iterator[Frame]:
    """Yield the frame after every tick; it is one and the same, and changes with the next."""
    for tick in ticks:
        start.apply(tick, behaviour)
        yield start
