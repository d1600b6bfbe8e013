"""A queue that shares a number of places fairly among client addresses; work on a request needs a place.

    request(address) --a place is free---------> the address gets it
                     --there is room to wait---> the address waits; release() gives the next free place to the waiting
                                                 address that holds the fewest places
                     --there is no room--------> the address with the most waiting requests loses its newest one,
                                                 or the new request is refused with Busy

A single address may hold every place, because many users may share one address. While other addresses wait, it gets no
more than its share. While other addresses are present (see PRESENCE_SECONDS), it leaves the last free place to them.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

BUSY = "The server is busy with other work. Try again in a moment."
PRESENCE_SECONDS = 60.0
"""How many seconds an address counts as present after its last request."""
MAX_PRESENT = 1_000
"""The largest number of addresses that are remembered as present. With more, no place is free for long anyway."""
POLL_SECONDS = 0.25
"""The time, in seconds, between two checks whether a waiting client has left."""


class Refused(Exception):
    """The error that work was not done, or not finished; its message is one line for the client."""


class Busy(Refused):
    """The error that there is no place for the work now; the client may try again in a moment."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class ClientGone(Refused):
    """The error that the client has closed its connection, so that nobody would read an answer."""

    def __init__(self) -> None:
        super().__init__("The client has left.")


class FairQueue:
    """A number of `places`, and room for `waiting` requests that wait for one.

    All methods may be called from any thread.
    """

    def __init__(self, places: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.places = places
        self.waiting = waiting
        self._clock = clock
        self._lock = Lock()
        self._held: Counter[str] = Counter()
        self._queues: dict[str, deque[Future[None]]] = {}
        self._last_seen: dict[str, float] = {}

    @contextmanager
    def place(self, address: str, patience: float, has_left: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Hold a place for the address while the block of the `with` statement runs.

        Raise Busy if no place is free within `patience` seconds, and ClientGone if the client leaves while it waits.
        """
        future = self.request(address)
        try:
            self._wait(future, patience, has_left)
        except Refused:
            self.withdraw(address, future)
            raise
        try:
            yield
        finally:
            self.release(address)

    def _wait(self, future: Future[None], patience: float, has_left: Callable[[], bool]) -> None:
        deadline = self._clock() + patience
        while True:
            try:
                return future.result(max(0.0, min(POLL_SECONDS, deadline - self._clock())))
            except TimeoutError:
                if has_left():
                    raise ClientGone from None
                if self._clock() >= deadline:
                    raise Busy from None

    def request(self, address: str) -> Future[None]:
        """Return a future that is done once the address holds a place; release() has to give the place back.

        Raise Busy if there is no room to wait. The future fails with Busy if the request loses its room to wait to an
        address with fewer waiting requests.
        """
        future: Future[None] = Future()
        with self._lock:
            self._note_present(address)
            if self._may_start(address):
                self._held[address] += 1
                future.set_result(None)
                return future
            evicted = self._make_room(address)
            self._queues.setdefault(address, deque()).append(future)
        if evicted:
            evicted.set_exception(Busy())
        return future

    def release(self, address: str) -> None:
        """Give back a place of the address, and give the free places to waiting requests."""
        with self._lock:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
            if address in self._queues:  # the address goes behind the others that hold as many places
                self._queues[address] = self._queues.pop(address)
            started = list(self._start_waiting())
        for future in started:
            future.set_result(None)

    @contextmanager
    def lent(self, address: str) -> Iterator[None]:
        """Give a place of the address to others while the block of the `with` statement runs.

        Afterwards the address holds a place again at once, so there may be more places than `places` for a moment: the
        work that it waited for is done, and its answer should not wait again.
        """
        self.release(address)
        try:
            yield
        finally:
            with self._lock:
                self._held[address] += 1

    def withdraw(self, address: str, future: Future[None]) -> None:
        """Withdraw the request that `future` belongs to; if it has got a place meanwhile, give the place back."""
        with self._lock:
            queue = self._queues.get(address)
            waited = queue is not None and future in queue
            if queue is not None and waited:
                queue.remove(future)
                self._drop_empty(address)
        if not waited and not future.exception():
            self.release(address)

    @property
    def waiting_now(self) -> int:
        """Return how many requests wait."""
        return sum(map(len, self._queues.values()))

    @property
    def held_now(self) -> int:
        """Return how many places are held."""
        return self._held.total()

    def _may_start(self, address: str) -> bool:
        """Return whether the address may have a place now.

        While other addresses are present, the last free place is not for an address that holds one already.
        """
        free = self.places - self._held.total()
        return free > (1 if self._held[address] and self._others_present(address) else 0)

    def _start_waiting(self) -> Iterator[Future[None]]:
        """Take the requests that can start now out of the queues, and yield their futures.

        The address that holds the fewest places comes first.
        """
        while self._queues:
            address = min(self._queues, key=lambda name: self._held[name])
            if not self._may_start(address):
                return
            self._held[address] += 1
            queue = self._queues.pop(address)
            yield queue.popleft()
            if queue:
                self._queues[address] = queue

    def _make_room(self, address: str) -> Future[None] | None:
        """Make room for one more waiting request of the address; return the request that loses its room, or None.

        An address loses room only if it has at least two more waiting requests than this one. If there is no such
        address, raise Busy.
        """
        if sum(map(len, self._queues.values())) < self.waiting:
            return None
        greediest = max(self._queues, key=lambda name: len(self._queues[name]), default="")
        if not self.waiting or len(self._queues[greediest]) <= len(self._queues.get(address, ())) + 1:
            raise Busy
        evicted = self._queues[greediest].pop()
        self._drop_empty(greediest)
        return evicted

    def _drop_empty(self, address: str) -> None:
        if not self._queues[address]:
            del self._queues[address]

    def _note_present(self, address: str) -> None:
        """Remember that the address is present; forget absent addresses, and the oldest if there are too many."""
        now = self._clock()
        self._last_seen.pop(address, None)
        self._last_seen[address] = now  # added at the end, so that the entries are in the order of their times
        for other, time_seen in list(self._last_seen.items()):
            if time_seen > now - PRESENCE_SECONDS and len(self._last_seen) <= MAX_PRESENT:
                break
            del self._last_seen[other]

    def _others_present(self, address: str) -> bool:
        for other, time_seen in reversed(self._last_seen.items()):  # the latest is first
            if other != address:
                return time_seen > self._clock() - PRESENCE_SECONDS
        return False
