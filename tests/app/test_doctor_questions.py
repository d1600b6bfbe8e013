"""Test the doctor's answers on the page: for a tarball those of the command line, for other machines what is known."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.cases import all_cases
from tests.doctor.machines import KERNELS, machine, packed, write
from viz.app.dispatcher import Job, answer_job
from viz.app.service import Service
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.report import examine

CASES = [case for case in all_cases() if not (case.dmesg or case.cgroup)]
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


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_tarball_gives_what_its_tree_gives_on_the_command_line(kernel: str, tmp_path: Path) -> None:
    for number, case in enumerate(case for case in CASES if kernel in case.states):
        root = write(tmp_path / str(number), machine(kernel, case.files(kernel)))
        question = {"file": base64.b64encode(packed(root)).decode(), "kernel": "v6.1"}
        assert ask(**question) == examine(Facts(read_folder(root))).as_dict(), case


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
