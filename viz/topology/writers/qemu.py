"""A QEMU command line that boots the topology, so that a real kernel can say what its order is.

Linux on x86 numbers nodes in the order of the firmware's table, and QEMU lists those with CPUs first and those without
CPUs and memory nowhere. Where that would change the ids, every node without CPUs is given one that is *absent*: it is
counted in maxcpus and never plugged in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viz.kernel.adistance import Performance, adistances
from viz.kernel.machine import MEMTIER_ADISTANCE_DRAM
from viz.kernel.nodemask import NodeMask
from viz.topology import quantities as q
from viz.topology.distances import LOCAL, SMALLEST
from viz.topology.errors import TopologyError
from viz.topology.model import Node, Topology
from viz.topology.partial_topology import nodes_text
from viz.topology.writers.losses import Written, lost_fields, renumbered, spans

_MIB = 2**20
_MAX_ID = 127
_FEWEST = 9
"""With fewer possible CPUs and some of them absent, Linux 6.1 hangs at boot."""
_MUCH = 8 * 2**30
_DRAM_BANDWIDTH = 100  # in GB/s; only ratios count
_CHUNK = 128
"""The abstract distances of a memory tier."""
_TIER = 576 * 5  # the abstract distance of the second tier where only tiers are given, about that of a dax device


@dataclass(frozen=True)
class _Guest:
    nodes: list[Node]
    rows: list[list[int]]
    cpus: list[list[int]]
    """CPU numbers of each node, absent ones included."""
    absent: frozenset[int]
    memory: list[int]
    """In MiB."""
    access: list[tuple[int, int]] | None
    """Latency in ns and bandwidth in GB/s of each node."""
    wanted: list[int]
    """The abstract distances that are to come of these; empty where the topology itself has the figures."""


def written(topology: Topology) -> Written:
    """The command, with what it cannot keep as comments above it."""
    if len(topology.nodes) > _MAX_ID + 1:
        raise TopologyError(f"has {len(topology.nodes)} nodes, and QEMU takes {_MAX_ID + 1} at most", "nodes")
    nodes, rows, losses = renumbered(topology, "QEMU")
    guest = _guest(nodes, rows)
    losses += _losses(guest)
    losses += lost_fields(topology, "QEMU", _kept(guest))
    comments = "".join(f"# {loss}\n" for loss in losses)
    return Written(comments + " \\\n  ".join(_words(guest)) + "\n", tuple(losses))


def _kept(guest: _Guest) -> tuple[str, ...]:
    return ("read_latency", "read_bandwidth", "write_latency", "write_bandwidth", "adistance") if guest.access else ()


def _guest(nodes: list[Node], rows: list[list[int]]) -> _Guest:
    with_cpus = [node.cpu_count > 0 for node in nodes]
    empty = any(not node.cpu_count and not node.memory for node in nodes)
    plain = with_cpus == sorted(with_cpus, reverse=True) and not (empty and any(with_cpus))
    cpus = (plain and _own_numbers(nodes)) or _counted(nodes, 0 if plain else 1)
    absent = {cpu for node, numbers in zip(nodes, cpus, strict=True) if not node.cpu_count for cpu in numbers}
    memory = [-(-node.memory // _MIB) for node in nodes]
    access, wanted = _access(nodes) if any(with_cpus) else (None, [])  # an HMAT says what CPUs measure
    return _Guest(nodes, rows, cpus, frozenset(absent), memory, access, wanted)


def _own_numbers(nodes: list[Node]) -> list[list[int]] | None:
    """The CPUs as they are numbered here, if Linux then finds the nodes in their order."""
    cpus = [sorted(q.cpu_numbers(node.cpus)) if isinstance(node.cpus, str) else [] for node in nodes]
    firsts = [numbers[0] for numbers in cpus if numbers]
    whole = sorted(cpu for numbers in cpus for cpu in numbers) == list(range(sum(node.cpu_count for node in nodes)))
    return cpus if whole and firsts == sorted(firsts) else None


def _counted(nodes: list[Node], least: int) -> list[list[int]]:
    """CPUs counted through from the first node, each node with at least so many."""
    cpus, at = list[list[int]](), 0
    for node in nodes:
        cpus.append(list(range(at, at + max(node.cpu_count, least))))
        at += len(cpus[-1])
    return cpus


def _access(nodes: list[Node]) -> tuple[list[tuple[int, int]] | None, list[int]]:
    """What the HMAT says of each node, None where all memory is of one kind; and the abstract distances meant by it."""
    given = [(node.read_latency, node.read_bandwidth) for node in nodes if node.memory]
    if given and all(latency and bandwidth for latency, bandwidth in given):
        return [(round(node.read_latency or 0), round(node.read_bandwidth or 0)) for node in nodes], []
    kinds = [node.adistance for node in nodes]
    if len(set(kinds)) == 1:
        kinds = [MEMTIER_ADISTANCE_DRAM + (_TIER - MEMTIER_ADISTANCE_DRAM) * (node.tier or 0) for node in nodes]
    return ([(kind, _DRAM_BANDWIDTH) for kind in kinds], kinds) if len(set(kinds)) > 1 else (None, [])


def _words(guest: _Guest) -> Iterator[str]:
    all_cpus = sum(map(len, guest.cpus))
    most = max(all_cpus, _FEWEST) if guest.absent else all_cpus
    yield "qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -accel tcg"
    yield f"-machine pc{',hmat=on' if guest.access else ''} -cpu qemu64 -m {sum(guest.memory)}M"
    first = f"cpus=1,maxcpus={most}" if guest.absent else f"cpus={max(most, 1)}"
    yield f"-smp {first},sockets={max(most, 1)},cores=1,threads=1"
    for place in range(len(guest.nodes)):
        if guest.memory[place]:
            yield f"-object memory-backend-ram,id=ram{place},size={guest.memory[place]}M"
    for place in range(len(guest.nodes)):
        yield _node(guest, place, most)
    yield from _distances(guest)
    yield from _hmat(guest)
    for cpus in guest.cpus if guest.absent else []:
        yield from (
            f"-device qemu64-x86_64-cpu,socket-id={cpu},core-id=0,thread-id=0"
            for cpu in cpus
            if cpu and cpu not in guest.absent
        )
    yield '-kernel VMLINUZ -initrd INITRD -append "console=ttyS0 nokaslr panic=-1" -serial stdio'


def _node(guest: _Guest, place: int, most: int) -> str:
    cpus = guest.cpus[place]
    if guest.absent and place == len(guest.nodes) - 1:  # the spare ones have to be somewhere
        cpus = list(range(cpus[0], most))
    word = f"-numa node,nodeid={place}" + "".join(f",cpus={span}" for span in spans(cpus))
    if guest.memory[place]:
        word += f",memdev=ram{place}"
    return word + (f",initiator={_initiator(guest, place)}" if guest.access else "")


def _initiator(guest: _Guest, place: int) -> int:
    """The node whose CPUs reach the memory best: itself if it has any, be they absent."""
    near = [other for other, cpus in enumerate(guest.cpus) if cpus]
    return place if guest.cpus[place] else min(near, key=lambda other: guest.rows[other][place])


def _distances(guest: _Guest) -> Iterator[str]:
    size = len(guest.nodes)
    both = any(guest.rows[a][b] != guest.rows[b][a] for a in range(size) for b in range(a))
    for a in range(size):
        for b in range(size):
            if a < b or (both and a != b) or size == 1:
                yield f"-numa dist,src={a},dst={b},val={guest.rows[a][b] if a != b else LOCAL}"


def _hmat(guest: _Guest) -> Iterator[str]:
    sources = [place for place, node in enumerate(guest.nodes) if node.cpu_count]
    for a in sources if guest.access else []:
        for b, (latency, bandwidth) in enumerate(guest.access or ()):
            if guest.memory[b]:
                head = f"-numa hmat-lb,initiator={a},target={b},hierarchy=memory,data-type=access-"
                yield f"{head}latency,latency={latency}"
                yield f"{head}bandwidth,bandwidth={bandwidth}G"


def _losses(guest: _Guest) -> list[str]:
    nodes, found = guest.nodes, list[str]()
    if len(nodes) - 1 > _MAX_ID:
        found.append(f"QEMU takes nodes up to {_MAX_ID}; this is refused by it.")
    if not nodes[0].cpu_count:
        found.append("CPU 0 always exists, so node 0 boots with it although it has no CPUs here.")
    if any(
        isinstance(n.cpus, str) and q.cpu_numbers(n.cpus) != set(own) for n, own in zip(nodes, guest.cpus, strict=True)
    ):
        found.append("CPUs are counted through from node 0; their own numbers are lost.")
    odd = [place for place, node in enumerate(nodes) if node.memory % _MIB]
    if odd:
        found.append(f"The size of {nodes_text(odd)} is rounded up to whole MiB.")
    if sum(guest.memory) * _MIB > _MUCH:
        found.append(f"It needs {sum(guest.memory) // 1024} GiB; the order stays the same if each node has 128M.")
    found += _odd_rows(guest)
    found += _odd_tiers(guest)
    bare = [place for place, node in enumerate(nodes) if not node.memory]
    if guest.access and bare:
        found.append(f"Linux ignores an HMAT where a node has no memory; give {nodes_text(bare)} 1M to have the tiers.")
    return found


def _odd_tiers(guest: _Guest) -> Iterator[str]:
    """What Linux makes of the HMAT where that is not what is meant."""
    if not guest.access:
        return
    if any((n.read_latency, n.read_bandwidth) != (n.write_latency, n.write_bandwidth) for n in guest.nodes):
        yield "Reads and writes have one latency and one bandwidth, those of reads."
    figures = {
        place: Performance(max(a, 1), max(b, 1)) for place, (a, b) in enumerate(guest.access) if guest.memory[place]
    }
    dram = NodeMask(place for place in figures if guest.nodes[place].cpu_count or not place)  # CPU 0 is in node 0
    computed = adistances(figures, dram)
    if not computed and len(figures) > len(dram):
        yield "Linux makes no tiers of it: it needs nodes with CPUs and memory, as fast as each other within a tenth."
    computed |= dict.fromkeys(dram, MEMTIER_ADISTANCE_DRAM)
    for place, far in sorted(computed.items()):
        if guest.wanted and far // _CHUNK != guest.wanted[place] // _CHUNK:
            yield f"Linux puts node {place} into memory tier {far // _CHUNK}, not {guest.wanted[place] // _CHUNK}."


def _odd_rows(guest: _Guest) -> Iterator[str]:
    pairs = [(a, b) for a in range(len(guest.rows)) for b in range(len(guest.rows))]
    if any(guest.rows[a][b] == SMALLEST for a, b in pairs if a != b):
        yield "Linux drops a table in which the distance between two nodes is 10."
    if any(guest.rows[a][a] != SMALLEST for a in range(len(guest.rows))):
        yield "QEMU takes only 10 as the distance of a node from itself."
