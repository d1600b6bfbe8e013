"""Test that an order can be written in every form in which this program shows one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.run import Run
from viz.figures.text import outcome
from viz.readers.orders import WrongChain, one_target, read_order
from viz.readers.report import change_of
from viz.topology import builtin

CHAIN = {0: [1], 1: [2], 2: [], 3: [4], 4: []}


@pytest.mark.parametrize(
    "text",
    [
        "0>1>2,3>4",
        "0 -> 1 -> 2, 3 -> 4",
        "0 → 1 → 2, 3 → 4",
        "0 -> 1 -> 2 -> stop\n3 -> 4 -> stop",
        "0 -> 1 -> 2 -> stop 3 -> 4 -> stop",
        "The order: 0 → 1 → 2, 3 → 4",
        "0:1 1:2 2:-1 3:4 4:-1",
        json.dumps({"0": 1, "1": 2, "2": -1, "3": 4, "4": -1}),
        "0>1; 1>2; 3>4",
    ],
)
def test_every_form_of_an_order(text: str) -> None:
    assert read_order(text) == CHAIN


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", {}),
        ("empty: no node has a target", {}),
        ("No node has a target.", {}),
        ("no target at all", {}),
        ("0 -> stop", {0: []}),
        ("0 -> 1 -> 0 again", {0: [1], 1: [0]}),
        ("0 → 1 or 2, 1 → 3", {0: [1, 2], 1: [3], 2: [], 3: []}),
        ("0 → 1, 2 or 3, 4 → 5", {0: [1, 2, 3], 1: [], 2: [], 3: [], 4: [5], 5: []}),
        ('{"0": [1, 2], "1": []}', {0: [1, 2], 1: [], 2: []}),
    ],
)
def test_empty_orders_cycles_and_several_targets(text: str, order: dict[int, list[int]]) -> None:
    assert read_order(text) == order


@pytest.mark.parametrize("text", ["0>x", "0>", "> 1", "0>1>9999", "1 or 2", "0 -> 1 and 2 more", "0>\x1b[31m", "0 -1"])
def test_what_is_no_order_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(WrongChain) as error:
        read_order(text)
    assert "chain of node ids" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_kernel_with_one_target_refuses_two() -> None:
    with pytest.raises(WrongChain, match="node 0 has two targets, 1 and 2"):
        one_target(read_order("0>1,0>2"))
    with pytest.raises(WrongChain, match="two targets"):
        change_of("0 -> 1 or 2", "")


@pytest.mark.parametrize("kernel", ["posted", "v5.17", "tier-sets"])
@pytest.mark.parametrize("name", ["two-sockets-three-classes", "one-socket-two-equal", "nothing-to-demote"])
def test_the_result_as_it_is_copied(name: str, kernel: str) -> None:
    run = Run.of(builtin(name), kernel)
    order = run.order()
    targets = {node: nodes for node, nodes in run.trace().targets(run.trace().length - 1).items() if nodes}
    read = {node: found for node, found in read_order("\n".join(outcome(order))).items() if found}
    assert {node: set(nodes) for node, nodes in read.items()} == {node: set(nodes) for node, nodes in targets.items()}


@given(st.text(alphabet="0123 ->,or:[]stp\n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        order = read_order(text)
    except WrongChain:
        return
    assert all(target in order for targets in order.values() for target in targets)
