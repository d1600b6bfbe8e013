"""Test that the twelve questions of a new reader are each answered by a stop of a story, and on the spot.

On the spot means: in a sentence, an answer to "why", or the words of the glossary that the page shows.
"""

from __future__ import annotations

import pytest

from viz.analysis.run import Run
from viz.page.glossary import terms
from viz.stories import builtin_story
from viz.topology import builtin
from viz.trace.conditions import parse, steps_where

STOPS = {
    "what is this_pass at the start, and why nodes with CPUs": (
        "passes",
        2,
        ("CPUs choose", "which memory is fastest"),
    ),
    "when do the passes stop": ("passes", 6, ("next_pass is empty", "the passes end")),
    "why can two sources not share": ("passes", 4, ("can never share", "comment says")),
    "why has this node none": ("expander-on-the-other-socket", 2, ("node 1", "the card is used")),
    "who chooses first": ("passes", 3, ("its number is the lowest",)),
    "what breaks a tie": ("ties", 1, ("number lower", "CPUs", "node_load")),
    "what is node_load": ("ties", 2, ("charges the first node",)),
    "can a CPU node be a target": ("cpu-nodes-are-never-targets", 3, ("has all CPUs", "No kernel with passes")),
    "what happens to cold pages between disable and end": ("a-node-leaves", 3, ("as if there were no demotion",)),
    "can a reader go round, under which protocol": ("incoherent", 5, ("since 5.15", "for each call", "single entry")),
    "which events rebuild": ("which-events-rebuild", 2, ("first and last block", "Every CPU")),
    "what would v6.1 do, and why": ("three-sockets-one-slow", 4, ("next slower tier", "shared")),
    "my machine": ("my-machine", 4, ("ordinary DRAM", "guesses")),
}
"""For each question: a story, the number of its stop that answers it, and words that the answer must have."""


@pytest.mark.parametrize("question", STOPS)
def test_a_stop_answers_each_question(question: str) -> None:
    name, number, words = STOPS[question]
    text = builtin_story(name).stops[number - 1].stop.text
    assert [word for word in words if word.lower() not in text.lower()] == []


def answer(condition: str, subject: str, kernel: str = "posted", name: str = "two-sockets-three-classes") -> str:
    """Return the answer to "why" about a subject at the first step of a condition, as one text."""
    trace = Run.of(builtin(name), kernel).trace()
    step = steps_where(trace, parse(condition))[0]
    question, _, lines = trace.at(f"why {subject}", step)
    return " ".join([question, *(text or trace.at("sentence", at) for at, text in lines)])


def sentence(condition: str, kernel: str = "posted", name: str = "two-sockets-three-classes") -> str:
    trace = Run.of(builtin(name), kernel).trace()
    return str(trace.at("sentence", steps_where(trace, parse(condition))[0]))


def test_each_question_is_answered_on_the_spot() -> None:
    assert "programs get memory near their CPUs first" in answer("pass 1 begins", "this_pass[0]")
    assert "nobody became a target" in answer("the order is complete", "passes")
    assert "collects the targets of this pass alone" in answer("pass 2 begins", "passes")
    assert "no other source can take it" in sentence("used_targets has 1")
    assert "taken in pass 1 by node 0" in answer(
        "the order is complete", "node_demotion[1]", "v5.15", "three-sockets-one-slow"
    )
    assert "lowest id" in sentence("source 0 begins")
    assert "node_load is 2 for both, so 1 wins with the lower id" in sentence(
        "node 0 finds 1", "v5.15", "one-socket-two-equal"
    )
    assert "can never be a target" in answer("node 0 finds 1", "used_targets[3]")
    assert "reclaimed as if there were no targets" in sentence("the barrier is passed")
    assert "next slower tier" in sentence("source 0 begins", "v6.1", "three-sockets-one-slow")
    words = {name: term.text for term in terms() for name in term.names}
    assert "first node at each new distance" in words["node_load"]
    assert "id is lower" in words["penalty"]
    assert "CPUs" in words["penalty"]


def test_a_story_tells_what_becomes_of_cold_pages_while_demotion_is_off() -> None:
    """A search for these words, which the glossary and other places use, leads to the stop."""
    stops = builtin_story("a-node-leaves").stops
    texts = [one.stop.text.lower() for one in stops if one.stop.step == "the pages leave"]
    assert all(word in texts[0] for word in ("meanwhile", "rebuild", "reclaim"))
