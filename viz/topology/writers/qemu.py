"""Write a QEMU command line that boots the topology, so that a real kernel can print its order of nodes.

Linux on x86 numbers nodes in the order of the firmware's table. In that table QEMU puts nodes with CPUs first, and
leaves out nodes without CPUs and memory. Where that would change the ids, each node without CPUs gets an *absent* CPU:
maxcpus counts this CPU, but it is never plugged in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viz.kernel.adistance import AccessCoordinate, adistances
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask
from viz.topology import quantities as q
from viz.topology.distances import LOCAL, SMALLEST
from viz.topology.errors import TopologyError
from viz.topology.model import Topology
from viz.topology.node import Node
from viz.topology.partial_topology import nodes_text
from viz.topology.writers.losses import Written, lost_fields, renumbered, spans

_MIB = 2**20
_MAX_ID = 127
_MIN_CPUS = 9
"""The least value of maxcpus if some CPUs are absent: with fewer, Linux 6.1 hangs at boot."""
_MUCH_MEMORY = 8 * 2**30  # in bytes
_DRAM_BANDWIDTH = 102400  # in MB/s; only ratios matter
_CHUNK = 128
"""How many abstract distances belong to one memory tier."""
_TIER = 576 * 5
"""The abstract distance of the second tier if the topology gives no abstract distances: about that of dax memory."""


@dataclass(frozen=True)
class _Guest:
    nodes: list[Node]
    rows: list[list[int]]
    cpus: list[list[int]]
    """CPU numbers of each node, absent ones included."""
    absent: frozenset[int]
    memory: list[int]
    """The memory of each node in MiB."""
    access: list[tuple[int, int]] | None
    """Latency in ns and bandwidth in MB/s of each node; None if the command needs no HMAT."""
    wanted: list[int]
    """The abstract distance that Linux should compute for each node; empty if the topology has latencies itself."""


def written(topology: Topology) -> Written:
    """Return the command, below comments that say what it cannot keep of the topology."""
    if len(topology.nodes) > _MAX_ID + 1:
        raise TopologyError(f"has {len(topology.nodes)} nodes, and QEMU takes {_MAX_ID + 1} at most", "nodes")
    nodes, rows, losses = renumbered(topology, "QEMU")
    guest = _guest(nodes, rows)
    losses += _losses(guest)
    losses += lost_fields(topology, "QEMU", _keys_in_hmat(guest))
    comments = "".join(f"# {loss}\n" for loss in losses)
    return Written(comments + " \\\n  ".join(_arguments(guest)) + "\n", tuple(losses))


def _keys_in_hmat(guest: _Guest) -> tuple[str, ...]:
    return ("read_latency", "read_bandwidth", "write_latency", "write_bandwidth", "adistance") if guest.access else ()


def _guest(nodes: list[Node], rows: list[list[int]]) -> _Guest:
    with_cpus = [node.cpu_count > 0 for node in nodes]
    empty = any(not node.cpu_count and not node.memory for node in nodes)
    keeps_order = with_cpus == sorted(with_cpus, reverse=True) and not (empty and any(with_cpus))
    cpus = (keeps_order and _own_numbers(nodes)) or _counted(nodes, 0 if keeps_order else 1)
    absent = {cpu for node, numbers in zip(nodes, cpus, strict=True) if not node.cpu_count for cpu in numbers}
    memory = [-(-node.memory // _MIB) for node in nodes]
    access, wanted = _access(nodes) if any(with_cpus) else (None, [])  # an HMAT needs CPUs that access the memory
    return _Guest(nodes, rows, cpus, frozenset(absent), memory, access, wanted)


def _own_numbers(nodes: list[Node]) -> list[list[int]] | None:
    """Return the CPU numbers of the topology, or None if Linux would number the nodes differently with them."""
    cpus = [sorted(q.cpu_numbers(node.cpus)) if isinstance(node.cpus, str) else [] for node in nodes]
    firsts = [numbers[0] for numbers in cpus if numbers]
    without_gaps = sorted(cpu for numbers in cpus for cpu in numbers) == list(
        range(sum(node.cpu_count for node in nodes))
    )
    return cpus if without_gaps and firsts == sorted(firsts) else None


def _counted(nodes: list[Node], minimum: int) -> list[list[int]]:
    """Return new CPU numbers in the order of the nodes; each node gets at least `minimum` CPUs."""
    cpus, first = list[list[int]](), 0
    for node in nodes:
        cpus.append(list(range(first, first + max(node.cpu_count, minimum))))
        first += len(cpus[-1])
    return cpus


def _access(nodes: list[Node]) -> tuple[list[tuple[int, int]] | None, list[int]]:
    """Return _Guest.access and _Guest.wanted; the access is None if all memory is of one kind."""
    figures = [(node.read_latency, node.read_bandwidth) for node in nodes if node.memory]
    if figures and all(latency and bandwidth for latency, bandwidth in figures):
        return [(round(node.read_latency or 0), round(node.read_bandwidth or 0)) for node in nodes], []
    wanted = [node.adistance for node in nodes]
    if len(set(wanted)) == 1:
        wanted = [MEMTIER_ADISTANCE_DRAM + (_TIER - MEMTIER_ADISTANCE_DRAM) * (node.tier or 0) for node in nodes]
    # If the latencies in ns are equal to the abstract distances, and all bandwidths are the same, Linux computes from
    # them abstract distances in the same ratio.
    return ([(adistance, _DRAM_BANDWIDTH) for adistance in wanted], wanted) if len(set(wanted)) > 1 else (None, [])


def _arguments(guest: _Guest) -> Iterator[str]:
    all_cpus = sum(map(len, guest.cpus))
    max_cpus = max(all_cpus, _MIN_CPUS) if guest.absent else all_cpus
    yield "qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -accel tcg"
    yield f"-machine pc{',hmat=on' if guest.access else ''} -cpu qemu64 -m {sum(guest.memory)}M"
    counts = f"cpus=1,maxcpus={max_cpus}" if guest.absent else f"cpus={max(max_cpus, 1)}"
    yield f"-smp {counts},sockets={max(max_cpus, 1)},cores=1,threads=1"
    for node in range(len(guest.nodes)):
        if guest.memory[node]:
            yield f"-object memory-backend-ram,id=ram{node},size={guest.memory[node]}M"
    for node in range(len(guest.nodes)):
        yield _node(guest, node, max_cpus)
    yield from _distances(guest)
    yield from _hmat(guest)
    for cpus in guest.cpus if guest.absent else []:
        yield from (
            f"-device qemu64-x86_64-cpu,socket-id={cpu},core-id=0,thread-id=0"
            for cpu in cpus
            if cpu and cpu not in guest.absent
        )
    yield '-kernel VMLINUZ -initrd INITRD -append "console=ttyS0 nokaslr panic=-1" -serial stdio'


def _node(guest: _Guest, node: int, max_cpus: int) -> str:
    cpus = guest.cpus[node]
    if guest.absent and node == len(guest.nodes) - 1:  # each possible CPU needs a node
        cpus = list(range(cpus[0], max_cpus))
    argument = f"-numa node,nodeid={node}" + "".join(f",cpus={span}" for span in spans(cpus))
    if guest.memory[node]:
        argument += f",memdev=ram{node}"
    return argument + (f",initiator={_initiator(guest, node)}" if guest.access else "")


def _initiator(guest: _Guest, node: int) -> int:
    """Return the node whose CPUs are nearest to the memory: the node itself if it has CPUs, even if they are absent."""
    with_cpus = [other for other, cpus in enumerate(guest.cpus) if cpus]
    return node if guest.cpus[node] else min(with_cpus, key=lambda other: guest.rows[other][node])


def _distances(guest: _Guest) -> Iterator[str]:
    size = len(guest.nodes)
    asymmetric = any(guest.rows[a][b] != guest.rows[b][a] for a in range(size) for b in range(a))
    for a in range(size):
        for b in range(size):
            if a < b or (asymmetric and a != b) or size == 1:
                yield f"-numa dist,src={a},dst={b},val={guest.rows[a][b] if a != b else LOCAL}"


def _hmat(guest: _Guest) -> Iterator[str]:
    initiators = [index for index, node in enumerate(guest.nodes) if node.cpu_count]
    for a in initiators if guest.access else []:
        for b, (latency, bandwidth) in enumerate(guest.access or ()):
            if guest.memory[b]:
                head = f"-numa hmat-lb,initiator={a},target={b},hierarchy=memory,data-type=access-"
                yield f"{head}latency,latency={latency}"
                yield f"{head}bandwidth,bandwidth={bandwidth}M"


def _losses(guest: _Guest) -> list[str]:
    nodes, losses = guest.nodes, list[str]()
    if not nodes[0].cpu_count:
        losses.append("CPU 0 always exists, so node 0 boots with it although it has no CPUs here.")
    if any(
        isinstance(n.cpus, str) and q.cpu_numbers(n.cpus) != set(numbers)
        for n, numbers in zip(nodes, guest.cpus, strict=True)
    ):
        losses.append("CPUs are counted through from node 0; their own numbers are lost.")
    rounded = [index for index, node in enumerate(nodes) if node.memory % _MIB]
    if rounded:
        losses.append(f"The size of {nodes_text(rounded)} is rounded up to whole MiB.")
    if sum(guest.memory) * _MIB > _MUCH_MEMORY:
        losses.append(f"It needs {sum(guest.memory) // 1024} GiB; the order stays the same if each node has 128M.")
    losses += _distance_losses(guest)
    losses += _tier_losses(guest)
    without_memory = [index for index, node in enumerate(nodes) if not node.memory]
    if guest.access and without_memory:
        losses.append(
            f"Linux ignores an HMAT where a node has no memory; give {nodes_text(without_memory)} 1M to have the tiers."
        )
    return losses


def _tier_losses(guest: _Guest) -> Iterator[str]:
    """Yield a sentence for each difference between what Linux makes of the HMAT and what the topology says."""
    if not guest.access:
        return
    if any((n.read_latency, n.read_bandwidth) != (n.write_latency, n.write_bandwidth) for n in guest.nodes):
        yield "Reads and writes have one latency and one bandwidth, those of reads."
    figures = {
        node: AccessCoordinate(max(a, 1), max(a, 1), max(b, 1), max(b, 1))
        for node, (a, b) in enumerate(guest.access)
        if guest.memory[node]
    }
    dram = NodeMask(node for node in figures if guest.nodes[node].cpu_count or not node)  # node 0 always has CPU 0
    computed = adistances(figures, dram)
    if not computed and len(figures) > len(dram):
        yield "Linux makes no tiers of it: it needs nodes with CPUs and memory, as fast as each other within a tenth."
    computed = {node: computed.get(node, MEMTIER_ADISTANCE_DRAM) for node in figures}
    for node, adistance in sorted(computed.items()):
        if guest.wanted and adistance // _CHUNK != guest.wanted[node] // _CHUNK:
            yield f"Linux puts node {node} into memory tier {adistance // _CHUNK}, not {guest.wanted[node] // _CHUNK}."


def _distance_losses(guest: _Guest) -> Iterator[str]:
    pairs = [(a, b) for a in range(len(guest.rows)) for b in range(len(guest.rows))]
    if any(guest.rows[a][b] == SMALLEST for a, b in pairs if a != b):
        yield "Linux drops a table in which the distance between two nodes is 10."
    if any(guest.rows[a][a] != SMALLEST for a in range(len(guest.rows))):
        yield "QEMU takes only 10 as the distance of a node from itself."
