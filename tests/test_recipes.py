"""Follow the recipes of docs/architecture.md literally in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"^```(?P<info>\w+ [^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = re.findall(r"^## (Add .+)$", DOCUMENT.read_text(), re.MULTILINE)
COPIED = ("viz", "assets", "topologies", "docs", "tests", "pyproject.toml", "README.md")


def blocks(recipe: str) -> Iterator[tuple[str, str]]:
    """Yield two texts for each code block of a recipe: what follows the language in its first line, and its content."""
    _, _, section = DOCUMENT.read_text().partition(f"\n## {recipe}\n")
    for found in BLOCK.finditer(section.partition("\n## ")[0]):
        yield found["info"].partition(" ")[2], found["text"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the repository."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "older", "browser"))
        else:
            shutil.copy(source, tmp_path)
    return tmp_path


def follow(recipe: str, copy: Path) -> list[tuple[str, str]]:
    """Write the files and make the replacements of a recipe; return its commands, each with the expected output.

    The folder `copy` must have the files that the recipe changes.
    """
    commands = []
    replaced = ""
    for info, text in blocks(recipe):
        kind, _, path = info.partition("=")
        if kind == "file":
            assert not (copy / path).exists(), f"{path} is there already"
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text)
        elif kind == "replace":
            replaced, file = text, copy / path
            assert file.read_text().count(text) == 1, f"{path} does not have once:\n{text}"
        elif kind == "with":
            file.write_text(file.read_text().replace(replaced, text))
        elif kind == "run":
            commands += [part.partition("\n")[::2] for part in text.removeprefix("$ ").split("\n$ ")]
        else:
            raise AssertionError(f"the recipe has a block that nobody follows: {info}")
    return commands


def run(command: str, copy: Path) -> str:
    """Run a command of a recipe in the copy, and return its output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": "."}
    done = subprocess.run(command, shell=True, cwd=copy, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_changes_lines_that_are_there(recipe: str, tmp_path: Path) -> None:
    """The slow tests run what comes of a recipe; this quick one fails as soon as a line that it replaces is changed."""
    changed = {info.partition("=")[2] for info, _ in blocks(recipe) if info.startswith("replace=")}
    assert changed
    for path in changed:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    follow(recipe, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "tests"),
    [
        ("Add a kernel version", "tests/kernel/test_versions.py tests/kernel/test_routines.py"),
        ("Add a format", "tests/topology/test_read.py"),
        ("Add a register", "tests/kernel/test_routines.py"),
    ],
)
def test_a_recipe_works_as_it_stands(recipe: str, tests: str, copy: Path) -> None:
    commands = follow(recipe, copy)
    assert commands
    for command, expected in commands:
        printed = run(command, copy)
        for line in expected.splitlines():
            assert line in printed, command
    run(f"python -m pytest -q -n0 -p no:cacheprovider {tests}", copy)
    run("ruff check -q --no-cache viz && ruff format -q --check --no-cache viz", copy)


@pytest.mark.slow
def test_what_a_version_or_a_format_still_lacks_is_asked_for_by_name(copy: Path) -> None:
    """A version without a golden row and a format without an example each make one test fail, with a clear message."""
    follow("Add a kernel version", copy)
    follow("Add a format", copy)
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/test_goldens.py"]
    done = subprocess.run(
        [*command, "tests/topology/formats/test_sniffing.py"], cwd=copy, capture_output=True, text=True, timeout=300
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    assert len(failed) == 2, done.stdout
    assert "name it in NO_GOLDEN" in done.stdout
    assert "give an example to TEXTS or BYTES for: the output of numashow" in done.stdout
