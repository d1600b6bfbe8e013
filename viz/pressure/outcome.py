"""Outcome: a scenario played on a machine, as plain values ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from viz.analysis.run import Run
from viz.pressure.plan import plan_of
from viz.pressure.replay import DEMOTED, Frame, replay
from viz.pressure.scenario import Scenario
from viz.pressure.simulation import MAX_TICKS, MAX_WORK, Happening, Plan, Simulation, Tick
from viz.pressure.state import KERNEL, OTHERS, Move
from viz.pressure.watermarks import SCALE_FACTOR
from viz.pressure.why import why_nothing_was_demoted

LEFT_OUT = (
    "A model, and no measurement: one zone a node, pages of one size and one kind (anonymous), the oldest page goes "
    "first, targets take turns where Linux draws at random, and a tick is no time that a clock would show."
)
"""What must be in sight wherever a result is; docs/pressure.md has the whole list."""


@dataclass(frozen=True)
class Outcome:
    """A run of a scenario, from its first tick to its last."""

    run: Run
    scenario: Scenario
    simulation: Simulation
    start: Frame
    first_arrows: tuple[tuple[int, int], ...]
    """The order before the first tick: each node with each of its targets."""

    @classmethod
    def of(
        cls,
        run: Run,
        scenario: Scenario,
        min_free_kbytes: int | None = None,
        scale_factor: int = SCALE_FACTOR,
        afterwards: tuple[Happening, ...] = (),
        max_work: int = MAX_WORK,
        until: int = MAX_TICKS,
    ) -> Outcome:
        """Play the scenario up to a tick; `afterwards` is what happens besides its own events."""
        plan = replace(plan_of(run, scenario, min_free_kbytes, scale_factor, afterwards), max_work=max_work)
        start, arrows = frame_of(plan), plan.state.arrows
        return cls(run, scenario, Simulation(plan).run(until), start, arrows)

    @property
    def ticks(self) -> list[Tick]:
        """Return the ticks at which something happened."""
        return self.simulation.ticks

    @property
    def was_refused(self) -> bool:
        """Return whether a write to memory.reclaim returned EAGAIN."""
        return any(request.refused for request in self.simulation.requests)

    @property
    def ran_out(self) -> bool:
        """Return whether the OOM killer ended an owner."""
        return any(owner.killed for owner in self.simulation.plan.state.owners.values())

    def begin(self) -> Frame:
        """Return a new frame of the start."""
        return Frame(
            {owner: dict(held) for owner, held in self.start.pages.items()},
            dict(self.start.free),
            {node: {} for node in self.start.counters},
            {},
        )

    def last(self) -> Frame:
        """Return the frame after the last tick."""
        frame = self.begin()
        for _ in replay(frame, self.ticks, self.simulation.plan.state.behaviour):
            pass
        return frame

    def end(self) -> dict[str, Any]:
        """Return where the pages of all owners are at the end, three counters a node, and how it ended."""
        frame, ids = self.last(), self.run.topology.ids
        owned = [held for owner, held in frame.pages.items() if owner not in OTHERS]
        return {
            "pages": {str(node): sum(held.get(node, 0) for held in owned) for node in ids},
            "counters": {
                str(node): {name: frame.counters.get(node, {}).get(name, 0) for name in DEMOTED} for node in ids
            },
            "refused": self.was_refused,
            "oom": self.ran_out,
        }

    def remark(self) -> str:
        """Return a sentence on why nothing was demoted, or "" if something was; or that the run was cut."""
        if self.simulation.was_cut:
            return (
                f"The run is cut at tick {self.simulation.plan.state.tick}: it takes too much work, or too many ticks."
            )
        demoting = {"kswapd", "direct", "proactive"}
        if any(move.kind in demoting for tick in self.ticks for move in tick.moves):
            return ""
        return why_nothing_was_demoted(self.simulation.plan.state)

    def document(self) -> dict[str, Any]:
        """Return everything as one JSON document, with what happened at each tick and what is true after it."""
        plan = self.simulation.plan
        frame = self.begin()
        behaviour = plan.state.behaviour
        return {
            "title": self.run.topology.title,
            "scenario": self.scenario.title,
            "kernel": self.run.version.name,
            "demotion": self.scenario.demotion,
            "left_out": LEFT_OUT,
            "nodes": [{"id": node.id, **node.marks.model_dump()} for node in plan.state.nodes.values()],
            "owners": [
                {"name": owner.name, "cpu": owner.cpu, "pages": owner.wanted, "rate": owner.rate, "start": owner.start}
                for owner in plan.state.owners.values()
            ],
            "before": _by_owner(frame),
            "ticks": [
                _tick(tick, after) for tick, after in zip(self.ticks, replay(frame, self.ticks, behaviour), strict=True)
            ],
            "remark": self.remark(),
            "end": self.end(),
        }


def frame_of(plan: Plan) -> Frame:
    """Return where all pages are before the first tick."""
    pages: dict[str, dict[int, int]] = {}
    for node in plan.state.nodes.values():
        for owner, held in node.held.items():
            pages.setdefault(owner, {})[node.id] = held
        if node.pinned:
            pages.setdefault(KERNEL, {})[node.id] = node.pinned
    nodes = plan.state.nodes
    return Frame(pages, {n: memory.free for n, memory in nodes.items()}, {n: {} for n in nodes}, {})


def _move(move: Move, pages: int) -> dict[str, Any]:
    places = {"from": move.source if move.kind != "alloc" else -1, "to": move.target}
    return {
        "kind": move.kind,
        **{key: node for key, node in places.items() if node != -1},
        "owner": move.owner,
        "pages": pages,
    }


def _by_owner(frame: Frame) -> dict[str, dict[str, int]]:
    return {owner: {str(node): pages for node, pages in held.items()} for owner, held in frame.pages.items() if held}


def _tick(tick: Tick, after: Frame) -> dict[str, Any]:
    counters = {str(node): dict(values) for node, values in after.counters.items() if values}
    return {
        "tick": tick.number,
        "moves": [_move(move, pages) for move, pages in tick.moves.items()],
        "pages": _by_owner(after),
        "free": {str(node): free for node, free in after.free.items()},
        **({"swapped": dict(after.swapped)} if after.swapped else {}),
        "counters": counters,
        **({"sentences": list(tick.sentences)} if tick.sentences else {}),
    }
