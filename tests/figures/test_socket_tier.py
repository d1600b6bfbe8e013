"""Test in which box of the stage a node is drawn, which depends on its socket and its memory tier."""

from __future__ import annotations

from viz.figures.socket_tier import socket_tiers
from viz.topology import read


def test_shared_memory_has_a_box_of_its_own() -> None:
    nodes = socket_tiers(read("2 sockets: cpu+dram, pmem; shared cxl"))
    assert [node.socket for node in nodes.values()] == [*["Socket A"] * 2, *["Socket B"] * 2, "Shared by all"]
    assert [node.tier for node in nodes.values()] == [0, 2, 0, 2, 1]
