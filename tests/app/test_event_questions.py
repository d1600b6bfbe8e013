"""What the panel on events is told: what is online at every point, what can happen there, and what it all cost."""

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
    """As the page looks it up: by what of the node is online after the last event that was about it."""
    topology = builtin(name)
    told = events(topology, {})
    now = dict(told["start"])
    for over in range(len(topology.events) + 1):
        part = topology.model_copy(update={"events": topology.events[:over]})
        machine = part.machine(version("posted").rules)
        list(event_effects(machine, part.happenings))
        for node, (online, blocks, cpus) in now.items():
            whys = told["obstacles"][f"{int(online)} {int(blocks > 0)} {int(cpus > 0)}"]
            assert {event: obstacle(machine, event, int(node)) for event in EVENTS} == dict.fromkeys(EVENTS, "") | whys
        if over < len(topology.events):
            now[str(topology.events[over].node)] = told["after"][over]


def test_the_storm_and_what_became_of_it() -> None:
    found = counted(builtin("rebuild-storm"), {"kernel": "v5.16"})["kernels"]
    assert [(row["kernel"], row["caused"], row["changed"]) for row in found] == [
        ("posted", 20, 1),
        ("v5.16", 1, 1),
        ("v5.18", 1, 1),
        ("v6.1", 1, 1),
    ]


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row.name)
def test_each_kernel_has_its_own_count_in_its_place(row: Version) -> None:
    """A row for every way to decide, the asked kernel in place of the one that decides as it does."""
    topology, name = builtin("last-cpu-off"), row.name
    found = counted(topology, {"kernel": name})["kernels"]
    order = Run.of(topology, name).order()
    own = [one for one in found if one["kernel"] == name]
    assert len(found) == len(TRIGGERS)
    if order["events"] is None:
        assert not own
    else:
        logs = [event["log"] for event in order["events"]]
        assert [(one["caused"], one["changed"]) for one in own] == [tuple(rebuilds(order, logs))]
