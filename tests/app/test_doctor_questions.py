"""Test the doctor's answers on the page: for a tarball those of the command line, for other machines what is known."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.cases import all_cases
from tests.doctor.machines import KERNELS, NODES, Files, machine, packed, write
from viz.app.answers import Job, answer_job
from viz.app.service import Service
from viz.cli.doctor import cgroup_option
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.report import examine

NODE_1 = f"{NODES}/node1/distance"
ZONES = machine("7.3.4")["proc/zoneinfo"]
TWO = "2 sockets: cpu+dram 64G, pmem 256G"


def ask(**question: Any) -> dict[str, Any]:
    """Return the doctor's answer without the script."""
    answer = answer_job(Job("doctor", question, Service()))
    assert "error" not in answer, answer
    assert answer.pop("script").startswith("#!/bin/sh\n")
    assert answer.pop("archive").endswith(".tar.gz")
    return answer


def states(answer: dict[str, Any]) -> dict[str, str]:
    """Return the state of each finding, by the id of its check."""
    return {found["id"]: found["state"] for found in answer["findings"]}


def in_base64(root: Path) -> str:
    """Return a folder as the page sends its tarball."""
    return base64.b64encode(packed(root)).decode()


@pytest.mark.slow
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_tarball_gives_what_its_tree_gives_on_the_command_line(kernel: str, tmp_path: Path) -> None:
    cases = [case for case in all_cases() if kernel in case.states]
    for number, case in enumerate(cases[KERNELS.index(kernel) % 4 :: 4]):
        root = write(tmp_path / str(number), machine(kernel, case.files(kernel)))
        tree = read_folder(root, cgroup_option(case.cgroup))
        tree.files |= {"dmesg": case.dmesg} if case.dmesg else {}
        answer = ask(file=in_base64(root), kernel="v6.1", cgroup=case.cgroup, more=case.dmesg)
        assert answer == examine(Facts(tree, None, cgroup_option(case.cgroup))).as_dict(), case


@pytest.mark.parametrize("half", ["sys", "proc", "sys/devices", "sys/kernel", "none"])
def test_a_part_of_a_tree_gives_the_same_too(half: str, tmp_path: Path) -> None:
    for kernel in (*KERNELS, None):
        files = {path: content for path, content in machine(kernel).items() if path.startswith(half)}
        root = write(tmp_path / str(kernel), files)
        root.mkdir(exist_ok=True)
        assert ask(file=in_base64(root), kernel="v6.1") == examine(Facts(read_folder(root))).as_dict()


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({NODE_1: None, f"{NODES}/node0/distance": None}, "distances"),
        ({NODE_1: "20 10 30\n"}, None),
        ({NODE_1: "lots\n"}, None),
        (dict.fromkeys(path for path in machine("7.3.4") if path.startswith(f"{NODES}/node")), None),
    ],
    ids=["no distances", "three columns", "rubbish", "no nodes"],
)
def test_a_tarball_of_which_no_order_can_be_shown_is_examined_all_the_same(
    changes: Files, needs: str | None, tmp_path: Path
) -> None:
    root = write(tmp_path, machine("7.3.4", changes))
    run = Service().answer({"file": in_base64(root)})
    assert (run.get("examine"), run.get("needs")) == (True, needs), run
    answer = ask(file=in_base64(root), kernel="posted")
    assert answer == examine(Facts(read_folder(root))).as_dict()
    assert answer["demotes"] is True
    files = machine("7.3.4", changes).items()
    listing = "".join(f"/{path}:{line}\n" for path, text in files for line in text.splitlines() if line)
    assert Service().answer({"text": listing}).get("examine") is True
    assert ask(text=listing, kernel="posted")["demotes"] is True


def test_what_has_no_files_for_the_doctor_is_not_examined() -> None:
    for text in (
        "no machine",
        "/proc/version:Linux version 6.1",
        f"{NODES}/node0/cpulist:0",
        TWO,
        "memory_tier4: 0",
        ZONES,
    ):
        assert "examine" not in Service().answer({"text": text}), text
    assert "examine" not in Service().answer({"file": "?"})


def test_a_cgroup_that_leads_elsewhere_is_refused() -> None:
    answer = answer_job(Job("doctor", {"text": TWO, "cgroup": "../../etc"}, Service()))
    assert "is no path below /sys/fs/cgroup" in answer["error"]


def test_a_line_shows_where_and_not_whether() -> None:
    answer = ask(text=TWO, kernel="v6.12")
    assert answer["demotes"] is None
    assert answer["verdict"].endswith("; if it is, node 0 demotes to node 1 (else 3), node 2 to node 3 (else 1).")
    assert states(answer)["one-tier"] == "ok"
    assert states(answer)["no-feature"] == "unknown"
    assert ask(text=TWO, kernel="posted")["kernel"] is None


def test_more_lines_are_added() -> None:
    more = "/sys/kernel/mm/numa/demotion_enabled:false\nLinux version 7.3.4 (x@y)\n"
    answer = ask(text=TWO, kernel="v6.1", more=more)
    assert (answer["demotes"], answer["kernel"]) == (False, "7.3.4")
    assert states(answer)["switch-off"] == "cause"
    log = "memory-tiers: the performance of DRAM node 2 mismatches that of the reference"
    assert states(ask(text=TWO, kernel="v6.12", more=log))["dram-mismatch"] == "cause"


def test_lines_of_a_machine_are_read_as_its_files() -> None:
    files = machine("7.3.4")
    text = "".join(f"/{path}:{line}\n" for path, content in files.items() for line in content.splitlines())
    answer = ask(text=text, kernel="posted")
    assert (answer["demotes"], answer["kernel"]) == (True, "7.3.4")


def test_a_guess_on_tiers_is_not_taken_for_a_fact() -> None:
    listing = (
        "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1000 MB\nnode 1 cpus:\nnode 1 size: 1000 MB\n"
        "node distances:\nnode   0   1\n  0:  10  20\n  1:  20  10\n"
    )
    assert states(ask(text=listing, kernel="v6.12"))["one-tier"] == "unknown"
    assert states(ask(text=listing, kernel="v5.15"))["chain-end"] == "ok"
    assert states(ask(text=listing, kernel="v6.12", beside="memory_tier4: 0\nmemory_tier22: 1"))["one-tier"] == "ok"
