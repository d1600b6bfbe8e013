"""One attack on one server: quiet, attacked, and afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from tests.attacks.catalogue import ATTACKS
from tests.attacks.figures import BACK, Figures, files_are_back, memory_is_back
from tests.attacks.visitors import page, run, visit, visit_both
from tests.attacks.watched import Clock, Held, Peak, held, seconds_to_stop, started
from tests.bench.sides import Side
from tests.serving import ROOT, Server

SECONDS = 15.0
"""How long visitors ask while the attack goes on."""
QUIET_PAGES, QUIET_RUNS = 3.0, 1.5
WARM = 40
"""Pages and runs before anything is measured: what a server reads and keeps once is then there."""
BEGUN = 2.0
"""Seconds after which an attack is in full swing."""


def attacked(name: str, side: Side, source: str, seconds: float = SECONDS) -> Figures:
    """Start a server, attack it, and return what was found."""
    attack = ATTACKS[name]
    with started(side, attack.files) as server:
        for number in range(WARM):
            page(server.url, number)
            run(server.url, number)
        quiet_pages = visit(server.url, page, QUIET_PAGES, 0)
        quiet_runs = visit(server.url, run, QUIET_RUNS, 0)
        before = held(server)
        with Peak(server) as peak, _attacking(name, server.url, source, BEGUN + seconds) as attacking:
            time.sleep(BEGUN)
            first = Clock.read(server, attacking)
            pages, runs = visit_both(server.url, seconds)
            shares = Clock.read(server, attacking).since(first)
            count_event = _tally(attacking)
        right_after = held(server)
        after, back = _afterwards(server, before)
        said = server.log.stat().st_size
        stopped = seconds_to_stop(server)
    return Figures(
        name=name,
        what=attack.what,
        which=side.name,
        source=source,
        quiet_pages=quiet_pages,
        quiet_runs=quiet_runs,
        pages=pages,
        runs=runs,
        before=before,
        peak=max(peak.memory, right_after.processes),
        right_after=right_after,
        after=after,
        back=back,
        shares=shares,
        said=said,
        stopped=stopped,
        count_event=count_event,
    )


def _attacking(name: str, url: str, source: str, seconds: float) -> subprocess.Popen[str]:
    """Start the process that attacks, and wait until it begins."""
    command = [sys.executable, "-m", "tests.attacks.attacker", name, url, source, str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _tally(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what became of the attack, which ends within seconds."""
    try:
        said, _ = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    found: dict[str, Any] = json.loads(said) if process.returncode == 0 else {}
    return found


def _afterwards(server: Server, before: Held) -> tuple[Held, float]:
    """Return what the server holds once it is back to what it held before, and after how many seconds that was."""
    began = time.monotonic()
    while True:
        now, seconds = held(server), time.monotonic() - began
        if (memory_is_back(now, before) and files_are_back(now, before)) or seconds > BACK:
            return now, seconds
        time.sleep(0.5)
