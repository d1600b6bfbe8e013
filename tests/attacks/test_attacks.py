"""Test that attacks reach a real server, and that measured values are compared with their limits correctly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.attacks.__main__ import chosen
from tests.attacks.attacker import attack
from tests.attacks.catalogue import ATTACKS
from tests.attacks.checks import CHECKS
from tests.attacks.figures import files_are_back, memory_is_back
from tests.attacks.usage import Usage
from tests.attacks.visitors import PATIENCE, Waits
from tests.serving import Server, serving
from viz.app.endpoints import ASKS


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Yield a server that all tests of this module share."""
    with serving() as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_can_be_made(name: str) -> None:
    assert callable(ATTACKS[name].make())


def test_every_question_of_the_page_is_attacked() -> None:
    attacked = {attack.what.split()[0].rstrip(",").removeprefix("/ask/") for attack in ATTACKS.values()}
    assert set(ASKS) <= attacked


@pytest.mark.slow
@pytest.mark.parametrize("name", ["get-page", "trickled-headers", "unread-pipelined", "churn-get"])
def test_an_attack_reaches_a_server_and_ends(server: Server, name: str) -> None:
    tally = asyncio.run(attack(name, server.url, "127.0.0.1", 0.5))
    assert tally.opened > 0
    if name == "get-page":
        assert (tally.answers["200"] or asyncio.run(attack(name, server.url, "127.0.0.1", 10)).answers["200"]) > 0


def test_a_name_chooses_all_attacks_that_begin_with_it() -> None:
    assert chosen([]) == [*CHECKS, *ATTACKS]
    assert set(chosen(["readers"])) == {name for name in ATTACKS if name.startswith("readers")}
    with pytest.raises(SystemExit, match="no attack begins with none"):
        chosen(["none"])


@pytest.mark.parametrize(("waits", "p95"), [([1.0], 1.0), ([*[1.0] * 19, 9.0], 1.0), ([*[1.0] * 18, 8.0, 9.0], 8.0)])
def test_p95_is_the_wait_of_the_95th_percentile(waits: list[float], p95: float) -> None:
    assert Waits(waits, 0).p95() == p95 <= PATIENCE


def test_memory_and_files_are_back_within_their_margins() -> None:
    before = Usage(80, 100, 10)
    assert memory_is_back(Usage(80, 141, 10), before)
    assert not memory_is_back(Usage(80, 142, 10), before)
    assert files_are_back(Usage(80, 100, 18), before)
    assert not files_are_back(Usage(80, 100, 19), before)
