"""Serve the page, and say where."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from viz.app import create_app
from viz.app.caching import compress_ahead, first_paths
from viz.app.hosts import Hosts
from viz.app.http_server import listen, server_of
from viz.app.service import Opened


@dataclass(frozen=True)
class ListenOptions:
    """Where the page is served: address and port, the path below which it lies, other names, and trusted proxies."""

    host: str = "127.0.0.1"
    port: int = 8050
    base: str = "/"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


def serve(opened: Opened | None, place: ListenOptions, debug: bool) -> None:
    """Serve until interrupted; the address is printed once the sockets listen. OSError if they cannot."""
    app = create_app(opened, place.base, Hosts.of(place.host, place.allowed_hosts))
    if debug:
        app.run(host=place.host, port=str(place.port), debug=True, dev_tools_disable_version_check=True)
        return
    sockets = listen(place.host, place.port)
    server = server_of(app.server.wsgi_app, place.trusted_proxies)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn has its own while it serves, and sends the signal once more
    shown = f"[{place.host}]" if ":" in place.host else place.host
    print(f"tierscope is at http://{shown}:{sockets[0].getsockname()[1]}{place.base}  (Ctrl+C ends it)", flush=True)
    compress_ahead(app.server, first_paths(app.server, place.base))
    server.run(sockets)
