"""Topology: the checked description of a machine, as a document gives it.

`Topology.machine` turns it into the Machine that the kernel's algorithms work on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import FailFast, Field, PlainValidator, ValidationError, ValidationInfo, field_validator

from viz.kernel.adistance import adistances
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM, Machine, Rules
from viz.kernel.nodemask import MAX_NUMNODES, NodeMask, node_list
from viz.topology import quantities as q
from viz.topology.case import Case, Kernel, Note, Notes
from viz.topology.distances import Matrix, checked_distances, matrix_warnings, row_by_id
from viz.topology.errors import TopologyError, UnknownDistances, shown
from viz.topology.node import Node, NodeId, Word
from viz.topology.strict_model import StrictModel, first_problem

MAX_EVENTS = 500
EVENTS = (
    "mem_add", "mem_online", "mem_online_fail", "mem_offline", "mem_offline_fail", "node_remove",
    "cpu_online", "cpu_offline",
)  # fmt: skip

Short = Annotated[str, PlainValidator(q.plain_text(34))]


class Event(StrictModel):
    """A hotplug event: something that happens to a node of the running machine."""

    event: Annotated[str, PlainValidator(q.one_of(*EVENTS))]
    node: NodeId


class Topology(StrictModel):
    """A machine as a document describes it; every listed node is possible.

    `distances` has a row of bytes for each node, in the order of `nodes`, or is "unknown" until a person gives them.
    """

    title: Annotated[str, PlainValidator(q.plain_text(200))]
    source: Annotated[str, PlainValidator(q.plain_text(500))] | None = None
    name: Short | None = None
    """A short title, for places with little room."""
    group: Word | None = None
    """The topic of this and other machines; the page lists the machines of a group together."""
    note: Note | None = None
    """What to look at; it is shown with every kernel that has no note in `notes`."""
    notes: Notes = Field(default_factory=dict)
    """Notes that hold for some kernels only, by the `note_keys` of viz.kernel.versions.Version."""
    case: Case | None = None
    nodes: Annotated[tuple[Node, ...], FailFast()]
    distances: Matrix | Literal["unknown"]
    kernel: Kernel | None = None
    zonelists: Annotated[str, PlainValidator(q.one_of("runtime", "boot"))] = "runtime"
    n_cpu: tuple[int, ...] | None = None
    """N_CPU, if it should differ from the online nodes with CPUs, as it does in no real kernel; for experiments."""
    node_load: dict[int, int] | None = None
    """The node_load[] of a real kernel, used instead of building zonelists; a node that is missing here has 0."""
    events: Annotated[tuple[Event, ...], FailFast()] = ()
    allowed: str | None = None
    """The nodes that a cgroup may use (its cpuset.mems.effective), as a node list; None if there is no cgroup."""

    @classmethod
    def from_document(cls, document: object, name: str = "") -> Topology:
        """Return the topology that a parsed document describes; raise TopologyError for its first mistake."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise first_problem(error).within(name) from None

    @property
    def event_pairs(self) -> list[tuple[str, int]]:
        """Return the events as plain pairs: (event, node)."""
        return [(event.event, event.node) for event in self.events]

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the node ids, in the order of `nodes`."""
        return tuple(node.id for node in self.nodes)

    def document(self) -> dict[str, Any]:
        """Return a document that JSON can write and from_document() turns into an equal topology."""
        table = self.model_dump(exclude_unset=True)
        if self.distances != "unknown":
            table["distances"] = [list(row) for row in self.distances]
        if self.node_load is not None:
            table["node_load"] = {str(node): load for node, load in self.node_load.items()}
        return table

    def allowing(self, nodes: str | None) -> Topology:
        """Return the topology with the node list `nodes` as its allowed nodes; return it unchanged for None."""
        return self if nodes is None else Topology.from_document(self.document() | {"allowed": nodes})

    def warnings(self) -> list[str]:
        """Return sentences on what is odd but accepted, at most one for each kind of oddity."""
        return [] if isinstance(self.distances, str) else list(matrix_warnings(self.distances, self.ids))

    def machine(self, rules: Rules) -> Machine:
        """Return the machine as the kernel sees it; its node_load[] is 0, to be built or set from `node_load` later.

        A node that is not online counts as one without CPUs and memory, since they come online with it.
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
            mems=None if self.allowed is None else NodeMask.parse(self.allowed),
        )

    def _adistances(self, rules: Rules) -> dict[int, int]:
        """Return each node's abstract distance: the stated one, else the kernel's result, else that of the driver."""
        by_node = {n.id: n.adistance if n.adistance_from != "hmat" else MEMTIER_ADISTANCE_DRAM for n in self.nodes}
        computed = self.adistances_of_figures(rules)
        return by_node | {n.id: computed[n.id] for n in self.nodes if n.id in computed and not n.states_adistance}

    def adistances_of_figures(self, rules: Rules) -> dict[int, int]:
        """Return the abstract distances, by node, that a kernel computes from latency and bandwidth."""
        n_cpu = self._cpus() if self.n_cpu is None else NodeMask(self.n_cpu)
        dram = NodeMask(node.id for node in self.nodes if node.has_memory and node.id in n_cpu)
        computed = adistances({n.id: n.access_coordinate for n in self.nodes}, dram, rules.adistance_bits)
        added = {n.id for n in self.nodes if not n.has_memory or n.adistance_from == "dax/kmem"}
        wanted = {"none": set[int](), "added": added, "all": set(self.ids)}[rules.hmat]
        return {node: adistance for node, adistance in computed.items() if node in wanted}

    def _cpus(self) -> NodeMask:
        return NodeMask(node.id for node in self.nodes if node.online and node.cpu_count)

    def _distance_by_id(self) -> dict[int, bytes]:
        if isinstance(self.distances, str):
            problem = "are unknown, and the order depends on them; give a matrix with one row and one column a node"
            raise UnknownDistances(problem, "distances")
        ids = self.ids
        if ids == tuple(range(len(ids))):
            return dict(enumerate(self.distances))
        return {node: row_by_id(row, ids) for node, row in zip(ids, self.distances, strict=True)}

    @field_validator("nodes", "events", mode="before")
    @classmethod
    def _not_too_many(cls, tables: object, info: ValidationInfo) -> object:
        limit = MAX_NUMNODES if info.field_name == "nodes" else MAX_EVENTS
        if not isinstance(tables, list | tuple):
            raise TopologyError(f"must be a list of tables, not {shown(tables)}")
        if len(tables) > limit:  # checked first, since validating a million tables takes long
            raise TopologyError(f"lists {len(tables)} {info.field_name}; at most {limit} are possible")
        return tables

    @field_validator("nodes")
    @classmethod
    def _each_id_once(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        if not nodes:
            raise TopologyError("lists no node; at least one is needed")
        first: dict[int, int] = {}
        for index, node in enumerate(nodes):
            if node.id in first:
                problem = f"node {node.id} is listed before, as nodes[{first[node.id]}]; each id may stand once"
                raise TopologyError(problem, f"[{index}].id")
            first[node.id] = index
        if sum(node.cpu_count for node in nodes) > q.MAX_CPUS_IN_ALL:
            raise TopologyError(f"list more than {q.MAX_CPUS_IN_ALL} CPUs in all; no machine has so many")
        return nodes

    @field_validator("distances", mode="plain")
    @classmethod
    def _matrix(cls, value: object, info: ValidationInfo) -> Matrix | str:
        if "nodes" not in info.data:  # the nodes are wrong, and their error is reported
            return "unknown"
        try:
            return checked_distances(value, [node.id for node in info.data["nodes"]])
        except TopologyError as error:
            raise TopologyError(error.problem, error.key.removeprefix("distances")) from None

    @field_validator("n_cpu", mode="plain")
    @classmethod
    def _ids_of_n_cpu(cls, value: object, info: ValidationInfo) -> tuple[int, ...] | None:
        return None if value is None else tuple(_all_listed(q.node_ids(value), info))

    @field_validator("allowed", mode="plain")
    @classmethod
    def _allowed_nodes(cls, value: object, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        nodes = _all_listed(q.node_ids(value), info)
        if not nodes:
            raise TopologyError('names no node; give the nodes that a cgroup may use, such as "0-2"')
        return node_list(nodes)

    @field_validator("node_load", mode="plain")
    @classmethod
    def _load_by_id(cls, value: object, info: ValidationInfo) -> dict[int, int] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or len(value) > MAX_NUMNODES:
            raise TopologyError(f"must be a table of loads by node id, not {shown(value)}")
        ids = _all_listed([q.node_key(key) for key in value], info)
        return {node: q.node_load(node, load) for node, load in zip(ids, value.values(), strict=True)}

    @field_validator("events")
    @classmethod
    def _of_listed_nodes(cls, events: tuple[Event, ...], info: ValidationInfo) -> tuple[Event, ...]:
        _all_listed([event.node for event in events], info)
        return events


def _all_listed(wanted: Sequence[int], info: ValidationInfo) -> Sequence[int]:
    """Return the ids `wanted`; raise TopologyError at the first id that no listed node has."""
    ids = {node.id for node in info.data.get("nodes", ())}
    unlisted = next((node for node in wanted if node not in ids), None)
    if ids and unlisted is not None:
        listed = node_list(sorted(ids))
        raise TopologyError(f"names node {unlisted}, which is not listed; the nodes are {listed}")
    return wanted
