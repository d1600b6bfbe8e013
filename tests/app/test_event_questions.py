"""Test the answers for the events panel: each node's state, the events that can happen, and numbers of rebuilds."""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.app.event_questions import TRIGGERS, counted, events
from viz.kernel.hotplug import EVENTS, obstacle
from viz.kernel.releases import version
from viz.kernel.versions import VERSIONS, Version
from viz.topology import builtin, builtin_names
from viz.trace.event_words import event_effects
from viz.trace.events import rebuilds

SCENARIOS = [name for name in builtin_names() if builtin(name).events]


@pytest.mark.parametrize("name", SCENARIOS)
def test_whether_an_event_can_happen_is_known_at_every_point(name: str) -> None:
    """Before each event, the answer lists for each node's state the events that viz.kernel calls impossible there."""
    topology = builtin(name)
    answer = events(topology, {})
    now = dict(answer["start"])
    for index in range(len(topology.events) + 1):
        part = topology.model_copy(update={"events": topology.events[:index]})
        machine = part.machine(version("posted").rules)
        list(event_effects(machine, part.event_pairs))
        for node, (online, blocks, cpus) in now.items():
            reasons = answer["obstacles"][f"{int(online)} {int(blocks > 0)} {int(cpus > 0)}"]
            expected = {event: obstacle(machine, event, int(node)) for event in EVENTS}
            assert expected == dict.fromkeys(EVENTS, "") | reasons
        if index < len(topology.events):
            now[str(topology.events[index].node)] = answer["after"][index]


def test_later_kernels_rebuild_less_often_in_the_rebuild_storm() -> None:
    rows = counted(builtin("rebuild-storm"), {"kernel": "v5.16"})["kernels"]
    assert [(row["kernel"], row["caused"], row["changed"]) for row in rows] == [
        ("posted", 20, 1),
        ("v5.16", 1, 1),
        ("v5.18", 1, 1),
        ("v6.1", 1, 1),
    ]


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_the_kernel_of_the_question_has_a_row(row: Version) -> None:
    """The answer has a row for each rule by which kernels rebuild; the row of the question's kernel has its counts."""
    topology, name = builtin("last-cpu-off"), row.name
    rows = counted(topology, {"kernel": name})["kernels"]
    order = Run.of(topology, name).order()
    own = [counts for counts in rows if counts["kernel"] == name]
    assert len(rows) == len(TRIGGERS)
    if order["events"] is None:
        assert not own
    else:
        logs = [event["log"] for event in order["events"]]
        assert [(counts["caused"], counts["changed"]) for counts in own] == [tuple(rebuilds(order, logs))]
