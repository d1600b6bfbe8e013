"""Write the pinned texts of runs, which a test compares with the program: `./dev pin` writes them anew.

A reviewer reads in the diff what has changed. tests/trace/pinned/MACHINE/VERSION.txt has every sentence of the run of a
built-in machine under a version, and why each node has its targets at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import builtin
from viz.trace.why.ask import why

FOLDER = Path(__file__).parent / "trace" / "pinned"
MACHINES = (
    "two-sockets-three-classes",
    "one-socket-hbm-and-pmem",
    "memoryless-cpu-node",
    "two-sockets-refused-target",
    "ghost-of-a-node",
    "stale-loads",
)
"""The pinned machines: that of the patch, one with tiers, a memoryless node, refused targets, and two with events."""
CGROUP = "two-sockets-three-classes on 0,2-3"
"""The first machine with a cgroup that may use some of its nodes; it is pinned under a version for each cpuset rule."""
NAMES = [(machine, version.name) for machine in MACHINES for version in VERSIONS]
NAMES += [(CGROUP, name) for name in ("v6.11", "v6.16", "v7.0", "random-member")]


def path(machine: str, version: str) -> Path:
    """Return the path of the file with the pinned text of a machine under a version."""
    return FOLDER / machine.replace(" ", "-").replace(",", "-") / f"{version}.txt"


def text(machine: str, version: str) -> str:
    """Return all sentences of a machine's run under a version, then the answers to "why" at the run's last step."""
    name, _, allowed = machine.partition(" on ")
    return "\n".join([*_lines(Run.of(builtin(name).allowing(allowed or None), version)), ""])


def _lines(run: Run) -> Iterator[str]:
    trace = run.trace()
    yield run.heading()
    for step in range(trace.length):
        if any(chapter.first == step for chapter in trace.chapters):
            yield f"\n{trace.chapters[trace.at('chapter', step)].title}"
        yield f"{step:>5}  {trace.at('sentence', step)}"
    for node in trace.nodes:
        question, _, lines = why(trace, str(node), trace.length - 1)
        yield f"\n{question}"
        for step, line in lines:
            yield f"{step:>5}  {line or trace.at('sentence', step)}"


def main() -> None:
    """Delete all pinned texts, and write new ones from the current program."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for machine, version in NAMES:
        path(machine, version).parent.mkdir(parents=True, exist_ok=True)
        path(machine, version).write_text(text(machine, version), encoding="utf-8")


if __name__ == "__main__":
    main()
