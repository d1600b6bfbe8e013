"""Test that compressed data is unpacked completely, wherever the pieces of the input begin and end."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable

import pytest

from viz.topology.unpack import unpacked_whole

NOISE = random.Random(1).randbytes(700_000)
"""Bytes that cannot be compressed, so that even their compressed form fills several pieces."""
CONTENTS: dict[str, tuple[bytes, ...]] = {
    "nothing": (b"",),
    "little": (b"node 0 cpus: 0\n",),
    "what cannot be packed": (NOISE,),
    "what is all the same": (bytes(3_000_000),),
    "both in turn": tuple(
        part for start in range(0, 500_000, 50_000) for part in (NOISE[start : start + 50_000], b"a" * 400_000)
    ),
    "parts of which one is empty": (NOISE[:300_000], b"", b"x", NOISE[300_000:]),
}


@pytest.mark.slow
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("parts", [1, 2])
def test_unpacked_data_equals_the_original(name: str, pack: Callable[[bytes], bytes], parts: int) -> None:
    content = CONTENTS[name] if parts == 2 else (b"".join(CONTENTS[name]),)
    assert unpacked_whole(b"".join(map(pack, content)), 2**24) == b"".join(content)
