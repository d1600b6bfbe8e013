"""Test that Python and the page follow the same rules, with one table of cases for both, and have the same limits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.serving import ROOT
from viz.app.constants import module
from viz.readers.model import Change, verdict
from viz.resources import assets
from viz.topology import quantities


def cases(name: str) -> list[Any]:
    """Return a table of cases. tests/js/model.test.mjs reads the same table."""
    return list(json.loads((ROOT / f"tests/{name}.json").read_text()))


def test_the_page_has_the_constants_of_python() -> None:
    written = (assets() / "core/constants.mjs").read_text(encoding="utf-8")
    assert written == module(), "type: python -m viz.app.constants > assets/core/constants.mjs"


@pytest.mark.parametrize(("text", "count"), cases("cpu_lists"))
def test_cpu_lists(text: str, count: int | None) -> None:
    if count is None:
        with pytest.raises(ValueError, match="CPU"):
            quantities.cpu_numbers(text)
    else:
        assert len(quantities.cpu_numbers(text)) == quantities.cpu_bits(text).bit_count() == count


@pytest.mark.parametrize(("old", "new", "walk", "name"), cases("reader_verdicts"))
def test_verdicts(old: dict[str, int], new: dict[str, int], walk: list[int], name: str) -> None:
    before, after = ({int(node): target for node, target in order.items()} for order in (old, new))
    assert verdict(Change(before, after), tuple(walk)) == name
