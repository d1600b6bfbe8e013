"""Test that the page finds a ready-made answer by the key under which Python has stored it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.node import Node
from tests.serving import ROOT
from viz.site.ready_made import answer_key, run_key

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/site_keys.json").read_text())


@pytest.fixture(scope="module")
def modules() -> Iterator[Node]:
    """Yield a process of Node.js that runs the page's modules."""
    running = Node()
    yield running
    running.close()


@pytest.mark.parametrize("case", CASES)
def test_both_languages_make_the_same_keys(modules: Node, case: dict[str, Any]) -> None:
    question = case["question"]
    assert modules.call("#site/keys", "runKey", question) == run_key(question)
    assert modules.call("#site/keys", "answerKey", "readers", question) == answer_key("readers", question)


def test_questions_about_different_things_have_different_keys() -> None:
    assert len({run_key(case["question"]) for case in CASES}) == len(CASES) - 2  # some name no run, or the same
    assert len({answer_key("readers", case["question"]) for case in CASES}) == len(CASES) - 2
    assert run_key({"topology": "x", "kernel": ""}) == run_key({"topology": "x"})
