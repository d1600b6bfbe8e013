"""Turns: bounded places, shared out among addresses, from many threads."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from viz.work.turns import PRESENCE, Busy, Left, Turns


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def started(*futures: Future[None]) -> list[bool]:
    """Return which of them have their place."""
    return [future.done() and future.exception() is None for future in futures]


def test_an_address_alone_has_every_place() -> None:
    turns = Turns(3, 2)
    first = [turns.ask("a") for _ in range(3)]
    later = [turns.ask("a") for _ in range(2)]
    assert started(*first, *later) == [True] * 3 + [False] * 2
    with pytest.raises(Busy):
        turns.ask("a")
    turns.end("a")
    assert started(*later) == [True, False]


def test_the_last_free_place_is_kept_while_others_are_there() -> None:
    clock = Clock()
    turns = Turns(2, 4, clock)
    turns.ask("b")
    turns.end("b")
    first, second = turns.ask("a"), turns.ask("a")
    assert started(first, second) == [True, False]
    other = turns.ask("b")
    assert started(other) == [True]
    turns.end("b")
    assert started(second) == [False]
    clock.now += PRESENCE + 1
    third = turns.ask("a")  # now nobody else is there
    turns.end("a")
    assert started(second, third) == [True, True]


def test_who_has_fewest_places_is_next() -> None:
    turns = Turns(2, 10)
    running = [turns.ask("a"), turns.ask("a")]
    waiting = [turns.ask("a"), turns.ask("a"), turns.ask("b"), turns.ask("c")]
    assert started(*running) == [True, True]
    turns.end("a")
    assert started(*waiting) == [False, False, True, False]
    turns.end("a")
    assert started(*waiting) == [False, False, True, True]


def test_who_waits_most_gives_up_a_place_in_the_queue() -> None:
    turns = Turns(1, 3)
    turns.ask("a")
    greedy = [turns.ask("a") for _ in range(3)]
    other = turns.ask("b")
    assert isinstance(greedy[2].exception(0), Busy)
    assert not other.done()
    with pytest.raises(Busy):
        turns.ask("a")
    turns.end("a")
    assert started(other, *greedy[:2]) == [True, False, False]


def test_patience_ends_and_nothing_is_lost() -> None:
    turns = Turns(1, 5)
    turns.ask("a")
    with pytest.raises(Busy), turns.turn("b", patience=0.01):
        pass
    with pytest.raises(Left), turns.turn("b", patience=60, has_left=lambda: True):
        pass
    assert turns.waits == 0
    turns.end("a")
    with turns.turn("b", patience=0):
        assert turns.taken == 1
    assert turns.taken == 0


def test_a_place_that_comes_while_one_gives_up_is_given_back() -> None:
    turns = Turns(1, 5)
    turns.ask("a")
    late = turns.ask("b")
    turns.end("a")
    turns.give_up("b", late)
    assert turns.taken == turns.waits == 0


def test_the_places_hold_whatever_many_threads_do() -> None:
    turns = Turns(3, 8)
    inside, most, lock = [0], [0], threading.Lock()

    def work(seed: int) -> int:
        draw, refused = random.Random(seed), 0
        for _ in range(60):
            try:
                with turns.turn(f"address {draw.randrange(4)}", draw.choice((0, 0.001, 1))):
                    with lock:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                    time.sleep(0.0003)
                    with lock:
                        inside[0] -= 1
            except Busy:
                refused += 1
        return refused

    with ThreadPoolExecutor(16) as threads:
        refused = sum(threads.map(work, range(16)))
    assert 2 <= most[0] <= 3
    assert 0 < refused < 16 * 60
    assert turns.taken == turns.waits == 0
