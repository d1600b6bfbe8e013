"""Lighthouse's scores of the served page, where it is installed: `lighthouse` in the path, or what npx finds by itself.

Nothing is fetched. The browser is CHROMIUM's, as in the browser tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.report import tell
from tests.serving import serving

LEAST = {"accessibility": 100, "best-practices": 100, "performance": 95}
RUNS = 3
"""The middle one counts: performance is measured on whatever else the machine does."""
OPTIONS = ("--preset=desktop", "--output=json", "--quiet", f"--only-categories={','.join(LEAST)}")
BROWSER = "--chrome-flags=--headless --no-sandbox --disable-background-networking"

Report = dict[str, Any]


def main() -> None:
    """Print the scores, and every audit that costs one of them something."""
    program = found()
    if program is None:
        return tell("lighthouse was not run: it is not installed")
    with serving() as server:
        reports = sorted(
            (measured(program, server.url) for _ in range(RUNS)), key=lambda one: _score(one, "performance")
        )
    middle = reports[RUNS // 2]
    for name, least in LEAST.items():
        score = _score(middle, name)
        tell(f"lighthouse {name}: {score:.0f}, at least {least}{'' if score >= least else ' MISSED'}")
    for line in faults(middle):
        tell(f"    {line}")


def found() -> Sequence[str] | None:
    """The command, None if there is none."""
    for command in (("lighthouse",), ("npx", "--offline", "--no-install", "lighthouse")):
        if shutil.which(command[0]) and not subprocess.run([*command, "--version"], capture_output=True).returncode:
            return command
    return None


def measured(program: Sequence[str], url: str) -> Report:
    """What it finds of the page."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as folder:  # it leaves files where it stands
        environment = {**os.environ, "CHROME_PATH": browser}
        command = [*program, url, *OPTIONS, BROWSER]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=True
        )
    report: Report = json.loads(done.stdout)
    return report


def faults(report: Report) -> Iterator[str]:
    """A line for every audit that is not perfect and counts."""
    for name in LEAST:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                said = audit.get("displayValue", "").replace("\u00a0", " ")
                yield f"{name}: {part['id']} {audit['score']:.2f} of 1, weight {part['weight']}: {said}"


def _score(report: Report, name: str) -> float:
    return 100 * float(report["categories"][name]["score"] or 0)
