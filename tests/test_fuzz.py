"""A bounded, reproducible piece of ./dev fuzz, in a process of its own: what others held is not its memory."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.fuzz import LARGEST, fixtures, made
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


def test_a_round_is_the_same_again() -> None:
    assert made(7, 3, fixtures()) == made(7, 3, fixtures())
    assert made(7, 3, fixtures()) != made(7, 4, fixtures())
