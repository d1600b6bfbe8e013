"""Test `serve --follow`: what it prints, and with which options it does not start."""

from __future__ import annotations

import io
import sys

import pytest

from tests.command import tierscope
from viz.app import serve
from viz.app.qr_code import NO_SEGNO, as_text

ADDRESS = "http://tierscope.example.org:8050/x/"


@pytest.mark.parametrize("options", [["--host", "0.0.0.0"], ["--host", "::"], ["--host", ""], ["--debug"]], ids=str)
def test_it_does_not_start_where_nobody_could_follow(options: list[str]) -> None:
    done = tierscope("serve", "--follow", *options)
    assert done.returncode == 2
    assert "--follow needs" in done.stderr.decode().splitlines()[-1]


def test_it_prints_the_short_address_its_code_and_the_secret_one() -> None:
    printed = serve.audience(ADDRESS, "the-token")
    assert printed == (
        f"The audience opens {ADDRESS} or scans this:\n{as_text(ADDRESS)}\n"
        f"The speaker opens {ADDRESS}speaker#the-token and keeps it secret."
    )


def test_without_segno_a_line_stands_in_the_place_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert serve.audience(ADDRESS, "the-token").startswith(f"The audience opens {ADDRESS}\n{NO_SEGNO}\n")


def test_a_terminal_without_the_letters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    first, second, _ = serve.audience(ADDRESS, "the-token").splitlines()
    assert first == f"The audience opens {ADDRESS}"
    assert second == "This terminal cannot show a QR code; the speaker's page can."
