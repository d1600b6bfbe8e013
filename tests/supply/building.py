"""Build the wheel and the sdist from the packages of the test environment, without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
OFFLINE = ("--no-deps", "--no-index")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it prints. Raise AssertionError if the command fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip_wheel(out: Path) -> Path:
    """Build the wheel of this checkout with pip and return its path."""
    run(*PIP, "wheel", *OFFLINE, "--no-build-isolation", "--wheel-dir", out, ROOT, cwd=out)
    [built] = out.glob("*.whl")
    return built


def build(target: str, source: Path, out: Path) -> Path:
    """Build the `wheel` or the `sdist` of the folder `source` into the new folder `out`, and return the file's path."""
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", out, cwd=source)
    [built] = out.iterdir()
    return built
