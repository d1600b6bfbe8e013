"""Test the answers to the page's request for findings, which say what is odd about a machine."""

from __future__ import annotations

import re
from typing import Any

import pytest

from viz.analysis.findings import findings
from viz.analysis.run import Run
from viz.app.endpoints import ASKS, REFUSALS
from viz.app.service import Service
from viz.topology import builtin, builtin_names

LISTING = (
    "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 1 cpus:\nnode 1 size: 1024 MB\n"
    "node distances:\nnode   0   1\n  0:  10  20\n  1:  20  10\n"
)


def ask(**question: Any) -> dict[str, Any]:
    return ASKS["findings"](Service(), question)


@pytest.mark.parametrize("name", builtin_names())
def test_it_has_the_findings_of_the_run_and_the_same_as_text(name: str) -> None:
    answer = ask(topology=name, kernel="v5.16", zonelists="boot")
    found = findings(Run.of(builtin(name), "v5.16", "boot"))
    assert answer["findings"] == [finding.as_dict() for finding in found]
    assert len(re.findall(r"^\d+\. ", answer["text"], re.MULTILINE)) == len(found)
    assert max(map(len, answer["text"].splitlines())) <= 72


def test_a_guess_is_there_until_the_visitor_has_decided() -> None:
    def guesses(**question: str) -> list[list[int]]:
        found = ask(text=LISTING, **question)["findings"]
        return [finding["nodes"] for finding in found if finding["id"] == "guess"]

    assert guesses(kernel="v6.12") == [[1]]
    assert guesses(kernel="v6.12", turned="0:cxl") == []
    assert guesses(kernel="v6.12", turned="0:dram") == []
    assert guesses(kernel="v5.15") == []


def test_what_cannot_be_read_is_refused() -> None:
    for question in ({}, {"text": "nonsense"}, {"topology": "none"}, {"topology": "nothing-to-demote", "kernel": "v1"}):
        with pytest.raises(REFUSALS):
            ask(**question)
