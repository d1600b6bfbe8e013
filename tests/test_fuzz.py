"""Test a fixed number of rounds of ./dev fuzz. They run in a new process, so that only their memory is measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.fuzz import MAX_MEMORY, fixtures, make_input, problem_with
from tests.serving import ROOT

ROUNDS = 3_000
SCRIPT = f"""
import json
from tests.fuzz import fuzz, peak
count, failure = fuzz(seed=1, rounds={ROUNDS})
print(json.dumps([count, failure and repr(failure), peak()]))
"""


@pytest.mark.slow
def test_every_input_is_read_or_refused_with_a_clear_error() -> None:
    command = [sys.executable, "-c", SCRIPT]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=True)
    count, failure, peak = json.loads(process.stdout)
    assert failure is None, failure
    assert count == ROUNDS
    assert peak < MAX_MEMORY


def test_some_inputs_repeat_a_piece_thousands_of_times() -> None:
    repeated, sources = re.compile(rb"(.{1,8}?)\1{999,}", re.DOTALL), fixtures()
    assert sum(repeated.search(make_input(1, number, sources)) is not None for number in range(99)) > 9


def test_an_input_that_takes_too_long_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem_with(b"node 0 cpus: 0\n") is None
    monkeypatch.setattr("tests.fuzz.MAX_SECONDS", 0)
    assert problem_with(b"node 0 cpus: 0\n") == "took 0.00 s"


def test_a_round_always_makes_the_same_input() -> None:
    assert make_input(7, 3, fixtures()) == make_input(7, 3, fixtures())
    assert make_input(7, 3, fixtures()) != make_input(7, 4, fixtures())
