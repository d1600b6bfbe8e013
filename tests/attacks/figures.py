"""Compare the values measured in attacks with their limits, and print them as lines and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.attacks.usage import Shares, Usage
from tests.attacks.visitors import Waits
from tests.bench.report import print_figure, print_line

TIMES_QUIET = 20
"""The limit of (waiting time during an attack) / (waiting time on a quiet server)."""
MAX_RECOVERY = 60.0
"""The number of seconds after an attack within which memory and open files must return to their earlier values."""
MORE_MEMORY, MORE_MIB, MORE_FILES = 1.25, 16, 8
"""How much more a server may use after an attack than before it.

Its memory may be MORE_MEMORY times as large, plus MORE_MIB MiB, and it may have MORE_FILES more files open.
"""
MAX_STOP = 10.0
"""The number of seconds within which a server must stop after an attack."""
MAX_PRINTED = 64
"""The largest number of KiB that a server may print during an attack."""
HEAD = (
    "attack",
    "on",
    "from",
    "page p95, ms",
    "run p95, ms",
    "no page, no run",
    "MiB before, most, after",
    "files before, right after, after",
    "back, s",
    "processors of server, attackers, others",
    "exceeded",
)


@dataclass(frozen=True)
class Figures:
    """The values that were measured before, during and after an attack on a server."""

    name: str
    what: str
    side: str
    """The name of the checkout that was attacked."""
    source: str
    quiet_pages: Waits
    quiet_runs: Waits
    pages: Waits
    runs: Waits
    before: Usage
    peak: float
    right_after: Usage
    after: Usage
    recovery: float
    """The seconds after the attack until memory and open files had returned to their earlier values."""
    shares: Shares
    printed: int
    """The number of bytes that the server printed during the attack."""
    stopped: float
    """The seconds that the server needed to stop after the attack."""
    tally: dict[str, Any]

    def page_ratio(self) -> float:
        """Return (waiting time for the page during the attack) / (waiting time on a quiet server)."""
        return self.pages.p95() / self.quiet_pages.p95()

    def run_ratio(self) -> float:
        """Return (waiting time for a small run during the attack) / (waiting time on a quiet server)."""
        return self.runs.p95() / self.quiet_runs.p95()

    def exceeded(self) -> list[str]:
        """Return the names of the measured values that exceed their limits."""
        checks = {
            "page": self.page_ratio() > TIMES_QUIET or self.pages.failed > 0,
            "run": self.run_ratio() > TIMES_QUIET or self.runs.failed > 0,
            "memory": not memory_is_back(self.after, self.before),
            "files": not files_are_back(self.after, self.before),
            "log": self.printed > 1024 * MAX_PRINTED,
            "stop": self.stopped > MAX_STOP,
        }
        return [name for name, beyond in checks.items() if beyond]


def memory_is_back(now: Usage, before: Usage) -> bool:
    """Return whether the memory is at most MORE_MEMORY times as large as before the attack, plus MORE_MIB MiB."""
    return now.processes <= MORE_MEMORY * before.processes + MORE_MIB


def files_are_back(now: Usage, before: Usage) -> bool:
    """Return whether a server has at most MORE_FILES more files open than before the attack."""
    return now.files <= before.files + MORE_FILES


def report(figures: Figures) -> None:
    """Print a line for each value measured in an attack, with the value's limit if it has one."""
    print_line(f"\n{figures.name} ({figures.side}), from {figures.source}: {figures.what}")
    for what, waits, quiet, ratio in (
        ("the page", figures.pages, figures.quiet_pages, figures.page_ratio()),
        ("a small run", figures.runs, figures.quiet_runs, figures.run_ratio()),
    ):
        waited = f"{1000 * quiet.p95():.0f} ms to {1000 * waits.p95():.0f} ms"
        print_figure(f"{what}, p95, against the same on a quiet server: {waited}", TIMES_QUIET, ratio, "x")
        print_figure(f"visitors who did not get {what}, of {len(waits.seconds)}", 0, waits.failed)
    before, after = figures.before, figures.after
    print_figure(
        f"until all is back: {before.processes:.0f} MiB, at most {figures.peak:.0f}, right after "
        f"{figures.right_after.processes:.0f}, then {after.processes:.0f} (the server itself {before.server:.0f} to "
        f"{after.server:.0f}); {before.files} files, right after {figures.right_after.files}, then {after.files}",
        MAX_RECOVERY,
        figures.recovery,
        "s",
    )
    print_figure("printed by the server", MAX_PRINTED, figures.printed / 1024, "kB")
    print_figure("until the server has stopped", MAX_STOP, figures.stopped, "s")
    tally = figures.tally
    shares = figures.shares
    print_line(
        f"{shares.server:9.2f} processors taken by the server, {shares.attackers:.2f} by the attackers, "
        f"{shares.others:.2f} by what has nothing to do with it"
    )
    print_line(
        f"{tally.get('opened', 0):9} connections of the attackers; {tally.get('closed')} were closed, "
        f"{tally.get('refused')} refused; answers {tally.get('answers')}"
    )


def summary(attacks: Sequence[Figures]) -> str:
    """Return a table with a row for each attack, and the number of attacks that exceeded a limit."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(figures) for figures in attacks)]
    beyond = sum(bool(figures.exceeded()) for figures in attacks)
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"\n{table}\n\n{beyond} of {len(attacks)} attacks went beyond a limit"


def _row(figures: Figures) -> tuple[str, ...]:
    return (
        figures.name,
        figures.side,
        figures.source,
        f"{1000 * figures.quiet_pages.p95():.0f} to {1000 * figures.pages.p95():.0f} ({figures.page_ratio():.1f} x)",
        f"{1000 * figures.quiet_runs.p95():.0f} to {1000 * figures.runs.p95():.0f} ({figures.run_ratio():.1f} x)",
        f"{figures.pages.failed}/{len(figures.pages.seconds)}, {figures.runs.failed}/{len(figures.runs.seconds)}",
        f"{figures.before.processes:.0f}, {figures.peak:.0f}, {figures.after.processes:.0f}",
        f"{figures.before.files}, {figures.right_after.files}, {figures.after.files}",
        f"{figures.recovery:.0f}",
        f"{figures.shares.server:.1f}, {figures.shares.attackers:.1f}, {figures.shares.others:.1f}",
        ", ".join(figures.exceeded()) or "-",
    )
