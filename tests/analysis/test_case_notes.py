"""Notes are true of the kernel that runs, and cases show what was posted, at the step that they say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from viz.analysis.case_notes import note, opening, step_where
from viz.analysis.run import Run
from viz.kernel.versions import UNKNOWN, VERSIONS, Version, version
from viz.page.player_data import play
from viz.page.story import story
from viz.topology import Case, Topology, builtin, builtin_names
from viz.trace.events import targets_of

CHAIN = re.compile(r"\d+(?: to \d+)+")
OF_PASSES = re.compile(r"pass(es)?\b|used_targets|this_pass|next_pass|\bsource|chain|N_CPU|comes first", re.I)
CASES = [name for name in builtin_names() if builtin(name).case]
KERNELS = {row.name for row in VERSIONS if row.triggers != UNKNOWN}
"""The rows that some kernel or patch stands for."""


def arrows(result: dict[str, Any]) -> set[tuple[int, int]]:
    """Every arrow of the orders that stand one after the other, from the first build through all events."""
    entries = [result, *(entry for event in result.get("events") or () for entry in event["log"])]
    found = set()
    for entry in entries:
        told = targets_of(entry)
        for node, targets in (told.get("node_demotion") or told.get("preferred") or {}).items():
            listed = re.findall(r"\d+", str(targets)) if targets != -1 else []
            found |= {(int(node), int(target)) for target in listed}
    return found


def claims(text: str) -> set[tuple[int, int]]:
    """The arrows that a note speaks of, but for those that it says would be."""
    chains = [found[0].split(" to ") for found in CHAIN.finditer(text.partition("would")[0])]
    return {(int(a), int(b)) for chain in chains for a, b in pairwise(chain)}


@pytest.mark.parametrize("name", builtin_names())
def test_a_note_is_true_of_the_kernel_that_runs(name: str) -> None:
    topology = builtin(name)
    for row in VERSIONS:
        told = note(topology, row)
        found = [arrows(Run.of(topology, row.name, zonelists).order()) for zonelists in ("runtime", "boot")]
        if "zonelists of" in told:  # and so it speaks of both
            found = [found[0] | found[1]]
        for standing in found:
            assert claims(told) <= standing, (row.name, told)


@pytest.mark.parametrize("row", [row for row in VERSIONS if "this_pass" not in row.masks], ids=lambda row: row.name)
def test_where_there_are_no_passes_no_note_speaks_of_them(row: Version) -> None:
    for name in builtin_names():
        told = note(builtin(name), row)
        assert told.endswith("."), name
        assert not OF_PASSES.search(told), name


def test_a_note_is_found_by_row_then_by_kind_then_for_all() -> None:
    notes = {"passes": "p", "one-target": "1", "v5.16": "16", "tiers": "t"}
    topology = Topology.from_document(builtin("optane-two-sockets").document() | {"notes": notes, "note": "n"})
    kernels = ("posted", "v5.16", "v5.17", "v6.12", "v5.17.7", "rfc2022", "tier-sets")
    assert [note(topology, version(kernel)) for kernel in kernels] == ["1", "16", "p", "t", "n", "n", "n"]


def case_of(name: str) -> Case:
    case = builtin(name).case
    assert case
    return case


def after_events(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The order that stands once each event is over."""
    standing, found = targets_of(result), []
    for event in result.get("events") or ():
        for entry in event["log"]:
            standing = targets_of(entry) or standing
        found.append(standing.get("node_demotion") or standing["preferred"])
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_it_says(name: str) -> None:
    for expected in case_of(name).expect:
        for kernel in expected.kernels:
            result = Run.of(builtin(name), kernel).order()
            found = {key: result[key] for key in expected.given()}
            assert found == expected.given(), kernel
            assert after_events(result) == list(expected.after), kernel


@pytest.mark.parametrize("name", CASES)
def test_a_case_speaks_of_every_version_once(name: str) -> None:
    kernels = [kernel for expected in case_of(name).expect for kernel in expected.kernels]
    assert sorted(kernels) == sorted(KERNELS)
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
    ("one-socket-gpu-and-slow-dram", "v6.12", "Node 3 is the only node", {"memtier[3]": 6, "source": 0}),
    ("one-socket-gpu-behind-switches", "v6.12", "1 → 0: preferred", {"preferred[1]": "0", "memtier[3]": 45}),
    ("two-nodes-of-5-gb", "posted", "No node has a target", {"node_demotion[0]": -1, "node_demotion[1]": -1}),
]
"""Case, version, a part of the sentence, and what signals show there."""


@pytest.mark.parametrize(("name", "kernel", "sentence", "shown"), OPENS, ids=[row[0] for row in OPENS])
def test_a_case_opens_where_it_is_seen(name: str, kernel: str, sentence: str, shown: dict[str, Any]) -> None:
    run = Run.of(builtin(name))
    trace = run.trace()
    step = opening(run, trace)
    assert step is not None
    assert run.version.name == kernel
    assert sentence in trace.at("sentence", step)
    assert {signal: trace.at(signal, step) for signal in shown} == shown


def test_every_case_is_in_the_table() -> None:
    assert [row[0] for row in OPENS] == CASES


def test_the_player_is_told_where_to_open() -> None:
    played = play(Run.of(builtin("two-sockets-refused-target")), {})
    assert f'data-step="{played["opens"]}"' in played["story"]


def test_another_kernel_opens_as_usual_and_leads_back() -> None:
    run = Run.of(builtin("two-sockets-refused-target"), "v5.18")
    played = play(run, {})
    assert played["opens"] is None
    assert '<button type="button" data-kernel="v5.17.7">Open it in v5.17.7</button>' in played["story"]
    assert 'data-kernel="v5.18" aria-pressed="true"' in played["story"]


def test_a_case_of_a_kernel_that_nobody_knows_plays_under_others() -> None:
    odd = Topology.from_document(builtin("three-sockets-one-slow").document() | {"kernel": "v9.9"})
    played = play(Run.of(odd, "v5.18"), {})
    assert played["opens"] is None
    assert 'data-kernel="v9.9"' in played["story"]


def test_a_moment_that_never_comes() -> None:
    trace = Run.of(builtin("optane-two-sockets")).trace()
    assert step_where(trace, {"operation": "Scan 0 2", "pass": 1}) is not None
    assert step_where(trace, {"operation": "Scan 0 3"}) is None
    assert step_where(trace, {"operation": "Sca"}) is None
    assert step_where(trace, {"no such signal": 1}) is None


def test_a_story_is_text_whatever_it_holds() -> None:
    case = case_of("three-sockets-one-slow").model_copy(update={"who": "<b>&", "asked": "<b>&", "limits": "<b>&"})
    told = story(case, "v5.15", "v5.15", 3)
    assert "<b>" not in told
    assert told.count("&lt;b&gt;&amp;") == 3
