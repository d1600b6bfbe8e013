"""A bounded, reproducible piece of ./dev fuzz, in a process of its own: what others held is not its memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.fuzz import LARGEST, fixtures, made, trouble
from tests.serving import ROOT

ROUNDS = 10_000
SCRIPT = f"""
import json
from tests.fuzz import peak, run
count, failure = run(seed=1, rounds={ROUNDS})
print(json.dumps([count, failure and repr(failure), peak()]))
"""


def test_nothing_but_a_clear_error_comes_out() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=True)
    count, failure, peak = json.loads(done.stdout)
    assert failure is None, failure
    assert count == ROUNDS
    assert peak < LARGEST


def test_pieces_stand_there_thousands_of_times() -> None:
    run, sources = re.compile(rb"(.{1,8}?)\1{999,}", re.DOTALL), fixtures()
    assert sum(run.search(made(1, number, sources)) is not None for number in range(99)) > 9


def test_what_takes_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trouble(b"node 0 cpus: 0\n") is None
    monkeypatch.setattr("tests.fuzz.SLOWEST", 0)
    assert trouble(b"node 0 cpus: 0\n") == "took 0.00 s"


def test_a_round_is_the_same_again() -> None:
    assert made(7, 3, fixtures()) == made(7, 3, fixtures())
    assert made(7, 3, fixtures()) != made(7, 4, fixtures())
