"""Stop a server and start it again at the same address, with the same or another edition of the page, for tests."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.serving import LIGHT, ROOT, Server, serving

LOST = "ERR_|did not respond|Failed to (fetch|load)|Callback|ChunkLoadError"
"""A pattern of the messages that the browser and Dash print while there is no server."""
GONE = "The server does not answer. This page plays on."
RENEWED = "The server has been renewed since this page was opened. Playing goes on; reload to use the tools."


def serving_again(server: Server, program: Path = ROOT) -> AbstractContextManager[Server]:
    """Serve the checkout at `program` at the address of a server that has been stopped."""
    return serving("--port", server.url.rpartition(":")[2], program=LIGHT, cwd=program)
