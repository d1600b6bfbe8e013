"""What is odd about built-in machines under three kernels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from viz.analysis.findings import findings
from viz.analysis.run import Run
from viz.topology import builtin, builtin_names

KERNELS = {"v5.15": (), "v5.17.7": ("versions-disagree",), "v6.1": ("versions-disagree",)}
"""The kernels, and the findings that are left out under all but the first, because they are the same."""
EVERY = {"v5.15": 2, "v5.17.7": 3, "v6.1": 3}
"""For each kernel, which machines are asked: every second or third."""


def files() -> dict[str, Callable[[], str]]:
    """Return KERNEL.txt with the findings under each kernel."""
    return {f"{kernel}.txt": partial(_findings, kernel) for kernel in KERNELS}


def _findings(kernel: str) -> str:
    lines = list[str]()
    for name in builtin_names()[:: EVERY[kernel]]:
        run = Run.of(builtin(name), kernel)
        lines += [f"{name}: {run.heading().splitlines()[0]}"]
        for found in findings(run, without=KERNELS[kernel]):
            more = {key: value for key, value in found.as_dict().items() if key not in ("id", "says", "step", "groups")}
            lines += [f"    {found.id} at {found.step}: {found.says}", f"        {more}"]
    return "\n".join([*lines, ""])
