"""Fixtures and settings of all tests: hypothesis with the same examples in each run, a server, and the wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.once import made_once
from tests.serving import LIGHT, Server, serving
from tests.supply.building import pip_wheel

settings.register_profile(
    "tierscope",
    derandomize=True,  # A run that fails on one machine then fails on every machine.
    deadline=None,  # A test must not fail because its machine is busy.
    suppress_health_check=[HealthCheck.too_slow],  # This check would fail on a busy machine, too.
)
settings.load_profile("tierscope")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Yield a server of the page, started by the real command line. All tests share it, so none may stop it."""
    with serving(program=LIGHT) as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Yield a server of the page for one test, which may stop it."""
    with serving(program=LIGHT) as running:
        yield running


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout and return its path."""
    [built] = made_once(tmp_path_factory, "wheel", pip_wheel).iterdir()
    return built
