"""Measure the served page with Lighthouse, if it is installed as the command `lighthouse` or in the cache of npx.

Nothing is downloaded. The environment variable CHROMIUM names the browser, as for the browser tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.report import print_line
from tests.serving import serving

MIN_SCORES = {"accessibility": 100, "best-practices": 100, "performance": 95}
RUNS = 3
"""The number of measurements. The median counts, because other work on the machine changes single results."""
OPTIONS = ("--preset=desktop", "--output=json", "--quiet", f"--only-categories={','.join(MIN_SCORES)}")
BROWSER = "--chrome-flags=--headless --no-sandbox --disable-background-networking"

Report = dict[str, Any]


def main() -> None:
    """Print Lighthouse's scores of the page, and every audit that lowers a score."""
    command = find_lighthouse()
    if command is None:
        return print_line("lighthouse was not run: it is not installed")
    with serving() as server:
        reports = sorted(
            (measure(command, server.url) for _ in range(RUNS)), key=lambda report: _score(report, "performance")
        )
    report = reports[RUNS // 2]
    for name, least in MIN_SCORES.items():
        score = _score(report, name)
        print_line(f"lighthouse {name}: {score:.0f}, at least {least}{'' if score >= least else ' MISSED'}")
    for line in faults(report):
        print_line(f"    {line}")


def find_lighthouse() -> Sequence[str] | None:
    """Return the command for Lighthouse, or None if it is not installed."""
    for command in (("lighthouse",), ("npx", "--offline", "--no-install", "lighthouse")):
        if shutil.which(command[0]) and not subprocess.run([*command, "--version"], capture_output=True).returncode:
            return command
    return None


def measure(program: Sequence[str], url: str) -> Report:
    """Run Lighthouse on a page and return its report."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as folder:  # Lighthouse leaves files in the current directory
        environment = {**os.environ, "CHROME_PATH": browser}
        command = [*program, url, *OPTIONS, BROWSER]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=True
        )
    report: Report = json.loads(done.stdout)
    return report


def faults(report: Report) -> Iterator[str]:
    """Yield a line for every audit that lowers a score: the score of the audit is below 1 and has a weight."""
    for name in MIN_SCORES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                value = audit.get("displayValue", "").replace("\u00a0", " ")
                yield f"{name}: {part['id']} {audit['score']:.2f} of 1, weight {part['weight']}: {value}"


def _score(report: Report, name: str) -> float:
    return 100 * float(report["categories"][name]["score"] or 0)
