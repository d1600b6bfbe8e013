"""Test the command watch: samples as text and as JSON, rates between two samples, and the table that rich draws."""

from __future__ import annotations

import json
import os
import platform
import pty
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.command import printed, process, refusal
from tests.doctor.machines import KERNELS, NODES, machine, write
from tests.serving import ROOT
from viz.doctor.counters import as_dict, rows, sample
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder


def once(root: Path) -> dict[str, Any]:
    """Return the one sample that `tierscope watch --once` prints about a tree."""
    found = json.loads(printed("watch", "--root", str(root), "--once", "--json"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_sample_has_what_the_kernel_counts(kernel: str, tmp_path: Path) -> None:
    found = once(write(tmp_path, machine(kernel)))
    assert (found["kernel"], found["demotion_enabled"]) == (kernel, True)
    first, second = found["nodes"]
    assert (first["node"], first["demotes_to"], second["demotes_to"]) == (0, "1", "")
    marks = [first[mark] for mark in ("free", "min", "low", "high", "promo")]
    assert (marks, first["kswapd_gave_up"]) == ([50_000, 1000, 1250, 1500, 1750], False)
    assert first.get("pgdemote_kswapd") == (None if kernel in KERNELS[:2] else 700)
    assert found["total"]["pgdemote_kswapd"] == 700
    assert found["total"]["demoted_per_second"] is None


def test_the_machine_that_this_runs_on_gives_a_sample() -> None:
    found = json.loads(printed("watch", "--once", "--json"))
    assert found["kernel"] == platform.release()
    assert [node["node"] for node in found["nodes"]] == Facts(read_folder(Path("/"))).memory
    assert printed("watch", "--once").startswith(f"kernel {platform.release()}; demotion ")


def test_rates_are_those_between_two_samples(tmp_path: Path) -> None:
    root = write(tmp_path, machine("7.3.4"))
    old = sample(Facts(read_folder(root)), 10.0)
    (root / NODES / "node0/vmstat").write_text("pgdemote_kswapd 720\npgdemote_direct 10\n")
    (root / "proc/vmstat").write_text("pgdemote_kswapd 720\npgdemote_direct 10\n")
    new = sample(Facts(read_folder(root)), 12.0)
    found = as_dict(new, old)
    assert [node["demoted_per_second"] for node in found["nodes"]] == [15.0, 0.0]
    assert found["total"]["demoted_per_second"] == 15.0
    assert rows(new, old)[0][-2:] == ["730 (kswapd 720, direct 10)", "15"]


def test_text_has_a_row_a_node(tmp_path: Path) -> None:
    lines = printed("watch", "--root", str(write(tmp_path, machine("6.1.112"))), "--once").splitlines()
    assert lines[0] == "kernel 6.1.112; demotion on; sizes and counters in pages"
    assert [line.split()[0] for line in lines[1:]] == ["node", "0", "1", "all"]
    assert lines[2].split()[1:3] == ["1", "50000"]


def test_an_empty_folder_has_no_nodes(tmp_path: Path) -> None:
    found = once(tmp_path)
    assert (found["kernel"], found["demotion_enabled"], found["nodes"]) == (None, None, [])
    assert len(printed("watch", "--root", str(tmp_path), "--once").splitlines()) == 3


def test_json_alone_is_one_sample(tmp_path: Path) -> None:
    root = str(write(tmp_path, machine("7.3.4")))
    assert printed("watch", "--root", root, "--json") == printed("watch", "--root", root, "--json", "--once")


def test_each_sample_is_a_line(tmp_path: Path) -> None:
    root = write(tmp_path, machine("7.3.4"))
    lines = printed("watch", "--root", str(root), "--json", "--count", "3", "--interval", "0.05").splitlines()
    assert [json.loads(line)["total"]["demoted_per_second"] for line in lines] == [None, 0.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--root", "/nowhere"], "is no folder"),
        (["--interval", "0"], "--interval"),
        (["--kernel", "x", "--once"], "no release"),
    ],
)
def test_bad_usage_is_one_line(arguments: list[str], says: str) -> None:
    assert says in refusal("watch", *arguments)


def test_drawing_needs_a_terminal_and_rich(tmp_path: Path) -> None:
    done = process("watch", "--root", str(write(tmp_path, machine("7.3.4"))))
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert b"--once or --json" in done.stderr


@pytest.mark.skipif(
    find_spec("rich") is None, reason="rich is not installed: the extra watch, or requirements/test.txt"
)
def test_rich_draws_a_row_a_node_in_place(tmp_path: Path) -> None:
    root = write(tmp_path, machine("7.3.4"))
    command = [sys.executable, "-m", "viz", "watch", "--root", str(root), "--count", "2", "--interval", "0.05"]
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": "120", "TERM": "xterm"}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=theirs, timeout=60, check=False)
    os.close(theirs)
    drawn = os.read(ours, 2**16).decode()
    os.close(ours)
    assert done.returncode == 0
    assert drawn.count("demotes to") >= 2
    assert "\x1b[1A" in drawn  # the second table is drawn over the first one
    assert "50000" in drawn
