"""Test results as text: for any number of nodes the lines are short enough for a mail, and no node is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.analysis.run import Run
from viz.figures.text import COLUMNS, chain_lines, filled, order_text, pass_table
from viz.kernel.nodemask import NodeMask, node_list
from viz.topology import Topology

LISTS = st.lists(st.integers(0, 1023), max_size=150).map(lambda nodes: node_list(NodeMask(nodes)))
STEPS = st.fixed_dictionaries(
    {"source": st.integers(0, 1023), "target": st.integers(-1, 1023), "used_targets": LISTS}
)  # fmt: skip
PASSES = st.fixed_dictionaries(
    {"this_pass": LISTS, "used_targets": LISTS, "next_pass": LISTS, "steps": st.lists(STEPS, min_size=1, max_size=3)}
)


def ring(size: int) -> Topology:
    """Return a topology whose order is one chain: one node has CPUs, and each node is nearest to the next node."""
    nodes = [{"id": 900 + n, "cpus": int(n == 0), "memory": 1} for n in range(size)]
    matrix = [[10 + min(abs(a - b), 200) for b in range(size)] for a in range(size)]
    return Topology.from_document({"title": "ring", "nodes": nodes, "distances": matrix})


@given(st.lists(PASSES, min_size=1, max_size=3))
def test_the_table_is_narrow_and_keeps_every_node(passes: list[dict[str, Any]]) -> None:
    lines = pass_table(passes).splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert lines[0].split() == ["pass", "step", "used_targets", "next_pass"]
    masks = [mask for each in passes for mask in (each["this_pass"], each["used_targets"], each["next_pass"])]
    masks += [step["used_targets"] for each in passes for step in each["steps"]]
    table = "\n".join(lines)
    for part in (part for mask in masks for part in mask.split(",")):
        assert re.search(rf"(?<![\d-]){part}(?![\d-])", table)


@pytest.mark.parametrize("size", [2, 12, 64])
def test_the_continued_lines_of_a_long_chain_are_indented(size: int) -> None:
    order = Run.of(ring(size)).order()
    lines = chain_lines(order)
    assert max(map(len, order_text(order).splitlines())) <= COLUMNS
    assert "".join(f" {line.strip()}" for line in lines).strip() == " -> ".join(
        [*(str(900 + n) for n in range(size)), "stop"]
    )
    assert [line.startswith("    -> ") for line in lines] == [False] + [True] * (len(lines) - 1)


def test_filled_does_not_break_a_piece_that_is_too_long() -> None:
    assert filled(["aaaa,", "b,", "c"], 3) == ["aaaa,", "    b,", "    c"]
    assert filled(["a,", "b,", "c"], 4, "") == ["a,b,", "c"]
