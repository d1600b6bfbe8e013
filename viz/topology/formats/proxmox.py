"""Read the configuration of a Proxmox guest, as `qm config` and /etc/pve/qemu-server/100.conf have it.

    sockets: 2
    cores: 4
    memory: 16384                                           in MB
    numa: 1                                                 without numa0: a node for each socket, with equal memory
    numa0: cpus=0-3;8,hostnodes=0,memory=8192,policy=bind

The guest gets no distances.
"""

from __future__ import annotations

import re

from viz.topology.errors import SecondMachine, TopologyError
from viz.topology.formats import words
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology

_LINE = re.compile(r"[ \t]*+(numa[0-9]{0,4}|sockets|cores|memory):[ \t]*+(\S.*+)")
_NODE = re.compile(r"^[ \t>|+*#]*+numa[0-9]{1,4}:[ \t]++\S{0,2000}?(?:cpus|memory|hostnodes)=", re.MULTILINE)
_SWITCH = re.compile(r"^[ \t>|+*#]*+numa:[ \t]*+1[ \t]*+\r?$", re.MULTILINE)
_PLACE = re.compile(r"^[ \t>|+*#]*+(?:sockets|cores):[ \t]*+[0-9]", re.MULTILINE)


def like_proxmox(text: str) -> bool:
    """Return whether a line describes a node of a Proxmox guest, or whether "numa: 1" makes a node of each socket."""
    return _NODE.search(text) is not None or (_SWITCH.search(text) is not None and _PLACE.search(text) is not None)


def read_proxmox(text: str, name: str = "") -> ParseResult:
    """Return the topology of the guest."""
    try:
        partial = PartialTopology("a Proxmox configuration", gets_slit=True)
        sizes = {"sockets": 1, "cores": 1, "memory": 512}
        for number, line in words.lines_of(text):
            found, where = _LINE.fullmatch(line), f"line {number}"
            if found and found[1] in sizes:
                first = found[2].split(",")[0].removeprefix("current=").strip()
                sizes[found[1]] = words.count(first, found[1], where, 2**30)
            elif found and found[1] != "numa":
                _take_node(partial, int(found[1][4:]), found[2], where)
        if not partial.nodes:
            _share(partial, sizes)
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def _take_node(partial: PartialTopology, node: int, text: str, where: str) -> None:
    if node in partial.nodes:
        raise SecondMachine(f"numa{node} comes a second time; give one machine at a time", where)
    facts = partial.node(words.node_id(str(node), where))
    facts.cpus = ""
    for part in text.split(","):
        key, _, value = part.partition("=")
        if key.strip() == "cpus":
            facts.cpus = words.cpu_list(value.replace(";", ","), node, where)
        elif key.strip() == "memory":
            facts.memory = words.mebibytes(value.strip(), "memory", where)


def _share(partial: PartialTopology, sizes: dict[str, int]) -> None:
    """Make a node of each socket, with its cores and an equal share of the memory, as "numa: 1" does."""
    sockets, cores = sizes["sockets"], sizes["cores"]
    if not 1 <= sockets <= 1024 or not 1 <= cores <= 4096:
        raise TopologyError(f"has {sockets} sockets of {cores} cores; 1 to 1024 of 1 to 4096 are possible")
    for node in range(sockets):
        facts = partial.node(node)
        facts.cpus = words.cpu_list(f"{node * cores}-{node * cores + cores - 1}", node)
        facts.memory = sizes["memory"] // sockets * 2**20
