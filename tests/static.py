"""Serve a folder as any static host does, for tests: by Python's own http.server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import Server, running


@contextmanager
def static_server(folder: Path) -> Iterator[Server]:
    """Serve the files of a folder on 127.0.0.1 until the block ends, and yield the server."""
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), "0"]
    with running(command, folder) as server:
        yield server
