"""Test the chapter that finds where the pages of a cgroup go: its sentences, its answers, and its code."""

from __future__ import annotations

import pytest

from viz.analysis.compare import differences, sides
from viz.analysis.run import Run
from viz.kernel.releases import version
from viz.topology import Topology
from viz.trace import wire
from viz.trace.model import Trace
from viz.trace.source_listing import listing_of
from viz.trace.why.ask import why

NODES = [{"id": n, "cpus": int(n == 0), "memory": 1, "adistance": a} for n, a in enumerate((576, 1200, 2880, 2880))]
FOUR = Topology.from_document(
    {
        "title": "four",
        "nodes": NODES,
        "distances": [[10, 20, 30, 40], [20, 10, 25, 25], [30, 25, 10, 25], [40, 25, 25, 10]],
        "allowed": "0,2-3",
        "events": [{"event": "mem_offline", "node": 2}],
    }
)


def trace_of(kernel: str) -> Trace:
    """Return the trace of the machine FOUR without its event."""
    return Run.of(FOUR.model_copy(update={"events": ()}), kernel).trace()


@pytest.mark.parametrize(
    ("kernel", "subject", "question", "reason"),
    [
        (
            "7.0",
            "0",
            "Why 0 → 2 for the cgroup?",
            "preferred & allowed is empty, so the chooser goes on: "
            "1 is not allowed, 2 at 30 comes first, then 3 at 40.",
        ),
        ("7.0", "0-1", "Why not 0 → 1 for the cgroup?", "Node 1 is not allowed: the cgroup has 0,2-3."),
        ("7.0", "0-3", "Why not 0 → 3 for the cgroup?", "Node 3 is allowed, and comes only where 2 is full."),
        ("7.0", "2-0", "Why not 2 → 0 for the cgroup?", "Node 0 is in no slower tier than node 2."),
        ("6.16", "0", "Why do the cgroup's pages of node 0 stay?", "Whichever of 1 is drawn is not among 0,2-3"),
        ("6.12", "0", "Why 0 → 1 for the cgroup?", "v6.11 does not look at the cpuset, 0,2-3."),
        ("random-member", "0", "Why 0 → 2 or 3 for the cgroup?", "preferred & allowed is empty: 1 is not allowed."),
    ],
)
def test_why_says_what_the_cpuset_does(kernel: str, subject: str, question: str, reason: str) -> None:
    trace = trace_of(kernel)
    shown, _, lines = why(trace, subject, trace.length - 1)
    assert shown == question
    assert any(reason in (text or trace.at("sentence", step)) for step, text in lines)


def test_before_the_chapter_the_answers_are_those_of_anybody() -> None:
    trace = trace_of("7.0")
    shown, _, _ = why(trace, "0", trace.chapters[-1].first - 1)
    assert shown == "Why 0 → 1?"
    _, _, lines = why(trace, "demotes_to[0]", 0)
    assert "once the order is there" in lines[0][1]


def test_it_is_the_last_chapter_and_knows_what_the_events_left() -> None:
    trace = Run.of(FOUR, "7.0").trace()
    assert [chapter.name for chapter in trace.chapters] == ["zonelists", "order", "mem_offline", "cgroup"]
    last = trace.length - 1
    assert (trace.at("demotes_to[0]", last), trace.at("allowed", 0)) == ("3", "0,2-3")
    assert trace.at("demotes_to[2]", last) == ""
    assert wire.load(wire.dump(trace)).signals == trace.signals


@pytest.mark.parametrize("kernel", ["6.12", "6.16", "7.0", "random-member"])
def test_every_step_stands_in_the_code_that_is_shown(kernel: str) -> None:
    trace = Run.of(FOUR, kernel).trace()
    stops = {(f.file, line) for f in listing_of(version(kernel), True, True) for line in f.stops}
    for step in range(trace.length):
        file, _, line = trace.at("stack", step)[-1]
        assert (file, line) in stops


def test_a_comparison_of_kernels_is_about_the_cgroup() -> None:
    old, new = sides([Run.of(FOUR.model_copy(update={"events": ()}), kernel) for kernel in ("6.12", "7.0")])
    (found,) = differences(old, new)
    assert (found.node, found.targets) == (0, ([1], [2]))
    assert found.cause == "v6.11 does not look at the cpuset, v7.0 demotes only to nodes of the cpuset."


def test_a_document_that_says_v6_12_means_what_it_meant() -> None:
    notes = {"v6.12": "for 6.7 and newer"}
    topology = Topology.from_document(FOUR.document() | {"kernel": "v6.12", "notes": notes})
    assert Run.of(topology).version.name == "v6.11"
    assert all("v6.12" in version(kernel).note_keys for kernel in ("6.7", "6.16", "7.3"))
    assert "v6.12" not in version("6.6").note_keys
