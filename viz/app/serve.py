"""Serve the page, and print its address."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass

from viz.app import create_app
from viz.app.caching import compress_ahead
from viz.app.fallback import Fallback
from viz.app.following import SPEAKER_PATH, Following
from viz.app.hosts import Hosts
from viz.app.http_server import listen, server_of
from viz.app.qr_code import NoQrCode, as_text
from viz.app.service import Opened
from viz.stories import ResolvedTalk

LIGHT_ON_DARK, USUAL = "\x1b[97;40m", "\x1b[0m"
"""Codes for a terminal: white letters on black, and its own colours again."""


@dataclass(frozen=True)
class ListenOptions:
    """The options of a server: address, port, base path, further Host names, and trusted proxies."""

    host: str = "127.0.0.1"
    port: int = 8050
    base: str = "/"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    follow: bool = False
    """Whether an audience follows the page of a speaker."""
    fallback: Fallback | None = None
    """The Python that pages keep for when the server is gone."""


def serve(opened: Opened | ResolvedTalk | None, options: ListenOptions, debug: bool, kernel: str | None = None) -> None:
    """Serve until interrupted, and print the address once the sockets listen; raise OSError if they cannot.

    `opened` is the topology or the talk that the page opens with; None for the first built-in topology.
    """
    shown = f"[{options.host}]" if ":" in options.host else options.host
    following = Following(shown) if options.follow else None
    hosts = Hosts.of(options.host, options.allowed_hosts)
    app = create_app(opened, options.base, hosts, kernel, following, options.fallback)
    if debug:
        app.run(host=options.host, port=str(options.port), debug=True, dev_tools_disable_version_check=True)
        return
    sockets = listen(options.host, options.port)
    version_of = following.version_of(options.base) if following else lambda path: 0
    server = server_of(app.server.wsgi_app, options.trusted_proxies, version_of=version_of)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn handles the signal, and raises it again when it has ended
    address = f"http://{shown}:{sockets[0].getsockname()[1]}{options.base}"
    addresses = f"\n{audience(address, following.token)}" if following else ""
    print(f"tierscope is at {address}  (Ctrl+C ends it){addresses}", flush=True)
    compress_ahead(app.server, options.base)
    server.run(sockets)


def audience(address: str, token: str) -> str:
    """Return lines that say what the audience opens, as a QR code, too, and what the speaker opens."""
    secret = f"{address}{SPEAKER_PATH}#{token}"
    return f"The audience opens {address}{_code(address)}\nThe speaker opens {secret} and keeps it secret."


def _code(address: str) -> str:
    """Return the lines that print the QR code of an address, or a line that says why there is none."""
    try:
        code = as_text(address)
        code.encode(sys.stdout.encoding or "ascii")
    except NoQrCode as error:
        return f"\n{error}"
    except UnicodeEncodeError:
        return "\nThis terminal cannot show a QR code; the speaker's page can."
    if sys.stdout.isatty():
        code = f"{LIGHT_ON_DARK}{code}{USUAL}"
    return f" or scans this:\n{code}"
