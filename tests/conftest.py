"""What all tests share: the same examples from hypothesis every time, the real program that serves, and the wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.serving import Server, serving
from tests.supply.building import pip_wheel

settings.register_profile(
    "tierscope",
    derandomize=True,  # a red run is red again on the next machine
    deadline=None,  # a test that fails because its machine is busy says nothing about the code
    suppress_health_check=[HealthCheck.too_slow],  # the same
)
settings.load_profile("tierscope")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The page, served by the real program for the whole run: nobody may stop it."""
    with serving() as it:
        yield it


@pytest.fixture
def own_server() -> Iterator[Server]:
    """The page, served for one test, which may stop it."""
    with serving() as it:
        yield it


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return pip_wheel(tmp_path_factory.mktemp("wheel"))
