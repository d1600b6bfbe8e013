"""Every sentence of a machine's run under a version, and why each node has its targets at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from viz.analysis.run import Run
from viz.kernel.versions import VERSIONS
from viz.topology import builtin
from viz.trace.why.ask import why

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


def files() -> dict[str, Callable[[], str]]:
    """Return MACHINE/VERSION.txt for each machine under each version."""
    return {
        f"{machine.replace(' ', '-').replace(',', '-')}/{version}.txt": partial(text, machine, version)
        for machine, version in NAMES
    }


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
