"""Choose for a finding a built-in story that shows the same finding: the order at one of its stops has it, too."""

from __future__ import annotations

from dataclasses import replace

from viz.analysis.findings.facts import Facts
from viz.analysis.findings.finding import Finding

STORIES: dict[str, dict[bool, str]] = {
    "no-target": {False: "three-sockets-one-slow", True: "all-in-one-tier"},
    "memoryless-takes": {False: "cpu-node-without-memory"},
    "demotes-faster": {False: "fast-memory-as-target"},
    "unreached": {False: "refused-node-is-lost", True: "all-in-one-tier"},
    "guess": {False: "my-machine", True: "my-machine"},
    "versions-disagree": {False: "four-kernels-four-orders", True: "four-kernels-four-orders"},
    "nearest-taken": {False: "near-slow-node"},
    "crosses-socket": {False: "chain-across-sockets"},
    "same-class": {False: "equal-nodes-in-a-chain"},
    "boot-differs": {False: "boot-or-run-time"},
    "tie": {False: "ties"},
    "renumbering": {False: "expander-on-the-other-socket"},
}
"""For each id of a finding: the id of a story for kernels without memory tiers (False) and for those with them (True).

A kind of kernel without a story is missing: none of the built-in stories has that finding under such a kernel.
"""


def with_story(found: Finding, facts: Facts) -> Finding:
    """Return the finding with the id of the story that fits its kernel, if there is one."""
    return replace(found, story=STORIES.get(found.id, {}).get(facts.has_tiers))
