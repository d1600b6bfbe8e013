"""Compare what the program shows with the pinned files."""

from __future__ import annotations

import pytest

from tests.pinned.files import FOLDER, all_files

RENEW = "The program shows something else than the pinned file: type ./dev pin, and read the diff as a user would."
FILES = all_files()


@pytest.mark.parametrize("name", FILES)
def test_the_program_shows_what_is_pinned(name: str) -> None:
    assert (FOLDER / name).exists(), f"{name} is not pinned yet: type ./dev pin, and read it as a user would."
    assert FILES[name]() == (FOLDER / name).read_text(encoding="utf-8"), RENEW


def test_nothing_else_is_pinned() -> None:
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()} == set(FILES)
