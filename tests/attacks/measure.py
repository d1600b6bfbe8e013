"""Run an attack on a server, and measure the server before, during and after the attack."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from tests.attacks.catalogue import ATTACKS
from tests.attacks.figures import MAX_RECOVERY, Figures, files_are_back, memory_is_back
from tests.attacks.usage import Clock, Peak, Usage, seconds_to_stop, started, usage_of
from tests.attacks.visitors import page, run, visit, visit_both
from tests.bench.sides import Side
from tests.serving import ROOT, Server

SECONDS = 15.0
"""The number of seconds for which visitors use the server during the attack, unless the command line gives another."""
QUIET_PAGES, QUIET_RUNS = 3.0, 1.5
"""The numbers of seconds for which visitors fetch pages and runs from the quiet server, before the attack."""
WARM_UP = 40
"""The number of pages and of runs that are fetched before the measurements, so that the server's caches are full."""
RAMP_UP = 2.0
"""The number of seconds that an attack needs to open all its connections."""


def run_attack(name: str, side: Side, source: str, seconds: float = SECONDS) -> Figures:
    """Start the server of a checkout, attack it from the address `source`, and return what was measured."""
    attack = ATTACKS[name]
    with started(side, attack.files, attack.options) as server:
        for number in range(WARM_UP):
            page(server.url, number)
            run(server.url, number)
        quiet_pages = visit(server.url, page, QUIET_PAGES, 0)
        quiet_runs = visit(server.url, run, QUIET_RUNS, 0)
        before = usage_of(server)
        with Peak(server) as peak, _attacking(name, server.url, source, RAMP_UP + seconds) as attacking:
            time.sleep(RAMP_UP)
            first = Clock.read(server, attacking)
            pages, runs = visit_both(server.url, seconds)
            shares = Clock.read(server, attacking).since(first)
            tally = _tally(attacking)
        right_after = usage_of(server)
        after, recovery = _recovered(server, before)
        printed = server.log.stat().st_size
        stopped = seconds_to_stop(server)
    return Figures(
        name=name,
        what=attack.what,
        side=side.name,
        source=source,
        quiet_pages=quiet_pages,
        quiet_runs=quiet_runs,
        pages=pages,
        runs=runs,
        before=before,
        peak=max(peak.memory, right_after.processes),
        right_after=right_after,
        after=after,
        recovery=recovery,
        shares=shares,
        printed=printed,
        stopped=stopped,
        tally=tally,
    )


def _attacking(name: str, url: str, source: str, seconds: float) -> subprocess.Popen[str]:
    """Start the attacking process, and return it when the attack begins."""
    command = [sys.executable, "-m", "tests.attacks.attacker", name, url, source, str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _tally(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return the tally that the attacking process prints at its end; {} if it fails or needs more than 30 seconds."""
    try:
        output, _ = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    tally: dict[str, Any] = json.loads(output) if process.returncode == 0 else {}
    return tally


def _recovered(server: Server, before: Usage) -> tuple[Usage, float]:
    """Wait until memory and open files are as before the attack, for MAX_RECOVERY seconds at most.

    Return what the server uses then, and the number of seconds that have passed.
    """
    began = time.monotonic()
    while True:
        now, seconds = usage_of(server), time.monotonic() - began
        if (memory_is_back(now, before) and files_are_back(now, before)) or seconds > MAX_RECOVERY:
            return now, seconds
        time.sleep(0.5)
