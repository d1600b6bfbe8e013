"""A kernel's log against the model: one mail gives a matrix and the orders before and after a fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_cli import refusal, tierscope
from tests.topology.formats.printers import all_facts
from viz.kernel_log import comparison
from viz.run import Run
from viz.topology import Topology, TopologyError
from viz.topology.formats.ranking import Said, said_in

FACTS = all_facts()["amd-8n-bharata-before-after"]


def machine() -> Topology:
    nodes = [{"id": node, "cpus": 16, "memory": 2**30} for node in FACTS.ids]
    return Topology.from_document({"title": "eight nodes", "nodes": nodes, "distances": FACTS.rows})


def log(which: int, stamp: str = "[    0.5] ") -> str:
    orders = FACTS.more["fallback_orders"][which].items()
    return "Booting\n" + "".join(
        f"{stamp}Fallback order for Node {n}: {' '.join(map(str, ids))} \n" for n, ids in orders
    )


@pytest.mark.parametrize(("which", "kernel", "others"), [(0, "v5.15", "v5.16"), (1, "v5.16", "v5.15")])
def test_the_orders_of_a_mail_before_and_after_a_fix(which: int, kernel: str, others: str) -> None:
    said = said_in(log(which))
    told = list(comparison(Run.of(machine(), kernel, "boot"), said))
    assert all(line.endswith("the same.") for line in told[:8]), told
    assert f"{kernel} (" in told[-1]
    assert f"{others} (" not in told[-1]
    other = list(comparison(Run.of(machine(), others, "boot"), said))
    assert "Node 0: 0 1 2 3 4 5 6 7, the same." in other
    assert any("would print it" in line for line in other)


def test_targets_are_compared_where_they_are_built() -> None:
    said = Said(targets={0: [2], 1: []})
    nodes = [{"id": node, "cpus": int(node < 2), "memory": 1} for node in range(3)]
    square = [[10, 20, 30], [20, 10, 40], [30, 40, 10]]
    topology = Topology.from_document({"title": "t", "nodes": nodes, "distances": square})
    same = ["Node 0: target 2, the same.", "Node 1: target none, the same."]
    assert list(comparison(Run.of(topology), said)) == same
    assert next(comparison(Run.of(topology, "v6.1"), said)) == "Node 0: target 2, computed is none."


def test_targets_of_a_kernel_with_tiers_are_masks() -> None:
    nodes = [{"id": n, "cpus": int(n < 2), "memory": 1, "adistance": (576, 576, 2880, 2880, 6000)[n]} for n in range(5)]
    square = [[10 if a == b else 20 for b in range(5)] for a in range(5)]
    run = Run.of(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "v6.12")
    log = "Demotion targets for Node 0: preferred: 2-3, fallback: 2-4\nDemotion targets for Node 2: null\n"
    assert list(comparison(run, said_in(log))) == [
        "Node 0: target 2-3, the same.",
        "Node 0: lower tiers 2-4, the same.",
        "Node 2: target none, computed is 4.",
    ]


def test_a_log_is_read_through_whatever_stands_around() -> None:
    text = "x\nFallback order for Node 0: 0 2\n[Tue] Demotion targets for Node 0: preferred: 2-3, fallback: 2-5\n"
    said = said_in(text + "Demotion targets for Node 2: null\nFallback order for Node 0: 2 0\n")
    assert said.lower == {0: [2, 3, 4, 5], 2: []}
    assert (said.fallback, said.targets) == ({0: [2, 0]}, {0: [2, 3], 2: []})
    for bad in ("", "Fallback order for Node 99999: 1", "Demotion targets for Node 0: preferred: 9-1, fallback: 0"):
        with pytest.raises(TopologyError):
            said_in(bad)


def test_order_says_where_a_log_differs(tmp_path: Path) -> None:
    document = json.dumps(machine().document())
    file = tmp_path / "dmesg.txt"
    file.write_text(log(1))
    done = tierscope("order", "-", "--kernel", "v5.15", "--zonelists", "boot", "--dmesg", str(file), given=document)
    assert done.returncode == 0
    assert b"Node 5: the log has 5 6 7 4 1 2 3 0, computed is 5 6 7 4 0 1 2 3; v5.16" in done.stdout
    assert "--json" in refusal("order", "-", "--json", "--dmesg", str(file), given=document)
    file.write_text("nothing")
    assert "Fallback order" in refusal("order", "-", "--dmesg", str(file), given=document)
