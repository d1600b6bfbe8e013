"""Look for texts that contradict each other, on every built-in machine under every version.

"demotion works" stands only where every node that should demote does. Nothing at the last step says "now". A version
that gives the same targets has no sign that says it differs.
"""

from __future__ import annotations

import re

import pytest

from viz.analysis.run import Run
from viz.app.comparisons import versions
from viz.figures.panels import HELP
from viz.figures.step_words import ROLES
from viz.kernel.memory import nodes_in
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names
from viz.trace.demotion_words import NOBODY, WORKS
from viz.trace.model import Trace
from viz.wording import BUILT

NOW = re.compile(r"\bnow\b", re.IGNORECASE)


@pytest.mark.slow
@pytest.mark.parametrize("name", builtin_names())
def test_the_last_step_contradicts_nothing(name: str) -> None:
    for row in VERSIONS:
        trace = Run.of(builtin(name), row.name).trace()
        last = trace.length - 1
        words, sentence = trace.at("demotion_words", last), trace.at("sentence", last)
        without = [node for node in near_cpus(trace, last) if not trace.targets(last)[node]]
        assert (words == WORKS) <= (not without), (row.name, words, without)
        assert (words == NOBODY) == (not any(trace.targets(last)[node] for node in memory(trace, last))), row.name
        assert not (words == WORKS and "no node has a target" in sentence.lower()), row.name
        assert not NOW.search(sentence), (row.name, sentence)
        if match := re.fullmatch(r"some demote \((\d+) of (\d+)\)", words):
            assert 0 < int(match[1]) < int(match[2]), (row.name, words)


def memory(trace: Trace, step: int) -> list[int]:
    return nodes_in(trace.at("N_MEMORY", step))


def near_cpus(trace: Trace, step: int) -> list[int]:
    """Return the nodes where memory is allocated first: those with CPUs and memory."""
    return sorted({*memory(trace, step)} & {*nodes_in(trace.at("N_CPU", step))})


def test_no_word_that_stands_at_every_step_says_now() -> None:
    texts = [*(text for pair in HELP.values() for text in pair), *ROLES.values()]
    assert [text for text in texts if NOW.search(text)] == []


@pytest.mark.parametrize("name", builtin_names()[::4])
def test_versions_with_the_same_targets_are_not_marked(name: str) -> None:
    rows = versions(builtin(name), {"kernel": "posted"})["rows"]
    usual = targets_in(rows[0]["told"])
    for row in rows:
        assert (targets_in(row["told"]) == usual) == (not row["differs"]), row


def targets_in(told: str) -> set[tuple[str, ...]]:
    """Return the targets of each node in a text such as "0 -> 1 or 2, 3 -> 4", each sorted."""
    parts = re.split(r", (?=\d+ →)", told)
    found = [re.findall(r"\d+", part) for part in parts]
    return {(nodes[0], *sorted(nodes[1:])) for nodes in found if nodes}


def test_a_node_that_never_searched_is_told_why() -> None:
    from viz.analysis.compare import differences, sides

    machine = builtin("three-sockets-one-slow")
    one, other = sides([Run.of(machine, "v5.15"), Run.of(machine, "v6.1")])
    told = [text for difference in differences(one, other) for text in difference.told]
    assert told
    assert not any("never searches" in text for text in told)


def test_zonelists_have_the_same_words_everywhere() -> None:
    for kind, words in BUILT.items():
        trace = Run.of(builtin("boot-or-runtime"), "v5.15", kind).trace()
        assert trace.chapters[0].title == f"zonelists {words}"
        assert words.split(",")[0].lower() in trace.at("sentence", 0).lower()
