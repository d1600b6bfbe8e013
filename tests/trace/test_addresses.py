"""Test the functions of Linux that docstrings of viz.kernel name, and the links to these functions."""

from __future__ import annotations

import sys

import pytest

from viz.trace.addresses import ABSENT, address_in
from viz.trace.source_listing import Function, whole_listing

TAGS = {"v5.15", "v5.17", "v5.18", "v6.1", "v6.16", "v6.17", "v7.0"}
FILES = {
    "mm/migrate.c",
    "mm/page_alloc.c",
    "mm/memory-tiers.c",
    "mm/memory_hotplug.c",
    "drivers/base/memory.c",
    "kernel/cpu.c",
    "drivers/base/node.c",
    "mm/vmscan.c",
}


@pytest.mark.parametrize("function", whole_listing(), ids=lambda function: f"{function.file}-{function.name}")
def test_every_function_names_its_function_of_linux_or_says_that_there_is_none(function: Function) -> None:
    module = sys.modules[f"viz.kernel.{function.file.removesuffix('.py')}"]
    first, *_, last = (getattr(module, function.name).__doc__ or "").strip().splitlines()
    assert first.endswith(".")
    address = address_in(last)
    if address is None:
        assert last.strip().startswith(ABSENT)
        assert last.endswith(".")
    else:
        assert address.tag in TAGS
        assert address.file in FILES


@pytest.mark.parametrize(
    ("line", "link", "description"),
    [
        (
            "    mm/migrate.c, next_demotion_node() of patch 02/10",
            "/linux.git/tree/mm/migrate.c?h=v5.15",
            "mm/migrate.c of Linux v5.15, which merged patch 02/10",
        ),
        (
            "mm/memory-tiers.c, node_is_toptier() of v6.1",
            "/linux.git/tree/mm/memory-tiers.c?h=v6.1",
            "mm/memory-tiers.c of Linux v6.1",
        ),
    ],
)
def test_links_lead_to_the_source_tree_at_a_tag(line: str, link: str, description: str) -> None:
    address = address_in(line)
    assert address
    assert address.link.endswith(link)
    assert address.description == description


@pytest.mark.parametrize(
    "line", ["mm/migrate.c, v5.15", "see mm/migrate.c, x() of v5.15", "Not in Linux: x() of v5.15.", ""]
)
def test_other_lines_hold_no_address(line: str) -> None:
    assert address_in(line) is None
