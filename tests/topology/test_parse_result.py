"""Test how guesses are decided, which of them a result rests on, and how unknown distances are filled in."""

from __future__ import annotations

import pytest

from viz.topology import TopologyError, load

UNSAID = (
    "node 0 cpus: 0\nnode 0 size: 9 MB\nnode 1 cpus:\nnode 1 size: 9 MB\n"
    "node distances:\nnode 0 1\n0: 10 20\n1: 20 10\n"
)
"""A listing that does not say what kind of memory node 1 has."""
UNSIZED = "NUMA node0 CPU(s): 0\nNUMA node1 CPU(s): 1\n"
"""A listing without sizes and distances."""


def adistance(name: str) -> tuple[object, str, dict[str, bool], bool]:
    """Return what the choice of a kind makes of node 1: its distance, the sentence, and which choice is taken."""
    loaded = load(UNSAID)
    result = loaded.decided([(loaded.guesses[-1], name)])
    guess = result.guesses[-1]
    taken = {choice.name: choice.taken for choice in guess.choices}
    return result.topology.nodes[1].adistance, guess.sentence.partition(" Taken as ")[2], taken, guess.is_chosen


@pytest.mark.parametrize(
    ("name", "value", "words", "taken"),
    [
        ("dram", 576, "DRAM (tier 4), as chosen.", "dram"),
        ("hbm", 288, "faster than DRAM (HBM) (tier 2), as chosen.", "hbm"),
        ("cxl", 2880, "CXL by dax/kmem (tier 22), as chosen.", "cxl"),
        ("pmem", 2880, "PMEM by dax/kmem (tier 22), as chosen.", "pmem"),
        ("", 2880, "CXL by dax/kmem (tier 22), as chosen.", "cxl"),
    ],
)
def test_a_choice_is_taken_and_named(name: str, value: int, words: str, taken: str) -> None:
    choices = {choice: choice == taken for choice in ("dram", "hbm", "cxl", "pmem")}
    assert adistance(name) == (value, words, choices, True)


def test_an_unknown_choice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TopologyError, match=r"'x' is no choice of this guess; its choices are dram, hbm, cxl, pmem$"):
        adistance("x")
    loaded = load(UNSIZED)
    with pytest.raises(TopologyError, match=r"'x' is no choice of this guess; its choices are none$"):
        loaded.decided([(loaded.guesses[0], "x")])


def test_a_guess_without_choices_keeps_its_sentence_and_the_note_goes() -> None:
    loaded = load(UNSIZED)
    [guess] = loaded.guesses
    result = loaded.decided([(guess, "")])
    assert [node.memory for node in result.topology.nodes] == [0, 0]
    assert [(one.sentence, one.is_chosen) for one in result.guesses] == [(guess.sentence, True)]
    assert (loaded.topology.note, result.topology.note) == (guess.sentence, None)


def test_a_result_rests_on_guesses_about_tiers_only_if_the_kernel_has_tiers() -> None:
    loaded = load(UNSAID)
    assert [guess.key for guess in loaded.guesses_under(True)] == ["tier"]
    assert loaded.rests_on(True) == [loaded.guesses[0].sentence]
    assert loaded.guesses_under(False) == []
    assert loaded.rests_on(False) == []
    assert [guess.key for guess in load(UNSIZED).guesses_under(False)] == ["memory"]


@pytest.mark.parametrize("remote", [11, 255])
def test_unknown_distances_are_filled_in(remote: int) -> None:
    filled = load(UNSIZED).filled(remote)
    assert [list(row) for row in filled.topology.distances] == [[10, remote], [remote, 10]]
    assert filled.guesses[-1].sentence == (
        f"The distances are filled in: 10 from a node to itself, {remote} to any other."
    )
    assert load(UNSAID).filled(remote).topology.distances == load(UNSAID).topology.distances


@pytest.mark.parametrize("remote", [10, 256])
def test_only_distances_are_filled_in(remote: int) -> None:
    with pytest.raises(TopologyError, match=f"a distance to fill in is from 11 to 255, not {remote}$"):
        load(UNSIZED).filled(remote)
