"""Test the README: its examples work, and its paths exist."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import textwrap

from tests.serving import ROOT
from viz.topology import read

README = (ROOT / "README.md").read_text()


def indented_blocks() -> list[str]:
    """Return the indented blocks of the README without their indentation."""
    blocks: list[list[str]] = [[]]
    for line in README.splitlines():
        if line.startswith("    ") or (not line and blocks[-1]):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [textwrap.dedent("\n".join(block)).strip() for block in blocks if block]


def test_the_example_command_prints_the_output_below_it() -> None:
    command, _, output = next(block for block in indented_blocks() if block.startswith("$ ")).partition("\n")
    arguments = shlex.split(command.removeprefix("$ python"))
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == output.strip()


def test_the_example_topology_can_be_read() -> None:
    document = next(block for block in indented_blocks() if block.startswith("title ="))
    command = [sys.executable, "-m", "viz", "order", "--json", "-"]
    done = subprocess.run(command, cwd=ROOT, input=document, capture_output=True, text=True, timeout=60, check=True)
    order = json.loads(done.stdout)
    assert order["node_demotion"] == {"0": 1, "1": -1}
    assert all(f"`{key}`" in README for key in order)


def test_every_part_of_the_one_line_form_can_be_read() -> None:
    section = README.partition("## A machine in one line")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    parts = [part for row in rows for part in row.split(" | ")[0].split("`")[1::2]]
    assert len(parts) > 10
    for part in parts:
        classes = "cpu" if part[0] == ";" or part.endswith(":") else part
        assert read(f"4 sockets: {classes}{part if part[0] == ';' else ''}").nodes
    command = next(block for block in indented_blocks() if block.startswith("python -m viz order '"))
    assert read(shlex.split(command)[-1]).nodes[1].label == "PMEM"


def test_every_path_in_it_exists() -> None:
    names = {word.strip("`,.;:()") for word in README.replace("|", " ").split() if "/" in word and "`" in word}
    paths = {name for name in names if name.split("/")[0] in ("viz", "tests", "assets", "topologies")}
    assert len(paths) > 8
    assert [name for name in sorted(paths) if not (ROOT / name).exists()] == []
