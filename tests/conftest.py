"""Fixtures and settings of all tests: hypothesis with the same examples in each run, a server, and the wheel."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.once import made_once
from tests.serving import LIGHT, Server, serving
from tests.supply.building import pip_wheel
from viz.kernel.rules import own_files

FEW, MANY = 30, 100
"""How many examples hypothesis tries in a run without slow tests, and in one with them."""
for examples in (FEW, MANY):
    settings.register_profile(
        f"{examples} examples",
        max_examples=examples,
        derandomize=True,  # A run that fails on one machine then fails on every machine.
        deadline=None,  # A test must not fail because its machine is busy.
        suppress_health_check=[HealthCheck.too_slow],  # This check would fail on a busy machine, too.
    )


left_out = pytest.StashKey[int]()
"""The number of slow tests that a run leaves out."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option --all, which runs the slow tests, too."""
    parser.addoption("--all", action="store_true", help="run the tests that are marked as slow, too")


def pytest_configure(config: pytest.Config) -> None:
    """Run slow tests, too, and with more examples, if the command names a file, a keyword or a mark."""
    if config.args_source is pytest.Config.ArgsSource.ARGS or config.option.keyword or config.option.markexpr:
        config.option.all = True
    settings.load_profile(f"{MANY if config.option.all else FEW} examples")


def pytest_collection() -> None:
    """Let the garbage collector rest during the collection of tests, of which nothing is garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector work again, but not look at what the collection has made."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests, unless all are to be run; put the browser tests first.

    The first worker of xdist then begins with them, and the others, which take its last tests when theirs are done,
    rarely start a browser of their own.
    """
    items.sort(key=lambda item: "browser" not in item.path.parts)
    if not config.option.all:
        quick = [item for item in items if not item.get_closest_marker("slow")]
        config.stash[left_out] = len(items) - len(quick)
        if hasattr(config, "workeroutput"):
            config.workeroutput["left_out"] = config.stash[left_out]
        items[:] = quick


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the number of slow tests from a worker of xdist: each worker collects all tests."""
    node.config.stash[left_out] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many slow tests were not run."""
    if count := config.stash.get(left_out, 0):
        terminalreporter.section(f"{count} slow tests were not run; ./dev test --all runs them, too", yellow=True)


@pytest.fixture(autouse=True)
def no_own_kernels() -> Iterator[None]:
    """Forget the files that a test has named as kernels: a server with such a file caches no answers."""
    yield
    own_files.forget_all()


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
