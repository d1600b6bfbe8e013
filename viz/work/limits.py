"""The limits on what the server takes from one client, and on the work that it does for one request.

The limits on the text of a topology are in the modules that read it. MAX_NUMNODES of viz.kernel.nodemask limits the
nodes and MAX_EVENTS of viz.topology.model the events; both are checked before any node is read. MAX_INFLATED of
viz.topology.link limits an unpacked link. Each format has its own limits in its module.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

MAX_REQUEST = 4_000_000
"""The largest size of a request's body, in bytes: enough for 1,024 nodes with distances, and a quarter more."""
MAX_FILE = MAX_REQUEST * 3 // 4 - 100_000
"""The largest number of bytes of a file that the page sends: base64 makes it a third longer, and the request adds a
little."""
MAX_DRAINED = 16 * MAX_REQUEST
"""How many bytes of a body are read at most. A body over MAX_REQUEST is refused, but it is read and dropped all the
same, because many clients read no answer before they have sent the whole body."""
LIGHT_TEXT = 2**15
"""The largest number of characters of text that are read as light work. Reading more is heavy work."""
LIGHT_WORK = 64
"""The size of the largest run that is light work. The size of a run is its number of nodes, counted once for the first
order and once for every event."""
LIGHT_AT_ONCE = 1
"""How many light questions are answered at the same time. Python runs one thread at a time, so more of them would only
make each take longer, and a visitor who asks for the page would wait for each of them."""
LIGHT_WAITING = 24
"""How many light questions may wait. At 0.3 s each, the last is answered after about 7 s, and few visitors would wait
longer."""
LIGHT_PATIENCE = 20.0
"""How many seconds a light question may wait before it is refused."""
AT_ONCE = 8 * LIGHT_WORK
"""The size, as in LIGHT_WORK, of the largest run that is answered as a whole. The first answer to a larger run holds
only its first events."""
MAX_ANSWER = 64 * 2**20
"""The largest size, in bytes, of an answer before it is compressed; a browser has to parse it in one piece."""


@dataclass(frozen=True)
class Limits:
    """The limits for heavy work.

    A request waits and runs for less than a minute in all, because a proxy gives up after a minute.
    """

    running: int = max(2, min(4, (os.cpu_count() or 1) - 1))
    """How many worker processes may work at the same time: one less than there are CPUs, but from 2 to 4."""
    waiting: int = 4
    """How many requests may wait for a worker process."""
    patience: float = 20.0
    """How many seconds a request may wait for a worker process."""
    seconds: float = 35.0
    """How many seconds the work for one request may take."""
    memory: int = 2**30
    """How many bytes of address space a worker process may use."""
    reusable_memory: int = 2**28
    """A worker process that has ever held more than this number of bytes of memory is not used again."""
    idle_seconds: float = 30.0
    """After how many seconds without work a worker process is ended."""


RUNNING_AT_ONCE = 2
"""How many threads answer POST requests at the same time, besides those that wait for a worker process. Python runs one
thread at a time, and the thread that serves connections competes with all of them whenever it has something to do."""
WAITING_FOR_THREAD = 200
"""How many POST requests may wait for a thread."""
THREAD_PATIENCE = 20.0
"""How many seconds a POST request may wait for a thread before it is refused."""
THREADS = RUNNING_AT_ONCE + Limits().running + Limits().waiting
"""How many threads there are: those that answer, and one for each request that waits for a worker process."""


@dataclass(frozen=True)
class ConnectionLimits:
    """The limits on connections: their number, the memory that all of them use, and how long each state may last."""

    max_connections: int = 4_000
    header_bytes: int = 2**16
    """The largest size of the headers of one request, in bytes; browsers send less than two thousand."""
    received_bytes: int = 2**25
    """The largest size of the bodies of all requests together, in bytes of memory: enough for eight of MAX_REQUEST."""
    unsent_bytes: int = 2**27
    """The largest size of all answers that are being sent, in bytes; one that is sent to many clients counts once."""
    idle_seconds: float = 20.0
    header_seconds: float = 15.0
    """The longest time, in seconds, from the first byte of a request to the end of its headers."""
    body_seconds: float = 40.0
    """The longest time, in seconds, from the end of the headers to the end of the body.

    It is enough for MAX_REQUEST bytes at 100 kB a second.
    """
    stalled_seconds: float = 20.0
    """For how many seconds a client may receive nothing of its answer before the connection is closed."""
    newcomer_patience: float = 3.0
    """For how many seconds a connection is safe after it has entered a state.

    If a connection has to be closed to make room for a new one, a safe connection is closed only if all are safe.
    """
