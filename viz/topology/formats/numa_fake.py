"""Read the kernel's parameters for fake nodes: numa=fake=2 numa_emulation.read_latency=100,1000 ...

    numa=fake=4                           4 fake nodes; 4G: fake nodes of that size; 2U: each real node becomes 2
    numa_emulation.adistance=576,704      the abstract distance of each fake node
    numa_emulation.read_latency=100,1000  the latency of each fake node; also write_latency, read_bandwidth, ...
    numa_emulation.default_dram=1,0       1 for each fake node that is DRAM, with which the others are compared

Every fake node lists all CPUs of the node that it is a part of, and is at distance 10 from the other parts.
"""

from __future__ import annotations

import re

from viz.kernel.adistance import AccessCoordinate, adistances
from viz.kernel.nodemask import NodeMask
from viz.topology.errors import TopologyError
from viz.topology.parse_result import ParseResult
from viz.topology.partial_topology import PartialTopology

_FAKE = re.compile(r"\bnuma=fake=([0-9]{1,6})([UuGgMmKk]?)(?![\w=])")
_PARAMETER = re.compile(
    r"\bnuma_emulation\.(adistance|default_dram|(?:read|write)_(?:latency|bandwidth))=\"?([0-9]{1,12}(?:,[0-9]{1,12}){0,1023})"
)
_KEYS = ("read_latency", "write_latency", "read_bandwidth", "write_bandwidth")


def like_numa_fake(text: str) -> bool:
    """Return whether the text has the parameter that makes fake nodes."""
    return _FAKE.search(text) is not None


def read_numa_fake(text: str, name: str = "") -> ParseResult:
    """Return a machine whose fake nodes are parts of one node; the number of CPUs and the sizes are guessed."""
    try:
        match = _FAKE.search(text)
        if match is None or match[2]:
            problem = (
                "gives the size or the share of fake nodes, not their number; give numactl -H of the running machine"
            )
            raise TopologyError(problem)
        count = int(match[1])
        if not 1 <= count <= 1024:
            raise TopologyError(f"asks for {count} fake nodes; 1 to 1024 are possible")
        partial = PartialTopology("parameters for fake nodes")
        for node in range(count):
            partial.node(node).cpus = "0"
        partial.columns = list(range(count))
        partial.rows = {node: bytes([10]) * count for node in range(count)}
        partial.guess("cpus", "Fake nodes list all CPUs of the real node; one CPU is assumed.", range(count))
        partial.oddities.append("The fake nodes are taken as parts of one node, so all distances are 10.")
        return partial.loaded(name)
    except TopologyError as error:
        raise error.within(name) from None


def emulated_adistances(text: str) -> dict[int, int]:
    """Return the abstract distance that the parameters give each fake node; {} if there are no such parameters."""
    values = {match[1]: [int(word) for word in match[2].split(",")] for match in _PARAMETER.finditer(text)}
    if "adistance" in values:
        return {node: value for node, value in enumerate(values["adistance"]) if value < 2**31}
    count = max((len(values[key]) for key in _KEYS if key in values), default=0)
    if not count:
        return {}
    coordinates = {node: _coordinate(values, node) for node in range(count)}
    dram = [node for node, flag in enumerate(values.get("default_dram", [1])) if flag and node < count]
    computed = adistances(coordinates, NodeMask(dram))
    return {node: value for node, value in computed.items() if 0 <= value < 2**31}


def _coordinate(values: dict[str, list[int]], node: int) -> AccessCoordinate:
    figures = {key: values[key][node] for key in _KEYS if key in values and node < len(values[key])}
    for key in _KEYS:  # a value for reads only, or for writes only, is used for both
        other = key.replace("read", "write") if key.startswith("read") else key.replace("write", "read")
        figures.setdefault(key, figures.get(other, 0))
    return AccessCoordinate(**figures)
