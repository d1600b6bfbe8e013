"""Test what answers say about memory tiers: guesses with choices, sources of tiers, and files added to a machine."""

from __future__ import annotations

import json
from typing import Any

from tests.topology.test_tier_shapes import LISTING
from viz.app.service import Service

TWO_MACHINES = f"# a\n{LISTING}\n# b\n{LISTING.replace('1000', '5000')}"


def answer_to(**request: str) -> dict[str, Any]:
    return Service().answer(request)


def adistance(answer: dict[str, Any]) -> object:
    return json.loads(answer["document"])["nodes"][1].get("adistance")


def test_a_guess_on_a_tier_has_its_choices_where_the_kernel_has_tiers() -> None:
    answer = answer_to(text=LISTING, kernel="7.3")
    (guess,) = answer["guesses"]
    assert guess["sentence"].startswith("Node 1 has memory and no CPUs; nothing says what it is.")
    assert [choice["name"] for choice in guess["choices"]] == ["dram", "hbm", "cxl", "pmem"]
    assert [choice["taken"] for choice in guess["choices"]] == [True, False, False, False]
    assert "Node 1: guessed: DRAM, tier 4." in answer["trust"]
    assert "Node 0: taken as DRAM, tier 4, the default for memory beside CPUs." in answer["trust"]
    chosen = json.loads(answer_to(text=LISTING, kernel="7.3", turned="0:pmem")["document"])
    assert "Node 1: tier 22, as this topology says." in answer_to(text=json.dumps(chosen), kernel="7.3")["trust"]


def test_a_kernel_without_tiers_names_the_guess_of_a_listing_for_those_that_have_them() -> None:
    answer = answer_to(text=LISTING)
    (guess,) = answer["guesses"]
    assert guess["sentence"].startswith("For kernels from 6.1 on: Node 1 has memory and no CPUs")
    assert len(guess["choices"]) == 4
    assert answer["trust"] == []
    assert answer_to(link=answer["link"])["guesses"] == []


def test_a_choice_decides_a_guess_and_the_older_form_of_a_request_still_works() -> None:
    for turned, expected in (("0:hbm", 288), ("0:pmem", 2880), ("0:dram", 576), ("0", 2880)):
        answer = answer_to(text=LISTING, kernel="7.3", turned=turned)
        assert adistance(answer) == expected
        assert f"Node 1: tier {expected >> 7}, as chosen." in answer["trust"]
        assert len(answer["guesses"]) == 1
    assert "no choice of this guess" in answer_to(text=LISTING, turned="0:x")["error"]
    assert "not understood" in answer_to(text=LISTING, turned="0:")["error"]


def test_a_link_and_a_named_machine_have_guesses_too() -> None:
    link = answer_to(text=LISTING)["link"]
    assert len(answer_to(link=link, kernel="7.3")["guesses"]) == 1
    assert adistance(answer_to(link=link, kernel="7.3", turned="0:cxl")) == 2880


def test_files_of_tiers_alone_are_added_to_the_machine_on_show() -> None:
    refused = answer_to(text="memory_tier4: 0\nmemory_tier22: 1\n")
    assert refused["needs"] == "machine"
    answer = answer_to(text=LISTING, kernel="7.3", beside="memory_tier4: 0\nmemory_tier22: 1\n")
    assert adistance(answer) == 2880
    assert "Node 1: tier 22 from memory_tier22." in answer["trust"]
    assert "says nothing of memory tiers" in answer_to(text=LISTING, beside="x")["error"]


def test_several_machines_are_a_choice() -> None:
    refused = answer_to(text=TWO_MACHINES)
    assert (refused["needs"], refused["choices"]) == ("choice", ["line 1, a", "line 12, b"])
    for machine, size in (("1", 1000), ("2", 5000)):
        nodes = json.loads(answer_to(text=TWO_MACHINES, machine=machine)["document"])["nodes"]
        assert nodes[0]["memory"] == size * 2**20
