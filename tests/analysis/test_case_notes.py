"""Test that the notes of built-in machines agree with the orders of each kernel, and at which step each case opens."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from viz.analysis.case_notes import note, opening, step_where
from viz.analysis.run import Run
from viz.kernel.releases import version
from viz.kernel.versions import UNKNOWN, VERSIONS, Version
from viz.page.player_data import play
from viz.page.story import story
from viz.topology import Case, Topology, builtin, builtin_names
from viz.trace.events import targets_of

CHAIN = re.compile(r"\d+(?: to \d+)+")
WORDS_OF_PASSES = re.compile(r"pass(es)?\b|used_targets|this_pass|next_pass|\bsource|chain|N_CPU|comes first", re.I)
CASES = [name for name in builtin_names() if builtin(name).case]
KERNELS = {row.name for row in VERSIONS if row.triggers != UNKNOWN}
"""The names of the versions whose rules for rebuilding the order are known: kernels and patches, but no proposals."""


def arrows(result: dict[str, Any]) -> set[tuple[int, int]]:
    """Return every pair (node, target) in any order of a run: the order of the first build and those after events."""
    entries = [result, *(entry for event in result.get("events") or () for entry in event["log"])]
    pairs = set()
    for entry in entries:
        order = targets_of(entry)
        for node, targets in (order.get("node_demotion") or order.get("preferred") or {}).items():
            listed = re.findall(r"\d+", str(targets)) if targets != -1 else []
            pairs |= {(int(node), int(target)) for target in listed}
    return pairs


def claimed_arrows(text: str) -> set[tuple[int, int]]:
    """Return every pair (node, target) that a note claims, such as "0 to 1". Text after "would" claims nothing."""
    chains = [match[0].split(" to ") for match in CHAIN.finditer(text.partition("would")[0])]
    return {(int(a), int(b)) for chain in chains for a, b in pairwise(chain)}


@pytest.mark.parametrize("name", builtin_names())
def test_a_note_is_true_of_the_kernel_that_runs(name: str) -> None:
    topology = builtin(name)
    for row in VERSIONS:
        text = note(topology, row)
        computed = [arrows(Run.of(topology, row.name, zonelists).order()) for zonelists in ("runtime", "boot")]
        if "zonelists built" in text:  # the note is about both kinds of zonelists
            computed = [computed[0] | computed[1]]
        for pairs in computed:
            assert claimed_arrows(text) <= pairs, (row.name, text)


@pytest.mark.parametrize("row", [row for row in VERSIONS if "this_pass" not in row.masks], ids=lambda row: row.name)
def test_a_note_for_a_version_without_passes_does_not_mention_passes(row: Version) -> None:
    for name in builtin_names():
        text = note(builtin(name), row)
        assert text.endswith("."), name
        assert not WORDS_OF_PASSES.search(text), name


def test_the_note_for_a_version_comes_before_that_for_its_kind_and_that_for_all() -> None:
    notes = {"passes": "p", "one-target": "1", "v5.16": "16", "tiers": "t"}
    topology = Topology.from_document(builtin("optane-two-sockets").document() | {"notes": notes, "note": "n"})
    kernels = ("posted", "v5.16", "v5.17", "v6.12", "v5.17.7", "rfc2022", "tier-sets")
    assert [note(topology, version(kernel)) for kernel in kernels] == ["1", "16", "p", "t", "n", "n", "n"]


SAME_ORDER = {"v6.12.43", "v6.16", "v6.17", "random-member"}
"""The versions that a case need not name, because they build the same order as v6.11 unless numbers overflow."""


def case_of(name: str) -> Case:
    case = builtin(name).case
    assert case
    return case


def after_events(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the order after each event: for each node id, its target, targets or preferred nodes."""
    order, orders = targets_of(result), []
    for event in result.get("events") or ():
        for entry in event["log"]:
            order = targets_of(entry) or order
        orders.append(order.get("node_demotion") or order["preferred"])
    return orders


@pytest.mark.parametrize("name", CASES)
def test_a_case_gives_the_result_that_it_expects(name: str) -> None:
    for expected in case_of(name).expect:
        for kernel in expected.kernels:
            result = Run.of(builtin(name), kernel).order()
            computed = {key: result[key] for key in expected.given()}
            assert computed == expected.given(), kernel
            assert after_events(result) == list(expected.after), kernel


@pytest.mark.parametrize("name", CASES)
def test_a_case_expects_one_result_for_every_version(name: str) -> None:
    kernels = [kernel for expected in case_of(name).expect for kernel in expected.kernels]
    assert sorted(kernels) == sorted(set(KERNELS) - SAME_ORDER)
    assert all(expected.given() for expected in case_of(name).expect)


OPENS = [
    ("two-sockets-four-dram", "v5.15", "falls back to 3, 2, 0, 1", {"node_load[0]": 2, "node_load[1]": 3}),
    ("two-sockets-eight-dram", "v5.15", "falls back to 5, 6, 7, 4, 0, 1, 2, 3", {"node_load[0]": 4}),
    ("one-socket-two-pmem", "v5.15", "1 → 2", {"pass": 2, "used_targets": "0-2", "node_demotion[1]": 2}),
    ("two-sockets-refused-target", "v5.17.7", "stays in used_targets", {"source": 0, "used_targets": "0-3"}),
    ("two-sockets-slow-and-slowest", "v5.18", "1 → 4", {"node_demotion[0]": "3,2", "node_demotion[1]": "4"}),
    ("three-sockets-one-slow", "v5.18", "Node 1 finds nobody", {"node_demotion[0]": "3", "used_targets": "0-3"}),
    ("two-sockets-slow-beside-each", "v5.18", "node 3 follows at 80", {"chosen": 1, "candidates": "1,3"}),
    ("dram-alone-then-pmem", "v5.18", "0 → 1", {"N_MEMORY": "0-1", "node_demotion[0]": "1", "chapter": 1}),
    ("two-sockets-pmem-at-40-across", "v6.1", "Node 3 at 40 is farther", {"preferred[0]": "2"}),
    ("two-sockets-pmem-on-the-first", "v6.1", "Node 2 is the only node", {"preferred[0]": "2", "source": 1}),
    ("two-sockets-pmem-between", "v6.1", "1 → 2: preferred", {"preferred[0]": "2", "preferred[1]": "2"}),
    ("two-sockets-dram-between", "v6.1", "Node 0 has nobody", {"memtier[2]": 4, "preferred[0]": ""}),
    ("one-socket-hbm-and-pmem", "v5.15", "0 → 1", {"node_demotion[0]": 1, "pass": 1}),
    ("one-socket-pmem-and-gpu", "v5.15", "1 → 2", {"node_demotion[1]": 2, "pass": 2}),
    ("one-socket-gpu-and-slow-dram", "v6.11", "Node 3 is the only node", {"memtier[3]": 6, "source": 0}),
    ("one-socket-gpu-behind-switches", "v6.11", "1 → 0: preferred", {"preferred[1]": "0", "memtier[3]": 45}),
    ("two-nodes-of-5-gb", "posted", "No node has a target", {"node_demotion[0]": -1, "node_demotion[1]": -1}),
]
"""For each case: its kernel version and, of the step at which it opens, a part of the sentence and some signals."""


@pytest.mark.parametrize(("name", "kernel", "sentence", "shown"), OPENS, ids=[row[0] for row in OPENS])
def test_a_case_opens_at_the_step_that_shows_it(name: str, kernel: str, sentence: str, shown: dict[str, Any]) -> None:
    run = Run.of(builtin(name))
    trace = run.trace()
    step = opening(run, trace)
    assert step is not None
    assert run.version.name == kernel
    assert sentence in trace.at("sentence", step)
    assert {signal: trace.at(signal, step) for signal in shown} == shown


def test_every_case_is_in_the_table() -> None:
    assert [row[0] for row in OPENS] == CASES


def test_the_player_data_says_at_which_step_to_open() -> None:
    played = play(Run.of(builtin("two-sockets-refused-target")), {})
    assert f'data-step="{played["opens"]}"' in played["story"]


def test_another_kernel_opens_at_the_usual_step_and_links_to_the_kernel_of_the_case() -> None:
    run = Run.of(builtin("two-sockets-refused-target"), "v5.18")
    played = play(run, {})
    assert played["opens"] is None
    assert '<button type="button" data-kernel="v5.17.7">Open it in v5.17.7</button>' in played["story"]
    assert 'data-kernel="v5.18" aria-pressed="true"' in played["story"]


def test_a_case_of_an_unknown_kernel_can_be_played_under_others() -> None:
    topology = Topology.from_document(builtin("three-sockets-one-slow").document() | {"kernel": "v9.9"})
    played = play(Run.of(topology, "v5.18"), {})
    assert played["opens"] is None
    assert 'data-kernel="v9.9"' in played["story"]


def test_step_where_finds_no_step_if_no_step_has_the_values() -> None:
    trace = Run.of(builtin("optane-two-sockets")).trace()
    assert step_where(trace, {"operation": "Scan 0 2", "pass": 1}) is not None
    assert step_where(trace, {"operation": "Scan 0 3"}) is None
    assert step_where(trace, {"operation": "Sca"}) is None
    assert step_where(trace, {"no such signal": 1}) is None


def test_a_story_escapes_html() -> None:
    case = case_of("three-sockets-one-slow").model_copy(update={"who": "<b>&", "asked": "<b>&", "limits": "<b>&"})
    html = story(case, "v5.15", "v5.15", 3)
    assert "<b>" not in html
    assert html.count("&lt;b&gt;&amp;") == 3


@pytest.mark.parametrize("name", builtin_names())
def test_a_note_is_short_enough_for_two_lines_of_a_small_window(name: str) -> None:
    """The stage keeps its size: at 1280 pixels the note above it has 105 letters a line."""
    assert max(len(note(builtin(name), row)) for row in VERSIONS) <= 210
