"""Make the data that attackers send: requests, machines of the largest size, and texts that are hard to parse."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tests.app.endpoint import body
from tests.bench.engine import machine
from viz.pressure.scenario import MAX_OWNERS
from viz.pressure.simulation import MAX_TICKS
from viz.stories.talk import MAX_STOPS
from viz.topology import Topology, builtin_names
from viz.topology.link import MAX_INFLATED, pack
from viz.topology.model import MAX_EVENTS

Question = Mapping[str, Any]

BUNDLE = "/_dash-component-suites/plotly/package_data/plotly.min.js"
PASTE = 64_900
"""The number of characters of a long pasted text that is still short enough to count as light work."""
PADDING = ("\t", " ", "=", "/", '"', "'", ",", "7", "(", "-")
STARTS = (
    "qemu-system-x86_64 -m 4G -smp 4 -numa node,nodeid=0,cpus=0 ",
    "available: 1 nodes (0)\nnode 0 cpus: 0",
    "/sys/devices/system/node/node0/distance:10",
    "/sys/devices/system/node/node0/cpulist\n",
    "[    0.000000] ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x",
    "2 sockets: cpu+dram 64G",
    "[nodes]\nid =",
    '<topology version="2.0"><object type="Machine" ',
    "Machine (64GB total)\n  NUMANode L#0 (P#0 ",
    "numa_node_to_cpus: ",
    "{",
)
"""The beginnings of listings in several formats, to which padded() adds padding."""


def get(path: str, *headers: str, version: str = "1.1", close: bool = True) -> bytes:
    """Return a request for a file as a browser sends it."""
    lines = [f"GET {path} HTTP/{version}", "Host: 127.0.0.1", "Accept-Encoding: gzip, deflate, br", *headers]
    return "\r\n".join([*lines, *["Connection: close"] * close, "", ""]).encode()


def post(path: str, data: bytes, close: bool = True) -> bytes:
    """Return a request with a JSON body."""
    return post_head(path, f"Content-Length: {len(data)}", *["Connection: close"] * close) + data


def post_head(path: str, *headers: str) -> bytes:
    """Return the head of a request with a JSON body. The headers must include the length of the body."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def asking(name: str, question: Question) -> bytes:
    """Return the request that sends the question to /ask/NAME, as a panel of the page does."""
    return post(f"/ask/{name}", json.dumps(question).encode())


def playing(question: Question) -> bytes:
    """Return the request for the run that a question describes."""
    return post("/_dash-update-component", json.dumps(body(question)).encode())


def charting(question: Question) -> bytes:
    """Return the request for the chart that a question describes."""
    return post("/_dash-update-component", json.dumps(body(question, "chart-answer", "chart-request")).encode())


@cache
def small() -> dict[str, str]:
    """Return the question for a run of the first built-in machine."""
    return {"topology": builtin_names()[0]}


@cache
def large(nodes: int = 1024, events: int = 0) -> dict[str, str]:
    """Return the question for a run of a machine with `nodes` nodes, distances that differ, and `events` events."""
    document = machine(nodes).document()
    changes = [{"event": "cpu_offline", "node": 0}, {"event": "cpu_online", "node": 0}] * (events // 2)
    text = json.dumps({**document, **({"events": changes} if changes else {})}, separators=(",", ":"))
    return {"text": text}


@cache
def linked(nodes: int = 1024) -> dict[str, str]:
    """Return the question for a run of a machine with `nodes` nodes, given as a link that has only a few kilobytes."""
    table = [{"id": n, "cpus": 1, "memory": 2**30} for n in range(nodes)]
    far = [[10 if a == b else 20 for b in range(nodes)] for a in range(nodes)]
    return {"link": pack(Topology.from_document({"title": "linked", "nodes": table, "distances": far}))}


def many_owners() -> str:
    """Return a scenario, as TOML, of as many owners and ticks as a scenario may have."""
    owners = "".join(f'[[owners]]\nname="{n}"\nmemory="9 TiB"\nrate="64 MiB"\ncpu="first"\n' for n in range(MAX_OWNERS))
    return f'title="t"\nticks={MAX_TICKS}\nnuma_balancing=2\nswap="9 TiB"\n{owners}'


@cache
def most_events() -> str:
    """Return the text of a small machine with as many events as a machine may have."""
    return large(64, MAX_EVENTS)["text"]


def long_talk() -> Question:
    """Return the question for a talk with as many stops as it may have, each on a large machine of its own."""
    lines = (f"1024 sockets: cpu; cross {20 + at}" for at in range(MAX_STOPS))
    stops = [{"title": "t", "machine": line, "step": "the order is complete"} for line in lines]
    return {"document": {"title": "t", "stops": stops}}


def chains(length: int, **keys: Any) -> Question:
    """Return a question about readers during a rebuild that replaces a chain of `length` nodes by its reverse."""
    nodes = [str(node) for node in range(length)]
    return {**small(), "old": ">".join(nodes), "new": ">".join(reversed(nodes)), **keys}


def padded(start: str, padding: str) -> dict[str, str]:
    """Return a question whose text begins like a listing and continues with padding, up to PASTE characters."""
    return {"text": start + padding * ((PASTE - len(start)) // len(padding))}


def deep(levels: int = 30_000) -> str:
    """Return a JSON document with lists that are nested `levels` deep."""
    return '{"nodes": ' + "[" * levels + "]" * levels + "}"


def bombs() -> Sequence[Question]:
    """Return questions with small files that unpack to a gigabyte of zeros, one for each kind of compression."""
    plain = bytes(2**24)
    packed = [gzip.compress(plain) * 64, bz2.compress(plain) * 64, lzma.compress(plain) * 64]
    return [{"file": base64.b64encode(data).decode()} for data in packed]


def inflating_link() -> Question:
    """Return a question with a link that inflates to more bytes than are allowed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(bytes(3 * MAX_INFLATED)) + packer.flush() + bytes(4)
    return {"link": "1" + base64.urlsafe_b64encode(data).decode().rstrip("=")}


def wide_link() -> Question:
    """Return a question with a short link whose head inflates to a document with a list of 400,000 node ids."""
    head = json.dumps({"nodes": {"id": [0] * 400_000}}).encode()
    data = zlib.compress(head, 9, -15) + zlib.crc32(head).to_bytes(4)
    return {"link": "1" + base64.urlsafe_b64encode(data).decode().rstrip("=")}
