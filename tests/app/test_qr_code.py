"""Test the QR codes of addresses: their form, their size, and what is said where there is none."""

from __future__ import annotations

import re
import sys

import pytest

from viz.app.answers import Job, answer_job
from viz.app.qr_code import BORDER, MAX_ADDRESS, NO_SEGNO, NoQrCode, as_svg, as_text
from viz.app.service import Service

SHORT = "http://tierscope.example.org:8050/"
FINDER = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
"""The square in three corners of every QR code, as dark and light dots."""


def dots(text: str) -> list[str]:
    """Return the rows of a code that is drawn as text, without its border: "#" for a dark dot, "." for a light one."""
    halves = {" ": "##", "▄": "#.", "▀": ".#", "█": ".."}
    lines = [[halves[char] for char in line] for line in text.splitlines()]
    rows = ["".join(pair[half] for pair in line) for line in lines for half in (0, 1)]
    side = len(rows[0]) - 2 * BORDER
    return [row[BORDER:-BORDER] for row in rows[BORDER : BORDER + side]]


def test_a_code_as_text_has_the_three_squares_and_a_border() -> None:
    rows = dots(as_text(SHORT))
    assert len(rows) == len(rows[0]) >= 21
    for corner in (
        [row[:7] for row in rows[:7]],
        [row[-7:] for row in rows[:7]],
        [row[:7] for row in rows[-7:]],
    ):
        assert corner == FINDER
    assert set("".join(as_text(SHORT).splitlines()[:2])) == {"█"}
    assert as_text(SHORT) != as_text(SHORT.replace("8050", "8051"))


def test_a_code_as_svg_is_dark_on_white_in_either_theme() -> None:
    svg = as_svg(SHORT)
    assert re.findall(r"#[0-9a-f]+", svg) == ["#fff", "#000"]
    assert "<script" not in svg
    side = len(dots(as_text(SHORT))) + 2 * BORDER
    assert f'viewBox="0 0 {side} {side}"' in svg


@pytest.mark.parametrize("address", ["", "x", "javascript:alert(1)", "http://a b", "http://x\n", "http://é/", 7])
def test_other_texts_are_refused(address: object) -> None:
    answer = answer_job(Job("qr", {"address": address}, Service()))
    assert answer == {"error": "A QR code is of an address, such as https://tierscope.example.org/."}


def test_a_long_address_is_refused() -> None:
    assert as_svg("http://h/".ljust(MAX_ADDRESS, "x"))
    with pytest.raises(NoQrCode, match="too long for a QR code: it has 1,274 characters"):
        as_svg("http://h/".ljust(MAX_ADDRESS + 1, "x"))


def test_without_segno_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert answer_job(Job("qr", {"address": SHORT}, Service())) == {"error": NO_SEGNO}
    assert "tierscope[media]" in NO_SEGNO
