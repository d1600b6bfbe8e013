"""Measure the largest amount of memory that this process has held at any time."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform != "win32":
    import resource


def peak() -> int:
    """Return the largest number of bytes of memory that this process has held since its program began; 0 on Windows."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, getrusage() would also count what the parent held when it started this process
        lines = status.read_text(errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    if sys.platform == "win32":
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
