"""Test the recorder: a trace agrees with the run that it records."""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.machines import machine_of, machines
from tests.trace.samples import SEED, recorded
from viz.analysis.run import Run
from viz.kernel.machine import Machine
from viz.kernel.memory import Checkpoint, Memory, Operation, Routine, Stride, drive
from viz.kernel.nodemask import NodeMask
from viz.kernel.releases import version
from viz.kernel.versions import UNKNOWN, VERSIONS, Version
from viz.topology import builtin, builtin_names
from viz.trace.chapters import first_build, first_memory
from viz.trace.frames import frames
from viz.trace.scoretable import BEST_ROWS, MAX_ROWS, Row
from viz.trace.source_listing import Function, first_lines, listing_of, whole_listing
from viz.trace.summary import summary


@given(machines(), st.sampled_from(VERSIONS))
def test_every_recorded_line_begins_a_statement_with_a_yield(machine: Machine, row: Version) -> None:
    """Outer functions stop at a `yield from`, the innermost one at a `yield`; the listing knows all these lines."""
    texts = {(f.file, f.name, s.first): text_of(f, s.first, s.last) for f in whole_listing() for s in f.statements}
    stops = {(f.file, f.name, line) for f in whole_listing() for line in f.stops}
    trace = recorded(machine, row.name)
    for step in range(trace.length):
        stack = trace.at("stack", step)
        assert stops.issuperset(stack)
        for depth, location in enumerate(stack):
            assert ("yield from " in texts[location]) == (depth < len(stack) - 1)
            assert "yield " in texts[location]


def text_of(function: Function, first: int, last: int) -> str:
    """Return the lines of a function from line `first` to line `last` of its file as text."""
    lines = function.lines[first - function.first : last - function.first + 1]
    return "\n".join("".join(piece.text for piece in line) for line in lines)


@given(machines(), st.sampled_from(VERSIONS))
def test_the_listing_marks_exactly_the_lines_of_checkpoints(machine: Machine, row: Version) -> None:
    """The page dims the lines that the listing marks; a routine yields a checkpoint exactly at these lines."""
    marked = {(f.file, f.name, s.first) for f in whole_listing() for s in f.statements if s.checkpoint}
    memory = first_memory(machine, row)

    def watch(operation: Operation, routine: Routine[Any]) -> None:
        frame = list(frames(routine))[-1]
        file = Path(frame.f_code.co_filename).name
        location = (file, frame.f_code.co_name, first_lines(row)[file, frame.f_lineno])
        assert (location in marked) == isinstance(operation, Checkpoint)

    for chapter in first_build(machine, row):
        drive(chapter.routine, memory, watch)


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["two-sockets-three-classes", *(n for n in builtin_names() if builtin(n).events)])
def test_the_listing_of_a_run_has_every_function_that_it_stops_in(name: str, row: Version) -> None:
    """The listing also has the functions that readers run, and no functions of events if the run has no events."""
    run = Run.of(builtin(name), row.name)
    listed = {(f.file, f.name) for f in listing_of(row, bool(run.topology.events) and row.triggers != UNKNOWN)}
    for stack in run.trace().signals["stack"].values:
        assert listed.issuperset((file, function) for file, function, _ in stack)
    assert {("migrate.py", "next_demotion_node"), ("migrate_v5_15.py", "next_demotion_node")} <= listed
    if not run.topology.events:
        assert not any(file == "memory_hotplug.py" for file, _ in listed)


def test_the_listing_is_the_source_of_the_functions() -> None:
    from viz.kernel import migrate

    shown = next(function for function in whole_listing() if function.name == "__set_migration_target_nodes")
    source = getattr(migrate, shown.name)
    assert text_of(shown, shown.first, shown.first + len(shown.lines)) + "\n" == inspect.getsource(source)
    assert shown.first == source.__code__.co_firstlineno
    kinds = Counter(piece.kind for line in shown.lines for piece in line)
    assert kinds["keyword"] > 10 < kinds["string"] + 10


@given(machines())
def test_recording_does_not_change_a_run(machine: Machine) -> None:
    """The masks of every pass and the targets of every source are the same as in a run that is not recorded."""
    trace = recorded(machine)
    memory = Memory()
    plain = summary(first_build(machine, version("posted")), memory).passes
    last = trace.length - 1
    assert trace.cells("node_demotion", last) == {n: memory["node_demotion", n] for n in machine.possible}  # type: ignore[index]
    assert trace.cells("node_load", last) == machine.node_load
    passes: list[dict[str, Any]] = []
    for step in range(trace.length):
        match trace.at("operation", step):
            case ("PassBegins", _):
                this_pass, used = trace.at("this_pass", step), trace.at("used_targets", step)
                passes.append({"this_pass": this_pass, "used_targets": used, "steps": [], "next_pass": ""})
            case ("SourceDone", source, target):
                used = trace.at("used_targets", step)
                passes[-1]["steps"].append({"source": source, "target": target, "used_targets": used})
                passes[-1]["next_pass"] = trace.at("next_pass", step)
    assert passes == plain


@pytest.mark.slow
@given(machines())
def test_a_larger_stride_stops_at_a_subset_of_the_steps(machine: Machine) -> None:
    trace = recorded(machine)
    stops = [set(trace.stops(size)) for size in Stride]
    assert stops[0] == set(range(trace.length))
    assert stops[0] >= stops[1] >= stops[2] >= stops[3]
    assert stops[3] == {chapter.first for chapter in trace.chapters} | {trace.length - 1}
    sources = [trace.at("operation", step)[0] for step in sorted(stops[1]) if step > trace.opens]
    assert set(sources) <= {"Barrier", "PassBegins", "SourceDone", "OrderComplete"}


@given(machines())
def test_a_score_table_names_every_online_node_once(machine: Machine) -> None:
    trace = recorded(machine)
    for step in range(trace.length):
        match trace.at("operation", step):
            case ("Scan", source, best):
                rows = [Row(*row) for row in trace.at("scores", step)[0]]
                assert sorted(row.node for row in rows) == list(machine.online - NodeMask([source]))
                candidates = [row for row in rows if row.verdict in ("chosen", "beaten")]
                assert candidates == sorted(candidates, key=lambda row: (row.key, row.load, row.node))
                assert [row.node for row in rows if row.verdict == "chosen"] == [best] * bool(candidates)
                assert all(row.distance == machine.distance[source][row.node] for row in rows)
                assert trace.at("candidates", step) == str(NodeMask(row.node for row in candidates))


def test_a_large_score_table_keeps_the_best_and_counts_the_rest() -> None:
    size = MAX_ROWS + 44
    row = "20 " * size
    trace = recorded(machine_of(row * size, cpus=f"0-{size - 150}"))
    step = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan")
    rows, rest = trace.at("scores", step)
    assert len(rows) == BEST_ROWS
    assert rest == (("beaten", 149 - BEST_ROWS), ("used", size - 150))
    assert trace.at("zonelist", 1) == (tuple(trace.at("zonelist", 1)[0][:BEST_ROWS]), size - BEST_ROWS)


def test_a_trace_opens_at_the_order() -> None:
    trace = recorded(machine_of(SEED, cpus="0,3"))
    assert [chapter.name for chapter in trace.chapters] == ["zonelists", "order"]
    assert trace.at("operation", trace.opens) == ("OrderBegins",)
    assert trace.at("source", trace.opens) == -1


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_every_version_shows_its_own_state(row: Version) -> None:
    """The trace has the version's masks and arrays; its last step has the values that an unrecorded run stores."""
    machine = machine_of(SEED, cpus="0,3", rules=row.rules, adistance=[576, 2880, 5760] * 2)
    trace, memory = recorded(machine, row.name), first_memory(machine, row)
    for chapter in first_build(machine, row):
        drive(chapter.routine, memory)
    assert trace.masks == row.masks
    assert trace.arrays == (*(array.name for array in row.arrays), "node_load")
    for array in row.arrays:
        assert trace.cells(array.name, trace.length - 1) == {n: memory[array[n]] for n in machine.possible}
    for mask in row.masks:
        assert len(trace.signals[mask].steps) > 1


def test_loads_from_the_topology_make_a_chapter_of_one_step() -> None:
    machine = machine_of(SEED, cpus="0,3")
    trace = recorded(machine, node_load={2: 9})
    assert trace.opens == 1
    assert trace.at("node_load[2]", 0) == 9
    assert trace.at("node_load[1]", 0) == 0
