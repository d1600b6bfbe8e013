"""Follow docs/own-patch.md word for word in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT

DOCUMENT = ROOT / "docs" / "own-patch.md"
BLOCK = re.compile(r"^```(?P<info>\w+ [^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command in an indented block, with the lines that the command must print."""
    for part in text.removeprefix("$ ").split("\n$ "):
        command, *expected = part.strip().splitlines()
        yield command, expected


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_the_document_holds(tmp_path: Path) -> None:
    kinds = []
    for block in BLOCK.finditer(DOCUMENT.read_text()):
        kind, _, name = block["info"].partition(" ")[2].partition("=")
        kinds.append(kind)
        if kind == "file":
            (tmp_path / name).write_text(block["text"])
            assert len(block["text"].splitlines()) <= 15
            continue
        for command, expected in commands(block["text"]):
            done = run(command, tmp_path)
            assert done.returncode == (2 if kind == "fails" else 0), done.stderr
            printed = done.stderr if kind == "fails" else done.stdout
            for line in expected:
                assert line in printed, command
            assert kind != "fails" or len(printed.splitlines()) == 1
    assert kinds == ["file", "run", "fails"]
