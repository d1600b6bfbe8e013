"""Test that no reader of a format accepts the output of another program."""

from __future__ import annotations

import pytest

from viz.topology.formats import BINARY, FORMATS

from .test_linear import BYTES, TEXTS

DOCUMENTS = {"a topology document in JSON", "a topology document in TOML"}
"""The formats that accept any JSON or TOML text, so that its errors can be named. They are tried last."""


def test_every_format_has_an_example() -> None:
    found = {form.name for text in TEXTS.values() for form in FORMATS if form.matches(text)}
    found |= {form.name for data in BYTES.values() for form in BINARY if form.matches(data)}
    missing = sorted(({form.name for form in FORMATS} | {form.name for form in BINARY}) - found)
    assert not missing, f"give an example to TEXTS or BYTES for: {', '.join(missing)}"


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_of_one_format(name: str) -> None:
    first, *others = [form.name for form in FORMATS if form.matches(TEXTS[name])]
    assert set(others) <= DOCUMENTS, f"{first} is also taken for {others}"
    assert not any(form.matches(TEXTS[name].encode()) for form in BINARY)


@pytest.mark.parametrize("name", BYTES)
def test_bytes_are_of_one_format(name: str) -> None:
    assert len([form for form in BINARY if form.matches(BYTES[name])]) == 1
