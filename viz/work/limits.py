"""What a stranger may ask of the server, and what is done for one request: every number stands here, except three.

How many nodes a machine may have is the kernel's MAX_NUMNODES, how many events viz.topology.model's MAX_EVENTS, and
both are looked at before a single node is. How far a link inflates is viz.topology.link's MAX_INFLATED.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

MAX_REQUEST = 4_000_000
"""Bytes of a request's body: 1,024 nodes with their distances, and a quarter as much again."""
MAX_DRAINED = 16 * MAX_REQUEST
"""Bytes of a body that is too large, read and forgotten, so that who sends it can hear the answer."""
LIGHT_TEXT = 2**16
"""Characters that are read while other visitors may wait for it."""
LIGHT_WORK = 64
"""Nodes, each counted once for the first order and once more for every event; more is heavy."""
LIGHT_AT_ONCE = 2
"""Light questions that are answered at the same time: Python runs one thread at a time, so more would only add to how
long each of them takes."""
LIGHT_WAITING = 24
LIGHT_PATIENCE = 20.0
"""Seconds that a light question may wait."""
AT_ONCE = 8 * LIGHT_WORK
"""The same; of a run that is longer, the first events come first."""
MAX_ANSWER = 64 * 2**20
"""Bytes of an answer before it is packed; a browser has to take it apart in one piece."""


@dataclass(frozen=True)
class Limits:
    """For heavy runs: how many at once, how many may wait and for how long, how long one may take, in how much memory.

    All of it together stays below the minute after which a proxy gives up.
    """

    running: int = max(2, min(4, (os.cpu_count() or 1) - 1))
    waiting: int = 4
    patience: float = 20.0
    seconds: float = 35.0
    memory: int = 2**30
    kept: int = 2**28
    """Bytes; a process that has ever held more is not used again."""
    idle_seconds: float = 30.0
    """After which a process that has nothing to do is ended."""


THREADS = Limits().running + Limits().waiting + LIGHT_AT_ONCE + LIGHT_WAITING + 16
"""Threads for questions: those that may wait for their turn, and some for what is answered at once."""
WAITING_FOR_THREAD = 200


@dataclass(frozen=True)
class ConnectionLimits:
    """For connections: how many, how much in memory for all of them, and how long each may take for what it does."""

    most: int = 4_000
    header_bytes: int = 2**16
    """Of one request; browsers send less than two thousand."""
    received_bytes: int = 2**25
    """Of the bodies of all requests that are read or answered now: eight of the largest."""
    unsent_bytes: int = 2**27
    """Of all answers that have not been taken."""
    idle_seconds: float = 20.0
    header_seconds: float = 15.0
    """From the first byte of a request to the end of its headers."""
    body_seconds: float = 40.0
    """From there to the end of its body: the largest at 100 kB a second."""
    stalled_seconds: float = 20.0
    """For which a client may take nothing of its answer."""
    newcomer_patience: float = 3.0
    """For which a connection may wait for its client, where another one is waiting for the place."""
