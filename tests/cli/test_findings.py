"""Test the option --findings of order and compare: text, JSON and line by line; without it nothing is computed."""

from __future__ import annotations

import json
from unittest.mock import patch

import pytest

from tests.command import printed, refusal
from viz.topology import builtin

EXPANDER = "topologies/two-sockets-one-expander.toml"
LISTING = (
    "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 1 cpus:\nnode 1 size: 1024 MB\n"
    "node distances:\nnode   0   1\n  0:  10  20\n  1:  20  10\n"
)


def test_findings_in_json_have_four_keys_the_story_and_the_groups_of_kernels() -> None:
    order = json.loads(printed("order", "--json", "--findings", EXPANDER))
    found = {finding["id"]: finding for finding in order["findings"]}
    assert list(found) == ["no-target", "versions-disagree", "nearest-taken", "renumbering"]
    assert found["no-target"] == {
        "id": "no-target",
        "nodes": [1],
        "says": "Node 1 has no target, although there is memory without CPUs: node 0 took node 2.",
        "step": 19,
        "story": "expander-on-the-other-socket",
        "story_title": "Why does the other socket get my expansion card?",
        "story_kernel": "v5.15",
    }
    assert found["versions-disagree"].keys() == {"id", "nodes", "says", "step", "groups", "story", "story_title"}
    assert found["versions-disagree"]["groups"] == [
        ["posted", "v5.15", "v5.16", "v5.17.7", "v5.17", "v5.18", "v6.0"],
        ["v6.1", "v6.7", "v6.11", "v6.12.43", "v6.16", "v6.17", "v7.0"],
    ]


def test_findings_line_by_line_are_those_of_one_document() -> None:
    document = json.dumps(builtin("two-sockets-one-expander").document())
    lines = printed("order", "--jsonl", "--findings", "-", stdin=f"{document}\n{{\n{document}\n").splitlines()
    first, broken, last = (json.loads(line) for line in lines)
    assert first == last == json.loads(printed("order", "--json", "--findings", "-", stdin=document))
    assert list(broken) == ["error"]


def test_findings_as_text_are_a_ranked_list_of_72_columns() -> None:
    plain, text = printed("order", EXPANDER), printed("order", "--findings", EXPANDER)
    assert text.startswith(plain)
    listed = text.removeprefix(plain)
    assert listed.startswith("\n4 things to know about this machine\n\n1. Node 1 has no target, although")
    assert max(map(len, text.splitlines())) <= 72
    assert not any(line.endswith("→") or line.lstrip().startswith("→") for line in listed.splitlines())
    assert "took node 2. (no-target, step 19)\n2. " in listed


def test_a_plain_machine_has_none() -> None:
    assert printed("order", "--findings", "topologies/nothing-to-demote.toml").endswith(
        "\nNothing is odd about this machine.\n"
    )


def test_without_the_option_nothing_is_computed_and_nothing_is_said() -> None:
    with patch("viz.cli.inputs.findings", side_effect=AssertionError):
        assert "findings" not in json.loads(printed("order", "--json", EXPANDER))
        assert "things to know" not in printed("order", EXPANDER)
        assert "findings" not in json.loads(printed("compare", "--json", EXPANDER))
        document = json.dumps(builtin("two-sockets-one-expander").document())
        assert "findings" not in json.loads(printed("order", "--jsonl", "-", stdin=document))


def test_a_guess_is_a_finding_only_under_kernels_that_depend_on_it() -> None:
    for kernel, expected in (("v6.12", [[1]]), ("v5.15", [])):
        order = json.loads(printed("order", "--json", "--findings", "--kernel", kernel, "-", stdin=LISTING))
        assert [finding["nodes"] for finding in order["findings"] if finding["id"] == "guess"] == expected
    text = printed("order", "--findings", "--kernel", "v6.12", "-", stdin=LISTING)
    assert "1. Node 0 has no target: no memory is in a slower tier." in text
    assert "The result rests on a guess. Node 1 has memory and no CPUs;" in text


def test_a_decided_guess_is_none_any_more() -> None:
    options = ["--json", "--findings", "--kernel", "v6.12", "--assume", "1=cxl", "-"]
    order = json.loads(printed("order", *options, stdin=LISTING))
    assert not [finding for finding in order["findings"] if finding["id"] == "guess"]


def test_compare_has_the_findings_of_each_run() -> None:
    kernels = ["--kernel", "posted", "--kernel", "v6.1"]
    document = json.loads(printed("compare", "--json", "--findings", EXPANDER, *kernels))
    assert [[finding["id"] for finding in found] for found in document["findings"]] == [
        ["no-target", "nearest-taken", "renumbering"],
        [],
    ]
    text = printed("compare", "--findings", EXPANDER, *kernels)
    assert "\nposted: 3 things to know about this machine\n" in text
    assert text.endswith("\nv6.1: Nothing is odd about this machine.\n")


def test_compare_of_two_machines_says_of_each_where_kernels_disagree() -> None:
    document = json.loads(
        printed("compare", "--json", "--findings", EXPANDER, "topologies/nothing-to-demote.toml", "--kernel", "v5.15")
    )
    expander, plain = document["findings"]
    assert [finding["id"] for finding in expander][:2] == ["no-target", "versions-disagree"]
    assert plain == []


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["order", EXPANDER, "--findings", "--dmesg", "-"], "leave out"),
        (["compare", "--builtin", "--findings"], "leave out --builtin"),
        (["compare", EXPANDER, "--event", "1", "--findings"], "--event"),
    ],
)
def test_where_findings_make_no_sense_one_line_says_so(arguments: list[str], part: str) -> None:
    assert part in refusal(*arguments)
