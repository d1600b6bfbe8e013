"""Topology: what a person describes of a machine, checked, and the kernel's view of it.

A model holds what the document said; `Topology.machine` turns it into what the algorithm works on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import FailFast, Field, PlainValidator, ValidationError, ValidationInfo, field_validator, model_validator

from viz.kernel.adistance import Performance, adistances
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM, Machine, Rules
from viz.kernel.nodemask import MAX_NUMNODES, NodeMask, node_list
from viz.topology import quantities as q
from viz.topology.case import Case, Note, Notes
from viz.topology.distances import Matrix, checked_distances, matrix_warnings
from viz.topology.errors import TopologyError, UnknownDistances, shown
from viz.topology.strict_model import StrictModel, first_problem

MAX_EVENTS = 500
MAX_LABEL = 40
LARGEST_ADISTANCE = 2**31 - 1
EVENTS = (
    "mem_add", "mem_online", "mem_online_fail", "mem_offline", "mem_offline_fail", "node_remove",
    "cpu_online", "cpu_offline",
)  # fmt: skip

NodeId = Annotated[int, PlainValidator(q.whole(0, MAX_NUMNODES - 1))]
Word = Annotated[str, PlainValidator(q.plain_text(MAX_LABEL))]
Short = Annotated[str, PlainValidator(q.plain_text(34))]
Measure = Annotated[float, PlainValidator(q.positive)]


class Node(StrictModel):
    """One possible node. `cpus` and `memory` decide what the kernel does; socket, tier, label place the picture."""

    id: NodeId
    cpus: Annotated[int | str, PlainValidator(q.cpus_given)]
    memory: Annotated[int, PlainValidator(q.memory_bytes)]
    """In bytes."""
    socket: Word | None = None
    tier: Annotated[int, PlainValidator(q.whole(0, MAX_NUMNODES - 1))] | None = None
    """A person's class of memory, 0 the fastest."""
    label: Word | None = None
    online: Annotated[bool, PlainValidator(q.flag)] = True
    blocks: Annotated[int, PlainValidator(q.whole(0, 2**40))] = Field(default_factory=lambda given: _blocks(given))
    """Memory blocks online at the start; 0 = present, not online."""
    adistance: Annotated[int, PlainValidator(q.whole(0, LARGEST_ADISTANCE))] = MEMTIER_ADISTANCE_DRAM
    read_latency: Measure | None = None
    write_latency: Measure | None = None
    read_bandwidth: Measure | None = None
    write_bandwidth: Measure | None = None

    @field_validator("socket", mode="before")
    @classmethod
    def _socket_as_text(cls, socket: object) -> object:
        return str(socket) if type(socket) is int and abs(socket) < 2**31 else socket

    @model_validator(mode="after")
    def _blocks_of_something(self) -> Node:
        if self.blocks and not self.memory:
            raise TopologyError(f"blocks is {self.blocks}, but the node has no memory; leave blocks out or give memory")
        return self

    @property
    def cpu_count(self) -> int:
        """How many CPUs the node has."""
        return self.cpus if isinstance(self.cpus, int) else q.cpu_bits(self.cpus).bit_count()

    @property
    def performance(self) -> Performance | None:
        """Reads plus writes, as the kernel adds them; where only one of the two is given it stands for both."""
        latency = _both(self.read_latency, self.write_latency)
        bandwidth = _both(self.read_bandwidth, self.write_bandwidth)
        return Performance(latency, bandwidth) if latency and bandwidth else None

    @property
    def has_memory(self) -> bool:
        """Whether the node is in N_MEMORY: online, with memory, at least one block of it online."""
        return self.online and self.memory > 0 and self.blocks > 0


class Event(StrictModel):
    """Something that happens to a node of the running machine."""

    event: Annotated[str, PlainValidator(q.one_of(*EVENTS))]
    node: NodeId


class Topology(StrictModel):
    """A machine as a document describes it; every listed node is possible.

    `distances` has a row of bytes for each node, in the order of `nodes`; "unknown" asks a person for them.
    """

    title: Annotated[str, PlainValidator(q.plain_text(200))]
    source: Annotated[str, PlainValidator(q.plain_text(500))] | None = None
    name: Short | None = None
    """The title for where there is little room."""
    group: Word | None = None
    """What it shows, and others show, too; the picker puts them together."""
    note: Note | None = None
    """What to look at, true whatever the kernel."""
    notes: Notes = Field(default_factory=dict)
    """What is true of some kernels only, by the `ways` of viz.kernel.versions.Version."""
    case: Case | None = None
    nodes: Annotated[tuple[Node, ...], FailFast()]
    distances: Matrix | Literal["unknown"]
    kernel: Word | None = None
    zonelists: Annotated[str, PlainValidator(q.one_of("runtime", "boot"))] = "runtime"
    n_cpu: tuple[int, ...] | None = None
    """N_CPU where it is to be other than the online nodes with CPUs, which no real kernel has; for experiments."""
    node_load: dict[int, int] | None = None
    """Loads of a real kernel, to use instead of building zonelists; a missing node has 0."""
    events: Annotated[tuple[Event, ...], FailFast()] = ()

    @classmethod
    def from_document(cls, document: object, name: str = "") -> Topology:
        """The topology that a parsed document describes; TopologyError says the first thing that is wrong."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise first_problem(error).within(name) from None

    @property
    def happenings(self) -> list[tuple[str, int]]:
        """The events as plain pairs: (event, node)."""
        return [(event.event, event.node) for event in self.events]

    @property
    def ids(self) -> tuple[int, ...]:
        """The node ids, in the order of `nodes`."""
        return tuple(node.id for node in self.nodes)

    def document(self) -> dict[str, Any]:
        """The topology as a document again: JSON can write it, and reading it gives an equal topology."""
        table = self.model_dump(exclude_unset=True)
        if self.distances != "unknown":
            table["distances"] = [list(row) for row in self.distances]
        if self.node_load is not None:
            table["node_load"] = {str(node): load for node, load in self.node_load.items()}
        return table

    def warnings(self) -> list[str]:
        """Plain sentences on what is odd but accepted, at most one for each kind of oddity."""
        return [] if isinstance(self.distances, str) else list(matrix_warnings(self.distances, self.ids))

    def machine(self, rules: Rules) -> Machine:
        """What the kernel sees of it; node_load[] is left at 0, to be built or set from `node_load`.

        What a node that is not online has comes with it later, so it counts as nothing now.
        """
        cpus = self._cpus()
        return Machine(
            possible=NodeMask(self.ids),
            online=NodeMask(node.id for node in self.nodes if node.online),
            memory=NodeMask(node.id for node in self.nodes if node.has_memory),
            n_cpu=cpus.copy() if self.n_cpu is None else NodeMask(self.n_cpu),
            cpus=cpus,
            blocks={node.id: node.blocks if node.has_memory else 0 for node in self.nodes},
            cpu_count={node.id: node.cpu_count if node.online else 0 for node in self.nodes},
            distance=self._distance_by_id(),
            rules=rules,
            adistance=self._adistances(rules),
        )

    def _adistances(self, rules: Rules) -> dict[int, int]:
        """Each node's abstract distance: the one that is given, else from its figures, else that of DRAM."""
        found = {node.id: node.adistance for node in self.nodes}
        if rules.adistance_from_hmat:
            dram = NodeMask(node.id for node in self.nodes if node.has_memory and node.online and node.cpu_count)
            figures = {node.id: node.performance for node in self.nodes}
            computed = adistances({n: figure for n, figure in figures.items() if figure}, dram)
            given = {node.id for node in self.nodes if "adistance" in node.model_fields_set}
            found |= {node: adistance for node, adistance in computed.items() if node not in given}
        return found

    def _cpus(self) -> NodeMask:
        return NodeMask(node.id for node in self.nodes if node.online and node.cpu_count)

    def _distance_by_id(self) -> dict[int, bytes]:
        if isinstance(self.distances, str):
            problem = "are unknown, and the order depends on them; give a matrix with one row and one column a node"
            raise UnknownDistances(problem, "distances")
        ids = self.ids
        if ids == tuple(range(len(ids))):
            return dict(enumerate(self.distances))
        return {node: _spread(row, ids) for node, row in zip(ids, self.distances, strict=True)}

    @field_validator("nodes", "events", mode="before")
    @classmethod
    def _not_too_many(cls, tables: object, info: ValidationInfo) -> object:
        limit = MAX_NUMNODES if info.field_name == "nodes" else MAX_EVENTS
        if not isinstance(tables, list | tuple):
            raise TopologyError(f"must be a list of tables, not {shown(tables)}")
        if len(tables) > limit:  # before each of a million is looked at
            raise TopologyError(f"lists {len(tables)} {info.field_name}; at most {limit} are possible")
        return tables

    @field_validator("nodes")
    @classmethod
    def _each_id_once(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        if not nodes:
            raise TopologyError("lists no node; at least one is needed")
        first: dict[int, int] = {}
        for place, node in enumerate(nodes):
            if node.id in first:
                problem = f"node {node.id} is listed before, as nodes[{first[node.id]}]; each id may stand once"
                raise TopologyError(problem, f"[{place}].id")
            first[node.id] = place
        if sum(node.cpu_count for node in nodes) > q.MAX_CPUS_IN_ALL:
            raise TopologyError(f"list more than {q.MAX_CPUS_IN_ALL} CPUs in all; no machine has so many")
        return nodes

    @field_validator("distances", mode="plain")
    @classmethod
    def _matrix(cls, value: object, info: ValidationInfo) -> Matrix | str:
        if "nodes" not in info.data:  # wrong themselves, and said first
            return "unknown"
        try:
            return checked_distances(value, [node.id for node in info.data["nodes"]])
        except TopologyError as error:
            raise TopologyError(error.problem, error.key.removeprefix("distances")) from None

    @field_validator("n_cpu", mode="plain")
    @classmethod
    def _ids_of_n_cpu(cls, value: object, info: ValidationInfo) -> tuple[int, ...] | None:
        return None if value is None else tuple(_listed(q.node_ids(value), info))

    @field_validator("node_load", mode="plain")
    @classmethod
    def _load_by_id(cls, value: object, info: ValidationInfo) -> dict[int, int] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or len(value) > MAX_NUMNODES:
            raise TopologyError(f"must be a table of loads by node id, not {shown(value)}")
        ids = _listed([q.node_key(key) for key in value], info)
        return {node: _load(node, load) for node, load in zip(ids, value.values(), strict=True)}

    @field_validator("events")
    @classmethod
    def _of_listed_nodes(cls, events: tuple[Event, ...], info: ValidationInfo) -> tuple[Event, ...]:
        _listed([event.node for event in events], info)
        return events


def _both(read: float | None, write: float | None) -> int:
    """The sum of the two in whole units, 0 where neither is given."""
    return round(read or write or 0) + round(write or read or 0)


def _blocks(given: Mapping[str, Any]) -> int:
    return 1 if given.get("memory") else 0


def _load(node: int, load: object) -> int:
    try:
        return q.whole(0, 2**31 - 1)(load)
    except ValueError as error:
        raise TopologyError(str(error), f".{node}") from None


def _spread(row: bytes, ids: tuple[int, ...]) -> bytes:
    """The row indexed by node id, nodes that are not listed unreachable."""
    spread = bytearray(b"\xff" * (max(ids) + 1))
    for node, distance in zip(ids, row, strict=True):
        spread[node] = distance
    return bytes(spread)


def _listed(wanted: Sequence[int], info: ValidationInfo) -> Sequence[int]:
    """The same ids; TopologyError names the first that is not among the nodes."""
    ids = {node.id for node in info.data.get("nodes", ())}
    stranger = next((node for node in wanted if node not in ids), None)
    if ids and stranger is not None:
        listed = node_list(sorted(ids))
        raise TopologyError(f"names node {stranger}, which is not listed; the nodes are {listed}")
    return wanted
