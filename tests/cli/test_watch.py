"""Test the table that the command watch draws, and where it has nothing to draw."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table

from tests.command import tierscope
from tests.doctor.machines import machine, write
from viz.doctor.counters import HEADINGS, rows, sample
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder

TEXTS = ("demotes to", "kswapd", "demoted")


class Screen:
    """Stands for the terminal on which rich draws."""

    tables: list[Table]

    def __init__(self, **_: object) -> None:
        type(self).tables = []

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, table: Table, refresh: bool) -> None:
        """Keep a table that is drawn at once."""
        if refresh:
            self.tables.append(table)


def test_texts_are_at_the_left_and_numbers_at_the_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(read_folder(write(tmp_path, machine("7.3.4"))))
    monkeypatch.setattr("rich.live.Live", Screen)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    draw: Any = import_module("viz.cli.watch")._draw
    old, new = sample(facts, 10.0), sample(facts, 12.0)
    draw(iter([old, new]))
    first, second = Screen.tables
    sides = {str(column.header): column.justify for column in first.columns}
    assert sides == {heading: "left" if heading in TEXTS else "right" for heading in HEADINGS}
    assert (first.title_justify, str(first.title).partition(";")[0]) == ("left", "kernel 7.3.4")
    for table, expected in ((first, rows(old, None)), (second, rows(new, old))):
        assert [list(row) for row in zip(*(column.cells for column in table.columns), strict=True)] == expected


def test_only_linux_has_counters_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    done = tierscope("watch", "--once")
    problem = "Only Linux has these counters; give --root a folder with a copy of its files."
    assert (done.stderr.decode(), done.returncode) == (f"tierscope: {problem}\n", 2)
