"""A bounded, reproducible piece of ./dev fuzz."""

from __future__ import annotations

from tests.fuzz import LARGEST, fixtures, made, peak, run

ROUNDS = 20_000


def test_nothing_but_a_clear_error_comes_out() -> None:
    count, failure = run(seed=1, rounds=ROUNDS)
    assert failure is None, failure
    assert count == ROUNDS
    assert peak() < LARGEST


def test_a_round_is_the_same_again() -> None:
    assert made(7, 3, fixtures()) == made(7, 3, fixtures())
    assert made(7, 3, fixtures()) != made(7, 4, fixtures())
