"""Test that the colours of presenter mode can be told apart when light falls on the screen."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from viz.figures.css_classes import ABSENT, MASKS, SINGLES
from viz.figures.palette import CHAINS, PRESENTED, ROLES, colours, css, presented
from viz.resources import assets

LIGHT = 0.35
"""The share of white that a projector's picture gets from the light in a room."""
TEXT, STATE = 4.5, 1.5
"""The least contrast of a text to what is behind it, and of a state to another state (WCAG, washed out)."""
TEXTS = (
    *((text, behind) for text in ("ink", "soft") for behind in ("page", "panel", "card", "socket", "gone-fill")),
    *((text, "panel") for text in ("accent", "this-pass", "next-pass", "keyword", "string", "error")),
    *(("panel", fill) for fill in ("this-pass-fill", "next-pass-fill", "used-fill")),
    ("on-accent", "accent"),
    ("ink", "current-line"),
    ("ink", "last-line"),
    ("panel", "next-pass"),
    ("panel", "ink"),
)
"""The colour of each text, and the colour behind it."""
STATES = (
    ("a card: online, offline", ("card", "gone-fill")),
    ("a socket and the panel around it", ("socket", "panel")),
    ("a card and its socket", ("card", "socket")),
    ("demotion: works, off, half built", ("next-pass-fill", "panel", "half-built")),
    ("this_pass: in it, not in it", ("this-pass-fill", "page")),
    ("next_pass: in it, not in it", ("next-pass-fill", "page")),
    ("used_targets: in it, not in it", ("used-fill", "page")),
    ("a line of code: current, another one", ("current-line", "panel")),
    ("a candidate: chosen, beaten", ("next-pass", "panel")),
    ("an outline of this_pass, the face of a card", ("this-pass", "card")),
    ("the outline of a card, its face, the socket", ("edge", "card", "socket")),
)
"""The colours of states that stand beside each other."""
MARKS = {
    "this-pass": r"\.node\.this-pass \.turn[^}]*visibility: visible",
    "next-pass": r"\.node\.next-pass \.card \{[^}]*stroke-dasharray",
    "used": r"\.node\.used \.hatched[^}]*visibility: visible",
    "candidate": r"\.node\.candidate \.badge \{[^}]*visibility: visible",
    "chosen": r"\.node\.chosen \.badge rect \{[^}]*stroke-width",
    "chain-end": r"\.node\.chain-end \.end \{[^}]*visibility: visible",
    "source": r"\.node\.source \.halo \{[^}]*visibility: visible",
    "leaving": r"\.node:is\(\.leaving, [^}]*stroke-dasharray",
    "no-memory": r"\.node:is\(\.leaving, \.no-memory[^}]*stroke-dasharray",
    "offline": r"\.node:is\(\.leaving, \.no-memory, \.offline\) \.face \{[^}]*stroke-dasharray",
    "not-allowed": r"\.node:not\(\.not-allowed\) \.barred",
}
"""For each CSS class of a node, a rule of the stage's style sheet that shows the state by a shape, not only a fill.

A node without CPUs has these words on its card.
"""


def washed_luminance(colour: str) -> float:
    """Return the luminance (WCAG) of a colour that is mixed with white in sRGB."""
    parts = ((1 - LIGHT) * value / 255 + LIGHT for value in bytes.fromhex(colour[1:]))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(washed_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_texts_can_be_read_where_light_falls_on_the_screen(theme: int) -> None:
    values = colours(theme) | presented(theme)
    found = {(text, behind): round(contrast(values[text], values[behind]), 2) for text, behind in TEXTS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_states_can_be_told_apart_where_light_falls_on_the_screen(theme: int) -> None:
    values = colours(theme) | presented(theme)
    pairs = [(what, *pair) for what, states in STATES for pair in combinations(states, 2)]
    pairs += [(f"chain {index} on a socket", f"chain-{index}", "socket") for index in range(len(CHAINS))]
    found = {(what, a, b): round(contrast(values[a], values[b]), 2) for what, a, b in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < STATE} == {}


def test_no_state_of_a_node_is_shown_by_a_fill_alone() -> None:
    sheet = (assets() / "styles/stage.css").read_text(encoding="utf-8")
    classes = {*MASKS.values(), *SINGLES.values(), *ABSENT.values()} - {"no-cpus"}
    assert set(MARKS) == classes
    assert [name for name, rule in MARKS.items() if not re.search(rule, sheet)] == []


def test_presenter_mode_has_a_colour_for_every_role() -> None:
    """A role that presenter mode leaves out would have a colour that no test here has looked at."""
    assert set(PRESENTED) == set(ROLES)
    assert css().count(":root[data-presenter]") == 3
