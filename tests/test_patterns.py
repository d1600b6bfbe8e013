"""Test that the regular expressions of viz/ match the same on every Python that may run it.

Before 3.11.5, `re` matches a possessive repetition wrongly if what it repeats can match in several ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from re import _constants as ops  # type: ignore[attr-defined]  # typeshed does not know it
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.serving import PROGRAMS
from tests.test_architecture import MODULES

LOOKS = (ops.ASSERT, ops.ASSERT_NOT)
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)


def operations(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """Yield all operations of a parsed expression with their arguments, those within others, too."""
    for operation, argument in parsed:
        yield operation, argument
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, parser.SubPattern):
                    yield from operations(inner)


def is_wrong_on_old_pythons(pattern: str) -> bool:
    """Return whether an expression repeats possessively what has a repetition of another kind or looks ahead."""
    return any(
        inner in LOOKS or (inner in REPEATS and parts[0] != parts[1])
        for operation, argument in operations(parser.parse(pattern))
        if operation is ops.POSSESSIVE_REPEAT
        for inner, parts in operations(argument[2])
    )


def patterns() -> dict[str, str]:
    """Return all expressions that stand in modules of viz/, also those in tables, by the names of both."""
    found = {}
    for module in MODULES:
        if module not in PROGRAMS:
            for name, value in vars(import_module(module)).items():
                values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
                for place, one in enumerate(values):
                    if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                        found[f"{module}.{name}[{place}]"] = one.pattern
    return found


@pytest.mark.parametrize("pattern", [r"(?:nodes?)?+", r"(?:a|b(?!c))*+", r"x(?:(?:a|b.*)c)?+"])
def test_what_old_pythons_match_wrongly_is_found(pattern: str) -> None:
    assert is_wrong_on_old_pythons(pattern)


def test_every_expression_matches_the_same_on_every_python() -> None:
    found = patterns()
    assert len(found) > 100
    assert [name for name, pattern in found.items() if is_wrong_on_old_pythons(pattern)] == []
