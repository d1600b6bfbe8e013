"""Test the glossary: each term occurs once, in a few plain sentences, and the page or the code uses the term."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.serving import ROOT
from viz.page import glossary
from viz.page.glossary import terms

NAMES = [name for term in terms() for name in term.names]


def test_it_has_every_term_once_in_alphabetical_order() -> None:
    assert len(terms()) >= 20
    assert len(set(NAMES)) == len(NAMES)
    assert [term.names[0].lower() for term in terms()] == sorted(term.names[0].lower() for term in terms())


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.names[0])
def test_an_explanation_is_one_to_three_sentences(term: glossary.Term) -> None:
    assert 1 <= len(re.findall(r"[.](?= [A-Z]|$)", re.sub(r"`[^`]*`", "x", term.text))) <= 3
    assert term.text[0].isupper()
    assert len(term.text) <= 240


@pytest.mark.parametrize("name", NAMES)
def test_every_term_is_used_where_a_user_or_a_developer_reads(name: str) -> None:
    sources = [*(ROOT / "viz").rglob("*.py"), *(ROOT / "viz").rglob("*.html"), ROOT / "README.md"]
    assert any(name.lower() in path.read_text().lower() for path in sources if path.name != "glossary.py")


def test_a_paragraph_that_is_no_entry_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "glossary.md").write_text("# Glossary\n\nWords.\n\n**good**: A term.\n\nbad: A term.\n")
    monkeypatch.setattr(glossary, "docs", lambda: tmp_path)
    with pytest.raises(ValueError, match="bad: A term"):
        terms.__wrapped__()
