"""Compute the cost of each question of the page from its input, before anything large is parsed.

The unit is the cost of one node in one recorded order, about a thousandth of a second. A question is light if it surely
costs no more than LIGHT_WORK units; it is then answered in a thread. All other questions are heavy, also those whose
cost is not known without parsing; a worker process with limits answers them. tests/app/test_costs.py checks the time of
the largest light question of every kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from viz.app.new_machine import shape_of
from viz.app.service import Request, Service, first_events
from viz.kernel.nodemask import MAX_NUMNODES
from viz.kernel.rules import own_files
from viz.kernel.versions import VERSIONS
from viz.topology import TopologyError, nodes_of_line
from viz.topology.link import inflated_size
from viz.topology.model import MAX_EVENTS
from viz.work.limits import LIGHT_TEXT, LIGHT_WORK

PACKED = ("H4sI", "Qlpo", "/Td6")
"""The beginnings of gzip, bzip2 and xz files in base64."""
NUMBER = re.compile("[0-9]+")
HEAVY = float("inf")
OF_NO_MACHINE = ("condition", "qr", "talk")
"""The kinds of questions that name no machine."""
WHAT_IF = 10
"""The cost of changing the rules of a kernel, because changed source must be compiled."""
GIF = 30
"""How many pictures of an animated SVG cost as much as one step of a GIF, which is drawn several times."""
OF_KERNELS = ("rules", "patch")
"""The kinds of questions that are about a kernel and need no run."""
FILL = "fill"
"""The name of the chart of how full nodes are over the ticks of a scenario."""
MAX_DEPTH = 64
"""The largest number of levels of tables and lists within each other; no question of the page has ten."""


class TooDeep(Exception):
    """The error for a question whose tables and lists are nested more than MAX_DEPTH levels."""


@dataclass(frozen=True)
class MachineSize:
    """The size of a machine."""

    nodes: int
    events: int = 0
    first_events: int | None = None
    """How many of the events the first answer holds; None for all."""

    @property
    def work(self) -> int:
        """Return the number of nodes, each counted once for the first order and once more for every event."""
        return self.nodes * (1 + self.events)

    @property
    def first_work(self) -> int:
        """Return the number of nodes, each counted once for the first order and for every event of the first answer."""
        return self.work if self.first_events is None else self.nodes * (1 + self.first_events)


LARGEST = MachineSize(MAX_NUMNODES, MAX_EVENTS)


@dataclass(frozen=True)
class QuestionSize:
    """The size of a question, on which its cost depends."""

    machines: tuple[MachineSize, ...]
    """The machine of the question, then the machine of its key "other", if it has that key."""
    chain_nodes: int = 0
    """The largest number of nodes that the chains "old" and "new" of the question can name."""
    characters: int = 0
    """The number of characters of all texts in the question."""
    chart: str = ""
    """The name of the chart that is asked for."""
    pictures: int = 0
    """The number of pictures that an animation can have. A GIF's pictures must be drawn, so each counts GIF times."""

    @property
    def nodes(self) -> int:
        """Return how many nodes all machines have."""
        return sum(machine.nodes for machine in self.machines)

    def runs(self, per_node: float) -> float:
        """Return the cost of a run of every machine with all its events, where a node of an order costs `per_node`."""
        return per_node * sum(machine.work for machine in self.machines)


def _readers(size: QuestionSize) -> float:
    """Return the cost of the model of readers, which grows with the cube of the number of nodes.

    The orders that the model compares are computed without a recording, so each costs a quarter.
    """
    nodes = max(size.chain_nodes, size.nodes)
    return size.runs(0.25) + nodes**3 / 2_000


def _fill(size: QuestionSize) -> float:
    """Return the cost of the chart of how full nodes are, for which a scenario is played."""
    return 48 + 2 * size.nodes


COSTS: Mapping[str, Callable[[QuestionSize], float]] = {
    "play": lambda size: sum(machine.first_work for machine in size.machines),
    "whole": lambda size: size.runs(1),
    "chart": lambda size: _fill(size) if size.chart == FILL else size.runs(1.5),
    "picture": lambda size: _fill(size) if size.chart == FILL else size.runs(2),
    "animation": lambda size: size.runs(1) + 8 * size.nodes * size.pictures,
    "stranding": lambda size: size.nodes / 8,
    "readers": _readers,
    "walk": _readers,
    "claims": lambda size: size.nodes / 8,
    "events": lambda size: size.runs(1 / 16),
    "rebuilds": lambda size: size.runs(5 * 0.25),
    "pressure": lambda size: 32 + 2 * size.nodes,
    "pressure-why": lambda size: 32 + 2 * size.nodes,
    "export": lambda _: HEAVY,  # every two of its runs are compared, and its readers work from every node
    "write": lambda size: size.nodes**2 / 500,
    "log": lambda size: size.runs(4 * len(VERSIONS) / 16) + size.characters / 2_000,
    "against": lambda size: size.runs(1),
    "versions": lambda size: size.runs(len(VERSIONS) + 1),
    "findings": lambda size: size.nodes,
    "halls": lambda size: 8 + size.runs(1),
    "machines": lambda size: LIGHT_WORK if size.nodes <= LIGHT_WORK else HEAVY,
    "doctor": lambda size: size.runs(1 / 8) + size.characters / 2_000,
    "shape": lambda size: size.nodes**2 / 4_000 + size.characters / 500,
    "condition": lambda size: size.characters / 500,
    "rules": lambda size: size.nodes,
    "patch": lambda size: size.nodes,
    "qr": lambda size: 24,
    "talk": lambda _: HEAVY,  # how many runs its stops have is not known before it is read
}
"""The cost of every kind of question."""


def cost(kind: str, request: Request, service: Service) -> float:
    """Return the cost of the question; HEAVY if much would have to be read to know the cost.

    The service reads small machines for this and remembers them, so that they are not read again for the answer. Raise
    TopologyError if the question cannot be answered.
    """
    runs_file = kind not in OF_KERNELS and any(map(own_files.is_registered, _kernels(request, service)))
    if too_long_to_read(request) or runs_file:
        return HEAVY
    runs = [] if kind in OF_NO_MACHINE else runs_of(request)
    machines = tuple(_machine(kind, run, service) for run in runs)
    chains = sum(len(NUMBER.findall(str(request.get(key, "")))) for key in ("old", "new"))
    changed = WHAT_IF * sum("=" in kernel for kernel in _kernels(request, service))
    characters, chart = sum(map(len, _texts(request))), str(request.get("chart", ""))
    return changed + COSTS[kind](QuestionSize(machines, chains, characters, chart, _pictures(request)))


def _pictures(request: Request) -> int:
    """Return how many pictures an animation from the step "first" to the step "last" can have."""
    first, last = request.get("first"), request.get("last")
    if type(first) is not int or type(last) is not int:
        return 0
    return max(1, last - first + 1) * (GIF if request.get("form") == "gif" else 1)


def _kernels(request: object, service: Service) -> list[str]:
    """Return the kernels of the runs in a request; a run without one has the service's kernel, if there is one."""
    return [kernel for run in runs_of(request) if isinstance(kernel := run.get("kernel") or service.kernel, str)]


def too_long_to_read(request: object) -> bool:
    """Return whether a question holds too much text for light work, or a compressed file."""
    texts = _texts(request)
    return sum(map(len, texts)) > LIGHT_TEXT or any(text.startswith(PACKED) for text in texts)


def runs_of(request: object) -> list[Request]:
    """Return the runs that a request names: its own, and its "other" if it has one."""
    if not isinstance(request, dict):
        return []
    other = request.get("other")
    return [request, other] if isinstance(other, dict) else [request]


def _texts(value: Any) -> list[str]:
    """Return every text in a JSON value at any level; raise TooDeep if it has more than MAX_DEPTH levels."""
    texts: list[str] = []
    level = [value]
    for _ in range(MAX_DEPTH):
        if not level:
            return texts
        texts += [item for item in level if isinstance(item, str)]
        tables = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = [inner for table in tables for inner in table]
    raise TooDeep


def _machine(kind: str, run: Request, service: Service) -> MachineSize:
    """Return the size of a run's machine; do not read the machine if its text is a short form of a large machine."""
    if kind == "shape":
        return MachineSize(_nodes_of_shape(run, service))
    if nodes_of_line(run.get("text")) > LIGHT_WORK or inflated_size(run.get("link")) > LIGHT_TEXT:
        return LARGEST
    try:
        topology = service.topology(run)
    except TopologyError:
        if kind == "doctor":  # which also reads files of which no machine can be made
            return MachineSize(0)
        raise
    return MachineSize(len(topology.nodes), len(topology.events), first_events(topology))


def _nodes_of_shape(run: Request, service: Service) -> int:
    """Return how many nodes the controls, the line or the machine of a "shape" question have; 0 if they are wrong."""
    controls, line = run.get("shape"), run.get("line")
    try:
        if isinstance(controls, dict):
            return _possible(shape_of(controls).size)
        if isinstance(line, str):
            return _possible(nodes_of_line(line))
        return _machine("play", run, service).nodes
    except TopologyError:
        return 0


def _possible(nodes: int) -> int:
    """Return the number of nodes, or 0 if it is larger than allowed: such a machine is refused at once."""
    return nodes if nodes <= MAX_NUMNODES else 0
