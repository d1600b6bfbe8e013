"""tierscope: how Linux decides where memory goes when a NUMA node fills up."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Return viz.Run, a run that a notebook shows. It is imported when it is used, because that takes long."""
    if name == "Run":
        return import_module("viz.page.notebook").Run
    raise AttributeError(f"module 'viz' has no attribute {name!r}")
