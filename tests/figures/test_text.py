"""The result as text is ready for a mail however many nodes there are, and loses nothing on the way."""

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
    """One node with CPUs, and each node nearest to the next: one chain through all of them."""
    nodes = [{"id": 900 + n, "cpus": int(n == 0), "memory": 1} for n in range(size)]
    matrix = [[10 + min(abs(a - b), 200) for b in range(size)] for a in range(size)]
    return Topology.from_document({"title": "ring", "nodes": nodes, "distances": matrix})


@given(st.lists(PASSES, min_size=1, max_size=3))
def test_the_table_is_narrow_and_keeps_every_node(passes: list[dict[str, Any]]) -> None:
    lines = pass_table(passes).splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert lines[0].split() == ["pass", "step", "used_targets", "next_pass"]
    said = [mask for one in passes for mask in (one["this_pass"], one["used_targets"], one["next_pass"])]
    said += [step["used_targets"] for one in passes for step in one["steps"]]
    told = "\n".join(lines)
    for part in (part for mask in said for part in mask.split(",")):
        assert re.search(rf"(?<![\d-]){part}(?![\d-])", told)


@pytest.mark.parametrize("size", [2, 12, 64])
def test_a_long_chain_hangs_back(size: int) -> None:
    order = Run.of(ring(size)).order()
    lines = chain_lines(order)
    assert max(map(len, order_text(order).splitlines())) <= COLUMNS
    assert "".join(f" {line.strip()}" for line in lines).strip() == " -> ".join(
        [*(str(900 + n) for n in range(size)), "stop"]
    )
    assert [line.startswith("    -> ") for line in lines] == [False] + [True] * (len(lines) - 1)


def test_filled_keeps_a_piece_that_is_too_long() -> None:
    assert filled(["aaaa,", "b,", "c"], 3) == ["aaaa,", "    b,", "    c"]
    assert filled(["a,", "b,", "c"], 4, "") == ["a,b,", "c"]
