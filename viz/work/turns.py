"""Turns: a bounded number of places for work, shared out fairly among the addresses that ask for one.

    ask(address) --a place is free--> it is theirs
                 --room to wait-----> they wait; end() gives the next free place to the address that has fewest
                 --no room----------> whoever waits with the most requests gives up its newest, or Busy

An address alone may have every place, since a whole hall may stand behind one. While others wait it gets no more than
its share, and while others are there at all it leaves the last place free for them.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

BUSY = "The server is busy with other work. Try again in a moment."
PRESENCE = 60.0
"""Seconds for which an address counts as being there after it has last asked for a turn."""
MAX_PRESENT = 1_000
"""Addresses that are remembered as being there; with more the places are contended for anyway."""
LOOK = 0.25
"""Seconds between two looks at whether a client that waits has left."""


class Refused(Exception):
    """The work was not done, or not to its end; the message is one line for who asked."""


class Busy(Refused):
    """Nobody had time for the work: it can be asked for again in a moment."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class Left(Refused):
    """The client that asked has closed its connection, so that nobody would read an answer."""

    def __init__(self) -> None:
        super().__init__("The client has left.")


class Turns:
    """Gives out `places`, and lets `waiting` more wait for one. All methods may be called from any thread."""

    def __init__(self, places: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.places = places
        self.waiting = waiting
        self._clock = clock
        self._lock = Lock()
        self._taken: Counter[str] = Counter()
        self._queues: dict[str, deque[Future[None]]] = {}
        self._present: dict[str, float] = {}

    @contextmanager
    def turn(self, address: str, patience: float, has_left: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Hold a place within the block. Busy if none comes within `patience` seconds, Left if the client leaves."""
        future = self.ask(address)
        try:
            self._wait(future, patience, has_left)
        except Refused:
            self.give_up(address, future)
            raise
        try:
            yield
        finally:
            self.end(address)

    def _wait(self, future: Future[None], patience: float, has_left: Callable[[], bool]) -> None:
        deadline = self._clock() + patience
        while True:
            try:
                return future.result(max(0.0, min(LOOK, deadline - self._clock())))
            except TimeoutError:
                if has_left():
                    raise Left from None
                if self._clock() >= deadline:
                    raise Busy from None

    def ask(self, address: str) -> Future[None]:
        """Return a future that is done once the place is theirs, and then to be ended; Busy if there is no room.

        The future fails with Busy when an address that waits for less needs the room.
        """
        future: Future[None] = Future()
        with self._lock:
            self._see(address)
            if self._may_start(address):
                self._taken[address] += 1
                future.set_result(None)
                return future
            bumped = self._make_room(address)
            self._queues.setdefault(address, deque()).append(future)
        if bumped:
            bumped.set_exception(Busy())
        return future

    def end(self, address: str) -> None:
        """Take a place back, and give the free places to who waits."""
        with self._lock:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
            if address in self._queues:  # it has just had a turn, and is the last of those with as many places
                self._queues[address] = self._queues.pop(address)
            started = list(self._next())
        for future in started:
            future.set_result(None)

    def give_up(self, address: str, future: Future[None]) -> None:
        """Wait no more; a place that has come meanwhile is given back."""
        with self._lock:
            queue = self._queues.get(address)
            waited = queue is not None and future in queue
            if queue is not None and waited:
                queue.remove(future)
                self._drop_empty(address)
        if not waited and not future.exception():
            self.end(address)

    @property
    def waits(self) -> int:
        """How many wait now."""
        return sum(map(len, self._queues.values()))

    @property
    def taken(self) -> int:
        """How many places are taken now."""
        return self._taken.total()

    def _may_start(self, address: str) -> bool:
        """Whether a place is free for this address: the last one is kept for others while there are others."""
        free = self.places - self._taken.total()
        return free > (1 if self._taken[address] and self._others_present(address) else 0)

    def _next(self) -> Iterator[Future[None]]:
        """Take those who can start now out of the queues: first the address that has fewest places."""
        while self._queues:
            address = min(self._queues, key=lambda one: self._taken[one])
            if not self._may_start(address):
                return
            self._taken[address] += 1
            queue = self._queues.pop(address)
            yield queue.popleft()
            if queue:
                self._queues[address] = queue

    def _make_room(self, address: str) -> Future[None] | None:
        """Make sure that one more may wait; return who is to be refused for it, None if nobody is."""
        if sum(map(len, self._queues.values())) < self.waiting:
            return None
        greediest = max(self._queues, key=lambda one: len(self._queues[one]), default="")
        if not self.waiting or len(self._queues[greediest]) <= len(self._queues.get(address, ())) + 1:
            raise Busy
        bumped = self._queues[greediest].pop()
        self._drop_empty(greediest)
        return bumped

    def _drop_empty(self, address: str) -> None:
        if not self._queues[address]:
            del self._queues[address]

    def _see(self, address: str) -> None:
        """Remember that the address is there, and forget those that are not there any more."""
        now = self._clock()
        self._present.pop(address, None)
        self._present[address] = now  # the last, so that the first is always the one seen longest ago
        for other, seen in list(self._present.items()):
            if seen > now - PRESENCE and len(self._present) <= MAX_PRESENT:
                break
            del self._present[other]

    def _others_present(self, address: str) -> bool:
        for other, seen in reversed(self._present.items()):  # the one seen last comes first
            if other != address:
                return seen > self._clock() - PRESENCE
        return False
