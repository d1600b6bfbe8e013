"""Tell a talk from a machine by its stops, and read it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.cli.inputs import name_of
from viz.stories import MissingStop, ResolvedTalk, files_beside, like_talk, resolved_talk
from viz.stories.talk import MAX_TALK
from viz.topology import printable


def talk_in(file: BinaryIO | Path | None) -> ResolvedTalk | None:
    """Return the talk in an open file, with its runs; None if it holds none, and then the file is at its start again.

    A line on stderr names each stop whose machine is missing. Raise TopologyError if the talk is wrong.
    """
    text = _text_of(file)
    if file is None or isinstance(file, Path) or text is None or not like_talk(text):
        return None
    path = Path(str(getattr(file, "name", "talk.toml")))
    found = resolved_talk(text, name_of(file), files_beside(path))
    for stop in found.stops:
        if isinstance(stop, MissingStop):
            click.echo(f"note: {name_of(file)}: {printable(stop.why, 600)}; the other stops go on", err=True)
    return found


def _text_of(file: Any) -> str | None:
    """Return the text at the start of an open file that can be read again; None for a folder, a pipe or other bytes."""
    if not isinstance(file, io.BufferedReader | io.BytesIO) or not file.seekable():
        return None
    data = file.read(MAX_TALK * 4 + 1)
    file.seek(0)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
