"""Test that the hundred questions, which both a server and a browser are asked, are what they are to be."""

from __future__ import annotations

import pytest

from tests.site.questions import QUESTIONS
from viz.app.answers import KINDS, Job, answer_job
from viz.app.service import Service


def test_there_are_a_hundred_of_every_kind() -> None:
    assert len(QUESTIONS) >= 100
    # An exported file is left out, because its bytes depend on the zlib that has packed it.
    assert {kind for kind, _ in QUESTIONS} == set(KINDS) - {"export"}


@pytest.mark.slow
def test_most_have_an_answer_and_none_finds_a_fault() -> None:
    answers = [answer_job(Job(kind, question, Service())) for kind, question in QUESTIONS]
    refused = [answer["error"] for answer in answers if "error" in answer]
    assert 5 <= len(refused) <= 15
    assert not any("fault" in line for line in refused)
