"""Test LICENSES.md: it names a licence for each file of the wheel and each served script of another package."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from cyclonedx.spdx import is_expression, is_supported_id

from tests.serving import ROOT
from tests.supply.requirements import PROJECT
from viz.app import create_app

TEXT = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
NOTICE = re.compile(rb"@licen[cs]e|copyright|licen[cs]ed under|spdx-license")
"""What a notice of an author or a licence has, in small letters; ignoring case would take ten times as long."""
"""A pattern of words that copyright notices usually contain."""


@dataclass(frozen=True)
class Row:
    """A row of a table in LICENSES.md: patterns of file names, and the licence of these files."""

    patterns: tuple[str, ...]
    licence: str

    def matches(self, name: str) -> bool:
        """Return whether one of the row's patterns matches the file name."""
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)


def rows(heading: str) -> list[Row]:
    """Return the rows of the table under a heading."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return [Row(tuple(files.split("`")[1::2]), licence.strip()) for files, _, licence in cells]


def without_row(names: set[str], table: list[Row]) -> list[str]:
    """Return those of the file names that no row of the table matches, sorted."""
    return sorted(name for name in names if not any(row.matches(name) for row in table))


def test_each_licence_is_an_spdx_expression() -> None:
    table = rows("In the wheel") + rows("From other packages") + rows("In a site")
    assert len(table) > 15
    for row in table:
        assert is_expression(row.licence), row
        assert all(is_supported_id(part) for part in re.split(r" AND | OR ", row.licence)), row


@pytest.mark.slow
def test_every_file_of_the_wheel_has_a_row_and_every_row_a_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    table = rows("In the wheel")
    assert without_row(names, table) == []
    patterns = [pattern for row in table for pattern in row.patterns]
    assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)] == []


def test_our_own_files_have_no_notice_of_another_author(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        ours = [name for name in archive.namelist() if name.startswith("viz/")]
        assert [name for name in ours if NOTICE.search(archive.read(name).lower())] == []
    assert {row.licence for row in rows("In the wheel")} == {PROJECT["project"]["license"]}


def test_the_wheel_has_both_licence_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "LICENSES.md"):
            [path] = (path for path in archive.namelist() if path.endswith(f".dist-info/licenses/{name}"))
            assert archive.read(path) == (ROOT / name).read_bytes()


def test_every_script_that_dash_serves_has_a_row() -> None:
    app = create_app()
    with app.server.test_request_context():
        app.index()  # type: ignore[no-untyped-call]  # Dash registers its scripts when it makes the page
    scripts = {f"{package}/{path}" for package, paths in app.registered_paths.items() for path in paths}
    assert "plotly/package_data/plotly.min.js" in scripts
    assert without_row(scripts, rows("From other packages")) == []
