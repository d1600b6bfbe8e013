"""Test commands that get a machine in one line, such as "2 sockets: cpu+dram", in place of a FILE."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import TINY
from tests.command import printed, refusal
from tests.serving import ROOT

LINE = "2 sockets: cpu+hbm 64G, dram 256G at 15, pmem 1T at 20; cross 21"


@pytest.mark.parametrize(
    "command", [["order"], ["order", "--json"], ["trace"], ["why", "-", "0-1"], ["draw"], ["compare"]]
)
def test_a_machine_in_one_line_can_be_given_instead_of_a_file(command: list[str]) -> None:
    by_line = [LINE if word == "-" else word for word in command] + ([] if "-" in command else [LINE])
    by_file = command if "-" in command else [*command, "-"]
    assert printed(*by_line) == printed(*by_file, stdin=LINE)


def test_a_line_gives_the_order_of_the_machine_in_the_patch() -> None:
    assert "\n0 -> 1 -> 2 -> stop\n3 -> 4 -> 5 -> stop\n" in printed("order", LINE)


def test_a_line_can_be_converted() -> None:
    machine = json.loads(printed("convert", LINE, "--to", "json"))
    assert machine["source"] == f"made from the line: {LINE}"
    assert machine["distances"][0] == [10, 15, 20, 21, 26, 31]
    assert printed("convert", "-", "--to", "json", stdin=json.dumps(machine)) == printed(
        "convert", LINE, "--to", "json"
    )


def test_an_existing_file_of_that_name_is_read_instead_of_the_line(tmp_path: Path) -> None:
    file = tmp_path / "2 sockets: cpu"
    file.write_text(json.dumps(TINY))
    command = [sys.executable, "-m", "viz", "order", "2 sockets: cpu"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    assert done.stdout.startswith(b"tiny\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2 sockets: cpu+dram, pmen 64G", "the line: 'pmen' stands where cpu or a kind of memory"),
        ("2 sockets " + "x" * 5000, "the line: has 5010 characters"),
        ("2 rockets: cpu", "No such file"),
        ("x" * 5000, "Invalid value"),
    ],
)
def test_a_wrong_line_is_refused(line: str, message: str) -> None:
    assert message in refusal("order", line)
