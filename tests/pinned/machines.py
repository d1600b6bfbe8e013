"""Machines as documents, as links and in every format that can be written, and damaged documents and links."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.pinned.formats import facts_of, grouped
from tests.pinned.forms import fact_lines
from tests.pinned.words import result
from viz.analysis.run import Run
from viz.topology import Topology, builtin, builtin_names, load
from viz.topology.link import inflated_size, pack, unpack
from viz.topology.tier_guess import assumptions
from viz.topology.trust import assumed
from viz.topology.writers import WRITERS, write

WRITTEN = (
    "two-sockets-three-classes",
    "one-socket-hbm-and-pmem",
    "power9-gpu-memory",
    "memoryless-cpu-node",
    "cxl-asymmetric",
    "losing-a-node",
)
"""The machines that are written in every format."""
OLDER = Path(__file__).parents[1] / "older" / "links.jsonl"
LINKS = ("", "x", "0abc", "1", "1!", "1abc", "2" * 20, "1" * 9000)
ASSUMED = ("1=cxl", "1=hbm", "1=dram", "1=pmem", "0=cxl", "2=cxl", "1=", "=cxl", "x=cxl", "1=CXL", "1")
UNSAID = """node 0 cpus: 0
node 0 size: 9 MB
node 1 cpus:
node 1 size: 9 MB
node distances:
node 0 1
0: 10 20
1: 20 10
"""
"""A listing that does not say what kind of memory node 1 has."""
NODE = {"id": 0, "cpus": 1, "memory": 1}
EXPECTED: dict[str, object] = {"kernels": ["v6.1"], "node_demotion": {"0": [1]}}
CASE: dict[str, object] = {
    "who": "A",
    "when": "2022",
    "thread": "x",
    "asked": "Why?",
    "happens": "This.",
    "why": "So.",
    "look": "Here.",
    "opens": {"operation": "Lost 0 3"},
    "expect": [EXPECTED],
}
OPENS: tuple[object, ...] = (
    {}, [], 5, {"source": 0}, {"source": 1.5}, {"source": True}, {"source": "a" * 4096}, {"source": "a" * 4097},
    {"a" * 41: []}, {str(n): n for n in range(32)}, {str(n): n for n in range(33)},
)  # fmt: skip
EXPECTATIONS: tuple[dict[str, object], ...] = (
    {"kernels": []}, {"kernels": ["a"] * 500}, {"kernels": ["a"] * 501}, {"kernels": "v6.1"}, {"kernels": [5]},
    {"node_demotion": []}, {"node_demotion": {"x": 1}}, {"node_demotion": {"00": 1}}, {"node_demotion": {0: "0-1"}},
    {"node_demotion": {"0": "a" * 4096}}, {"node_demotion": {"0": "a" * 4097}}, {"node_demotion": {"0": 2**31 - 1}},
    {"node_demotion": {"0": [2**31]}}, {"node_demotion": {"0": [1] * 1024}}, {"node_demotion": {"0": [1] * 1025}},
    {"node_demotion": {"0": 1.5}}, {"node_demotion": {str(n): 1 for n in range(1025)}}, {"tiers": 5},
    {"tiers": [{"id": 4}]},
    {"tiers": [{"id": 4, "nodes": "0",
    "lower": "1"}]}, {"tiers": [5]}, {"tiers": [{"id": 4, "nodes": 1.5, "lower": "1"}]},
    {"after": []}, {"after": [{"0": 1}]}, {"after": 5}, {"preferred": {"0": "1"}}, {"toptier": {"0": 1}}, {"other": 1},
    {"fallback": {"0": [0, 1]}}, {"fallback_targets": {"0": "1"}}, {"node_load": {"0": 5}},
)  # fmt: skip
KEYS: dict[str, tuple[object, ...]] = {
    "title": (5, "", "a" * 201, "a\x1bb"),
    "source": (5, "a" * 501),
    "name": ("a" * 35,),
    "group": ("a" * 99,),
    "note": (5, "a" * 2000),
    "notes": ({"v9": "x"}, {"v6.1": "x"}, 5),
    "nodes": ([], {}, [NODE, NODE], [NODE] * 1025, [{"id": 0}], [NODE | {"x": 1}]),
    "distances": ("unknown", "x", [], [[10]], [[10, 20]] * 6, [[9] * 6] * 6, [["a"] * 6] * 6, [[10] * 6] * 6),
    "kernel": ("v9", "v6.1", 5),
    "zonelists": ("boot", "x"),
    "n_cpu": ("0,3", [9], "x"),
    "allowed": ("0", "", "9", 3),
    "node_load": ({"0": 5}, {"9": 1}, {"0": -1}, [1], {"x": 1}, {"0": 2**40}),
    "events": ([], [{"event": "x", "node": 0}], [{"event": "mem_offline", "node": 9}], 5),
    "case": (
        CASE,
        5,
        {key: value for key, value in CASE.items() if key != "who"},
        *(CASE | {"opens": opens} for opens in OPENS),
        *(CASE | {"expect": expect} for expect in ([], 5, [EXPECTED] * 32, [EXPECTED] * 33, [5])),
        *(CASE | {"expect": [EXPECTED | changes]} for changes in EXPECTATIONS),
        *(CASE | {key: text} for key in ("who", "asked", "limits") for text in ("a" * 120, "a" * 121, "a" * 1201)),
    ),
}
"""Values for the keys of a document."""
NODE_KEYS: dict[str, tuple[object, ...]] = {
    "id": (-1, 1024, "0"),
    "cpus": (-1, "0-3", 2**20),
    "memory": ("1 GiB", -1, 2**63),
    "socket": ("A", 5, "a" * 50),
    "tier": (0, 99, -1, "x"),
    "label": ("DRAM", "", 5),
    "online": (False, "no"),
    "blocks": (0, 1, 5, -1),
    "adistance": (576, 0, -5, "x"),
    "adistance_from": ("dax/kmem", "hmat", "x"),
    "read_latency": (100, 0, -1, "x", 1e12),
    "write_latency": (100.5,),
    "read_bandwidth": (1000, 0),
    "write_bandwidth": (1000,),
    "watermarks": ({}, {"min": 1, "low": 2, "high": 3, "managed": 9}, {"min": 5, "low": 2, "high": 3, "managed": 9}, 5),
}
"""Values for the keys of a node."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each kind of damage, and one for each format that machines are written in."""
    written = {f"written-as-{name}.txt": partial(_written, name) for name in WRITERS}
    return written | {"links.txt": _links, "assumptions.txt": _assumptions, "damaged-documents.txt": _documents}


def _links() -> str:
    lines = list[str]()
    for name in builtin_names()[::4]:
        data = base64.urlsafe_b64decode(pack(builtin(name))[1:] + "==")
        head, _, matrix = zlib.decompressobj(-15).decompress(data).partition(b"\n")
        lines += [f"{name}: {fact_lines(json.loads(head))}", matrix.hex(" ")]
    older = (json.loads(line)["link"] for line in OLDER.read_text().splitlines())
    link = next(found[1] for text in older if (found := re.search(r"#machine=([A-Za-z0-9_-]{60,})", text)))
    damaged = [
        f"{link[:place]}{'B' if link[place] == 'A' else 'A'}{link[place + 1 :]}" for place in range(0, len(link), 9)
    ]
    texts = (*LINKS, link, link[:-1], link[:-9], f"{link}A", f"{link}AA", *damaged)
    results = [f"{result(unpack, text)}, {inflated_size(text)}" for text in texts]
    lines += grouped((f"text {place}", found) for place, found in enumerate(results))
    return "\n".join([*lines, ""])


def _assumptions() -> str:
    return "".join(f"{text}: {result(_assumed, text)}\n" for text in ASSUMED)


def _assumed(text: str) -> str:
    return " | ".join(facts_of(assumed(load(UNSAID), assumptions((text,)))))


def _documents() -> str:
    good = builtin("two-sockets-three-classes").document()
    good.pop("notes")
    return "".join(f"{_named(change)}: {result(_document, good | change)}\n" for change in _changes())


def _named(change: dict[str, object]) -> str:
    """Return the key and the beginning of its value; of a case only what differs from CASE."""
    case = change.get("case")
    if isinstance(case, dict):
        change = {"case": {key: value for key, value in case.items() if CASE.get(key) != value}}
    return str(change)[:100]


def _changes() -> Iterator[dict[str, object]]:
    for key, values in KEYS.items():
        yield from ({key: value} for value in values)
    for key, values in NODE_KEYS.items():
        yield from ({"nodes": [NODE | {key: value}], "distances": [[10]]} for value in values)


def _document(table: dict[str, object]) -> str:
    topology = Topology.from_document(table)
    machine = Run.of(topology).topology
    shown = machine.case.model_dump(exclude_unset=True) if machine.case else machine.nodes[0]
    return f"read; {shown} {machine.warnings()}"


def _written(format_name: str) -> str:
    lines = list[str]()
    for name in WRITTEN:
        done = write(builtin(name), format_name)
        lines += [f"{name}:", *(f"lost: {loss}" for loss in done.losses), done.text]
    return "\n".join(lines)
