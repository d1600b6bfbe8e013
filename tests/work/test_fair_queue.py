"""Test FairQueue, which shares a limited number of places among client addresses; some tests use many threads."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from viz.work.fair_queue import PRESENCE_SECONDS, Busy, ClientGone, FairQueue


class Clock:
    """A clock that stands still until a test changes `now`."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def started(*futures: Future[None]) -> list[bool]:
    """Return for each request whether it holds a place."""
    return [future.done() and future.exception() is None for future in futures]


def test_a_single_address_may_hold_every_place() -> None:
    queue = FairQueue(3, 2)
    first = [queue.request("a") for _ in range(3)]
    later = [queue.request("a") for _ in range(2)]
    assert started(*first, *later) == [True] * 3 + [False] * 2
    with pytest.raises(Busy):
        queue.request("a")
    queue.release("a")
    assert started(*later) == [True, False]


def test_the_last_free_place_is_for_others_while_they_are_present() -> None:
    clock = Clock()
    queue = FairQueue(2, 4, clock)
    queue.request("b")
    queue.release("b")
    first, second = queue.request("a"), queue.request("a")
    assert started(first, second) == [True, False]
    other = queue.request("b")
    assert started(other) == [True]
    queue.release("b")
    assert started(second) == [False]
    clock.now += PRESENCE_SECONDS + 1
    third = queue.request("a")  # the other addresses are no longer present
    queue.release("a")
    assert started(second, third) == [True, True]


def test_the_address_with_the_fewest_places_is_next() -> None:
    queue = FairQueue(2, 10)
    running = [queue.request("a"), queue.request("a")]
    waiting = [queue.request("a"), queue.request("a"), queue.request("b"), queue.request("c")]
    assert started(*running) == [True, True]
    queue.release("a")
    assert started(*waiting) == [False, False, True, False]
    queue.release("a")
    assert started(*waiting) == [False, False, True, True]


def test_the_address_with_most_waiting_requests_loses_one_to_another() -> None:
    queue = FairQueue(1, 3)
    queue.request("a")
    greedy = [queue.request("a") for _ in range(3)]
    other = queue.request("b")
    assert isinstance(greedy[2].exception(0), Busy)
    assert not other.done()
    with pytest.raises(Busy):
        queue.request("a")
    queue.release("a")
    assert started(other, *greedy[:2]) == [True, False, False]


def test_a_place_that_is_lent_is_for_others_until_its_owner_goes_on() -> None:
    queue = FairQueue(1, 4)
    queue.request("a")
    with queue.lent("a"):
        other = queue.request("b")
        assert started(other) == [True]
        later = queue.request("b")
    assert queue.held_now == 2  # its owner goes on at once
    queue.release("a")
    assert started(later) == [False]
    queue.release("b")
    assert started(later) == [True]


def test_a_request_that_gives_up_leaves_nothing_behind() -> None:
    queue = FairQueue(1, 5)
    queue.request("a")
    with pytest.raises(Busy), queue.place("b", patience=0.01):
        pass
    with pytest.raises(ClientGone), queue.place("b", patience=60, has_left=lambda: True):
        pass
    assert queue.waiting_now == 0
    queue.release("a")
    with queue.place("b", patience=0):
        assert queue.held_now == 1
    assert queue.held_now == 0


def test_a_place_that_comes_while_a_request_gives_up_is_given_back() -> None:
    queue = FairQueue(1, 5)
    queue.request("a")
    late = queue.request("b")
    queue.release("a")
    queue.withdraw("b", late)
    assert queue.held_now == queue.waiting_now == 0


def test_many_threads_never_hold_more_places_than_there_are() -> None:
    queue = FairQueue(3, 8)
    inside, highest, lock = [0], [0], threading.Lock()

    def work(seed: int) -> int:
        draw, refused = random.Random(seed), 0
        for _ in range(60):
            try:
                with queue.place(f"address {draw.randrange(4)}", draw.choice((0, 0.001, 1))):
                    with lock:
                        inside[0] += 1
                        highest[0] = max(highest[0], inside[0])
                    time.sleep(0.0003)
                    with lock:
                        inside[0] -= 1
            except Busy:
                refused += 1
        return refused

    with ThreadPoolExecutor(16) as threads:
        refused = sum(threads.map(work, range(16)))
    assert 2 <= highest[0] <= 3
    assert 0 < refused < 16 * 60
    assert queue.held_now == queue.waiting_now == 0
