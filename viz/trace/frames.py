"""Read the frames of suspended routines, for functions that watch viz.kernel.memory.drive()."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import Any


def frames(routine: Any) -> Iterator[FrameType]:
    """Yield the frame of a suspended generator and of those it delegates to with `yield from`, outermost first."""
    while routine is not None and routine.gi_frame is not None:
        yield routine.gi_frame
        routine = routine.gi_yieldfrom
