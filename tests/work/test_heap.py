"""Test that the C library accepts what viz/work/heap.py asks of it, in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

ASKED = """
from viz.work.heap import give_free_memory_back, give_large_blocks_back
accepted = give_large_blocks_back()
blocks = [bytes(1000) for _ in range(100_000)]
last = bytes(1000)
del blocks
print(accepted, give_free_memory_back())
"""
"""A program that frees 100 MB below a block that is still used."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such calls")
def test_the_c_library_takes_memory_back() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
