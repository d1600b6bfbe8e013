"""Measure a running server from outside: its memory, its open files and its processor time."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import family, machine_time, memory, memory_of, processor_time
from tests.bench.sides import Side
from tests.serving import Server, serving

INTERVAL = 0.25
"""The number of seconds between two measurements of the memory."""


@dataclass(frozen=True)
class Usage:
    """What a server uses: MiB of its first process, MiB of all its processes, and the number of open files."""

    server: float
    processes: float
    files: int


def usage_of(server: Server) -> Usage:
    """Return how much memory and how many files the server uses now."""
    pid = server.process.pid
    return Usage(memory_of(pid), memory(pid), sum(_files(process) for process in family(pid)))


def _files(process: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    return 0


@dataclass(frozen=True)
class Shares:
    """The average numbers of processors that the server, the attackers and all other processes used."""

    server: float
    attackers: float
    others: float


@dataclass(frozen=True)
class Clock:
    """The time, and the processor seconds used so far by the server, the attackers, this process and all processes."""

    now: float
    server: float
    attackers: float
    own: float
    machine: float

    @classmethod
    def read(cls, server: Server, attackers: subprocess.Popen[str]) -> Clock:
        """Return a Clock with the present values."""
        pids = (server.process.pid, attackers.pid)
        server_took, attackers_took = map(processor_time, pids)
        return cls(time.monotonic(), server_took, attackers_took, time.process_time(), machine_time())

    def since(self, first: Clock) -> Shares:
        """Return how many processors the server, the attackers and all others used on average since `first`."""
        names = ("now", "server", "attackers", "own", "machine")
        seconds, server, attackers, own, machine = (getattr(self, name) - getattr(first, name) for name in names)
        others = machine - server - attackers - own
        return Shares(server / seconds, attackers / seconds, max(0.0, others / seconds))


class Peak:
    """The largest number of MiB that all processes of a server have used together, measured in a thread."""

    def __init__(self, server: Server) -> None:
        self.memory = 0.0
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _measure(self) -> None:
        while not self._over.wait(INTERVAL):
            self.memory = max(self.memory, usage_of(self._server).processes)


@contextmanager
def started(side: Side, files: int = 0, options: Sequence[str] = ()) -> Iterator[Server]:
    """Run the server of a checkout until the block ends; `files` limits its open files unless it is 0."""
    limit = ["/bin/sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"] if files else []
    with serving(*options, program=[*limit, side.python, "-m", "viz"], cwd=side.root) as server:
        yield server


def seconds_to_stop(server: Server) -> float:
    """Stop the server, and return how many seconds it needed to stop."""
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began
