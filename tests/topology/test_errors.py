from __future__ import annotations

import pytest

from viz.topology.errors import TopologyError, printable, shown


def test_an_error_is_one_line_naming_source_key_and_problem() -> None:
    error = TopologyError("must be text", "nodes[2].label").within("my\nmachine\x1b[31m.toml")
    assert str(error) == "my\\x0amachine\\x1b[31m.toml: nodes[2].label: must be text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain <b>", "plain <b>"),
        ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
        ("a\u202eb\u200bc\u2028", "a\\u202eb\\u200bc\\u2028"),
        ("\ud800\U000e0001", "\\ud800\\U000e0001"),
        ("x" * 100, "x" * 77 + "..."),
    ],
)
def test_printable_escapes_what_is_not_visible(text: str, expected: str) -> None:
    assert printable(text, 80) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (None, "null"),
        (300, "300"),
        (10.5, "10.5"),
        (float("nan"), "nan"),
        ("a\nb", "'a\\x0ab'"),
        (10**5000, "a number of more than 17 digits"),
        ([[1]], "a list"),
        ({}, "a table"),
    ],
    ids=range(9),
)
def test_a_value_is_quoted_briefly(value: object, expected: str) -> None:
    assert shown(value) == expected
