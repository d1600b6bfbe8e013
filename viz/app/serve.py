"""Serve the page, and print its address."""

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
    """The options of a server: address, port, base path, further Host names, and trusted proxies."""

    host: str = "127.0.0.1"
    port: int = 8050
    base: str = "/"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


def serve(opened: Opened | None, options: ListenOptions, debug: bool, kernel: str | None = None) -> None:
    """Serve until interrupted, and print the address once the sockets listen; raise OSError if they cannot."""
    app = create_app(opened, options.base, Hosts.of(options.host, options.allowed_hosts), kernel)
    if debug:
        app.run(host=options.host, port=str(options.port), debug=True, dev_tools_disable_version_check=True)
        return
    sockets = listen(options.host, options.port)
    server = server_of(app.server.wsgi_app, options.trusted_proxies)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn handles the signal, and raises it again when it has ended
    shown = f"[{options.host}]" if ":" in options.host else options.host
    print(f"tierscope is at http://{shown}:{sockets[0].getsockname()[1]}{options.base}  (Ctrl+C ends it)", flush=True)
    compress_ahead(app.server, first_paths(app.server, options.base))
    server.run(sockets)
