"""Build one small site for all tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from viz.site.build import build

MACHINES = ("two-sockets-three-classes", "losing-a-node")
STORIES = ("share-a-target", "read-once", "which-events-rebuild")


@pytest.fixture(scope="session")
def files() -> Mapping[str, bytes]:
    """Return the files of a site with a few machines and stories."""
    return build(MACHINES, STORIES, with_python=False, tell=lambda _: None)
