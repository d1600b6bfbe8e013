"""./dev installs what requirements/ names and nothing else, and does so anew when that has changed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import ROOT

PYTHON = """\
#!/bin/sh
echo "$*" >>"{log}"
case "$*" in
*sys._base_executable*) echo "{python}" ;;
*version_info*) echo 3 11 ;;
"-m venv"*) mkdir -p "$4/bin" && cp "{python}" "$4/bin/python" ;;
esac
"""
"""Writes its arguments down, and does what ./dev needs to go on."""


class Checkout:
    """A copy of what ./dev reads, and a Python that installs nothing."""

    def __init__(self, folder: Path) -> None:
        self.top, self.log, python = folder / "top", folder / "log", folder / "python3"
        shutil.copytree(ROOT / "requirements", self.top / "requirements")
        for name in ("dev", "pyproject.toml"):
            shutil.copy(ROOT / name, self.top)
        python.write_text(PYTHON.format(log=self.log, python=python))
        python.chmod(0o755)

    def installs(self, *command: str) -> list[str]:
        """Run ./dev and return the arguments of each `pip install`."""
        self.log.write_text("")
        path = f"{self.log.parent}:/usr/bin:/bin"
        subprocess.run([self.top / "dev", *command], env={"PATH": path}, check=True, capture_output=True, timeout=60)
        return [line for line in self.log.read_text().splitlines() if line.startswith("-m pip install ")]

    def change(self, name: str) -> None:
        """Add a line to a file."""
        with (self.top / name).open("a") as file:
            file.write("# a change\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A new checkout."""
    return Checkout(tmp_path)


@pytest.mark.parametrize(("command", "file"), [((), "run.txt"), (("fuzz",), "test.txt"), (("lock",), "test.txt")])
def test_all_that_it_fetches_has_a_hash(checkout: Checkout, command: tuple[str, ...], file: str) -> None:
    locked, project = checkout.installs(*command)
    assert {"--require-hashes", f"{checkout.top}/requirements/{file}"} <= set(locked.split())
    assert "--only-binary :all:" in locked
    assert {"--no-index", "--no-deps", "--no-build-isolation", f"{checkout.top}"} <= set(project.split())


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    assert checkout.installs("fuzz")
    assert checkout.installs("fuzz") == []
    assert checkout.installs() == []


def test_the_tests_need_more_than_the_program(checkout: Checkout) -> None:
    assert checkout.installs()
    assert "test.txt" in checkout.installs("fuzz")[0]


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements/run.txt", "requirements/test.txt"])
def test_a_change_makes_it_anew(checkout: Checkout, name: str) -> None:
    checkout.installs("fuzz")
    checkout.change(name)
    assert checkout.installs("fuzz")
    assert "-m venv --clear" in checkout.log.read_text()
