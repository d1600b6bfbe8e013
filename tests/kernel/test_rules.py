"""Test versions with changed rules: equal results of rows, the shown source, cycles, and refused rules."""

from __future__ import annotations

import ast
import json
import sys
from types import CodeType
from typing import Any

import networkx as nx
import pytest
from hypothesis import given

from tests.examples import examples
from tests.goldens import FOLDER, Row, document, golden, hotplug_document, rows
from tests.machines import machines
from tests.what_ifs import what_ifs
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.memory import nodes_in
from viz.kernel.releases import UnknownVersion, version
from viz.kernel.results import shortest_cycles
from viz.kernel.rules.meaning import row_values
from viz.kernel.rules.what_if import with_rules
from viz.kernel.versions import VERSIONS, Version
from viz.topology import Topology
from viz.trace.chapters import first_build
from viz.trace.model import Trace
from viz.trace.record import record
from viz.trace.source_listing import listing_of

GOLDEN, HOTPLUG = rows(FOLDER / "rows.jsonl"), rows(FOLDER / "hotplug.jsonl")
SAME = (
    ("v5.15 + charge=add", "v5.16"),
    ("v5.17 + lists=possible", "v5.18"),
    ("v5.16 + charge=set", "v5.15"),
    ("v5.16 + targets=equally-near", "v5.17"),
    ("v5.17 + targets=one", "v5.16"),
    ("v5.15 + targets=equally-near + charge=add + lists=possible", "v5.18"),
    ("v5.18 + lists=online", "v5.17"),
    ("v5.18 + charge=one", "v6.0"),
    ("v6.0 + charge=add", "v5.18"),
    ("v5.18 + used=per-source", "rfc2022"),
    ("rfc2022 + used=chooser", "v5.18"),
    ("posted + barrier=grace-period", "v5.15"),
    ("v5.15 + barrier=smp_wmb", "v5.15"),
    ("v5.15 + barrier=none", "v5.15"),
    ("v5.17 + barrier=after-passes", "v5.17"),
    ("rfc2022 + barrier=after-passes", "rfc2022"),
    ("v5.15 + read=plain + rebuilds=2", "v5.15"),
)
"""Pairs of a what-if and the row of the table that computes the same order."""
OWN = [(row, name, value) for row in VERSIONS for name, value in row_values(row).items()]


def topology(row: Row) -> Topology:
    return Topology.from_document(json.loads(json.dumps(document(row))))


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "row"), SAME)
def test_a_rule_of_another_row_makes_that_row(changed: str, row: str) -> None:
    for machine in map(topology, GOLDEN):
        assert golden(Run.of(machine, changed).order()) == golden(Run.of(machine, row).order()), machine.title


def test_rules_of_another_row_play_its_events() -> None:
    """v5.18 also rebuilds the order at fewer events than v5.17, so only the orders are the same there."""
    for machine in (Topology.from_document(json.loads(json.dumps(hotplug_document(row)))) for row in HOTPLUG):
        added, row = (Run.of(machine, name).order() for name in ("v5.15 + charge=add", "v5.16"))
        assert added | {"kernel": "v5.16"} == row
        possible, row = (Run.of(machine, name).order() for name in ("v5.17 + lists=possible", "v5.18"))
        assert last_order(possible) == last_order(row), machine.title


def last_order(order: dict[str, Any]) -> object:
    """Return the order after the last rebuild."""
    rebuilds = [entry for event in order["events"] for entry in event["log"] if entry["do"] == "rebuild"]
    return (rebuilds or [order])[-1]["node_demotion"]


@pytest.mark.parametrize(("row", "name", "value"), OWN, ids=lambda part: getattr(part, "name", part))
def test_a_switch_that_is_set_to_a_rows_own_value_is_that_row(row: Version, name: str, value: str) -> None:
    assert version(f"{row.name} + {name}={value}") is row


@pytest.mark.slow
@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_all_edits_that_put_in_what_a_row_has_already_change_no_golden_row(row: Version) -> None:
    """The edits of the chooser are made although no value changes, and the new source computes the same orders."""
    own = row_values(row)
    changed = with_rules(row, tuple((name, own[name]) for name in ("charge", "lists", "penalty-id", "penalty-cpu")))
    assert "viz.kernel.page_alloc" in changed.sources
    for machine in map(topology, GOLDEN):
        run = Run.of(machine, row.name)
        assert Run(machine, row.name, changed, run.zonelists).order() | {"kernel": row.name} == run.order()


def recorded(machine: Machine, changed: Version) -> Trace:
    own = Machine(
        **{
            name: getattr(machine, name).copy()
            for name in ("possible", "online", "memory", "n_cpu", "cpus", "node_load", "adistance")
        },
        distance=machine.distance,
        rules=changed.rules,
    )
    return record("made", own, changed, "runtime", first_build(own, changed))


@pytest.mark.slow
@given(machines(), what_ifs())
@examples(1.5)
def test_every_what_if_ends_and_is_explained_and_its_cycles_are_named(machine: Machine, changed: Version) -> None:
    trace = recorded(machine, changed)
    assert trace.length <= 100 * (1 + len(machine.possible))
    last = trace.length - 1
    targets = trace.targets(last)
    graph = nx.DiGraph([(node, target) for node, found in targets.items() for target in found])
    in_cycles = {node for part in nx.strongly_connected_components(graph) for node in part if len(part) > 1}
    in_cycles |= set(nx.nodes_with_selfloops(graph))
    found = shortest_cycles(targets)
    assert {node for cycle in found for node in cycle} <= in_cycles
    assert bool(found) == bool(in_cycles)
    if in_cycles and "next_pass" in trace.masks:
        assert "cycle" in trace.at("sentence", last).lower()
    for name, signal in trace.signals.items():
        if name.startswith("why "):
            assert all(question.endswith("?") and lines for question, _, lines in signal.values)


@given(machines(max_nodes=5), what_ifs())
@examples(0.6)
def test_the_shown_source_is_what_runs(machine: Machine, changed: Version) -> None:
    """Every step stops at a `yield` of the listing, and what runs is compiled from the text that the listing shows."""
    listing = {(function.file, function.name): function for function in listing_of(changed, events=False)}
    trace = recorded(machine, changed)
    for stack in trace.signals["stack"].values:
        for file, name, line in stack:
            assert line in listing[file, name].stops
    for module, source in changed.sources.items():
        compiled = {code.co_name: code for code in compile(source, "", "exec").co_consts if isinstance(code, CodeType)}
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                running = getattr(changed.modules[module], node.name).__code__
                assert running.co_code == compiled[node.name].co_code
                shown = listing.get((f"{module.rpartition('.')[2]}.py", node.name))
                lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
                assert shown is None or ["".join(p.text for p in line) for line in shown.lines] == lines


@pytest.mark.slow
@given(what_ifs())
def test_every_changed_line_is_marked_and_as_narrow_as_the_panel(changed: Version) -> None:
    for module, source in changed.sources.items():
        before = set(_source(module).splitlines())
        assert all(len(line) <= 68 for line in source.splitlines())
        marked = {
            "".join(piece.text for piece in function.lines[line - function.first])
            for function in listing_of(changed, events=False)
            for line in function.changed
        }
        bodies = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        lines = {line for node in bodies for line in source.splitlines()[node.lineno - 1 : node.end_lineno]}
        assert lines - before <= marked


def _source(module: str) -> str:
    source: str = sys.modules[module].__loader__.get_source(module)  # type: ignore[union-attr]
    return source


def test_a_name_is_read_with_or_without_its_plus_and_written_in_one_order() -> None:
    expected = version("v5.15 + tie=id + used=per-source")
    assert expected.name == "v5.15 + tie=id + used=per-source"
    for text in ("5.15 used=per-source tie=id", "v5.15+used=per-source+tie=id", " V5.15  + tie=id,used=per-source "):
        assert version(text) is expected
    assert version("6.12.117+deb13-amd64 + penalty-cpu=05").name == "v6.12.43 + penalty-cpu=5"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("v5.15 + used=mine", "used is one of chooser, per-source, sources, not 'mine'"),
        ("v5.15 + colour=red", "there is no rule 'colour=red'"),
        ("v5.15 + penalty-cpu=256", "penalty-cpu is a whole number from 0 to 255, not '256'"),
        ("v5.15 + penalty-id=-1", "penalty-id is a whole number"),
        ("v5.15 + tie=id + tie=load", "the rule tie is given twice"),
        ("v5.14 + tie=id", "has no node_demotion[]"),
        ("+ tie=id", "unknown kernel ''"),
        ("v6.1 + used=per-source", "it builds its order without passes"),
        ("v5.15 + further=eq", "targets=equally-near changes that"),
        ("v5.15 + targets=next-class + sources=nearest", "with targets=next-class there are no passes"),
        ("v5.15 + used=per-source + this-pass=loop", "source_nodes, which holds this pass already"),
        ("v5.15 + charge=add + tie=id", "nobody looks at the loads"),
        ("v5.17 + read=plain", "one target a node"),
        ("fallback-lists + targets=equally-near", "the next entry of its list"),
        ("tier-sets + targets=one", "a whole class"),
        ("v5.15" + " + tie=id" * 200, "at most 600 characters"),
    ],
)
def test_what_means_nothing_is_refused_with_the_reason(asked: str, words: str) -> None:
    with pytest.raises(UnknownVersion) as refused:
        version(asked)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_sources_alone_make_cycles_and_the_rest_makes_none() -> None:
    machine = topology(next(row for row in GOLDEN if row["name"].startswith("seed-6")))
    order = Run.of(machine, "v5.15 + used=sources").order()
    assert order["cycles"]
    assert order["kernel"] == "v5.15 + used=sources"
    assert Run.of(machine, "v5.15 + used=per-source").order().get("cycles") is None
    for found in order["cycles"]:
        nodes = [str(node) for node in found]
        assert all(order["node_demotion"][a] == int(b) for a, b in zip(nodes, [*nodes[1:], nodes[0]], strict=True))


def test_a_source_that_is_never_used_is_its_own_best() -> None:
    machine = topology(next(row for row in GOLDEN if row["name"].startswith("seed-6")))
    for kernel in ("v5.15", "v5.17"):
        order = Run.of(machine, f"{kernel} + this-pass=never").order()
        assert [0] in order["cycles"]
        assert 0 in nodes_in(order["node_demotion"]["0"]) if kernel == "v5.15" else 0 in order["node_demotion"]["0"]
