"""Compute the watermarks of nodes as Linux does, where a document does not give them.

    min      the node's share of min_free_kbytes
    low      min + gap
    high     low + gap
    promo    high + gap
    gap      the larger of min / 4 and watermark_scale_factor ten-thousandths of the node

min_free_kbytes itself grows with the root of all memory. Where huge pages are on, as distributions have them,
khugepaged raises it to 22 MiB a zone, and to no more than a twentieth of all memory. A node counts as one zone here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isqrt

from viz.topology.node import Node
from viz.topology.watermarks import PAGE_SIZE, Watermarks

SCALE_FACTOR = 10
"""The default of watermark_scale_factor."""
LARGEST_SCALE_FACTOR = 3000
PAGE_BLOCK = 512
"""Pages of a page block: a huge page."""
BLOCKS_PER_ZONE = 2 + 3 * 3
"""Page blocks that khugepaged wants free in a zone: two, and one for each pair of three migrate types."""
SMALLEST_MIN_FREE, LARGEST_MIN_FREE = 128, 262144
"""Bounds in kB of what Linux computes; khugepaged, and a person, may go above."""
PAGES_OF_KB = PAGE_SIZE // 1024


def watermarks_of(
    nodes: Iterable[Node], min_free_kbytes: int | None = None, scale_factor: int = SCALE_FACTOR
) -> dict[int, Watermarks]:
    """Return the watermarks of every node with memory: those of the document, else what Linux would compute."""
    nodes = [node for node in nodes if node.memory >= PAGE_SIZE]
    managed = {n.id: n.watermarks.managed if n.watermarks else n.memory // PAGE_SIZE for n in nodes}
    computed = setup_per_zone_wmarks(managed, min_free_kbytes, scale_factor)
    return {node.id: node.watermarks or computed[node.id] for node in nodes}


def setup_per_zone_wmarks(
    managed: Mapping[int, int], min_free_kbytes: int | None, scale_factor: int
) -> dict[int, Watermarks]:
    """Return the watermarks of nodes with so many pages; None stands for the min_free_kbytes that Linux computes."""
    total = sum(managed.values())
    kbytes = computed_min_free_kbytes(managed) if min_free_kbytes is None else min_free_kbytes
    pages_min = kbytes // PAGES_OF_KB
    found = {}
    for node, pages in managed.items():
        lowest = min(pages_min * pages // total, pages)
        gap = max(lowest // 4, pages * scale_factor // 10000)
        low, high, promo = (min(lowest + step * gap, pages) for step in (1, 2, 3))
        found[node] = Watermarks(min=lowest, low=low, high=high, promo=promo, managed=pages, free=pages)
    return found


def computed_min_free_kbytes(managed: Mapping[int, int]) -> int:
    """Return min_free_kbytes as Linux sets it at boot and khugepaged raises it."""
    total = sum(managed.values())
    at_boot = min(max(isqrt(16 * total * PAGES_OF_KB), SMALLEST_MIN_FREE), LARGEST_MIN_FREE)
    for_huge_pages = min(PAGE_BLOCK * BLOCKS_PER_ZONE * len(managed), total // 20)
    return max(at_boot, for_huge_pages * PAGES_OF_KB)
