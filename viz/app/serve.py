"""Serve the page, and say where."""

from __future__ import annotations

from typing import Any

import waitress

from viz.app import create_app
from viz.topology import Topology

HALL: dict[str, Any] = {"connection_limit": 4000, "channel_timeout": 20, "cleanup_interval": 5}
HALL |= {"asyncore_use_poll": True}  # select() ends at 1,024 files
"""A browser keeps several connections open; a hall full of them must not shut the next one out."""


def serve(opened: Topology | None, host: str, port: int, debug: bool) -> None:
    """Serve until interrupted; the address is printed once the socket listens. OSError if it cannot."""
    app = create_app(opened)
    if debug:
        app.run(host=host, port=str(port), debug=True, dev_tools_disable_version_check=True)
        return
    server = waitress.create_server(app.server, host=host, port=port, threads=8, **HALL)
    shown = f"[{host}]" if ":" in host else host
    print(f"tierscope is at http://{shown}:{server.effective_port}/  (Ctrl+C ends it)", flush=True)
    server.run()
