"""Test the script ./dev: it installs only what requirements/ lists, and installs again after a change."""

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
"""A program in place of Python that logs its arguments, prints what ./dev wants to know, and makes environments."""


class Checkout:
    """A copy of the files that ./dev reads, with a program in place of Python that installs nothing."""

    def __init__(self, folder: Path) -> None:
        self.top, self.log, python = folder / "top", folder / "log", folder / "python3"
        shutil.copytree(ROOT / "requirements", self.top / "requirements")
        for name in ("dev", "pyproject.toml"):
            shutil.copy(ROOT / name, self.top)
        python.write_text(PYTHON.format(log=self.log, python=python))
        python.chmod(0o755)

    def installs(self, *command: str) -> list[str]:
        """Run ./dev and return the command line of each `pip install`."""
        self.log.write_text("")
        path = f"{self.log.parent}:/usr/bin:/bin"
        subprocess.run([self.top / "dev", *command], env={"PATH": path}, check=True, capture_output=True, timeout=60)
        return [line for line in self.log.read_text().splitlines() if line.startswith("-m pip install ")]

    def change(self, name: str) -> None:
        """Change a file of the copy by adding a comment."""
        with (self.top / name).open("a") as file:
            file.write("# a change\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a copy of the files that ./dev reads, in which nothing is installed yet."""
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("command", "file"),
    [((), "run.txt"), (("site", "-o", "x"), "site.txt"), (("fuzz",), "test.txt"), (("lock",), "test.txt")],
)
def test_everything_that_is_downloaded_has_a_hash(checkout: Checkout, command: tuple[str, ...], file: str) -> None:
    locked, project = checkout.installs(*command)
    assert {"--require-hashes", f"{checkout.top}/requirements/{file}"} <= set(locked.split())
    assert "--only-binary :all:" in locked
    assert {"--no-index", "--no-deps", "--no-build-isolation", f"{checkout.top}"} <= set(project.split())


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    assert checkout.installs("fuzz")
    assert checkout.installs("fuzz") == []
    assert checkout.installs() == []


def test_the_packages_of_the_tests_are_installed_when_they_are_needed(checkout: Checkout) -> None:
    assert checkout.installs()
    assert "test.txt" in checkout.installs("fuzz")[0]


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements/run.txt", "requirements/test.txt"])
def test_a_changed_file_makes_a_new_environment(checkout: Checkout, name: str) -> None:
    checkout.installs("fuzz")
    checkout.change(name)
    assert checkout.installs("fuzz")
    assert "-m venv --clear" in checkout.log.read_text()
