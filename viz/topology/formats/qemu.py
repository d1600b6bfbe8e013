"""Read QEMU's arguments from a script, a log or a configuration file; nothing in it is run.

-m 4G -smp 4
-object memory-backend-ram,id=ram0,size=1G          or as JSON: -object '{"id":"ram0","size":1073741824}'
-numa node,nodeid=0,cpus=0-1,cpus=4,memdev=ram0     or mem=1024 (MB)
-numa cpu,node-id=0,socket-id=1                     with the cores and threads of -smp
-numa dist,src=0,dst=1,val=21                       one direction is enough if no pair is asymmetric
-smp cpus=1,maxcpus=9 -device qemu64-x86_64-cpu,socket-id=2,core-id=0,thread-id=0     other CPUs are absent
-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=100
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from viz.topology.errors import TopologyError
from viz.topology.formats import words
from viz.topology.formats.pairs import Pairs, fill, put
from viz.topology.formats.qemu_hmat import QemuHmat
from viz.topology.formats.qemu_words import Option, check_quotes, joined_strings, options, size_of, without_comments
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology
from viz.topology.quantities import MAX_CPUS, cpu_bits, cpu_text

_NUMA_ARGUMENT = re.compile(r"(?<![\w-])-numa[\s'\",=\\-]{1,40}(?:node|dist|cpu|hmat-lb)\b")


def like_qemu(text: str) -> bool:
    """Return whether the text has an argument -numa."""
    return _NUMA_ARGUMENT.search(text) is not None


def read_qemu(text: str, name: str = "") -> ParseResult:
    """Return the topology of the guest that QEMU's arguments describe."""
    try:
        text = joined_strings(without_comments(text))
        check_quotes(text)
        machine = _Machine()
        for option in options(text):
            machine.take(option)
        return machine.partial_topology().loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


@dataclass
class _Machine:
    """The guest as the options read so far describe it."""

    cpus: dict[int, int] = field(default_factory=dict)
    """A mask of CPUs for each node."""
    memory: dict[int, str] = field(default_factory=dict)
    """The size of each node as it is written, or "=" and the id of a memory backend."""
    backends: dict[str, str] = field(default_factory=dict)
    """The size of each memory backend as it is written."""
    ram: str | None = None
    """The value of -m."""
    smp: dict[str, int] = field(default_factory=dict)
    placed: list[Option] = field(default_factory=list)
    """The options -numa cpu; they are used at the end, because they need -smp, which may come after them."""
    pairs: Pairs = field(default_factory=dict)
    plugged: list[Option] = field(default_factory=list)
    """The options -device for CPUs that are plugged in one by one."""
    hmat: QemuHmat = field(default_factory=QemuHmat)

    def take(self, option: Option) -> None:
        """Store what the option says; raise TopologyError if QEMU would refuse the option."""
        match option.kind:
            case "node":
                self._take_node(option)
            case "dist":
                self._take_distance(option)
            case "cpu":
                self.placed.append(option)
            case "device" if "socket-id" in option:
                self.plugged.append(option)
            case "hmat-lb":
                self.hmat.take(option)
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

    def _take_node(self, option: Option) -> None:
        node = words.node_id(option["nodeid"], option.where) if "nodeid" in option else len(self.cpus)
        if node in self.cpus:
            option.refuse(f"node {node} comes a second time; each node has one -numa node")
        listed = ",".join(option.each("cpus"))
        self.cpus[node] = cpu_bits(words.cpu_list(listed, node, option.where))
        if "memdev" in option:
            self.memory[node] = f"={option['memdev']}"
        elif "mem" in option:
            self.memory[node] = option["mem"]
        if "initiator" in option:
            self.hmat.named[node] = words.node_id(option["initiator"], option.where)

    def _take_distance(self, option: Option) -> None:
        source, target = (words.node_id(option.need(key), option.where) for key in ("src", "dst"))
        value = words.distance(option.need("val"), source, target, option.where)
        for node in (source, target):
            if node not in self.cpus and "$" not in option.line:
                option.refuse(f"names node {node} before any -numa node,nodeid={node}")
        if source == target and value != 10:
            option.refuse(f"from node {source} to itself: {value}; QEMU takes only 10")
        put(self.pairs, source, target, value, option.where)

    def partial_topology(self) -> PartialTopology:
        """Return the nodes and distances; where the options say nothing, QEMU's default is taken as a guess."""
        partial = PartialTopology("QEMU arguments", gets_slit=True)
        for option in self.placed:
            self._assign_cpus(option)
        possible = dict(self.cpus)
        self._remove_absent_cpus()
        any_cpus = any(self.cpus.values())
        for node, cpus in self.cpus.items():
            facts = partial.node(node)
            facts.cpus = cpu_text(cpus) if any_cpus else None
            facts.memory = self._bytes(partial, node)
        self._share_ram(partial)
        self.hmat.take_figures(partial, possible, self.cpus)
        _check_directions(self.pairs)
        fill(partial, self.pairs, "QEMU", default=None)
        return partial

    def _assign_cpus(self, option: Option) -> None:
        """Give the node the CPUs that -numa cpu names: all CPUs of a socket or of a core, or one thread."""
        node = words.node_id(option.need("node-id"), option.where)
        if node not in self.cpus:
            option.refuse(f"names node {node}, which no -numa node defines")
        self.cpus[node] |= self._named_cpus(option)

    def _named_cpus(self, option: Option) -> int:
        """Return the mask of the CPUs that the ids of an option name."""
        sizes = [self.smp.get(key, 1) or 1 for key in ("dies", "clusters", "cores", "threads")]
        first, cpu_count = 0, 1
        for key, size in zip(
            ("thread-id", "core-id", "cluster-id", "die-id", "socket-id"), [*sizes[::-1], 1], strict=True
        ):
            if key in option:
                first += words.count(option[key], key, option.where, MAX_CPUS) * _cpus_per(sizes, key)
            elif not first:
                cpu_count *= size
        return ((1 << cpu_count) - 1 << first) & (1 << MAX_CPUS) - 1 if first < MAX_CPUS and cpu_count < MAX_CPUS else 0

    def _remove_absent_cpus(self) -> None:
        """Remove the CPUs that do not exist when the guest boots, if the command plugs CPUs in one by one.

        At boot only the first CPUs of -smp and those of a -device exist. If a command has no such -device, its guest
        may get the other CPUs later, so they are kept. They are removed all the same in two cases: if the -smp is that
        of viz.topology.writers.qemu, and if the command has an HMAT, since the latencies and bandwidths that Linux
        uses depend on which CPUs exist at boot.
        """
        sizes = [self.smp.get(key, 0) for key in ("cpus", "cores", "threads")]
        from_our_writer = sizes == [1, 1, 1] and self.smp.get("sockets") == self.smp.get("maxcpus")
        exact = self.plugged or from_our_writer or self.hmat.tables
        if exact and self.smp.get("maxcpus", 0) > self.smp.get("cpus", 0):
            present = (1 << self.smp.get("cpus", 1)) - 1
            for option in self.plugged:
                present |= self._named_cpus(option)
            self.cpus = {node: cpus & present for node, cpus in self.cpus.items()}

    def _bytes(self, partial: PartialTopology, node: int) -> int | None:
        text = self.memory.get(node)
        if text is None:
            return 0 if self.memory else None
        unit = 2**20
        if text.startswith("="):
            text, unit = self.backends.get(text[1:], "$"), 1
        return None if "$" in text else size_of(text, unit, f"node {node}")

    def _share_ram(self, partial: PartialTopology) -> None:
        """Give each node an equal share of -m if no node has a size, as older versions of QEMU do."""
        if self.memory or not self.ram or "$" in self.ram:
            return
        share = size_of(self.ram, 2**20, "-m") // len(partial.nodes) if partial.nodes else 0
        for facts in partial.nodes.values():
            facts.memory = share
        sentence = "No node says how much memory it has; each is given an equal share of -m."
        partial.guess("memory", sentence, partial.nodes)


def _cpus_per(sizes: list[int], key: str) -> int:
    """Return by how much the number of a CPU grows if the id with this key grows by one."""
    dies, clusters, cores, threads = sizes
    cpus = {"thread-id": 1, "core-id": threads, "cluster-id": threads * cores, "die-id": threads * cores * clusters}
    return cpus.get(key, threads * cores * clusters * dies)


def _check_directions(pairs: Pairs) -> None:
    """Raise TopologyError if a pair is asymmetric while another one is given in only one direction."""
    skewed = next(((a, b) for (a, b), value in pairs.items() if pairs.get((b, a), value) != value), None)
    one_way = next(((a, b) for a, b in pairs if (b, a) not in pairs), None)
    if skewed and one_way:
        problem = f"nodes {skewed[0]} and {skewed[1]} differ by direction, so QEMU needs both directions of every pair"
        raise TopologyError(f"{problem}; from node {one_way[1]} to node {one_way[0]} is missing")
