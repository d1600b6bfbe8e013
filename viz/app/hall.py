"""The hall: waitress, with room for strangers. It reads no more of a request than the page may send."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import waitress
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

from viz.app.desk import WORKERS
from viz.app.guard import TOO_LARGE
from viz.work.limits import MAX_ANSWER, MAX_DRAINED, MAX_REQUEST

THREADS = WORKERS.limits.running + WORKERS.limits.waiting + 8
"""Eight are left for small requests when every large one that may wait does."""
HALL: dict[str, Any] = {"threads": THREADS, "connection_limit": 4000, "channel_timeout": 20, "cleanup_interval": 5}
"""A browser keeps several connections open; a hall full of them must not shut the next one out."""
HALL |= {"asyncore_use_poll": True}  # select() ends at 1,024 files
HALL |= {"max_request_body_size": MAX_REQUEST + 2**16}  # chunks are counted with what is around them
HALL |= {"inbuf_overflow": 2 * MAX_REQUEST, "outbuf_overflow": MAX_ANSWER}  # more would go to a file


def hall(application: Callable[..., Any], host: str, port: int) -> Any:
    """A server that listens, not yet running; OSError or ValueError if it cannot."""
    dispatchers: dict[int, Any] = {}
    server = waitress.create_server(application, map=dispatchers, host=host, port=port, **HALL)
    for dispatcher in dispatchers.values():  # a name such as localhost may stand for two addresses
        if isinstance(dispatcher, BaseWSGIServer):
            dispatcher.channel_class = _Channel
    logging.getLogger("waitress").addFilter(_without_words)
    return server


def port_of(server: Any) -> int:
    """Where it listens, at least."""
    listens: list[tuple[str, int]] = getattr(server, "effective_listen", None) or [("", server.effective_port)]
    return listens[0][1]


def _without_words(record: logging.LogRecord) -> bool:
    """What waitress logs of an exception names the path that was asked for, and more."""
    if record.exc_info:
        kind = record.exc_info[0]
        record.msg, record.args = "a request failed in the server: %s", (kind.__name__ if kind else "unknown",)
        record.exc_info = record.exc_text = None
    return True


class _TooLarge(RequestEntityTooLarge):  # type: ignore[misc]  # waitress has no types
    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body: one line, as from the page's own routes."""
        return "413 Content Too Large", [("Content-Type", "text/plain; charset=utf-8")], f"{TOO_LARGE}\n".encode()


class _Nowhere:
    """A buffer that keeps nothing."""

    def append(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass

    def __len__(self) -> int:
        return 0


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads on past the end of what is allowed, and forgets it: who is still sending would not hear the answer."""

    error: Any

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = _TooLarge("")
            self.body_rcv.buf = _Nowhere()
            endless = max(self.content_length, self.body_bytes_received) > MAX_DRAINED
            self.completed = endless or self.body_rcv.completed or bool(self.body_rcv.error)
        return consumed


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
