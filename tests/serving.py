"""Start the real server in a new process, for tests."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
START_LIMIT = 60.0
"""The number of seconds within which a server must print its address. On an idle machine it needs one second."""

NOTHING_AHEAD = "from viz.app import caching; caching.first_paths = caching.later_paths = lambda *_: ()"
LIGHT = (sys.executable, "-c", f"{NOTHING_AHEAD}; from viz.cli import main; main()")
"""The command line, but a server of it compresses nothing before somebody asks for it.

Compressing all takes ten seconds of processor, and few tests ask for all.
"""

PROGRAMS = ("viz.__main__", "viz.app.wsgi")
"""The modules that no test imports by the way: their import runs the command line, or makes a server."""


@dataclass
class Server:
    """A running server of tierscope: its URL, its process and the file with its output."""

    url: str
    """The origin, without a slash at the end: `http://127.0.0.1:12345`."""
    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """Return what the server has printed on stdout and stderr until now."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Stop the server, and wait until it has ended. Stopping it twice is no error."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def serving(
    *options: str, program: Sequence[str] = (sys.executable, "-m", "viz"), cwd: Path = ROOT
) -> Iterator[Server]:
    """Run `serve` with further options on a free port until the block ends, and yield the server."""
    with running([*program, "serve", "--host", "127.0.0.1", "--port", "0", *options], cwd) as server:
        yield server


@contextmanager
def running(command: Sequence[str], cwd: Path = ROOT) -> Iterator[Server]:
    """Run any command that serves on 127.0.0.1 and prints its address, until the block ends; yield the server."""
    # The output goes to a file, because a pipe could fill up, and then the server would wait for a reader.
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        server = Server("", process, Path(log.name))
        try:
            server.url = _address(server)
            yield server
        finally:
            server.stop()


def _address(server: Server) -> str:
    """Return the address that the program prints when it listens. Raise RuntimeError if none comes in START_LIMIT."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and server.process.poll() is None:
        if found := ADDRESS.search(server.output()):
            return found[0]
        time.sleep(0.02)
    raise RuntimeError(f"the server printed no address, but this:\n{server.output()}")
