"""QEMU's arguments, in a script, a log or a configuration: read as text, never run.

-m 4G -smp 4
-object memory-backend-ram,id=ram0,size=1G          or as JSON: -object '{"id":"ram0","size":1073741824}'
-numa node,nodeid=0,cpus=0-1,cpus=4,memdev=ram0     or mem=1024 (MB)
-numa cpu,node-id=0,socket-id=1                     with the shape that -smp gives
-numa dist,src=0,dst=1,val=21                       one direction is mirrored, if none is asymmetric
-smp cpus=1,maxcpus=9 -device qemu64-x86_64-cpu,socket-id=2,core-id=0,thread-id=0     the others are absent
-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=100
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from viz.topology.errors import TopologyError
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.formats.qemu_words import Option, check_quotes, options, size_of, without_comments
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology
from viz.topology.quantities import MAX_CPUS, cpu_bits, cpu_text

_LOOKS = re.compile(r"-numa[\s'\",=\\-]{1,40}(?:node|dist|cpu|hmat-lb)\b")
_DATA = re.compile(r"(access|read|write)-(latency|bandwidth)")


def like_qemu(text: str) -> bool:
    """Whether the text has an argument -numa."""
    return _LOOKS.search(text) is not None


def read_qemu(text: str, name: str = "") -> ParseResult:
    """The guest's topology that QEMU's arguments ask for."""
    try:
        text = without_comments(text)
        check_quotes(text)
        machine = _Machine()
        for option in options(text):
            machine.take(option)
        return machine.draft().loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


@dataclass
class _Machine:
    """What the options said so far."""

    cpus: dict[int, int] = field(default_factory=dict)
    """Masks."""
    memory: dict[int, str] = field(default_factory=dict)
    """A size as written, or "=" and the id of a memory backend."""
    backends: dict[str, str] = field(default_factory=dict)
    ram: str | None = None
    smp: dict[str, int] = field(default_factory=dict)
    placed: list[Option] = field(default_factory=list)
    """-numa cpu, which needs the shape of -smp, wherever that stands."""
    pairs: Pairs = field(default_factory=dict)
    plugged: list[Option] = field(default_factory=list)
    """-device of CPUs that are not among the first."""
    access: dict[int, dict[str, int]] = field(default_factory=dict)

    def take(self, option: Option) -> None:
        """The machine has what the option asks for."""
        match option.kind:
            case "node":
                self._node(option)
            case "dist":
                self._dist(option)
            case "cpu":
                self.placed.append(option)
            case "device" if "socket-id" in option:
                self.plugged.append(option)
            case "hmat-lb":
                self._access(option)
            case "object" if "id" in option and "size" in option:
                self.backends[option["id"]] = option["size"]
            case "m":
                self.ram = option["size"]
            case "smp":
                self.smp = {
                    key: words.count(value, f"-smp {key}", option.where, MAX_CPUS)
                    for key, value in option.items()
                    if value.isdigit()
                }

    def _node(self, option: Option) -> None:
        node = words.node_id(option["nodeid"], option.where) if "nodeid" in option else len(self.cpus)
        if node in self.cpus:
            option.refuse(f"node {node} comes a second time; each node has one -numa node")
        listed = ",".join(option.each("cpus"))
        self.cpus[node] = cpu_bits(words.cpu_list(listed, node, option.where))
        if "memdev" in option:
            self.memory[node] = f"={option['memdev']}"
        elif "mem" in option:
            self.memory[node] = option["mem"]

    def _dist(self, option: Option) -> None:
        source, target = (words.node_id(option.need(key), option.where) for key in ("src", "dst"))
        value = words.distance(option.need("val"), source, target, option.where)
        for node in (source, target):
            if node not in self.cpus and "$" not in option.line:
                option.refuse(f"names node {node} before any -numa node,nodeid={node}")
        if source == target and value != 10:
            option.refuse(f"from node {source} to itself: {value}; QEMU takes only 10")
        put(self.pairs, source, target, value, option.where)

    def _access(self, option: Option) -> None:
        match = _DATA.fullmatch(option.get("data-type", ""))
        if not match or option.get("hierarchy", "memory") != "memory":
            return
        target = words.node_id(option.need("target"), option.where)
        value = size_of(option.need(match[2]), 1, option.where)
        extra, best = self.access.setdefault(target, {}), min if match[2] == "latency" else max
        for way in ("read", "write"):
            key = f"{way}_{match[2]}"
            if value and match[1] in ("access", way):
                extra[key] = best(extra.get(key, value), value)

    def draft(self) -> PartialTopology:
        """The nodes and distances; what QEMU makes up where nothing is said is a guess."""
        draft = PartialTopology("QEMU arguments")
        for option in self.placed:
            self._place(option)
        self._take_out_absent()
        said = any(self.cpus.values())
        for node, cpus in self.cpus.items():
            found = draft.node(node)
            found.cpus = cpu_text(cpus) if said else None
            found.memory = self._bytes(draft, node)
            found.extra |= self.access.get(node, {})
        self._share_ram(draft)
        _check_directions(self.pairs)
        fill(draft, self.pairs, "QEMU", default=None)
        return draft

    def _place(self, option: Option) -> None:
        """The CPUs that a -numa cpu names are the node's: all of a socket, of a core, or one thread."""
        node = words.node_id(option.need("node-id"), option.where)
        if node not in self.cpus:
            option.refuse(f"names node {node}, which no -numa node defines")
        self.cpus[node] |= self._named(option)

    def _named(self, option: Option) -> int:
        """The mask of the CPUs that the ids of an option name."""
        shape = [self.smp.get(key, 1) or 1 for key in ("dies", "clusters", "cores", "threads")]
        first, many = 0, 1
        for key, size in zip(
            ("thread-id", "core-id", "cluster-id", "die-id", "socket-id"), [*shape[::-1], 1], strict=True
        ):
            if key in option:
                first += words.count(option[key], key, option.where, MAX_CPUS) * _below(shape, key)
            elif not first:
                many *= size
        return ((1 << many) - 1 << first) & (1 << MAX_CPUS) - 1 if first < MAX_CPUS and many < MAX_CPUS else 0

    def _take_out_absent(self) -> None:
        """Where CPUs are plugged in one by one, those that are neither so nor among the first do not exist.

        Else a command means the CPUs that it says, though some may come later; not the shape that our writer gives it.
        """
        shape = [self.smp.get(key, 0) for key in ("cpus", "cores", "threads")]
        ours = shape == [1, 1, 1] and self.smp.get("sockets") == self.smp.get("maxcpus")
        if (self.plugged or ours) and self.smp.get("maxcpus", 0) > self.smp.get("cpus", 0):
            present = (1 << self.smp.get("cpus", 1)) - 1
            for option in self.plugged:
                present |= self._named(option)
            self.cpus = {node: cpus & present for node, cpus in self.cpus.items()}

    def _bytes(self, draft: PartialTopology, node: int) -> int | None:
        written = self.memory.get(node)
        if written is None:
            return 0 if self.memory else None
        unit = 2**20
        if written.startswith("="):
            written, unit = self.backends.get(written[1:], "$"), 1
        return None if "$" in written else size_of(written, unit, f"node {node}")

    def _share_ram(self, draft: PartialTopology) -> None:
        """Nodes of which no memory is said have an equal share of -m each, as older QEMUs made it."""
        if self.memory or not self.ram or "$" in self.ram:
            return
        share = size_of(self.ram, 2**20, "-m") // len(draft.nodes) if draft.nodes else 0
        for found in draft.nodes.values():
            found.memory = share
        sentence = "No node says how much memory it has; each is given an equal share of -m."
        draft.guess("memory", sentence, draft.nodes)


def _below(shape: list[int], key: str) -> int:
    """How many CPUs one step of a key is."""
    dies, clusters, cores, threads = shape
    cpus = {"thread-id": 1, "core-id": threads, "cluster-id": threads * cores, "die-id": threads * cores * clusters}
    return cpus.get(key, threads * cores * clusters * dies)


def _check_directions(pairs: Pairs) -> None:
    """Either nothing is asymmetric, or every pair is given in both directions."""
    odd = next(((a, b) for (a, b), value in pairs.items() if pairs.get((b, a), value) != value), None)
    half = next(((a, b) for a, b in pairs if (b, a) not in pairs), None)
    if odd and half:
        problem = f"nodes {odd[0]} and {odd[1]} differ by direction, so QEMU needs both directions of every pair"
        raise TopologyError(f"{problem}; from node {half[1]} to node {half[0]} is missing")
