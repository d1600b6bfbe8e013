"""A server that goes and comes back at the same address, as it was or with another edition of the page."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.serving import ROOT, Server, serving

LOST = "ERR_|did not respond|Failed to (fetch|load)|Callback|ChunkLoadError"
"""What a browser and Dash complain of while there is no server."""
GONE = "The server does not answer. This page plays on."
RENEWED = "The server has been renewed since this page was opened. Playing goes on; reload to use the tools."


def serving_again(server: Server, program: Path = ROOT) -> AbstractContextManager[Server]:
    """Serve at the address of a server that was stopped, from the checkout at `program`."""
    return serving("--port", server.url.rpartition(":")[2], cwd=program)
