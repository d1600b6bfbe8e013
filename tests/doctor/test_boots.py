"""Compare the doctor with real boots of 6.12 and 7.3 with HMATs, whose files and logs are in golden rows."""

from __future__ import annotations

import pytest

from tests import boot_doctor
from tests.boot import TIERS, program
from tests.goldens import Row, rows
from tests.goldens_2026 import FOLDER
from viz.doctor.cgroup import mems_of
from viz.doctor.checks_cgroup import ways
from viz.doctor.copies import read_lines
from viz.doctor.facts import FIGURES, Facts
from viz.doctor.listing import merged, tree_of
from viz.doctor.paths import NODES, SWITCH
from viz.doctor.release import Release
from viz.doctor.report import examine
from viz.doctor.targets import order_of
from viz.kernel.nodemask import node_list
from viz.kernel.releases import version
from viz.topology import load

BOOTS = rows(FOLDER / "hmat_boots.jsonl")
CPUSETS = [
    row
    for row in rows(FOLDER / "cpuset_boots.jsonl")
    if row["mems_effective"] and row["source_node"] in row["mems_effective"]
]
"""Golden rows of boots in which pages were demoted from a node that their cgroup may use."""
FIGURE_CAUSES = {"no-performance", "too-similar", "dram-mismatch"}


def printed(row: Row, switch: str = "false") -> str:
    """Return the text that a guest prints: its kernel's first line, and the files that the doctor reads."""
    boot = row["boot"]
    lines = [f"[    0.000000] Linux version {row['kernel']} (x@y)", f"/{SWITCH}:{switch}"]
    lines += [f"/{NODES}/{name}:{node_list(boot[name])}" for name in ("online", "has_cpu", "has_memory")]
    lines += [f"/{NODES}/node{node}/distance:{' '.join(map(str, of))}" for node, of in boot["distances"].items()]
    for of in boot["access"]:
        folder = f"/{NODES}/node{of['node']}/access{of['class']}/initiators"
        lines += [f"{folder}/{name}:{of[name]}" for name in FIGURES if name in of]
    return "\n".join([*lines, *(f"{TIERS}/memory_tier{t}/nodelist:{node_list(n)}" for t, n in boot["tiers"].items())])


def idents(row: Row) -> str:
    """Return the name of a boot and its kernel."""
    return f"{row['name']} {row['kernel']}"


@pytest.mark.parametrize("row", BOOTS, ids=idents)
def test_targets_are_those_that_the_kernel_printed(row: Row) -> None:
    order = order_of(Facts(read_lines(printed(row))))
    assert order is not None
    said = {int(node): targets for node, targets in row["boot"]["demotion"].items()}
    found = {node: (list(of.preferred), list(of.lower)) for node, of in order.items() if of.lower}
    assert found == {node: (of["preferred"], of["fallback"]) for node, of in said.items() if of}


@pytest.mark.parametrize("row", BOOTS, ids=idents)
def test_one_tier_has_a_cause_and_several_have_none(row: Row) -> None:
    report = boot_doctor.report_of(printed(row))
    states = {finding.id: finding.state for finding in report.findings}
    causes = {name for name in FIGURE_CAUSES if states[name] == "cause"}
    if len(row["boot"]["tiers"]) == 1:
        assert states["one-tier"] == "cause"
        assert causes
        assert "there is one memory tier" in report.verdict
    else:
        assert states["one-tier"] == "ok"
        assert causes <= {"dram-mismatch"}
        assert "once it is on, node" in report.verdict
    assert (report.demotes, report.kernel) == (False, row["kernel"])


@pytest.mark.parametrize("row", CPUSETS, ids=idents)
def test_a_cpuset_lets_through_what_the_kernel_let_through(row: Row) -> None:
    nodes = [node["id"] for node in row["nodes"]]
    lines = [f"/{NODES}/online:{node_list(nodes)}", f"/{NODES}/has_memory:{node_list(nodes)}"]
    lines += [f"{TIERS}/memory_tier{tier}/nodelist:{node_list(of)}" for tier, of in row["tiers"].items()]
    lines.append(f"/sys/fs/cgroup/app/cpuset.mems.effective:{node_list(row['mems_effective'])}")
    facts = Facts(read_lines("\n".join(lines)), Release.parse(row["kernel"]), "app")
    finding = next(found for found in examine(facts).findings if found.id == "cpuset-excludes")
    order, mems = order_of(facts), mems_of(facts)
    assert order is not None
    assert mems is not None
    if row["kernel"].startswith("6."):
        assert finding.state == "ok"
        assert row["rule"]["allowed"] == list(order[row["source_node"]].lower)
    else:
        allowed = ways(order, mems)
        assert allowed.get(row["source_node"], []) == row["rule"]["allowed"]
        assert finding.state == ("ok" if allowed else "cause")


def test_the_switch_is_all_that_is_missing() -> None:
    row = next(row for row in BOOTS if len(row["boot"]["tiers"]) > 1)
    assert examine(Facts(read_lines(printed(row, "true")))).demotes is True


@pytest.mark.parametrize("machine", boot_doctor.EXPECTED)
def test_the_guest_prints_the_files_that_the_doctor_reads(machine: str) -> None:
    topology = load(machine.encode()).topology
    files = boot_doctor.files(topology)
    tree = read_lines("".join(f"{file}:0\n" for file in files))
    assert set(tree.files) == {file.removeprefix("/") for file in files}
    assert all(f"{file}:".encode() in program(files, b"") for file in files)


def test_what_is_expected_of_the_usual_machines_is_what_the_doctor_says() -> None:
    """The tiers are computed by viz.kernel here; `./dev boot --doctor` shows whether Linux makes the same tiers."""
    for machine, expected in boot_doctor.EXPECTED.items():
        result = load(machine.encode())
        tree = merged(tree_of(result, version("7.3.4")), read_lines(f"/{SWITCH}:false\n"))
        assert expected in examine(Facts(tree, Release.parse("7.3.4"))).verdict
