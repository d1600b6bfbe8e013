"""Define the type of options that name a kernel, which can also be a person's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from viz.kernel.rules.own_files import register
from viz.kernel.rules.what_if import CHANGE


class KernelName(click.ParamType[str]):
    """The type of an option that names a kernel; the path of a person's own file, such as ./mine.py, becomes a name."""

    name = "kernel"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name of the kernel. Raise WrongPatch if two different files have the same name."""
        text = str(value)
        file, *changes = CHANGE.split(text.strip(" "))
        if not file.endswith(".py"):
            return text
        return " + ".join([register(Path(file)), *changes])


KERNEL = KernelName()
