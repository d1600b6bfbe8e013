"""PartialTopology collects what a format reads; loaded() makes a topology of it and lists guesses and oddities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from viz.kernel.adistance import AccessCoordinate, adistances
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import MAX_NUMNODES, NodeMask, node_list
from viz.topology.distances import LOCAL, REMOTE, SLIT_UNUSED, is_valid_slit, without_slit
from viz.topology.errors import TopologyError, printable
from viz.topology.evidence import Evidence
from viz.topology.model import Topology
from viz.topology.parse_result import Guess, ParseResult
from viz.topology.quantities import cpu_bits

ASSUMED_MEMORY = 2**30
"""The memory, in bytes, that is assumed for a node whose size is unknown."""
_MAX_NOTE = 1000
"""The largest number of characters in a topology's note."""


@dataclass
class NodeFacts:
    """The known facts of a node; a fact that the listing does not state is None."""

    cpus: str | int | None = None
    memory: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Further keys of the node in the document: label, adistance, read_latency, ..."""


@dataclass
class PartialTopology:
    """A topology while it is read: nodes by id, rows of distances by id, and in `columns` the node of each column."""

    what: str
    """What was read, such as "numactl -H output"; it becomes part of the title and the source."""
    nodes: dict[int, NodeFacts] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    rows: dict[int, Sequence[int]] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    """The statements of the listing on memory tiers."""
    gets_slit: bool = False
    """Whether the machine is a guest whose Linux gets the distances as a SLIT; if none are given, it has no SLIT."""

    def node(self, node: int) -> NodeFacts:
        """Return the node of that id, which is added if it is new."""
        return self.nodes.setdefault(node, NodeFacts())

    def guess(
        self, key: str, sentence: str, nodes: Iterable[int] = (), change: Mapping[int, Mapping[str, Any]] | None = None
    ) -> None:
        """Add a guess; viz.topology.parse_result.Guess explains its parts."""
        self.guesses.append(Guess(key, sentence, tuple(nodes), change or {}))

    def loaded(self, name: str = "") -> ParseResult:
        """Return the topology with its guesses and oddities; raise TopologyError if something needed is missing."""
        ids = sorted(self.nodes)
        if not ids:
            raise TopologyError(f"names no node; {self.what} of a machine with NUMA nodes is needed")
        if len(ids) > MAX_NUMNODES:
            raise TopologyError(f"names {len(ids)} nodes; at most {MAX_NUMNODES} are possible")
        if self.gets_slit:
            self._check_slit(ids)
        matrix = self._matrix(ids)
        self._guess_cpus(ids)
        self._guess_memory(ids)
        self._guess_tiers(ids)
        self.oddities += oddities(self.nodes)
        document = self._texts(name, ids) | {"nodes": [self._table(node) for node in ids], "distances": matrix}
        return ParseResult(
            Topology.from_document(document), tuple(self.guesses), tuple(self.oddities), evidence=self.evidence
        )

    def _check_slit(self, ids: list[int]) -> None:
        """Replace the distances by those that Linux assumes, if the guest has no SLIT or one that Linux ignores."""
        if not self.rows:
            sentence = (
                f"It gives no distances, so the guest has no SLIT; Linux takes {LOCAL}, and {REMOTE} to any other."
            )
        elif is_valid_slit([self.rows[node] for node in ids if node in self.rows]):
            return
        else:
            sentence = SLIT_UNUSED
        self.columns, self.rows = ids, without_slit(ids)
        self.oddities.append(sentence)

    def _table(self, node: int) -> dict[str, Any]:
        known = self.nodes[node]
        return {"id": node, "cpus": known.cpus, "memory": known.memory} | known.extra

    def _texts(self, name: str, ids: list[int]) -> dict[str, str]:
        source = f"pasted {self.what}" if name in ("", "-") else f"{self.what} in {printable(name, 200)}"
        title = f"{self.what.removesuffix(' output')}: {len(ids)} node{'s' if len(ids) > 1 else ''}"
        note = " ".join(guess.sentence for guess in self.guesses)
        if len(note) > _MAX_NOTE:
            note = note[: _MAX_NOTE - 4].rpartition(" ")[0] + " ..."
        return {"title": title, "source": source} | ({"note": note} if note else {})

    def _matrix(self, ids: list[int]) -> list[Sequence[int]] | str:
        if not self.rows:
            return "unknown"
        column_of = {node: column for column, node in enumerate(self.columns)}
        for what, by_node in (("row", self.rows), ("column", column_of)):
            missing = set(ids).difference(by_node)
            if missing:
                raise TopologyError(f"no {what} of distances for {nodes_text(missing)}; each node needs one")
        for node in ids:
            if len(self.rows[node]) != len(column_of):
                count = len(self.rows[node])
                raise TopologyError(
                    f"the row of node {node} has {count} distances; it needs one for each of {len(column_of)}"
                )
        wanted = [column_of[node] for node in ids]
        if wanted == list(range(len(column_of))):
            return [self.rows[node] for node in ids]
        return [[self.rows[node][column] for column in wanted] for node in ids]

    def _guess_memory(self, ids: list[int]) -> None:
        unsized = [node for node in ids if self.nodes[node].memory is None]
        if unsized:
            for node in unsized:
                self.nodes[node].memory = ASSUMED_MEMORY
            gib = ASSUMED_MEMORY // 2**30
            sentence = f"The listing gives no size for {nodes_text(unsized)}; {gib} GiB each is assumed."
            self.guess("memory", sentence, unsized, {node: {"memory": 0} for node in unsized})

    def _guess_cpus(self, ids: list[int]) -> None:
        unknown = [node for node in ids if self.nodes[node].cpus is None]
        for node in unknown:
            self.nodes[node].cpus = ""
        if unknown:
            question = (
                f"whether there are CPUs in {nodes_text(unknown)}"
                if len(unknown) < len(ids)
                else "which nodes have CPUs"
            )
            sentence = f"The listing does not say {question}; none are assumed, so add them."
            self.guess("cpus", sentence, unknown, {node: {"cpus": 1} for node in unknown})

    def _guess_tiers(self, ids: list[int]) -> None:
        """Store the abstract distances that the newest kernel computes from latency and bandwidth.

        A run on another kernel computes its own.
        """
        keys = ("read_latency", "write_latency", "read_bandwidth", "write_bandwidth")
        known = {node: self.nodes[node].extra for node in ids if self.nodes[node].memory}
        dram = NodeMask(node for node in known if self.nodes[node].cpus)
        figures = {n: AccessCoordinate(*(round(extra.get(key, 0)) for key in keys)) for n, extra in known.items()}
        computed = {n: value for n, value in adistances(figures, dram).items() if "adistance" not in known[n]}
        other = {n: value for n, value in computed.items() if value != MEMTIER_ADISTANCE_DRAM and 0 <= value < 2**31}
        for node, adistance in other.items():
            self.nodes[node].extra |= {"adistance": adistance, "adistance_from": "hmat"}
        if other:
            measure = f"latency and bandwidth; {nodes_text(dram)} is DRAM"
            sentence = f"The abstract distance of {nodes_text(other)} follows from {measure}."
            change = {"adistance": MEMTIER_ADISTANCE_DRAM, "adistance_from": None}
            self.guess("adistance", sentence, other, dict.fromkeys(other, change))


def oddities(nodes: dict[int, NodeFacts]) -> Iterator[str]:
    """Yield a sentence for each kind of odd thing in a listing that is accepted nevertheless."""
    ids = sorted(nodes)
    if ids[0] or any(b != a + 1 for a, b in pairwise(ids)):
        yield f"The node ids have gaps: {node_list(ids)}."
    empty = [node for node in ids if nodes[node].memory == 0]
    if empty:
        verb = "have" if len(empty) > 1 else "has"
        yield f"{nodes_text(empty).capitalize()} {verb} 0 MB: no memory to demote to or from."
    shared = _shared_cpu(nodes)
    if shared:
        yield "CPU {} is in node {} and in node {}; a CPU has one node, but it is taken as it is.".format(*shared)


def _shared_cpu(nodes: dict[int, NodeFacts]) -> tuple[int, int, int] | None:
    """Return the first CPU that two nodes list, and the two nodes; None if no CPU is listed by two nodes."""
    masks = {node: cpu_bits(cpus) for node in sorted(nodes) if isinstance(cpus := nodes[node].cpus, str)}
    seen = 0
    for node, mask in masks.items():
        if seen & mask:
            lowest = (seen & mask) & -(seen & mask)
            first = next(other for other, cpus in masks.items() if cpus & lowest)
            return lowest.bit_length() - 1, first, node
        seen |= mask
    return None


def nodes_text(ids: Iterable[int]) -> str:
    """Return "node 3", "nodes 0-1,3" or "no node"."""
    ids = sorted(ids)
    return f"node{'s' if len(ids) > 1 else ''} {node_list(ids)}" if ids else "no node"
