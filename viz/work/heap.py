"""Give free memory back to the system with two calls to the C library, if that is glibc."""

from __future__ import annotations

import ctypes
import sys

M_MMAP_THRESHOLD = -3  # from malloc.h
LARGE = 2**20
"""Bytes; a larger block gets a memory mapping of its own, which is unmapped when the block is freed."""


def give_large_blocks_back() -> bool:
    """Make the C library map each large block by itself; return whether it has such a setting.

    glibc raises its threshold, up to 32 MiB, when the first large block is freed. It would then take later blocks from
    heaps that never shrink, and a server that has once held many large answers would keep their memory for ever.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and mallopt(M_MMAP_THRESHOLD, LARGE) == 1


def give_free_memory_back() -> bool:
    """Return the free memory between used blocks to the system; return whether there was any."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return malloc_trim is not None and malloc_trim(0) == 1
