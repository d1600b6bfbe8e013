"""A numactl of our own, for tests: it prints a machine as the real one does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def numactl(
    nodes: Sequence[tuple[int, Sequence[int], int]], rows: Sequence[Sequence[int]], *, wide: bool = False
) -> str:
    """The listing of nodes (id, cpus, MB) and their distances, in the old or the wide columns."""
    width = 4 if wide else 3
    ids = [node for node, _, _ in nodes]
    lines = [f"available: {len(ids)} nodes ({','.join(map(str, ids))})"] if not _runs(ids) else []
    for node, cpus, size in nodes:
        lines += [f"node {node} cpus:" + "".join(f" {cpu}" for cpu in cpus)]
        lines += [f"node {node} size: {size} MB", f"node {node} free: {size // 2} MB"]
    lines += ["node distances:", "node  " + "".join(f"{node:>{width}} " for node in ids)]
    lines += [
        f"{node:>{width}}: " + "".join(f"{cell:>{width}} " for cell in row) for node, row in zip(ids, rows, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _runs(ids: Sequence[int]) -> bool:
    """Whether ids follow one another, which numactl would print as a range."""
    return any(b == a + 1 for a, b in pairwise(ids))
