"""Choose for a finding the built-in story whose machine is most like the one that the finding is about."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from viz.analysis.findings.choices import tie_in
from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.targets import nearest_outside
from viz.kernel.memory_tiers import MEMTIER_CHUNK_BITS
from viz.kernel.releases import RELEASED
from viz.resources import stories


class Example(NamedTuple):
    """A story whose first machine has a finding: under which kernel, and what its machine has in common with others."""

    story: str
    kernel: str
    has_tiers: bool
    cpus: int
    """The number of nodes in N_CPU."""
    outside: int
    """The number of nodes with memory outside N_CPU."""
    way: str = ""
    """How the finding comes about, as way() says it."""


ANY_KERNEL = "guess", "versions-disagree"
"""The findings that are the same under every kernel."""
NEARER, AS_NEAR, FARTHER = "nearer", "as near", "farther"
"""How far a target is from a node that would like it, held against the node that has it."""
EXAMPLES: dict[str, tuple[Example, ...]] = {
    "no-target": (
        Example("expander-on-the-other-socket", "v5.15", False, 2, 1, NEARER),
        Example("three-sockets-one-slow", "v5.18", False, 3, 1, AS_NEAR),
        Example("near-slow-node", "v5.18", False, 2, 1, FARTHER),
        Example("simple-topology", "v5.18", False, 2, 1, AS_NEAR),
        Example("fifteen-without", "v5.15", False, 16, 1, AS_NEAR),
        Example("four-sockets-two-pmem", "v5.15", False, 4, 2, "farther and nearer"),
        Example("cxl-card", "v5.15", False, 2, 1, NEARER),
        Example("refused-node-is-lost", "v5.17.7", False, 2, 2),
        Example("power9-gpus", "v5.18", False, 2, 4, AS_NEAR),
        Example("power9-gpus", "v6.1", True, 2, 4, "one tier"),
        Example("all-in-one-tier", "v6.1", True, 2, 2, "one tier"),
        Example("a-tier-of-its-own", "v6.1", True, 3, 1, "one tier"),
        Example("hbm-and-superchips", "v6.1", True, 2, 2, "one tier"),
        Example("ties-by-kernel", "v6.1", True, 2, 4, "one tier"),
    ),
    "memoryless-takes": (Example("cpu-node-without-memory", "v5.15", False, 2, 1),),
    "demotes-faster": (
        Example("fast-memory-as-target", "v5.15", False, 1, 2, "from memory with CPUs"),
        Example("slow-into-gpu", "v5.15", False, 1, 2, "from memory without CPUs"),
        Example("hbm-and-superchips", "v5.15", False, 2, 2, "from memory with CPUs"),
        Example("speed-from-firmware", "v5.15", False, 1, 3, "from memory without CPUs"),
        Example("huge-node-behind-switches", "v5.15", False, 1, 3, "from memory without CPUs"),
    ),
    "unreached": (
        Example("refused-node-is-lost", "v5.17.7", False, 2, 2),
        Example("all-in-one-tier", "v6.1", True, 2, 2, "one tier"),
        Example("a-tier-of-its-own", "v6.1", True, 3, 1, "one tier"),
        Example("fast-memory-as-target", "v6.1", True, 1, 2, "several tiers"),
        Example("hbm-and-superchips", "v6.1", True, 2, 2, "one tier"),
        Example("speed-from-firmware", "v6.1", True, 1, 3, "several tiers"),
        Example("power9-gpus", "v6.1", True, 2, 4, "one tier"),
        Example("ties-by-kernel", "v6.1", True, 2, 4, "one tier"),
    ),
    "guess": (Example("my-machine", "v6.12", True, 2, 1),),
    "versions-disagree": (
        Example(
            "four-kernels-four-orders", "v5.15", False, 2, 3, "more arrows, changed by v5.16, v5.17.7, v5.17, v6.1"
        ),
        Example("ties", "v5.15", False, 1, 2, "fewer arrows, changed by v5.16, v5.17.7"),
        Example("ties-by-kernel", "v5.15", False, 2, 4, "fewer arrows, changed by v5.16, v5.17.7, v5.17, v6.1"),
        Example("refused-node-is-lost", "v5.16", False, 2, 2, "as many arrows, changed by v5.17.7, v5.17"),
        Example("expander-on-the-other-socket", "v5.15", False, 2, 1, "more arrows, changed by v6.1"),
        Example("three-sockets-one-slow", "v5.18", False, 3, 1, "more arrows, changed by v6.1"),
        Example("all-in-one-tier", "v6.1", True, 2, 2, "fewer arrows, changed by v5.17.7, v5.17, v6.1"),
        Example("dram-alone-then-pmem", "v5.18", False, 1, 1, "fewer arrows, changed by v6.1"),
        Example("power9-gpus", "v5.15", False, 2, 4, "fewer arrows, changed by v5.16, v5.17.7, v6.1"),
        Example("chain-across-sockets", "v5.15", False, 2, 4, "as many arrows, changed by v5.16, v5.17.7, v5.17, v6.1"),
        Example("speed-from-firmware", "v5.15", False, 1, 3, "as many arrows, changed by v5.17.7, v5.17, v6.1, v6.11"),
        Example("same-chain-two-cards", "v5.15", False, 2, 3, "fewer arrows, changed by v5.17.7, v5.17"),
        Example("four-sockets-two-pmem", "v5.15", False, 4, 2, "more arrows, changed by v5.17.7, v5.17, v6.1"),
        Example(
            "fast-memory-as-target", "v5.15", False, 1, 2, "as many arrows, changed by v5.17.7, v5.17, v6.1, v6.11"
        ),
    ),
    "nearest-taken": (
        Example("expander-on-the-other-socket", "v5.15", False, 2, 1, NEARER),
        Example("three-sockets-one-slow", "v5.18", False, 3, 1, AS_NEAR),
        Example("near-slow-node", "v5.18", False, 2, 1, FARTHER),
        Example("simple-topology", "v5.18", False, 2, 1, AS_NEAR),
        Example("fifteen-without", "v5.15", False, 16, 1, AS_NEAR),
        Example("four-sockets-two-pmem", "v5.15", False, 4, 2, "farther and nearer"),
        Example("cxl-card", "v5.15", False, 2, 1, NEARER),
        Example("four-kernels-four-orders", "v5.15", False, 2, 3, AS_NEAR),
        Example("four-kernels-four-orders", "v5.16", False, 2, 3, AS_NEAR),
        Example("four-kernels-four-orders", "v5.18", False, 2, 3, AS_NEAR),
        Example("sharing-patch", "v5.18", False, 2, 3, AS_NEAR),
        Example("ties-by-kernel", "v5.15", False, 2, 4, AS_NEAR),
    ),
    "crosses-socket": (Example("chain-across-sockets", "v5.15", False, 2, 4, "from memory without CPUs"),),
    "same-class": (
        Example("equal-nodes-in-a-chain", "v5.15", False, 1, 2, "from memory without CPUs"),
        Example("same-chain-two-cards", "v5.15", False, 2, 3, "from memory without CPUs"),
        Example("dram-alone-then-pmem", "v5.18", False, 1, 1, "from memory with CPUs"),
    ),
    "boot-differs": (Example("boot-or-run-time", "v5.15", False, 1, 2),),
    "tie": (
        Example("ties", "v5.15", False, 1, 2, "id"),
        Example("ties", "v5.16", False, 1, 2, "load"),
        Example("ties-by-kernel", "v5.15", False, 2, 4, "load"),
        Example("ties-by-kernel", "v5.16", False, 2, 4, "load"),
        Example("four-kernels-four-orders", "v5.15", False, 2, 3, "id"),
        Example("four-kernels-four-orders", "v5.16", False, 2, 3, "load"),
        Example("chain-across-sockets", "v5.15", False, 2, 4, "load"),
        Example("power9-gpus", "v5.15", False, 2, 4, "load"),
        Example("same-chain-two-cards", "v5.15", False, 2, 3, "load"),
        Example("boot-or-run-time", "v5.15", False, 1, 2, "load"),
        Example("boot-or-run-time", "v5.15", False, 1, 2, "id"),
    ),
    "renumbering": (
        Example("expander-on-the-other-socket", "v5.15", False, 2, 1, NEARER),
        Example("three-sockets-one-slow", "v5.18", False, 3, 1, AS_NEAR),
        Example("near-slow-node", "v5.18", False, 2, 1, FARTHER),
        Example("simple-topology", "v5.18", False, 2, 1, AS_NEAR),
        Example("fifteen-without", "v5.15", False, 16, 1, AS_NEAR),
        Example("four-sockets-two-pmem", "v5.15", False, 4, 2, "farther and nearer"),
        Example("cxl-card", "v5.15", False, 2, 1, NEARER),
        Example("ties", "v5.15", False, 1, 2),
        Example("ties", "v5.16", False, 1, 2, AS_NEAR),
    ),
}
"""For each id of a finding: the stories about it, the best first of those that are equally like a machine."""


def with_story(found: Finding, facts: Facts) -> Finding:
    """Return the finding with the story whose machine is most like its own, if one is like it."""
    here = here_of(found, facts)
    alike = [one for one in EXAMPLES[found.id] if is_alike(found.id, one, here)]
    if not alike:
        return found
    best = min(alike, key=lambda one: (_difference(one, here), one.kernel != here.kernel))
    other = None if found.id in ANY_KERNEL or best.kernel == here.kernel else best.kernel
    return replace(found, story=best.story, story_title=question_of(best.story), story_kernel=other)


def here_of(found: Finding, facts: Facts, story: str = "") -> Example:
    """Return the machine and the kernel of a finding in the form of an example."""
    sizes = len(facts.n_cpu), len(facts.outside)
    return Example(story, facts.run.version.name, facts.has_tiers, *sizes, way(found, facts))


def is_alike(name: str, one: Example, here: Example) -> bool:
    """Return whether the finding comes about in the same way, and neither machine has twice the nodes of the other."""
    if name == "guess":
        return True
    is_same = one.way == here.way and (name in ANY_KERNEL or one.has_tiers == here.has_tiers)
    pairs = (one.cpus, here.cpus), (one.outside, here.outside)
    return is_same and all(max(pair) <= 2 * min(pair) for pair in pairs)


def _difference(one: Example, here: Example) -> int:
    return abs(one.cpus - here.cpus) + abs(one.outside - here.outside)


def way(found: Finding, facts: Facts) -> str:
    """Return how a finding comes about: what a machine must share with that of a story to be an example of it.

    If kernels disagree, that is which releases have another order than the one before, and whether the newest gives
    more nodes a target than the oldest.
    """
    match found.id:
        case "versions-disagree":
            names = [row.name for row in RELEASED]
            group_of = {name: group for group in found.groups for name in group}
            changed = [name for before, name in pairwise(names) if group_of[before] != group_of[name]]
            first, last = (sum(map(bool, facts.released[name].values())) for name in (names[0], names[-1]))
            more = "more" if last > first else "fewer" if last < first else "as many"
            return f"{more} arrows, changed by {', '.join(changed)}"
        case "tie":
            ties = (one for step, scan in facts.scans if (one := tie_in(facts, step, scan)))
            return next(ties).decided_by
        case "demotes-faster" | "same-class" | "crosses-socket":
            return "from memory with CPUs" if found.nodes[0] in facts.n_cpu else "from memory without CPUs"
        case "no-target" | "unreached" if facts.has_tiers:
            tiers = {facts.machine.adistance[node] >> MEMTIER_CHUNK_BITS for node in facts.machine.memory}
            return "one tier" if len(tiers) == 1 else "several tiers"
        case "no-target" | "unreached" | "nearest-taken" | "renumbering":
            return " and ".join(sorted(set(_who_wins(facts))))
    return ""


def _who_wins(facts: Facts) -> list[str]:
    """Return, for each node of N_CPU whose nearest outside node is another's target, which of the two is nearer."""
    found = []
    for node in facts.n_cpu:
        near = nearest_outside(facts, node)
        owners = [] if near is None else facts.takers(near)
        if near is None or not owners or node in owners:
            continue
        own, owner = facts.machine.distance[node][near], facts.machine.distance[owners[0]][near]
        found.append(NEARER if own < owner else FARTHER if own > owner else AS_NEAR)
    return found


@cache
def question_of(story: str) -> str:
    """Return the question that a built-in story answers, which is its title."""
    question: str = tomllib.loads((stories() / f"{story}.toml").read_text(encoding="utf-8"))["question"]
    return question
