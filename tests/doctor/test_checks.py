"""Test each check in each state on kernels from 5.15 to 7.3, with trees of /sys and /proc from cases.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.command import printed
from tests.doctor.cases import ONE_TIER, Case, all_cases
from tests.doctor.machines import KERNELS, figures, machine, write
from tests.serving import ROOT
from viz.doctor.report import CHECKS

CASES = [(case, kernel) for case in all_cases() for kernel in case.states]
UNKNOWABLE = {"never-demoting-request", "unfit-pages", "no-migration-support"}


def report(folder: Path, *options: str) -> dict[str, Any]:
    """Return the report that `tierscope doctor` prints on a tree."""
    found = json.loads(printed("doctor", "--root", str(folder), "--json", *options))
    assert isinstance(found, dict)
    return found


def finding(of: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one finding of a report."""
    found = next(found for found in of["findings"] if found["id"] == name)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("case", "kernel"), CASES, ids=[f"{c.id}-{c.title}-{k}".replace(" ", "_") for c, k in CASES])
def test_a_check_has_the_state_that_the_files_show(case: Case, kernel: str, tmp_path: Path) -> None:
    write(tmp_path / "root", machine(kernel, case.files(kernel)))
    options = ["--cgroup", case.cgroup] if case.cgroup else []
    if case.dmesg:
        (tmp_path / "log").write_text(case.dmesg)
        options += ["--dmesg", str(tmp_path / "log")]
    found = finding(report(tmp_path / "root", *options), case.id)
    assert found["state"] == case.states[kernel], found
    assert found["says"].endswith(".")
    assert bool(found["do"]) == (found["state"] != "ok")
    assert found["state"] != "cause" or found["evidence"]


def test_every_cause_is_tried_in_every_state_that_it_can_have() -> None:
    seen = {(case.id, case.states[kernel]) for case, kernel in CASES}
    never = {("no-feature", "unknown"), ("counter-missing", "unknown")}  # both are known of a whole tree
    wanted = {(name, state) for name in CHECKS if name not in UNKNOWABLE for state in ("cause", "ok", "unknown")}
    assert wanted - never <= seen


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_machine_that_demotes_is_said_to(kernel: str, tmp_path: Path) -> None:
    found = report(write(tmp_path, machine(kernel)))
    assert (found["demotes"], found["kernel"]) == (True, kernel)
    assert found["verdict"] == "This machine demotes: node 0 demotes to node 1; 700 pages were demoted so far."
    assert [each["id"] for each in found["findings"]] == list(CHECKS)
    causes = {each["id"] for each in found["findings"] if each["state"] == "cause"}
    assert causes == ({"counter-missing"} if kernel in KERNELS[:2] else set())
    assert all(each["state"] == "unknown" and each["do"] for each in found["findings"] if each["id"] in UNKNOWABLE)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_switch_alone_is_missing(kernel: str, tmp_path: Path) -> None:
    found = report(write(tmp_path, machine(kernel, {"sys/kernel/mm/numa/demotion_enabled": "false"})))
    assert found["demotes"] is False
    assert found["verdict"].endswith("the switch is off; once it is on, node 0 would demote to node 1.")


def test_the_numbers_of_causes_are_those_of_the_issue() -> None:
    numbers = {name: number for name, (number, _) in CHECKS.items()}
    assert numbers["no-performance"] == "3a"
    assert numbers["counter-split"] == numbers["mglru-counter"] == numbers["counter-missing"] == "16"
    assert {*map(str, range(1, 18)), "3a", "3b", "3c", "3d"} == set(numbers.values())


@pytest.mark.parametrize(
    ("name", "demotes"),
    [
        ("spills-first", False),
        ("kswapd-gave-up", False),
        ("targets-full", False),
        ("one-tier", False),
        ("swappiness", True),
        ("reclaim-gate", True),
    ],
)
def test_the_verdict_is_no_if_a_cause_stops_everything(name: str, demotes: bool, tmp_path: Path) -> None:
    case = next(case for case in all_cases() if case.id == name and case.states.get("7.3.4") == "cause")
    found = report(write(tmp_path, machine("7.3.4", case.files("7.3.4"))))
    assert found["demotes"] is demotes
    assert re.fullmatch(r"[A-Z][^\n]{10,300}\.", found["verdict"])


def test_what_hangs_on_an_unknown_kernel_is_unknown(tmp_path: Path) -> None:
    found = report(write(tmp_path, machine(None)))
    assert (found["kernel"], found["demotes"]) == (None, True)
    for name in ("chain-end", "cpuset-excludes", "memcg-limit-old", "reclaim-gate", "mglru-counter"):
        assert finding(found, name)["state"] == "unknown"
    named = report(tmp_path, "--kernel", "6.12.117")
    assert (named["kernel"], finding(named, "mglru-counter")["state"]) == ("6.12.117", "ok")


def test_the_page_of_documentation_lists_every_check() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text()
    listed = re.findall(r"^\| `([a-z-]+)` \| (\d+[a-d]?) \|", text, re.MULTILINE)
    assert listed == [(name, number) for name, (number, _) in CHECKS.items()]


def test_a_kernel_with_parts_of_newer_ones_is_taken_by_what_its_files_show(tmp_path: Path) -> None:
    older = {"proc/version": "Linux version 5.14.0-427.el9.x86_64 (x@y)"}
    found = report(write(tmp_path, machine("6.1.112", ONE_TIER | older)))
    assert (found["kernel"], found["demotes"]) == ("5.14.0-427.el9.x86_64", False)
    states = {each["id"]: each["state"] for each in found["findings"]}
    assert (states["no-feature"], states["one-tier"], states["chain-end"]) == ("ok", "cause", "ok")
    for name in ("cpuset-excludes", "reclaim-gate", "memcg-limit-old"):
        assert states[name] == ("ok" if name == "memcg-limit-old" else "unknown")


def test_figures_of_access0_are_used_where_there_are_no_others(tmp_path: Path) -> None:
    files = {path.replace("access1", "access0"): of for path, of in figures({0: 100, 1: 110}).items()}
    found = finding(report(write(tmp_path, machine("7.3.4", ONE_TIER | files))), "too-similar")
    assert found["state"] == "cause"
    assert found["evidence"][1]["path"] == "/sys/devices/system/node/node1/access0/initiators"
