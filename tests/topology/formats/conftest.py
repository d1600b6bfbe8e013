"""Print a machine in the form of the real numactl."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def numactl(
    nodes: Sequence[tuple[int, Sequence[int], int]], rows: Sequence[Sequence[int]], *, wide: bool = False
) -> str:
    """Return the output of numactl for nodes (id, CPUs, MB) and their distances; `wide` makes the columns wider."""
    width = 4 if wide else 3
    ids = [node for node, _, _ in nodes]
    lines = [f"available: {len(ids)} nodes ({','.join(map(str, ids))})"] if not _has_successive(ids) else []
    for node, cpus, size in nodes:
        lines += [f"node {node} cpus:" + "".join(f" {cpu}" for cpu in cpus)]
        lines += [f"node {node} size: {size} MB", f"node {node} free: {size // 2} MB"]
    lines += ["node distances:", "node  " + "".join(f"{node:>{width}} " for node in ids)]
    lines += [
        f"{node:>{width}}: " + "".join(f"{cell:>{width}} " for cell in row) for node, row in zip(ids, rows, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _has_successive(ids: Sequence[int]) -> bool:
    """Return whether two neighbouring ids differ by 1; numactl prints such ids as a range."""
    return any(b == a + 1 for a, b in pairwise(ids))
