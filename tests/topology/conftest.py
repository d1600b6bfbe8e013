"""Provide a fixture that changes one key of a valid document, for tests of the errors in documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Change = Callable[..., str]


@pytest.fixture
def changed() -> Change:
    """Return a function that makes a valid JSON document of nodes 0 and 2, changed by the given keys.

    A key with the value None is left out.
    """

    def change(**keys: Any) -> str:
        valid: dict[str, Any] = {
            "title": "two nodes",
            "nodes": [{"id": 0, "cpus": 4, "memory": "64 GiB"}, {"id": 2, "cpus": "", "memory": 4096}],
            "distances": [[10, 20], [20, 10]],
        }
        return json.dumps({key: value for key, value in (valid | keys).items() if value is not None})

    return change
