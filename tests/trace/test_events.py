"""Test events in a trace: their signals and sentences at every step, and the wire document."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.goldens import FOLDER, hotplug_document, rows
from tests.machines import machines
from viz.analysis.compare import after_events
from viz.analysis.run import Run
from viz.kernel.hotplug import EVENTS
from viz.kernel.machine import Machine
from viz.kernel.memory import Stride
from viz.kernel.releases import version
from viz.topology import Topology, builtin, builtin_names
from viz.trace import wire
from viz.trace.chapters import events, first_build
from viz.trace.events import rebuilds
from viz.trace.model import Trace
from viz.trace.record import record
from viz.trace.source_listing import whole_listing

event_pairs = st.lists(st.tuples(st.sampled_from(list(EVENTS)), st.integers(0, 7)), max_size=8)


def recorded(machine: Machine, kernel: str, requested: list[tuple[str, int]]) -> Trace:
    """Return the trace of the first build and of the events `requested`: pairs of an event and the index of a node."""
    row, ids = version(kernel), list(machine.possible)
    chapters = first_build(machine, row) + events(machine, row, [(event, ids[n % len(ids)]) for event, n in requested])
    return record("a machine", machine, row, "runtime", chapters)


@given(machines(), event_pairs, st.sampled_from(["posted", "v5.15"]))
def test_every_step_of_any_events(machine: Machine, requested: list[tuple[str, int]], kernel: str) -> None:
    """Each step stops at a `yield` and has a sentence; the last step has the machine's states; load() undoes dump()."""
    stops = {(f.file, f.name, line) for f in whole_listing() for line in f.stops}
    trace = recorded(machine, kernel, requested)
    for step in range(trace.length):
        sentence = trace.at("sentence", step)
        assert sentence[-1] in ".!?"
        assert "  " not in sentence
        assert len(sentence) < 400
        assert stops.issuperset(trace.at("stack", step))
    last = trace.length - 1
    states = {"online": machine.online, "N_MEMORY": machine.memory, "N_CPU": machine.n_cpu, "cpus": machine.cpus}
    assert {name: trace.at(name, last) for name in states} == {name: str(mask) for name, mask in states.items()}
    assert trace.cells("node_load", last) == machine.node_load
    assert wire.load(json.loads(json.dumps(wire.dump(trace)))) == trace


@given(machines(), event_pairs)
def test_demotion_is_off_exactly_while_nobody_has_a_target_or_some_are_losing_theirs(
    machine: Machine, requested: list[tuple[str, int]]
) -> None:
    trace = recorded(machine, "v5.15", requested)
    for step in range(trace.length):
        demotion, operation = trace.at("demotion", step), trace.at("operation", step)[0]
        if demotion == "half built":
            assert set(trace.cells("node_demotion", step).values()) != {-1}
        if operation == "OrderComplete":
            assert demotion == "works"
        if operation in ("Barrier", "Disabled"):
            assert demotion == "off"
            assert all(trace.at(f"node_demotion[{n}]", step) == -1 for n in machine.online if trace.at("online", step))


@given(machines(), event_pairs, st.sampled_from(["posted", "v5.15", "v5.17", "v5.18", "v6.1", "v6.12"]))
def test_demotion_works_exactly_while_the_order_stands_as_it_was_built(
    machine: Machine, requested: list[tuple[str, int]], kernel: str
) -> None:
    """Demotion does not work from the first store to a target until the end of the rebuild, whatever the event."""
    trace, built, touched = recorded(machine, kernel, requested), None, True
    for step in range(trace.length):
        match trace.at("operation", step):
            case ("Store", array, _, value) if array == trace.arrays[0]:
                touched = True
                assert trace.at("demotion", step) == ("off" if value in (-1, "") else "half built")
            case ("OrderComplete" | "TiersComplete", *_):
                built, touched = trace.targets(step), False
        assert (trace.at("demotion", step) == "works") == (not touched)
        assert touched or trace.targets(step) == built


def test_only_from_v6_1_a_node_is_a_target_while_its_memory_leaves() -> None:
    """Before v6.1 MEM_GOING_OFFLINE takes all targets away. From v6.1 on a leaving node is still a target."""
    for kernel, expected in (("posted", "off"), ("v5.15", "off"), ("v5.18", "off"), ("v6.1", "works")):
        trace = Run.of(builtin("losing-a-node"), kernel).trace()
        leaving = [step for step in range(trace.length) if trace.at("leaving", step) == "1"]
        assert leaving
        for step in leaving:
            assert trace.at("demotion", step) == expected
            assert (1 in trace.targets(step)[0]) == (expected == "works")


def test_the_states_while_a_node_loses_its_memory() -> None:
    """Compare the lock, the state of demotion and N_MEMORY at each step of the chapter at which one of them changes."""
    trace = Run.of(builtin("losing-a-node"), "v5.15").trace()
    chapter = next(chapter for chapter in trace.chapters if chapter.name == "mem_offline")
    assert chapter.title == "mem_offline 1"
    changes: list[Any] = []
    for step in range(chapter.first, trace.chapters[trace.at("chapter", chapter.first) + 1].first):
        now = tuple(trace.at(name, step) for name in ("lock", "demotion", "N_MEMORY"))
        if not changes or changes[-1] != now:
            changes.append(now)
    lock = "mem_hotplug_lock"
    assert changes == [
        ("", "works", "0-5"),
        (lock, "works", "0-5"),
        (lock, "off", "0-5"),
        (lock, "off", "0,2-5"),
        (lock, "half built", "0,2-5"),
        (lock, "works", "0,2-5"),
        ("", "works", "0,2-5"),
    ]


@pytest.mark.parametrize(
    ("kernel", "size", "phases"),
    [
        ("v5.15", Stride.SOURCE, ["Notified", "Barrier", "Disabled", "PagesLeave", "BlocksChanged", "ZonelistBuilt"]),
        ("v5.15", Stride.PASS, ["PagesLeave", "PassBegins", "OrderComplete", "EventEnds"]),
        ("v6.1", Stride.SOURCE, ["Notified", "NoCallback", "PagesLeave", "BlocksChanged", "ZonelistBuilt"]),
    ],
)
def test_the_strides_stop_at_every_phase_of_an_event(kernel: str, size: Stride, phases: list[str]) -> None:
    """A stride stops at the barrier, where demotion is off, where the node is emptied, and where it is empty."""
    trace = Run.of(builtin("losing-a-node"), kernel).trace()
    lost = range(trace.chapters[2].first + 1, trace.chapters[3].first)
    seen = [trace.at("operation", step)[0] for step in trace.stops(size) if step in lost]
    assert list(dict.fromkeys(seen))[: len(phases)] == phases


@given(machines(), event_pairs, st.sampled_from(["posted", "v5.15", "v5.17", "v6.1"]))
def test_a_chain_has_the_name_of_its_first_node(
    machine: Machine, requested: list[tuple[str, int]], kernel: str
) -> None:
    """At the end of a chapter, all arrows of a chain form one path; if targets are shared, they all leave one node."""
    trace = recorded(machine, kernel, requested)
    for after in (*trace.chapters[1:], None):
        step = (after.first if after else trace.length) - 1
        targets = trace.targets(step)
        for node in (node for node, found in targets.items() if found):
            chain, previous = trace.at(f"chain[{node}]", step), [n for n, found in targets.items() if node in found]
            if kernel == "v6.1" or not previous:
                assert chain == node
            else:
                assert [trace.at(f"chain[{n}]", step) for n in previous] == [chain]


@pytest.mark.parametrize("kernel", ["posted", "v5.15", "v5.18", "v6.12"])
def test_node_0_leaves_n_cpu_with_its_last_cpu(kernel: str) -> None:
    """Node 0 leaves N_CPU like any other node: sentences and masks say so, and there are no warnings."""
    document = builtin("last-cpu-off").document()
    document["nodes"][0]["cpus"] = 1
    document["events"] = [{"event": "cpu_offline", "node": 0}]
    topology = Topology.from_document(document)
    trace = Run.of(topology, kernel).trace()
    changes = [step for step in range(trace.length) if trace.at("operation", step)[:3] == ("StateChanged", "N_CPU", 0)]
    assert [trace.at("sentence", step).split(":")[0] for step in changes] == ["Node 0 leaves N_CPU, which is 3 now"]
    assert (trace.at("N_CPU", trace.length - 1), trace.at("cpus", trace.length - 1)) == ("3", "3")
    assert topology.warnings() == []


def test_the_text_on_a_card_follows_the_events_of_its_node() -> None:
    texts = {}
    for name, kernel, node in (
        ("losing-a-node", "posted", 1),
        ("losing-a-node", "v6.12", 1),
        ("binding-pmem", None, 3),
    ):
        trace = Run.of(builtin(name), kernel).trace()
        texts[name, kernel] = trace.signals[f"state[{node}]"].values
        assert trace.at("populated", trace.length - 1) == trace.at("N_MEMORY", trace.length - 1)
        emptied = [step for step in range(trace.length) if trace.at(f"state[{node}]", step) == "being emptied"]
        assert [step for step in range(trace.length) if trace.at("leaving", step) == str(node)] == emptied
    assert texts == {
        ("losing-a-node", "posted"): ("no CPUs", "being emptied", "still in N_MEMORY", "no CPUs"),
        ("losing-a-node", "v6.12"): ("no CPUs", "being emptied", "still in N_MEMORY", "no CPUs"),
        ("binding-pmem", None): ("offline", "no CPUs"),
    }
    storm = Run.of(builtin("rebuild-storm")).trace()
    assert storm.signals["state[1]"].values[-1] == "no CPUs, 20 blocks"
    toggled = Run.of(builtin("last-cpu-off")).trace()
    assert toggled.signals["state[3]"].values == ("1 CPU", "no CPUs")


def test_registers_are_empty_when_an_event_begins() -> None:
    """When an event begins, all masks are empty. When a state changes, there is no source and no zonelist."""
    trace = Run.of(builtin("losing-a-node")).trace()
    for step in range(trace.length):
        if trace.at("operation", step)[0] in ("Notified", "StateChanged"):
            assert (trace.at("source", step), trace.at("zonelist", step)) == (-1, ((), 0))
    for chapter in trace.chapters:
        assert [trace.at(mask, chapter.first) for mask in trace.masks] == ["", "", ""]
        assert trace.at("pass", chapter.first) == 0


@pytest.mark.parametrize("row", rows(FOLDER / "hotplug.jsonl"), ids=lambda row: row["name"])
@pytest.mark.parametrize("kernel", ["posted", "v5.15"])
def test_the_last_sentence_of_an_event_is_true(row: Any, kernel: str) -> None:
    """The sentence names all chains of the order, and says whether any target has changed."""
    trace = Run.of(Topology.from_document(hotplug_document(row)), kernel).trace()
    for step in range(trace.length):
        match trace.at("operation", step):
            case ("EventEnds", _, _):
                first = trace.chapters[trace.at("chapter", step)].first
                before, now = trace.cells("node_demotion", first), trace.cells("node_demotion", step)
                sentence = trace.at("sentence", step)
                assert ("no target has changed" in sentence) == (before == now)
                chains = re.findall(r"\d+(?: → \d+)+", sentence)
                pairs = {pair for chain in chains for pair in pairwise(re.findall(r"\d+", chain))}
                assert pairs == {(str(node), str(target)) for node, target in now.items() if target != -1}


@pytest.mark.parametrize("kernel", ["posted", "v5.18", "v6.1", "v6.12"])
@pytest.mark.parametrize("name", [name for name in builtin_names() if builtin(name).events])
def test_a_run_of_the_first_events_equals_the_beginning_of_the_whole_run(name: str, kernel: str) -> None:
    """The page relies on this when it replaces the trace of the first events by the trace of all events."""
    run = Run.of(builtin(name), kernel)
    whole = run.trace()
    for length in range(0, len(run.topology.events), 3):
        part = after_events(run, length).trace()
        assert part.chapters == whole.chapters[: len(part.chapters)]
        assert part.signals.keys() == whole.signals.keys()
        for signal in part.signals:
            if not signal.startswith("why "):  # an answer may lead to a later step
                assert all(part.at(signal, step) == whole.at(signal, step) for step in range(part.length)), signal


@pytest.mark.parametrize("key", ["node_demotion", "preferred", "fallback_targets"])
def test_a_rebuild_has_changed_the_order_if_any_node_demotes_elsewhere(key: str) -> None:
    before: dict[str, Any] = {name: {"0": "1", "1": ""} for name in ("node_demotion", "preferred", "fallback_targets")}
    same, other = {"do": "rebuild", **before}, {"do": "rebuild", **before, key: {"0": "2", "1": ""}}
    assert rebuilds(before, [[same], [{"do": "disable"}, same]]) == (2, 0)
    assert rebuilds(before, [[other], [other], [same]]) == (3, 2)
