"""Test that a tier which follows from latency and bandwidth says where they are from."""

from __future__ import annotations

import json
from itertools import product

import pytest

from tests.topology.formats.printers import Facts, hwloc2, numactl, sysfs_lines
from viz.topology import load

FACTS = Facts("two", "", ((0, "0-1", 2**30), (1, "", 2**31)), [[10, 20], [20, 10]])
LATENCY, BANDWIDTH = (80, 250), (90000, 9000)
"""Of node 0, which has the CPUs, and of node 1: nanoseconds, and MB a second.

The abstract distance of node 1 is 576 * 250 / 80 * 10, or 18,000, which is in tier 140.
"""


def figures(node: int) -> dict[str, int]:
    values = {"latency": LATENCY[node], "bandwidth": BANDWIDTH[node]}
    return {f"{way}_{name}": value for way, (name, value) in product(("read", "write"), values.items())}


def of_document() -> str:
    document = load(numactl(FACTS)).topology.document()
    return json.dumps(document | {"nodes": [node | figures(node["id"]) for node in document["nodes"]]})


def of_sysfs(access: int) -> str:
    path = "/sys/devices/system/node/node{}/access{}/initiators/{}:{}\n"
    lines = [path.format(node, access, name, value) for node in (0, 1) for name, value in figures(node).items()]
    return sysfs_lines(FACTS) + "".join(lines)


def of_hwloc() -> str:
    value = '<memattr_value target_obj_type="NUMANode" target_obj_gp_index="{}" value="{}" initiator_cpuset="0x3"/>'
    values = [
        f'<memattr name="{name}" flags="{flags}">{value.format(7, of[0])}{value.format(8, of[1])}</memattr>'
        for name, flags, of in (("Latency", 6, LATENCY), ("Bandwidth", 5, BANDWIDTH))
    ]
    return hwloc2(FACTS).replace("</topology>", f"{''.join(values)}</topology>")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (of_document(), "from the latency and bandwidth in the document"),
        (of_hwloc(), "tier 140 from hwloc's values: latency 250 ns, bandwidth 9000 MB/s"),
        (of_sysfs(1), "tier 140 from access1: latency 250 ns, bandwidth 9000 MB/s"),
        (of_sysfs(0), "tier 140 from access0: latency 250 ns, bandwidth 9000 MB/s"),
    ],
    ids=["a document", "hwloc", "access1", "access0"],
)
def test_the_source_of_latency_and_bandwidth_is_named(text: str, source: str) -> None:
    assert load(text).tiers[1] == source
