"""One node for all tests of the page's pure modules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.node import Node


@pytest.fixture(scope="session")
def modules() -> Iterator[Node]:
    """A node that runs the page's modules."""
    running = Node()
    yield running
    running.close()
