"""Test the answers for the comparison panel: the second run, the differences, and the tables of many runs."""

from __future__ import annotations

from typing import Any

import pytest

from viz.analysis import compare
from viz.analysis.run import Run
from viz.app.endpoints import ASKS, REFUSALS
from viz.app.service import Service
from viz.kernel.versions import VERSIONS
from viz.topology import builtin, builtin_names
from viz.trace import wire

SHOWN = {"topology": "one-socket-two-equal", "kernel": "v5.15"}


def ask(name: str, **question: Any) -> dict[str, Any]:
    return ASKS[name](Service(), question)


@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS])
def test_the_second_run_comes_with_what_differs(kernel: str) -> None:
    answer = ask("against", **SHOWN, other={**SHOWN, "kernel": kernel})
    a, b = compare.sides([Run.of(builtin(SHOWN["topology"]), name) for name in (SHOWN["kernel"], kernel)])
    found, expected = answer["differences"], compare.differences(a, b)
    assert [row["node"] for row in found] == [difference.node for difference in expected]
    assert [row["cause"] for row in found] == [difference.cause for difference in expected]
    trace = wire.load(answer["trace"])
    assert trace.targets(trace.length - 1) == b.targets()
    assert not [name for name in trace.signals if name.startswith("why ")]
    for row in found:
        assert a.trace.at("sentence", row["steps"][0]) == row["told"][0] or row["steps"][0] == -1


def test_the_orders_before_and_after_an_event_are_compared() -> None:
    machine = {"topology": "losing-a-node"}
    answer = ask("against", **machine, events=1, other={**machine, "events": 0})
    assert answer["names"] == ["the new order", "the old order"]
    assert answer["differences"][0]["targets"] == ["2", "1"]
    for bad in (3, -1, "1", True):
        with pytest.raises(REFUSALS):
            ask("against", **machine, events=bad, other=machine)


def test_the_two_machines_may_have_different_nodes() -> None:
    answer = ask("against", **SHOWN, other={"topology": "two-sockets-three-classes"})
    assert answer["apart"] == [3, 4, 5]
    with pytest.raises(REFUSALS, match="other"):
        ask("against", **SHOWN, other="v5.16")


def test_the_tables_have_a_row_for_every_version_and_every_machine() -> None:
    rows = ask("versions", **SHOWN)["rows"]
    assert [row["name"] for row in rows] == [row.name for row in VERSIONS]
    targets = {row["name"]: row["told"] for row in rows}
    assert (targets["v5.15"], targets["v5.16"], targets["v6.0"]) == ("0 → 1, 1 → 2", "0 → 2, 2 → 1", "0 → 2 or 1")
    assert {row["name"]: row["differs"] for row in rows}["v5.16"] == [0, 1, 2]
    machines = ask("machines", **SHOWN)["rows"]
    assert [row["name"] for row in machines] == list(builtin_names())
    titles = [builtin(name).name or builtin(name).title for name in builtin_names()]
    assert [row["title"] for row in machines] == titles
    assert [row["name"] for row in machines if row["shown"]] == [SHOWN["topology"]]
    assert machines[list(builtin_names()).index(SHOWN["topology"])]["told"] == "0 → 1, 1 → 2"
