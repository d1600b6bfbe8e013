"""What was found in an attack, as lines and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.attacks.visitors import Waits
from tests.attacks.watched import Held, Shares
from tests.bench.report import say, tell

TIMES_QUIET = 20
"""The most that visitors wait, as a multiple of what they wait on a quiet server."""
BACK = 60.0
"""Seconds after which memory and files are back."""
MORE_MEMORY, MORE_MIB, MORE_FILES = 1.25, 16, 8
"""What counts as back: so many times the memory and so many MiB, and so many files more."""
TO_STOP = 10.0
"""Seconds."""
LOGGED = 64
"""Kilobytes that a server prints, at most."""
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
    """All that was measured of one attack on one server."""

    name: str
    what: str
    which: str
    """The name of the side that was attacked."""
    source: str
    quiet_pages: Waits
    quiet_runs: Waits
    pages: Waits
    runs: Waits
    before: Held
    peak: float
    right_after: Held
    after: Held
    back: float
    shares: Shares
    said: int
    """Bytes that it printed."""
    stopped: float
    count_event: dict[str, Any]

    def page_ratio(self) -> float:
        """Return how many times longer visitors waited for the page."""
        return self.pages.p95() / self.quiet_pages.p95()

    def run_ratio(self) -> float:
        """Return how many times longer visitors waited for a small run."""
        return self.runs.p95() / self.quiet_runs.p95()

    def exceeded(self) -> list[str]:
        """Return what is beyond its limit, in a few words."""
        found = {
            "page": self.page_ratio() > TIMES_QUIET or self.pages.failed > 0,
            "run": self.run_ratio() > TIMES_QUIET or self.runs.failed > 0,
            "memory": not memory_is_back(self.after, self.before),
            "files": not files_are_back(self.after, self.before),
            "log": self.said > 1024 * LOGGED,
            "stop": self.stopped > TO_STOP,
        }
        return [name for name, beyond in found.items() if beyond]


def memory_is_back(now: Held, before: Held) -> bool:
    """Return whether a server holds no more memory than it did before, give or take."""
    return now.processes <= MORE_MEMORY * before.processes + MORE_MIB


def files_are_back(now: Held, before: Held) -> bool:
    """Return whether a server holds no more files than it did before, give or take."""
    return now.files <= before.files + MORE_FILES


def report(found: Figures) -> None:
    """Print a line for each figure."""
    tell(f"\n{found.name} ({found.which}), from {found.source}: {found.what}")
    for what, waits, quiet, ratio in (
        ("the page", found.pages, found.quiet_pages, found.page_ratio()),
        ("a small run", found.runs, found.quiet_runs, found.run_ratio()),
    ):
        waited = f"{1000 * quiet.p95():.0f} ms to {1000 * waits.p95():.0f} ms"
        say(f"{what}, p95, against the same on a quiet server: {waited}", TIMES_QUIET, ratio, "x")
        say(f"visitors who did not get {what}, of {len(waits.seconds)}", 0, waits.failed)
    before, after = found.before, found.after
    say(
        f"until all is back: {before.processes:.0f} MiB, at most {found.peak:.0f}, right after "
        f"{found.right_after.processes:.0f}, then {after.processes:.0f} (the server itself {before.server:.0f} to "
        f"{after.server:.0f}); {before.files} files, right after {found.right_after.files}, then {after.files}",
        BACK,
        found.back,
        "s",
    )
    say("printed by the server", LOGGED, found.said / 1024, "kB")
    say("until the server has stopped", TO_STOP, found.stopped, "s")
    count_event = found.count_event
    shares = found.shares
    tell(
        f"{shares.server:9.2f} processors taken by the server, {shares.attackers:.2f} by the attackers, "
        f"{shares.others:.2f} by what has nothing to do with it"
    )
    tell(
        f"{count_event.get('opened', 0):9} connections of the attackers; {count_event.get('closed')} were closed, "
        f"{count_event.get('refused')} refused; answers {count_event.get('answers')}"
    )


def summary(found: Sequence[Figures]) -> str:
    """Return a table with a row for each attack, and how many of them went beyond a limit."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(one) for one in found)]
    beyond = sum(bool(one.exceeded()) for one in found)
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"\n{table}\n\n{beyond} of {len(found)} attacks went beyond a limit"


def _row(one: Figures) -> tuple[str, ...]:
    return (
        one.name,
        one.which,
        one.source,
        f"{1000 * one.quiet_pages.p95():.0f} to {1000 * one.pages.p95():.0f} ({one.page_ratio():.1f} x)",
        f"{1000 * one.quiet_runs.p95():.0f} to {1000 * one.runs.p95():.0f} ({one.run_ratio():.1f} x)",
        f"{one.pages.failed}/{len(one.pages.seconds)}, {one.runs.failed}/{len(one.runs.seconds)}",
        f"{one.before.processes:.0f}, {one.peak:.0f}, {one.after.processes:.0f}",
        f"{one.before.files}, {one.right_after.files}, {one.after.files}",
        f"{one.back:.0f}",
        f"{one.shares.server:.1f}, {one.shares.attackers:.1f}, {one.shares.others:.1f}",
        ", ".join(one.exceeded()) or "-",
    )
