"""Test the comparison of a kernel's log with the model.

The logs are from a mail about a fix in the kernel: a distance matrix, and the fallback orders before and after the fix.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import refusal, tierscope
from tests.topology.formats.printers import all_facts
from viz.analysis.kernel_log import Comparison
from viz.analysis.run import Run
from viz.topology import Topology, TopologyError
from viz.topology.formats.kernel_log import PrintedLists, printed_lists

FACTS = all_facts()["amd-8n-bharata-before-after"]


def machine() -> Topology:
    nodes = [{"id": node, "cpus": 16, "memory": 2**30} for node in FACTS.ids]
    return Topology.from_document({"title": "eight nodes", "nodes": nodes, "distances": FACTS.rows})


def log(index: int, stamp: str = "[    0.5] ") -> str:
    orders = FACTS.more["fallback_orders"][index].items()
    return "Booting\n" + "".join(
        f"{stamp}Fallback order for Node {n}: {' '.join(map(str, ids))} \n" for n, ids in orders
    )


def sentences(run: Run, printed: PrintedLists) -> list[str]:
    return [finding.sentence for finding in Comparison(run, printed).findings()]


@pytest.mark.parametrize(("index", "kernel", "other_kernel"), [(0, "v5.15", "v5.16"), (1, "v5.16", "v5.15")])
def test_the_orders_of_the_mail_before_and_after_the_fix(index: int, kernel: str, other_kernel: str) -> None:
    printed = printed_lists(log(index))
    lines = sentences(Run.of(machine(), kernel, "boot"), printed)
    assert all(line.endswith("the same.") for line in lines[:8]), lines
    assert re.search(rf"\b{kernel}\b", lines[-1])
    assert not re.search(rf"\b{other_kernel}\b", lines[-1])
    other_lines = sentences(Run.of(machine(), other_kernel, "boot"), printed)
    assert "Node 0: 0 1 2 3 4 5 6 7, the same." in other_lines
    assert any("would print it" in line for line in other_lines)


def test_targets_are_compared_under_versions_that_print_them() -> None:
    printed = PrintedLists(targets={0: [2], 1: []})
    nodes = [{"id": node, "cpus": int(node < 2), "memory": 1} for node in range(3)]
    square = [[10, 20, 30], [20, 10, 40], [30, 40, 10]]
    topology = Topology.from_document({"title": "t", "nodes": nodes, "distances": square})
    same = ["Node 0: target 2, the same.", "Node 1: target none, the same."]
    lines = sentences(Run.of(topology), printed)
    assert lines[:2] == same
    assert lines[2].startswith("All demotion targets are those of posted, v5.15")
    assert "Node 0: the log has target 2, computed is none; posted" in sentences(Run.of(topology, "v6.1"), printed)[0]


def test_tiers_are_compared_with_their_nodes() -> None:
    nodes = [{"id": n, "cpus": int(n < 2), "memory": 1, "adistance": 576 if n < 2 else 2880} for n in range(4)]
    square = [[10, 21, 17, 28], [21, 10, 28, 17], [17, 28, 10, 28], [28, 17, 28, 10]]
    run = Run.of(Topology.from_document({"title": "t", "nodes": nodes, "distances": square}), "v6.12")
    printed = printed_lists(
        "/sys/devices/virtual/memory_tiering/memory_tier4/nodelist:0-1\n"
        "/sys/devices/virtual/memory_tiering/memory_tier22/nodelist:3\n"
        "Demotion targets for Node 0: preferred: 2, fallback: 2-3\n"
        "Demotion targets for Node 2: null\n"
    )
    lines = sentences(run, printed)
    assert "Node 0: target 2, the same." in lines
    assert "Node 2: target none, the same." in lines
    assert "Node 0: in slower tiers 2 3, the same." in lines
    assert "Tier 4: 0 1, the same." in lines
    assert "Tier 22: the log has 3, computed is 2 3; no version would print it." in lines
    assert "Kernel v5.15 has no tiers to compare with." in sentences(Run.of(run.topology, "v5.15"), printed)
    about = {finding.sentence.split(":")[0]: finding.about for finding in Comparison(run, printed).findings()}
    assert (about["Node 0"], about["Tier 22"], about["No version has all of these tiers."]) == ("list", "list", "kind")


def test_other_lines_of_a_log_are_ignored() -> None:
    text = "x\nFallback order for Node 0: 0 2\n[Tue] Demotion targets for Node 0: preferred: 2-3, fallback: 2-5\n"
    printed = printed_lists(text + "Demotion targets for Node 2: null\nFallback order for Node 0: 2 0\n")
    assert (printed.fallback, printed.targets) == ({0: [2, 0]}, {0: [2, 3], 2: []})
    for bad in ("", "Fallback order for Node 99999: 1", "Demotion targets for Node 0: preferred: 9-1, fallback: 0"):
        with pytest.raises(TopologyError):
            printed_lists(bad)


def test_order_says_where_a_log_differs(tmp_path: Path) -> None:
    document = json.dumps(machine().document())
    file = tmp_path / "dmesg.txt"
    file.write_text(log(1))
    done = tierscope("order", "-", "--kernel", "v5.15", "--zonelists", "boot", "--dmesg", str(file), stdin=document)
    assert done.returncode == 0
    assert b"Node 5: the log has 5 6 7 4 1 2 3 0, computed is 5 6 7 4 0 1 2 3; v5.16" in done.stdout
    assert "--json" in refusal("order", "-", "--json", "--dmesg", str(file), stdin=document)
    file.write_text("nothing")
    assert "Fallback order" in refusal("order", "-", "--dmesg", str(file), stdin=document)


def test_what_a_patch_in_no_release_would_print_is_no_match_if_a_release_prints_it() -> None:
    """Under another kernel the line says first that this one would print others; a release is named before a patch."""
    nodes = [{"id": n, "cpus": int(n < 2), "memory": 1, "adistance": 576 if n < 2 else 2880} for n in range(3)]
    square = [[10, 20, 40], [20, 10, 40], [40, 40, 10]]
    topology = Topology.from_document({"title": "t", "nodes": nodes, "distances": square})
    line = sentences(Run.of(topology, "v5.15"), PrintedLists(targets={0: [2], 1: [2], 2: []}))[-1]
    assert line.startswith("v5.15 would print other demotion targets. All demotion targets are those of v6.1")
    assert "rfc2022" not in line
