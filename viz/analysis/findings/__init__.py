"""Find what is odd about a machine under one kernel.

A detector is a pure function of Facts that returns a Finding or None. All findings are about the first order of a
run, before any event. "Outside" nodes are those with memory that are not in N_CPU.

| id | the nodes of the finding |
| --- | --- |
| no-target | nodes of N_CPU that have memory and no target, while there is memory outside |
| memoryless-takes | nodes of N_CPU without memory that have a target, while one of N_CPU with memory has none |
| demotes-faster | nodes with a target that is known to be faster memory |
| unreached | outside nodes that are nobody's target; none is in a faster tier than all memory with CPUs |
| guess | the nodes that guesses are about, if the result depends on guesses |
| versions-disagree | nodes with several results, if the released rows do not all give the same targets |
| nearest-taken | nodes of N_CPU whose nearest outside node is another's target and not theirs; not under tiers |
| crosses-socket | nodes with a target in another socket, while there is memory in their own that they could demote to |
| same-class | nodes with a target that is known to be as fast as they are |
| boot-differs | nodes that have other targets if zonelists are built at the other time |
| tie | nodes whose choice node_load, an id or a penalty decided: another node as near, or of equal cost, is no target |
| renumbering | nodes that have other targets if two ids are swapped, or if all ids are reversed |

Targets are compared as sets. "Nearest" means the smallest distance and, among equals, the lowest id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from viz.analysis.findings.choices import renumbering, tie
from viz.analysis.findings.examples import with_story
from viz.analysis.findings.facts import Facts, facts_of
from viz.analysis.findings.finding import Finding
from viz.analysis.findings.other_runs import boot_differs, guess, versions_disagree
from viz.analysis.findings.places import crosses_socket, demotes_faster, same_class
from viz.analysis.findings.targets import memoryless_takes, nearest_taken, no_target, unreached
from viz.analysis.run import Run
from viz.topology import Guess

__all__ = ["DETECTORS", "Finding", "findings"]

Detector = Callable[[Facts], Finding | None]

DETECTORS: dict[str, Detector] = {
    "no-target": no_target,
    "memoryless-takes": memoryless_takes,
    "demotes-faster": demotes_faster,
    "unreached": unreached,
    "guess": guess,
    "versions-disagree": versions_disagree,
    "nearest-taken": nearest_taken,
    "crosses-socket": crosses_socket,
    "same-class": same_class,
    "boot-differs": boot_differs,
    "tie": tie,
    "renumbering": renumbering,
}
"""Every detector by the id of its findings, in the order in which findings are listed: the most important first."""


def findings(run: Run, guesses: Iterable[Guess] = (), without: Iterable[str] = ()) -> list[Finding]:
    """Return what is odd about the machine of a run, the most important first.

    `guesses` are those that the run's topology depends on under its kernel. Detectors named in `without` are left out.
    """
    facts = facts_of(run, guesses)
    asked = [detect for name, detect in DETECTORS.items() if name not in set(without)]
    return [with_story(found, facts) for detect in asked if (found := detect(facts)) is not None]
