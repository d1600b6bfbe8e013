"""A server that is watched from outside: what it holds of memory and files, and what its processes take of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import family, memory, memory_of
from tests.bench.sides import Side
from tests.serving import Server, serving

OFTEN = 0.25
"""Seconds between two looks."""


@dataclass(frozen=True)
class Held:
    """What a server holds: MiB of its first process, MiB of all of them, files of all of them."""

    server: float
    processes: float
    files: int


def held(server: Server) -> Held:
    """Return what it holds now."""
    pid = server.process.pid
    return Held(memory_of(pid), memory(pid), sum(_files(one) for one in family(pid)))


def _files(process: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    return 0


class Peak:
    """The most MiB that all processes of a server have held together, looked at in a thread."""

    def __init__(self, server: Server) -> None:
        self.memory = 0.0
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(OFTEN):
            self.memory = max(self.memory, held(self._server).processes)


@contextmanager
def started(side: Side, files: int = 0, options: Sequence[str] = ()) -> Iterator[Server]:
    """Serve the program of a checkout, with so many files at most."""
    limit = ["/bin/sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"] if files else []
    with serving(*options, program=[*limit, side.python, "-m", "viz"], cwd=side.root) as server:
        yield server


def seconds_to_stop(server: Server) -> float:
    """Return how long it takes to end when it is asked to."""
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began
