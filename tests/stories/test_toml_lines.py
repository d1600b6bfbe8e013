"""Test that the line of a key is found in a TOML document, also beside long strings and comments."""

from __future__ import annotations

import tomllib

import pytest

from viz.stories.toml_lines import line_of, located
from viz.topology import TopologyError

ESCAPED = r'''notes = """one \""" step = "no"
step = "no"
quotes at the end: \\\""""
until = "\"\u0022" # """
[[stops]]
step = 1
'''
TEXT = '''title = "A talk # of '\\"quotes'"   # """ no string
minutes = 6
[[stops]]
title = "One"  # step = "no"
notes = """
[[stops]]
step = "in a string"
""" # and a comment with \'\'\'
step = "pass 1 begins"
words = \'\'\'one line\'\'\'
[[ stops ]]
  step = 3
machine = \'\'\'
title = "a machine"
[[nodes]]\'\'\'
until = "x"
walls = [{ step = 1 }, { step = 2 }]
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 1),
        ("minutes", 2),
        ("stops[0]", 3),
        ("stops[0].title", 4),
        ("stops[0].step", 9),
        ("stops[0].until", 3),
        ("stops[1].step", 12),
        ("stops[1].until", 16),
        ("stops[1].events[0]", 11),
        ("stops[2].step", None),
        ("walls[1].step", 17),
        ("", None),
        ("nothing", None),
    ],
)
def test_the_line_of_a_key(key: str, line: int | None) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, key) == line


def test_quotes_after_a_backslash_do_not_end_a_long_string() -> None:
    tomllib.loads(ESCAPED)
    assert [line_of(ESCAPED, key) for key in ("step", "until", "stops[0].step")] == [6, 4, 6]


def test_only_a_newline_ends_a_line() -> None:
    text = "title = 'a\u2028b\x85c'\nminutes = 0\n"
    tomllib.loads(text)
    assert line_of(text, "minutes") == 2


def test_an_error_gets_its_line_before_its_key() -> None:
    error = located(TopologyError("is wrong", "stops[1].step", "t.toml"), TEXT)
    assert str(error) == "t.toml: line 12, stops[1].step: is wrong"
    assert str(located(TopologyError("is wrong", "", "t.toml"), TEXT)) == "t.toml: is wrong"
