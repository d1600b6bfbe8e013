"""The frames of routines that stand suspended: what a watcher can read without touching them."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import Any


def frames(routine: Any) -> Iterator[FrameType]:
    """The frame of a suspended generator and of those it waits for, outermost first."""
    while routine is not None and routine.gi_frame is not None:
        yield routine.gi_frame
        routine = routine.gi_yieldfrom
