"""The limits on what one client may ask of the server, and on the work that is done for one request.

Limits on what a text may hold stand beside the code that reads it: MAX_NUMNODES of the kernel for the nodes of a
machine and MAX_EVENTS of viz.topology.model for its events (both are checked before any node is read), MAX_INFLATED of
viz.topology.link for an unpacked link, and those of each format in its module.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

MAX_REQUEST = 4_000_000
"""Bytes of a request's body: enough for 1,024 nodes with their distances, and a quarter more."""
MAX_DRAINED = 16 * MAX_REQUEST
"""Bytes of a body over MAX_REQUEST that are read and dropped, so that the client goes on to read the answer."""
LIGHT_TEXT = 2**16
"""Characters; reading more text than this is heavy work."""
LIGHT_WORK = 64
"""Nodes, each counted once for the first order and once more for every event; more is heavy work."""
LIGHT_AT_ONCE = 2
"""Light questions that are answered at the same time. Python runs one thread at a time, so more of them would only make
each of them take longer."""
LIGHT_WAITING = 24
"""Light questions that may wait; with LIGHT_AT_ONCE that is about the patience of a visitor, at 0.3 s each."""
LIGHT_PATIENCE = 20.0
"""Seconds that a light question may wait."""
AT_ONCE = 8 * LIGHT_WORK
"""Nodes, counted as for LIGHT_WORK. The first answer to a longer run holds only its first events."""
MAX_ANSWER = 64 * 2**20
"""The most bytes of an answer before it is compressed. A browser has to parse it in one piece."""


@dataclass(frozen=True)
class Limits:
    """The limits for heavy work.

    A request waits and runs for less than a minute in all, because a proxy gives up after a minute.
    """

    running: int = max(2, min(4, (os.cpu_count() or 1) - 1))
    """Worker processes that work at the same time."""
    waiting: int = 4
    """Requests that may wait for one of them."""
    patience: float = 20.0
    """Seconds that a request may wait."""
    seconds: float = 35.0
    """Seconds that the work may take."""
    memory: int = 2**30
    """Bytes that a worker process may hold."""
    reusable_memory: int = 2**28
    """Bytes; a process that has ever held more is not used again."""
    idle_seconds: float = 30.0
    """Seconds after which a process without work is ended."""


THREADS = Limits().running + Limits().waiting + LIGHT_AT_ONCE + LIGHT_WAITING + 16
"""Threads for questions: one for each question that may run or wait, and some for those that need no work."""
WAITING_FOR_THREAD = 200


@dataclass(frozen=True)
class ConnectionLimits:
    """The limits on connections: their number, their memory in all, and the time that each state may take."""

    max_connections: int = 4_000
    header_bytes: int = 2**16
    """Bytes of the headers of one request; browsers send less than two thousand."""
    received_bytes: int = 2**25
    """Bytes of the bodies of all requests that are being read or answered: eight of the largest."""
    unsent_bytes: int = 2**27
    """Bytes of all answers that clients have not received yet."""
    idle_seconds: float = 20.0
    header_seconds: float = 15.0
    """Seconds from the first byte of a request to the end of its headers."""
    body_seconds: float = 40.0
    """Seconds from the end of the headers to the end of the body: enough for the largest at 100 kB a second."""
    stalled_seconds: float = 20.0
    """Seconds for which a client may receive nothing of its answer."""
    newcomer_patience: float = 3.0
    """Seconds that a connection has before it may be closed to make room for a new one."""
