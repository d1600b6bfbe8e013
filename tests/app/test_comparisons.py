"""What the panel on comparisons is told: the second run, the differences, the tables."""

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

HERE = {"topology": "one-socket-two-equal", "kernel": "v5.15"}


def ask(name: str, **question: Any) -> dict[str, Any]:
    return ASKS[name](Service(), question)


@pytest.mark.parametrize("kernel", [row.name for row in VERSIONS])
def test_the_second_run_comes_with_what_differs(kernel: str) -> None:
    answer = ask("against", **HERE, other={**HERE, "kernel": kernel})
    a, b = compare.sides([Run.of(builtin(HERE["topology"]), name) for name in (HERE["kernel"], kernel)])
    assert [one["node"] for one in answer["differences"]] == [one.node for one in compare.differences(a, b)]
    assert [one["cause"] for one in answer["differences"]] == [one.cause for one in compare.differences(a, b)]
    there = wire.load(answer["trace"])
    assert there.targets(there.length - 1) == b.targets()
    assert not [name for name in there.signals if name.startswith("why ")]
    for one in answer["differences"]:
        assert a.trace.at("sentence", one["steps"][0]) == one["told"][0] or one["steps"][0] == -1


def test_before_and_after_an_event() -> None:
    machine = {"topology": "losing-a-node"}
    answer = ask("against", **machine, events=1, other={**machine, "events": 0})
    assert answer["names"] == ["the new order", "the old order"]
    assert answer["differences"][0]["targets"] == ["2", "1"]
    for bad in (3, -1, "1", True):
        with pytest.raises(REFUSALS):
            ask("against", **machine, events=bad, other=machine)


def test_two_machines_may_have_other_nodes() -> None:
    answer = ask("against", **HERE, other={"topology": "two-sockets-three-classes"})
    assert answer["apart"] == [3, 4, 5]
    with pytest.raises(REFUSALS, match="other"):
        ask("against", **HERE, other="v5.16")


def test_a_row_for_every_version_and_for_every_machine() -> None:
    rows = ask("versions", **HERE)["rows"]
    assert [row["name"] for row in rows] == [row.name for row in VERSIONS]
    told = {row["name"]: row["told"] for row in rows}
    assert (told["v5.15"], told["v5.16"], told["v6.0"]) == ("0 → 1, 1 → 2", "0 → 2, 2 → 1", "0 → 2 or 1")
    assert {row["name"]: row["differs"] for row in rows}["v5.16"] == [0, 1, 2]
    found = ask("machines", **HERE)["rows"]
    assert [row["name"] for row in found] == list(builtin_names())
    assert [row["name"] for row in found if row["shown"]] == [HERE["topology"]]
    assert found[list(builtin_names()).index(HERE["topology"])]["told"] == "0 → 1, 1 → 2"
