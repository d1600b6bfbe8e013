"""Say at every step whether pages are demoted, and if only some are, of how many nodes.

The words are those beside the player. The signal `demotion` has the states; this adds what a state means for pages.
"""

from __future__ import annotations

from viz.kernel.memory import nodes_in
from viz.kernel.results import shortest_cycles
from viz.trace.model import Signal, Trace
from viz.trace.rules import as_in_the_patch

OFF = "demotion is off"
HALF_BUILT = "half built: some demote"
WORKS = "demotion works"
CIRCLES = "pages go in circles"
NOBODY = "nobody has a target"
MEANINGS = {
    "off": "No node has a target, so nothing is demoted: cold pages are reclaimed as if there were no targets at all.",
    "half built": "Some nodes have a new target already. Cold pages of all others are reclaimed as if there were none.",
}
"""What a state means for cold pages, for the states in which the order is not complete."""


def demotion_words(trace: Trace) -> Signal:
    """Return the words on whether pages are demoted, for all steps, as a signal."""
    states = trace.signals["demotion"]
    steps = sorted({*states.steps, *trace.signals["N_CPU"].steps, *trace.signals["N_MEMORY"].steps})
    words = [_words(trace, step) for step in steps]
    changes = [index for index, text in enumerate(words) if not index or text != words[index - 1]]
    return Signal(tuple(steps[index] for index in changes), tuple(words[index] for index in changes))


def _words(trace: Trace, step: int) -> str:
    state = trace.at("demotion", step)
    if state != "works":
        return OFF if state == "off" else HALF_BUILT
    targets = trace.targets(step)
    if not as_in_the_patch(trace) and shortest_cycles(targets):
        return CIRCLES
    memory = nodes_in(trace.at("N_MEMORY", step))
    near_cpus = [node for node in nodes_in(trace.at("N_CPU", step)) if node in memory]
    demoting = [node for node in memory if targets[node]]
    if not demoting:
        return NOBODY
    expected = near_cpus if set(near_cpus) & set(demoting) or not near_cpus else memory
    served = [node for node in expected if targets[node]]
    return WORKS if len(served) == len(expected) else f"some demote ({len(served)} of {len(expected)})"
