"""Give free memory back to the system with two calls to the C library, if that is glibc."""

from __future__ import annotations

import ctypes
import sys

M_MMAP_THRESHOLD = -3  # from malloc.h
LARGE = 2**20
"""The size, in bytes, from which a block gets a memory mapping of its own, which ends when the block is freed."""


def give_large_blocks_back() -> bool:
    """Make the C library map each large block separately; return whether it accepts this setting.

    Otherwise glibc raises its threshold, up to 32 MiB, when a large block is freed. It then takes later blocks from
    heaps that never shrink, and a server that has once held many large answers keeps their memory for ever.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and mallopt(M_MMAP_THRESHOLD, LARGE) == 1


def give_free_memory_back() -> bool:
    """Give the free memory between used blocks back to the system; return whether there was any."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return malloc_trim is not None and malloc_trim(0) == 1
