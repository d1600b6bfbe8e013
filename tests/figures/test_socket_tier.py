"""Which box a node is drawn in."""

from __future__ import annotations

from viz.figures.socket_tier import socket_tiers
from viz.topology import read


def test_shared_memory_stands_in_a_box_of_its_own() -> None:
    spots = socket_tiers(read("2 sockets: cpu+dram, pmem; shared cxl"))
    assert [spot.socket for spot in spots.values()] == [*["Socket A"] * 2, *["Socket B"] * 2, "Shared by all"]
    assert [spot.tier for spot in spots.values()] == [0, 2, 0, 2, 1]
