"""What the program shows, kept as files that a reviewer reads: tests compare it, and `./dev pin` writes it anew.

Other tests assert what must hold. These notice that anything else has changed: a word, a number, a place in a picture.
Whoever changes one of these on purpose writes the files anew, and reads their diff as a user would see it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.pinned import (
    advice,
    answers,
    chosen,
    commands,
    doctor,
    findings,
    formats,
    machines,
    odd,
    page,
    pictures,
    pressure,
    readers,
    refusals,
    replies,
    rules,
    speeds,
    stories,
    tables,
    traces,
    variants,
    why,
    words,
    written,
)

FOLDER = Path(__file__).parent / "texts"

Files = dict[str, Callable[[], str]]
"""For the name of each file in FOLDER, a function that returns its text as the current program makes it."""

GROUPS: dict[str, Callable[[], Files]] = {
    "advice": advice.files,
    "answers": answers.files,
    "chosen": chosen.files,
    "commands": commands.files,
    "doctor": doctor.files,
    "findings": findings.files,
    "formats": formats.files,
    "machines": machines.files,
    "odd": odd.files,
    "page": page.files,
    "pictures": pictures.files,
    "pressure": pressure.files,
    "readers": readers.files,
    "refusals": refusals.files,
    "replies": replies.files,
    "rules": rules.files,
    "speeds": speeds.files,
    "stories": stories.files,
    "tables": tables.files,
    "traces": traces.files,
    "variants": variants.files,
    "why": why.files,
    "words": words.files,
    "written": written.files,
}
"""The folders in FOLDER, each with a function that names its files."""


def all_files() -> Files:
    """Return all pinned files, by their path below FOLDER."""
    return {f"{group}/{name}": write for group, files in GROUPS.items() for name, write in files().items()}
