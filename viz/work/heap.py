"""Give memory back to the system: two calls to the C library, where it is glibc."""

from __future__ import annotations

import ctypes
import sys

M_MMAP_THRESHOLD = -3  # of malloc.h
LARGE = 2**20
"""Bytes; a block that is larger is mapped by itself, and unmapped when it is freed."""


def give_large_blocks_back() -> bool:
    """Tell the C library to map large blocks by themselves; return whether it has such a setting.

    glibc raises its threshold with the first large block that is freed, up to 32 MiB. Later ones then come from heaps
    that never shrink, and a server that has once held many large answers would hold their memory for ever.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and mallopt(M_MMAP_THRESHOLD, LARGE) == 1


def give_free_memory_back() -> bool:
    """Return free memory between blocks that are in use to the system; return whether there was any."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return malloc_trim is not None and malloc_trim(0) == 1
