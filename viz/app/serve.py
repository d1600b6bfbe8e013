"""Serve the page, and say where."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from viz.app import create_app
from viz.app.desk import WORKERS
from viz.app.hall import hall, port_of
from viz.app.session import Opened


def serve(opened: Opened | None, host: str, port: int, base: str, debug: bool) -> None:
    """Serve until interrupted; the address is printed once the socket listens. OSError if it cannot."""
    app = create_app(opened, base)
    if debug:
        app.run(host=host, port=str(port), debug=True, dev_tools_disable_version_check=True)
        return
    server = hall(app.server, host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"tierscope is at http://{shown}:{port_of(server)}{base}  (Ctrl+C ends it)", flush=True)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    server.run()


def _leave(number: int, _: FrameType | None) -> None:
    WORKERS.close()  # first: waitress waits for its threads, and they for the processes
    sys.exit(128 + number)
