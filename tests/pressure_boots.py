"""Compare `pressure` with real boots under pressure: who gets pages, who demotes and how, and about how much.

A row is one program on one machine: what it asked for, the watermarks before, and where its pages were afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.command import printed
from tests.goldens import Row
from viz.topology import read

FEW = 0.01
"""The part of the pages below which a node counts as one that got none."""
FACTOR = 2
"""How far an amount may be from the boot's: the boots of one machine differ by up to a factor of five in some."""


def document(row: Row, machine: str) -> str:
    """Return the machine of a row, given as QEMU's arguments, with its watermarks."""
    table = read(machine).document()
    for node in table["nodes"]:
        node["watermarks"] = row["watermarks"][str(node["id"])]
    return json.dumps(table)


def options(row: Row) -> list[str]:
    """Return the options that say what the program of the row did."""
    found = ["--kernel", row["kernel"], "--zonelists", "boot", "--request", f"{row['request_mib']}M"]
    found += ["--demotion", "on" if row["demotion_enabled"] else "off"]
    if row["case"].startswith("bind"):
        found += ["--bind", "0"]
    if row["reclaim"]:
        far = row["tiers"][max(row["tiers"], key=int)]
        allowed = {"tier-skip": [0, *far], "only-0": [0]}.get(row["step"])
        found += ["--reclaim", row["reclaim"]["request"]]
        found += ["--allowed", ",".join(map(str, allowed))] if allowed else []
    return found


def pressure_differences(row: Row, machine: str) -> Iterator[str]:
    """Yield where the model ends otherwise than the boot."""
    end = json.loads(printed("pressure", "--json", *options(row), "-", stdin=document(row, machine)))["end"]
    for problem in (*_ending(row, end), *_pages(row, end), *_counters(row, end)):
        yield f"{row['name']} on {row['kernel']}: {problem}"


def _ending(row: Row, end: Any) -> Iterator[str]:
    if end["oom"] != row["oom"]:
        yield f"oom is {end['oom']}"
    if end["refused"] != bool(row["reclaim"] and row["reclaim"]["errno"]):
        yield f"refused is {end['refused']}"
    if not row["oom"] and sum(end["pages"].values()) != 256 * row["request_mib"]:
        yield f"pages are {end['pages']}"


def _pages(row: Row, end: Any) -> Iterator[str]:
    few = FEW * 256 * row["request_mib"]
    for node, pages in end["pages"].items():
        booted = row["pages_by_node"].get(node, 0)
        if (pages > few) != (booted > few):
            yield f"node {node} has {pages} pages, not {booted}"
        elif booted > few and not _like(pages, booted):
            yield f"node {node} has {pages} pages, far from {booted}"


def _counters(row: Row, end: Any) -> Iterator[str]:
    for node, counted in end["counters"].items():
        booted = row["pgdemote"][node]
        found = {name: value for name, value in counted.items() if value}
        if found.keys() != booted.keys():
            yield f"node {node} counts {found}, not {booted}"
        elif booted and not _like(sum(found.values()), sum(booted.values())):
            yield f"node {node} demotes {found}, far from {booted}"
    if row["reclaim"] and not row["reclaim"]["errno"]:
        wanted = 256 * int(row["reclaim"]["request"].rstrip("M"))
        if sum(sum(counted.values()) for counted in end["counters"].values()) != wanted:
            yield f"the counters do not add up to the request: {end['counters']}"


def _like(found: int, booted: int) -> bool:
    return booted / FACTOR <= found <= booted * FACTOR
