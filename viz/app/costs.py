"""What each question of the page costs, as a function of its input, before anything large is parsed.

The unit is what one node costs in one recorded order, about a thousandth of a second. A question is light if it is
proven to cost no more than LIGHT_WORK units: it is then answered in a thread beside others. Everything else is heavy,
and so is everything of which nothing is known yet: it gets a process with limits. tests/app/test_costs.py asks, for
every kind, the largest question that counts as light, and holds it to its time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from viz.app.new_machine import shape_of
from viz.app.service import Request, Service, at_first
from viz.kernel.nodemask import MAX_NUMNODES
from viz.kernel.versions import VERSIONS
from viz.topology import TopologyError, nodes_of_line
from viz.topology.link import inflated_size
from viz.topology.model import MAX_EVENTS
from viz.work.limits import LIGHT_TEXT, LIGHT_WORK

PACKED = ("H4sI", "Qlpo", "/Td6")
"""How gzip, bzip2 and xz begin in base64."""
HEAVY = float("inf")
MAX_DEPTH = 64
"""Tables and lists within each other; no question of the page has ten."""


class TooDeep(Exception):
    """A question has tables within tables, further down than anything here looks."""


@dataclass(frozen=True)
class Machine:
    """How large a machine is: its nodes, its events, and how many of those the first answer holds."""

    nodes: int
    events: int = 0
    first: int | None = None

    @property
    def whole(self) -> int:
        """Return the nodes, each counted once for the first order and once more for every event."""
        return self.nodes * (1 + self.events)

    @property
    def part(self) -> int:
        """Return the same for what the first answer holds."""
        return self.whole if self.first is None else self.nodes * (1 + self.first)


LARGEST = Machine(MAX_NUMNODES, MAX_EVENTS)


@dataclass(frozen=True)
class Input:
    """What a question is about, as far as its cost goes."""

    machines: tuple[Machine, ...]
    """The machine of the question, then that of its "other", where it has one."""
    chains: int = 0
    """Nodes named in "old" and "new", at most."""
    words: int = 0
    """Characters of all texts."""

    @property
    def nodes(self) -> int:
        """Return how many nodes there are in all."""
        return sum(machine.nodes for machine in self.machines)

    def runs(self, each: float) -> float:
        """Return the cost of a run of every machine, with all its events, where a node of an order costs `each`."""
        return each * sum(machine.whole for machine in self.machines)


def _readers(given: Input) -> float:
    """The model of readers costs what the cube of the nodes says; an order that is not recorded costs a quarter."""
    size = max(given.chains, given.nodes)
    return given.runs(0.25) + size**3 / 2_000


COSTS: Mapping[str, Callable[[Input], float]] = {
    "play": lambda given: sum(machine.part for machine in given.machines),
    "whole": lambda given: given.runs(1),
    "chart": lambda given: given.runs(1.5),
    "stranding": lambda given: given.nodes / 8,
    "readers": _readers,
    "walk": _readers,
    "events": lambda given: given.runs(1 / 16),
    "rebuilds": lambda given: given.runs(5 * 0.25),
    "write": lambda given: given.nodes**2 / 500,
    "log": lambda given: given.runs(2 * len(VERSIONS) / 16) + given.words / 2_000,
    "against": lambda given: given.runs(1),
    "versions": lambda given: given.runs(len(VERSIONS)),
    "machines": lambda given: LIGHT_WORK if given.nodes <= LIGHT_WORK else HEAVY,
    "shape": lambda given: given.nodes**2 / 4_000 + given.words / 500,
}
"""The cost of every kind of question."""


def cost(kind: str, request: Request, session: Service) -> float:
    """Return what the question costs, HEAVY where that cannot be told without reading much.

    The session reads small machines for it and remembers them, so that nothing is read twice. What is refused costs
    nothing more: TopologyError says why.
    """
    if too_long_to_read(request):
        return HEAVY
    machines = tuple(_machine(kind, one, session) for one in runs_of(request))
    chains = sum(1 + text.count(">") + text.count(",") for key in ("old", "new") if (text := str(request.get(key, ""))))
    return COSTS[kind](Input(machines, chains, sum(map(len, _texts(request)))))


def too_long_to_read(request: object) -> bool:
    """Whether a question holds more text than is read beside others, or text that is packed."""
    texts = _texts(request)
    return sum(map(len, texts)) > LIGHT_TEXT or any(text.startswith(PACKED) for text in texts)


def runs_of(request: object) -> list[Request]:
    """Return the runs that a request names: its own, and the "other" where it has one."""
    if not isinstance(request, dict):
        return []
    other = request.get("other")
    return [request, other] if isinstance(other, dict) else [request]


def _texts(value: Any) -> list[str]:
    """Return every text in a JSON value, in whatever lists and tables it stands; TooDeep if they nest far."""
    found: list[str] = []
    layer = [value]
    for _ in range(MAX_DEPTH):
        if not layer:
            return found
        found += [one for one in layer if isinstance(one, str)]
        tables = [one.values() if isinstance(one, dict) else one for one in layer if isinstance(one, dict | list)]
        layer = [inner for table in tables for inner in table]
    raise TooDeep


def _machine(kind: str, run: Request, session: Service) -> Machine:
    """Return how large the machine of a run is; read it only where its text cannot make much of little."""
    if kind == "shape":
        return Machine(_nodes_of_shape(run, session))
    if nodes_of_line(run.get("text")) > LIGHT_WORK or inflated_size(run.get("link")) > LIGHT_TEXT:
        return LARGEST
    topology = session.topology(run)
    return Machine(len(topology.nodes), len(topology.events), at_first(topology))


def _nodes_of_shape(run: Request, session: Service) -> int:
    """Return how many nodes the line, the controls or the machine of a "shape" question make; 0 if they are wrong."""
    controls, line = run.get("shape"), run.get("line")
    try:
        if isinstance(controls, dict):
            return _of_possible(shape_of(controls).size)
        if isinstance(line, str):
            return _of_possible(nodes_of_line(line))
        return _machine("play", run, session).nodes
    except TopologyError:
        return 0


def _of_possible(nodes: int) -> int:
    """Return the number of nodes, 0 for more than any machine may have, which is refused at once."""
    return nodes if nodes <= MAX_NUMNODES else 0
