"""Let the server log only the kinds of errors, and nothing that a visitor sent."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

LOG_INTERVAL = 60.0
"""The shortest time, in seconds, between two log lines that say that connections cannot be accepted."""

UNANSWERED = "ASGI callable returned without starting response."
"""The line that uvicorn logs if viz.app.asgi answers a request with nothing, as it does once the client has left."""

_log = logging.getLogger("tierscope")


class ErrorHandler:
    """A handler of errors in the event loop, which logs only the kind of an error.

    It logs at most once a minute that connections cannot be accepted, and never that a client has left.
    """

    def __init__(self) -> None:
        self._next_log = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        kind = type(error).__name__ if error else "unknown"
        if isinstance(error, OSError) and "accept" in context.get("message", ""):
            if time.monotonic() < self._next_log:
                return
            self._next_log = time.monotonic() + LOG_INTERVAL
            _log.error("connections cannot be accepted: %s", error.strerror)
        elif not isinstance(error, ConnectionError):
            _log.error("a connection failed in the server: %s", kind)


def hide_requests(logger: logging.Logger) -> None:
    """Let a logger log only the kind of an error, and nothing that a visitor sent."""

    def drop_details(record: logging.LogRecord) -> bool:
        if record.msg == UNANSWERED:
            return False
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = "a request failed in the server: %s", (kind.__name__ if kind else "unknown",)
            record.exc_info = record.exc_text = None
        return True

    logger.addFilter(drop_details)
    logger.setLevel(logging.ERROR)
