"""Test that docs/asking.md has every question that scripts may ask, with every key that the page sends."""

from __future__ import annotations

import re

from tests.site.questions import QUESTIONS
from viz.app.endpoints import ASKS
from viz.app.service import KEYS
from viz.resources import docs

TEXT = (docs() / "asking.md").read_text(encoding="utf-8")
ROWS = {row[1]: row[0] for row in re.finditer(r"^\| `([a-z-]+)` \|(?:[^|\n]*\|){3}$", TEXT, re.MULTILINE)}


def test_the_table_has_every_question_and_each_key_that_is_sent_with_it() -> None:
    assert list(ROWS) == sorted(ASKS)
    for name, question in QUESTIONS:
        for key in set(question) - set(KEYS) if name in ASKS else ():
            row = ROWS["readers"] if name == "walk" and key != "walk" else ROWS[name]
            assert f"`{key}`" in row, (name, key)


def test_what_names_a_machine_is_explained() -> None:
    for key in set(KEYS) - {"chart", "theme", "narrow"}:
        assert f"`{key}`" in TEXT[: TEXT.index("| `animation` |")], key
