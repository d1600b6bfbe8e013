"""Serve the page, and say where."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from viz import resources
from viz.app import create_app
from viz.app.caching import compress_ahead
from viz.app.hosts import Hosts
from viz.app.http_server import listen, server_of
from viz.app.session import Opened

NAMED = re.compile(r"(?:src|href)=\"(/[^\"?#]+)")
CHART_SCRIPTS = ("dash/dcc/async-graph.js", "plotly/package_data/plotly.min.js")


@dataclass(frozen=True)
class Place:
    """Where the page is served: address and port, the path below which it lies, other names, and trusted proxies."""

    host: str = "127.0.0.1"
    port: int = 8050
    base: str = "/"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


def serve(opened: Opened | None, place: Place, debug: bool) -> None:
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
    compress_ahead(app.server, _first_paths(app.server, place.base))
    server.run(sockets)


def _first_paths(server: Flask, base: str) -> Iterator[str]:
    """Yield the paths that a visitor's browser asks for, first those that the page needs before it can be used."""
    yield base
    yield from NAMED.findall(server.test_client().get(base, headers={"Host": "localhost"}).text)
    yield from (f"{base}_dash-layout", f"{base}_dash-dependencies")
    assets = resources.assets()
    files = sorted(file.relative_to(assets).as_posix() for file in assets.rglob("*") if file.is_file())
    yield from (f"{base}assets/{resources.edition()}/{file}" for file in files)
    yield from (f"{base}_dash-component-suites/{script}" for script in CHART_SCRIPTS)
