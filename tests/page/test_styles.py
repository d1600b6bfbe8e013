"""Test that no style sheet has a rule for which a browser would style the whole page anew at each change of it."""

from __future__ import annotations

import re

from viz.resources import assets

HAS_OF_THE_PAGE = re.compile(
    r"(?:^|[\s>+~,(])((?::root|html|body|main|\.side|:is\(\[data-|\[data-(?:presenter|embed|exported|beside|why))"
    r"[^\s>+~,{]*:has\([^{]*)",
    re.MULTILINE,
)
"""A :has() of the whole page, or of nearly all of it."""


def test_nothing_depends_on_what_the_whole_page_has() -> None:
    """Chromium styles all that is in an element with such a rule anew after nearly each new element in it.

    An attribute of the root, such as data-why, says it instead.
    """
    found = {
        f"{sheet.name}: {rule[1]}"
        for sheet in assets().rglob("*.css")
        for rule in HAS_OF_THE_PAGE.finditer(sheet.read_text(encoding="utf-8"))
    }
    assert found == set()
