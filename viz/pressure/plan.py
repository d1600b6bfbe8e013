"""Turn a scenario into pages and ticks on a machine: whose pages, which nodes, how fast."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from viz.analysis.run import Run
from viz.kernel.nodemask import NodeMask, node_list
from viz.kernel.versions import UNKNOWN
from viz.pressure.behaviour import Behaviour
from viz.pressure.order import DemotionOrder
from viz.pressure.pages import NodeMemory
from viz.pressure.reclaim import LIST
from viz.pressure.scenario import EventTable, OwnerTable, Part, Scenario
from viz.pressure.simulation import AFTERWARDS, Happening, Plan
from viz.pressure.state import BEFORE, Owner, State
from viz.pressure.watermarks import SCALE_FACTOR, watermarks_of
from viz.topology.errors import TopologyError
from viz.topology.watermarks import PAGE_SIZE

TICKS_OF_AN_OWNER = 200
"""Ticks in which an owner fills its memory, unless it has a rate."""
TIERING = 2
"""The bit of numa_balancing that promotes hot pages, and lets kswapd free up to promo."""


class Machine:
    """The nodes with memory of a run, its order, and what the words of a scenario mean on it."""

    def __init__(self, run: Run, scenario: Scenario, min_free_kbytes: int | None, scale_factor: int) -> None:
        self.run, self.scenario = run, scenario
        self.behaviour = Behaviour.of(run.version, run.asked)
        self.order = DemotionOrder(run)
        with_memory = [node for node in run.topology.nodes if node.has_memory]
        self.marks = watermarks_of(with_memory, min_free_kbytes, scale_factor)
        if not self.marks:
            raise TopologyError("no node has memory, so nothing can fill up", "nodes")
        self.cpus = {node.id for node in run.topology.nodes if node.online and node.cpu_count}
        self.online = {node.id for node in run.topology.nodes if node.online}

    @property
    def first(self) -> int:
        """Return the lowest node with CPUs and memory, or with memory if none has both."""
        return min(self.cpus & self.marks.keys() or self.marks.keys())

    def role(self, role: str) -> list[int]:
        """Return the nodes that a word of a scenario stands for."""
        if role == "all":
            return sorted(self.marks)
        if role == "first":
            return [self.first]
        if role.startswith("node "):
            return self.nodes([int(role.removeprefix("node "))], "memory")
        others = [node for node in self.order.zonelists[self.first] if node in self.marks and node != self.first]
        targets = list(self.order.way(self.first).targets) or others[:1] or [self.first]
        if role == "target":
            return targets
        if role == "slower":
            return sorted(self._below(targets))
        below = self._below(targets)
        return sorted(node for node in below if not self._lower(node)) or targets

    def _below(self, targets: Iterable[int]) -> set[int]:
        """Return the targets and all nodes that pages can go on to from them."""
        found, more = set[int](), set(targets)
        while more:
            found |= more
            more = {lower for node in more for lower in self._lower(node)} - found
        return found

    def _lower(self, node: int) -> set[int]:
        way = self.order.way(node)
        return {*way.targets, *way.others} - {node}

    def nodes(self, words: Iterable[int | str], key: str) -> list[int]:
        """Return node ids and roles as ids; raise TopologyError for an id that the machine does not have."""
        found = [node for word in words for node in (self.role(word) if isinstance(word, str) else [word])]
        odd = next((node for node in found if node not in self.run.topology.ids), None)
        if odd is not None:
            listed = node_list(sorted(self.run.topology.ids))
            raise TopologyError(f"names node {odd}, which is not listed; the nodes are {listed}", key)
        return found

    def pages(self, size: int | Part) -> int:
        """Return the pages of a size: bytes, or a part of what the nodes of a role have."""
        if isinstance(size, int):
            return -(-size // PAGE_SIZE)
        marks = [self.marks[node] for node in self.role(size.role) if node in self.marks]
        if size.percent is None:
            pages = sum(max(0, node.free - node.low) for node in marks)
        else:
            pages = sum(node.managed for node in marks) * size.percent // 100
        return max(0, pages + self.pages(size.plus or 0) - self.pages(size.less or 0))

    def memory(self) -> dict[int, NodeMemory]:
        """Return the nodes as they are at the start."""
        promo = self.behaviour.promo and bool(self.scenario.numa_balancing & TIERING)
        found = {}
        for node, marks in sorted(self.marks.items()):
            found[node] = memory = NodeMemory(node, marks, promo)
            used = marks.managed - marks.free
            if node in self.cpus:
                memory.pinned = used
            elif used:
                memory.free = marks.managed
                memory.put(BEFORE, used, 0)
        return found


def plan_of(
    run: Run,
    scenario: Scenario,
    min_free_kbytes: int | None = None,
    scale_factor: int = SCALE_FACTOR,
    afterwards: Iterable[Happening] = (),
) -> Plan:
    """Return what a simulation of the scenario on the machine of the run starts from.

    `afterwards` is what happens besides the events of the scenario.
    """
    machine = Machine(run, scenario, min_free_kbytes, scale_factor)
    nodes = machine.memory()
    owners = {table.name: _owner(machine, table, f"owners[{i}]") for i, table in enumerate(scenario.owners)}
    state = State(nodes, owners, machine.order, machine.behaviour, scenario.demotion)
    state.swap_free = machine.pages(scenario.swap)
    state.assign_nodes()
    return Plan(
        state,
        (*(_happening(machine, event, f"events[{i}]") for i, event in enumerate(scenario.events)), *afterwards),
        gap=min(max(node.low - node.min, LIST) for node in nodes.values()),
        ticks=scenario.ticks,
        blocks={node.id: node.blocks for node in run.topology.nodes},
        order_after=partial(DemotionOrder, run),
    )


def _owner(machine: Machine, table: OwnerTable, key: str) -> Owner:
    [cpu, *_] = machine.nodes([table.cpu], f"{key}.cpu")
    if cpu not in machine.online:
        raise TopologyError(f"node {cpu} is not online, so nothing runs there", f"{key}.cpu")
    wanted = machine.pages(table.memory)
    bits, mems = -1, None
    if table.allowed is not None:
        mems = NodeMask(machine.nodes(table.allowed, f"{key}.allowed")).bits
        bits &= mems
    if table.bind is not None:
        bits &= NodeMask(machine.nodes(table.bind, f"{key}.bind")).bits
    if not any(bits >> node & 1 for node in machine.marks):
        raise TopologyError("may allocate on no node with memory; bind and allowed have none in common", key)
    rate = machine.pages(table.rate) if table.rate is not None else -(-wanted // TICKS_OF_AN_OWNER)
    hot = machine.pages(table.hot) if machine.scenario.numa_balancing & TIERING else 0
    return Owner(table.name, cpu, max(rate, 1), wanted, table.start, bits, mems=mems, hot=hot, left=wanted)


def _happening(machine: Machine, event: EventTable, key: str) -> Happening:
    if event.event in ("offline", "online") and machine.run.version.triggers == UNKNOWN:
        raise TopologyError(f"{machine.run.version.name} is no kernel, so nothing says what events do", key)
    node = machine.nodes([event.node], f"{key}.node")[0] if event.node is not None else -1
    if event.node is not None and node not in machine.marks:
        raise TopologyError(f"node {node} has no memory", f"{key}.node")
    pages = machine.pages(event.memory) if event.memory is not None else 0
    return Happening(event.tick, event.event, node, event.owner or "", pages)


def reclaim_afterwards(owner: str, pages: int) -> Happening:
    """Return a write to memory.reclaim once every owner has its pages."""
    return Happening(AFTERWARDS, "reclaim", -1, owner, pages)
