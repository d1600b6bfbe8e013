"""Test the reader of archives: how many members it takes, and how it reads a stream that comes in pieces."""

from __future__ import annotations

import pytest

from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import sysfs, tar
from viz.topology import TopologyError, tarball

DATA = tar(sysfs(FACTS))
MEMBERS = len(list(tarball.files([DATA], lambda _: True))) + 1
"""The number of members of the archive: its files, and one link."""


def paths(pieces: list[bytes]) -> list[str]:
    return [path for path, _ in tarball.files(pieces, lambda _: True)]


def test_an_archive_may_have_only_so_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarball, "MAX_MEMBERS", MEMBERS + 1)  # the end of the archive counts, too
    assert len(paths([DATA])) == MEMBERS - 1
    monkeypatch.setattr(tarball, "MAX_MEMBERS", MEMBERS)
    problem = f"is an archive of more than {MEMBERS} members; give only devices/system/node"
    with pytest.raises(TopologyError) as refused:
        paths([DATA])
    assert str(refused.value) == problem


@pytest.mark.parametrize("size", [1, 100, 511, 512, 513, 10_000])
def test_a_stream_may_come_in_pieces_of_any_size(size: int) -> None:
    pieces = [DATA[start : start + size] for start in range(0, len(DATA), size)]
    assert list(tarball.files(pieces, lambda _: True)) == list(tarball.files([DATA], lambda _: True))
    with pytest.raises(TopologyError, match="has something else after the end of its archive"):
        paths([*pieces, b"x"])
    with pytest.raises(TopologyError, match="has something else after the end of its archive"):
        paths([*pieces, bytes(600), b"x"])


@pytest.mark.parametrize(
    ("head", "expected"),
    [(DATA[:512], True), (DATA[:511], False), (bytes(512), False), (b"x" + DATA[1:512], False), (DATA, True)],
)
def test_an_archive_is_known_by_its_first_checksum(head: bytes, expected: bool) -> None:
    assert tarball.is_tar(head) is expected
