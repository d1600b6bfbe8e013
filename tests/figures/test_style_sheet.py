"""Test which rules of a style sheet apply to an element: the more specific ones win, then the later ones."""

from __future__ import annotations

import pytest

from viz.figures.style_sheet import Place, StyleSheet, UnknownSelector

SHEET = """
:root { --sans: "DejaVu Sans"; }
/* A comment with .card { fill: black; } in it. */
.card text, rect { fill: one; }
text { fill: two; stroke: two; }
.card > .id.long { fill: three; }
:is(.id, .tag) { stroke: four; }
text:not(.id, .fact) { opacity: five; }
.card .deep .id { opacity: six; font: 600 12px sans; }
* { rx: 7; }
.late { fill: eight }
.late { fill: nine; }
@media (prefers-reduced-motion: reduce) { text { fill: none; } }
"""


def path(*places: str) -> tuple[Place, ...]:
    """Return a path of places, each written as a tag and its classes."""
    return tuple(Place(tag, frozenset(classes)) for tag, *classes in (place.split(".") for place in places))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["rect"], {"fill": "one", "rx": "7"}),
        (["text"], {"fill": "two", "stroke": "two", "opacity": "five", "rx": "7"}),
        (["g.card", "text.fact"], {"fill": "one", "stroke": "two", "rx": "7"}),
        (["g.card", "g", "text.tag"], {"fill": "one", "stroke": "four", "opacity": "five", "rx": "7"}),
        (["g.card", "text.id.long"], {"fill": "three", "stroke": "four", "rx": "7"}),
        (["g.card", "g", "path.id.long"], {"stroke": "four", "rx": "7"}),
        (["text.card"], {"fill": "two", "stroke": "two", "opacity": "five", "rx": "7"}),
        (
            ["g.card", "g.deep", "g", "path.id"],
            {
                "stroke": "four",
                "opacity": "six",
                "font-weight": "600",
                "font-size": "12px",
                "font-family": "sans",
                "rx": "7",
            },
        ),
        (["g.deep", "g.card", "path.id"], {"stroke": "four", "rx": "7"}),
        (["path.late"], {"fill": "nine", "rx": "7"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_most_specific_rule_wins(places: list[str], expected: dict[str, str]) -> None:
    assert StyleSheet(SHEET).declared(path(*places)) == expected


@pytest.mark.parametrize("selector", ["a:hover", "a[href]", "#id", "a + b", "a::before", ".card > a:is(.b) ~ c"])
def test_a_selector_that_is_not_understood_is_an_error(selector: str) -> None:
    with pytest.raises(UnknownSelector, match=r"^the selector .* has a part that no rule of a picture can have$"):
        StyleSheet(f"{selector} {{ fill: none; }}")
