"""Test the command `site`: a folder that is no site is refused in one line, before anything is computed."""

from __future__ import annotations

from pathlib import Path

from tests.command import refusal


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert "is not empty and holds no site" in refusal("site", "-o", str(tmp_path))
    assert "is a file; name a folder" in refusal("site", "-o", str(tmp_path / "letter.txt"))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_folder_must_be_named() -> None:
    assert "-o" in refusal("site")
