"""Provide one process of Node.js for all tests of the page's modules that need no browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.node import Node


@pytest.fixture(scope="session")
def modules() -> Iterator[Node]:
    """Yield a process of Node.js that runs the page's modules."""
    running = Node()
    yield running
    running.close()
