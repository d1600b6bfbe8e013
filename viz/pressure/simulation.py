"""Run a plan tick by tick: owners allocate, kswapds work, what was asked for happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from viz.pressure.allocator import allocate, leave
from viz.pressure.background import (
    Leaving,
    Request,
    begin_leaving,
    finish_leaving,
    kswapd,
    migrate_away,
    promote,
    reclaim_proactively,
    speed_of_leaving,
)
from viz.pressure.order import DemotionOrder, Event
from viz.pressure.sentences import Narrator
from viz.pressure.state import Move, Owner, State

MAX_TICKS = 5000
MAX_WORK = 4_000_000
"""The largest number of nodes that are looked at in a run, at some microseconds each. A longer run is cut."""
TURN = 4
"""What a turn of an owner or a kswapd costs besides."""
KSWAPD_SPEED = 2, 3
"""A kswapd moves two pages while the fastest owner touches three; docs/pressure.md compares that with boots."""
MAX_SLICES = 8
"""The largest number of parts of a tick: in each, owners allocate first, then kswapds work."""
AFTERWARDS = MAX_TICKS + 1
"""The tick of what happens once every owner has its pages and no kswapd is awake."""


@dataclass(frozen=True)
class Happening:
    """Something that is asked for at a tick: reclaim, offline, online, demotion on, demotion off or exit."""

    tick: int
    what: str
    node: int = -1
    owner: str = ""
    pages: int = 0


@dataclass(frozen=True)
class Plan:
    """All that a simulation starts from, in pages and ticks."""

    state: State
    happenings: tuple[Happening, ...]
    gap: int
    """The least number of pages between two watermarks of a node."""
    ticks: int
    """The last tick; where it is 0 the run ends once nothing happens any more."""
    blocks: dict[int, int]
    """The memory blocks of each node."""
    order_after: Callable[[list[Event]], DemotionOrder]
    """Returns the order after a series of hotplug events."""
    max_work: int = MAX_WORK


@dataclass(frozen=True)
class Tick:
    """What happened at one tick."""

    number: int
    moves: dict[Move, int]
    sentences: tuple[str, ...]
    """What begins or ends at this tick, for people; a tick without one only goes on."""
    awake: tuple[int, ...]
    """The nodes whose kswapd is awake after it."""
    isolated: tuple[int, ...]
    """The nodes that take no pages after it: their memory is leaving, or has left."""
    arrows: tuple[tuple[int, int], ...]
    """The order of demotion after it: each node with each of its targets."""


@dataclass
class Simulation:
    """A run of a plan; `ticks` has those at which something happened."""

    plan: Plan
    ticks: list[Tick] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)
    """The hotplug events that are over."""
    speed: int = 1
    """Pages that one kswapd moves in a tick."""
    _slices: int = 1
    """Parts of a tick in which owners and kswapds take turns, so that neither runs far ahead of the other."""
    was_cut: bool = False
    """Whether the run has neither ended by itself nor at the last tick of its scenario."""
    work: int = 0
    """How many nodes were looked at so far."""
    _narrator: Narrator = field(default_factory=Narrator)

    def run(self, until: int = MAX_TICKS) -> Simulation:
        """Simulate until nothing happens any more, or until the last tick, or the tick `until`."""
        state, last = self.plan.state, min(until, self.plan.ticks or MAX_TICKS)
        waiting = sorted(self.plan.happenings, key=lambda happening: happening.tick)
        while (self._is_busy() or waiting) and state.tick < last and self.work <= self.plan.max_work:
            state.tick += 1
            while waiting and (waiting[0].tick <= state.tick or self._is_due(waiting[0])):
                self._begin(waiting.pop(0))
            self._tick()
            if state.log:
                awake = tuple(node.id for node in state.nodes.values() if node.awake)
                isolated = tuple(node.id for node in state.nodes.values() if node.isolated)
                sentences = self._narrator.sentences(state)
                self.ticks.append(Tick(state.tick, state.moves, sentences, awake, isolated, state.arrows))
                state.moves, state.log = {}, []
        self.was_cut = bool(self._is_busy() or waiting) and state.tick != self.plan.ticks
        return self

    def _is_due(self, happening: Happening) -> bool:
        """Return whether it waits for a quiet machine, and the machine is quiet."""
        return happening.tick == AFTERWARDS and not self._is_busy()

    def _is_busy(self) -> bool:
        state = self.plan.state
        return (
            any(not owner.done for owner in state.owners.values())
            or any(node.awake for node in state.nodes.values())
            or any(not request.done for request in self.requests)
            or any(not leaving.done for leaving in self.leaving)
            or bool(self.plan.ticks and any(owner.hot for owner in state.owners.values()))
        )

    def _tick(self) -> None:
        state, plan = self.plan.state, self.plan
        for leaving in self.leaving:
            if not leaving.done and migrate_away(state, leaving):
                self.history += [("mem_offline", leaving.node)] * plan.blocks[leaving.node]
                finish_leaving(state, leaving, plan.order_after(self.history))
        self._set_speed()
        for part in range(self._slices):
            self._slice(part)
        for owner in state.owners.values():
            if owner.started and not owner.killed:
                if owner.done and owner.wanted and not owner.told:
                    owner.told = True
                    state.note("has all", owner=owner.name, pages=owner.wanted)
                if owner.hot:
                    self.work += TURN + len(state.nodes)
                    promote(state, owner)
        for request in self.requests:
            if not request.done:
                self.work += TURN * len(state.nodes)
                reclaim_proactively(state, request)

    def _set_speed(self) -> None:
        """Fit the speed of kswapds to the owner that allocates fastest now; if nobody does, it stays."""
        state = self.plan.state
        active = [owner for owner in state.owners.values() if owner.left and owner.start < state.tick]
        if not active:
            return
        fastest = max(owner.rate for owner in active)
        part, whole = KSWAPD_SPEED
        self.speed = -(-fastest * part // whole)
        self._slices = 1
        if any(node.awake for node in state.nodes.values()) or not all(_has_room(owner, active) for owner in active):
            self._slices = min(MAX_SLICES, -(-fastest // self.plan.gap))

    def _slice(self, part: int) -> None:
        """Let every owner allocate, then every kswapd that is awake work, for a part of a tick."""
        state, slices = self.plan.state, self._slices
        for owner in state.owners.values():
            if owner.left and owner.start < state.tick:
                if not owner.started:
                    owner.started = True
                    state.note("starts", owner=owner.name, pages=owner.wanted)
                pages = owner.rate * (part + 1) // slices - owner.rate * part // slices
                if pages:
                    self.work += TURN + len(owner.nodes)
                    allocate(state, owner, min(pages, owner.left))
        for node in state.nodes.values():
            if node.awake:
                self.work += TURN
                kswapd(state, node, -(-self.speed // slices))

    def _begin(self, happening: Happening) -> None:
        state, node = self.plan.state, happening.node
        match happening.what:
            case "reclaim":
                self.requests.append(Request(happening.owner, happening.pages, happening.pages))
                state.note("memory.reclaim", owner=happening.owner, pages=happening.pages)
            case "offline" if not state.nodes[node].isolated:
                self.leaving.append(Leaving(node, speed_of_leaving(state, node)))
                begin_leaving(state, node)
            case "online" if state.nodes[node].isolated and all(task.done for task in self.leaving):
                self.history += [("mem_online", node)] * self.plan.blocks[node]
                state.nodes[node].isolated = False
                state.order = self.plan.order_after(self.history)
                state.assign_nodes()
                state.note("comes", node)
            case "demotion on" | "demotion off":
                self._switch(happening.what == "demotion on")
            case "exit":
                leave(state, state.owners[happening.owner])
                state.note("exits", owner=happening.owner)
            case _:
                state.note("not possible", node)

    def _switch(self, demotion: bool) -> None:
        state = self.plan.state
        if demotion and not state.demotion and state.behaviour.toggle_wakes:
            for node in state.nodes.values():
                node.failures = 0
        state.demotion = demotion
        state.note("on" if demotion else "off")


def _has_room(owner: Owner, active: Sequence[Owner]) -> bool:
    """Return whether all pages that are wanted at a tick are free above low where the owner may allocate."""
    wanted = sum(other.rate for other in active)
    for node in owner.nodes:
        wanted -= max(0, node.free - node.low)
        if wanted <= 0:
            return True
    return False
