"""Test links: each link gives back its topology and is short, and any other text is refused."""

from __future__ import annotations

import base64
import json
import random
import time
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from viz.topology import Topology, TopologyError, builtin, builtin_names
from viz.topology.link import MAX_LINK, VERSION, pack, unpack
from viz.topology.model import EVENTS
from viz.topology.node import Node

SAFE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
TEXT = st.text(alphabet="ab XYZ<>&\"'\\é漢🙂~-.,=#[]{}0123", min_size=1, max_size=20)
MEASURES = st.floats(0.001, 1e17) | st.integers(0, 10**9)
NODE_KEYS = {
    "socket": TEXT | st.integers(-3, 3),
    "tier": st.integers(0, 3),
    "label": TEXT | st.none(),
    "online": st.booleans(),
    "adistance": st.integers(0, 2**31 - 1),
    "adistance_from": st.sampled_from(["hmat", "dax/kmem"]),
    "read_latency": MEASURES,
    "write_latency": MEASURES,
    "read_bandwidth": MEASURES,
    "write_bandwidth": MEASURES,
    "watermarks": st.fixed_dictionaries(
        {"min": st.integers(0, 9), "low": st.just(9), "high": st.integers(9, 20), "managed": st.integers(99, 2**40)},
        optional={"promo": st.integers(20, 30), "free": st.integers(0, 99)},
    ),
}
CASE_TEXTS = dict.fromkeys(("who", "when", "thread", "asked", "happens", "why", "look"), TEXT)
EXPECTED = {
    "node_demotion": st.dictionaries(st.sampled_from("0123"), st.integers(-1, 3) | st.lists(st.integers(0, 3))),
    "preferred": st.dictionaries(st.sampled_from("0123"), st.sampled_from(["", "0-2,7"])),
    "tiers": st.lists(st.just({"id": 4, "nodes": "0", "lower": "1-2"})),
    "after": st.lists(st.just({"0": 1}), min_size=1),
}
CASES = st.fixed_dictionaries(
    {**CASE_TEXTS, "opens": st.just({"operation": "Lost 0 3", "source": 0})},
    optional={
        "limits": TEXT,
        "expect": st.lists(st.fixed_dictionaries({"kernels": st.just(["posted"])}, optional=EXPECTED), max_size=2),
    },
)
CPUS = st.sampled_from([0, 3, 65536, "", "0-3,8", " 4-7,9 ", "0-62:2", "007", "00", "8,00009,10", "65535"])


@st.composite
def matrices(draw: st.DrawFn, size: int) -> list[list[int]]:
    """Draw any matrix, a symmetric one, or one in which a single cell breaks the symmetry."""
    cell = st.integers(10, 255)
    rows = draw(st.lists(st.lists(cell, min_size=size, max_size=size), min_size=size, max_size=size))
    if draw(st.booleans()):
        rows = [[rows[min(a, b)][max(a, b)] for b in range(size)] for a in range(size)]
        rows[-1][0] = draw(st.sampled_from([rows[0][-1], 77]))
    return rows


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the documents of valid topologies, with any of the optional keys."""
    ids = draw(st.lists(st.integers(0, 1023), min_size=1, max_size=6, unique=True))
    listed = st.sampled_from(ids)
    optional = {
        "name": st.just("short"),
        "group": TEXT,
        "note": TEXT,
        "notes": st.dictionaries(st.sampled_from(["passes", "tiers", "v5.16"]), TEXT),
        "case": CASES,
        "source": TEXT | st.none(),
        "kernel": TEXT,
        "zonelists": st.sampled_from(["runtime", "boot"]),
        "n_cpu": st.lists(listed, unique=True),
        "node_load": st.dictionaries(listed.map(str), st.integers(0, 99)),
        "allowed": st.lists(listed, unique=True, min_size=1),
        "events": st.lists(st.fixed_dictionaries({"event": st.sampled_from(EVENTS), "node": listed}), max_size=3),
    }
    nodes = []
    for node in ids:
        memory = draw(st.sampled_from([0, 1, 4096, "64 GiB", "1.5 TB", 2**62]))
        blocks = {"blocks": st.integers(0, 2**40 if memory else 0)}
        sound = st.fixed_dictionaries({"cpus": CPUS}, optional=NODE_KEYS | blocks)
        nodes.append({"id": node, "memory": memory} | draw(sound))
    distances = draw(matrices(len(ids)) | st.just("unknown"))
    return {"title": draw(TEXT), "nodes": nodes, "distances": distances} | draw(
        st.fixed_dictionaries({}, optional=optional)
    )


@given(documents())
def test_what_is_packed_comes_back_equal(document: dict[str, Any]) -> None:
    topology = Topology.from_document(document)
    text = pack(topology)
    assert set(text) <= SAFE
    assert unpack(text) == topology
    assert pack(unpack(text)) == text


def test_documents_draws_every_key() -> None:
    assert {"id", "cpus", "memory", "blocks", *NODE_KEYS} == set(Node.model_fields)
    texts = {"title", "name", "group", "note", "notes", "case", "source"}
    run = {"nodes", "distances", "kernel", "zonelists", "n_cpu", "node_load", "events", "allowed"}
    assert texts | run == set(Topology.model_fields)


@pytest.mark.parametrize("name", builtin_names())
def test_every_builtin_fits_easily(name: str) -> None:
    text = pack(builtin(name))
    assert unpack(text) == builtin(name)
    assert len(text) < (6000 if builtin(name).case else 1500)


# ---- The length of links


def machine(matrix: list[list[int]], rich: bool = False) -> Topology:
    """Return a topology like those of real machines: CPU lists, and sizes that differ.

    With `rich`, nodes also have numbers such as an HMAT gives.
    """
    size = len(matrix)
    nodes: list[dict[str, Any]] = []
    for n in range(size):
        cpus = f"{8 * n}-{8 * n + 7},{8 * n + 512}-{8 * n + 519}" if n % 2 == 0 else ""
        memory = (193_000 + 17 * n * n % 400) << 20
        node = {"id": n, "cpus": cpus, "memory": memory, "socket": str(n // 8), "tier": n % 2}
        node |= {"label": "DRAM" if n % 2 == 0 else "PMEM"}
        node |= {"adistance": 576 + n, "read_latency": 90.5 + n, "write_bandwidth": 1000 + 7 * n} if rich else {}
        nodes.append(node)
    return Topology.from_document({"title": "A machine of 64 nodes, its title", "nodes": nodes, "distances": matrix})


def symmetric(values: list[int], seed: int) -> list[list[int]]:
    """Return a symmetric matrix of random values, with 10 from a node to itself."""
    rng = random.Random(seed)
    cells = [[rng.choice(values) for _ in range(64)] for _ in range(64)]
    return [[10 if a == b else cells[min(a, b)][max(a, b)] for b in range(64)] for a in range(64)]


def structured(seed: int) -> list[list[int]]:
    """Return an asymmetric matrix: each node is of a random kind, and the kinds of two nodes decide their distance."""
    rng = random.Random(seed)
    table = [[rng.choice(range(11, 26)) for _ in range(4)] for _ in range(4)]
    kinds = [rng.randrange(4) for _ in range(64)]
    return [[10 if a == b else table[kinds[a]][kinds[b]] for b in range(64)] for a in range(64)]


@pytest.mark.parametrize("seed", range(3))
def test_sixty_four_nodes_fit_in_2000_characters(seed: int) -> None:
    fifteen = random.Random(seed).sample(range(11, 256), 15)
    for matrix in (symmetric(fifteen, seed), structured(seed)):
        topology = machine(matrix)
        assert unpack(pack(topology)) == topology
        assert len(pack(topology)) <= 2000


def test_64_nodes_with_random_distances_fit() -> None:
    rng = random.Random(1)
    topology = machine([[rng.randint(10, 255) for _ in range(64)] for _ in range(64)], rich=True)
    assert unpack(pack(topology)) == topology
    assert len(pack(topology)) <= MAX_LINK


def test_1024_plain_nodes_are_packed_quickly() -> None:
    nodes = [{"id": n, "cpus": 4, "memory": "64 GiB"} for n in range(1024)]
    matrix = [[10 if a == b else 20 + (a // 64 != b // 64) for b in range(1024)] for a in range(1024)]
    topology = Topology.from_document({"title": "large", "nodes": nodes, "distances": matrix})
    start = time.perf_counter()
    assert unpack(pack(topology)) == topology
    assert time.perf_counter() - start < 60  # both take a second on an idle machine


def test_a_topology_that_does_not_fit_is_refused() -> None:
    rng = random.Random(1)
    nodes = [{"id": n, "cpus": 4, "memory": 1} for n in range(128)]
    matrix = [[rng.randint(10, 255) for _ in nodes] for _ in nodes]
    with pytest.raises(TopologyError, match=r"too large for a link: .*pass it on as a file"):
        pack(Topology.from_document({"title": "noise", "nodes": nodes, "distances": matrix}))


# ---- Texts that are not links


def refused(text: str) -> str:
    """Return the one-line error with which a text is refused."""
    with pytest.raises(TopologyError) as caught:
        unpack(text)
    message = str(caught.value)
    assert message.startswith("the link is damaged: ")
    assert "\n" not in message
    assert len(message) < 640
    return message


def link(plain: bytes) -> str:
    """Return the link that contains these bytes."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = stream.compress(plain) + stream.flush() + zlib.crc32(plain).to_bytes(4)
    return VERSION + base64.urlsafe_b64encode(data).decode().rstrip("=")


SEED = pack(builtin("two-sockets-three-classes"))


@given(st.data())
@examples(4)
def test_a_changed_link_is_refused(data: st.DataObject) -> None:
    letters = st.sampled_from(sorted(SAFE) + list("%+/= é\n\0"))
    start = data.draw(st.integers(0, len(SEED)))
    end = data.draw(st.integers(start, min(len(SEED), start + 3)))
    changed = SEED[:start] + "".join(data.draw(st.lists(letters, max_size=3))) + SEED[end:]
    if changed != SEED:
        refused(changed)


def test_a_link_is_refused_wherever_it_is_cut() -> None:
    for length in range(len(SEED)):
        refused(SEED[:length])
    assert "its end is missing" in refused(SEED[: len(SEED) // 8 * 4 + 1])


@pytest.mark.slow
@given(st.text(max_size=60) | st.text(alphabet=sorted(SAFE)).map(lambda text: VERSION + text))
def test_any_other_text_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.slow
@given(st.binary(max_size=80) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["title", "nodes", "events", "id", "cpus", "memory", "layout"]), inner),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode() + b"\n"))  # fmt: skip
@examples(3)
def test_a_link_that_holds_no_topology_is_refused(plain: bytes) -> None:
    refused(link(plain))


def nodes(**columns: list[Any]) -> str:
    """Return a link to a document whose nodes have these columns."""
    return link(json.dumps({"title": "x", "nodes": columns}).encode() + b"\n")


HOSTILE = (
    ("", "it is empty"),
    ("2" + SEED[1:], "starts with '2'"),
    ("https://example.org", "starts with 'h'"),
    (SEED + "\n", "'\\x0a' stands in it"),
    (SEED + "A" * MAX_LINK, "characters"),
    (link(bytes(4_000_000)), "it holds more than any topology"),
    (link(b"[" * 1_000_000), "no topology"),
    (link(b"1" * 5000 + b"\n"), "no topology"),
    (link(b'{"title": "x"}\n'), "nodes: is missing"),
    (nodes(id=[0]), "nodes[0].cpus: is missing"),
    (nodes(id=[0, 0], cpus=[0, 0], memory=[1, 1, 1]), "listed before"),
    (nodes(id=[0], cpus=[0, 1], memory=[1, 1]), "no topology"),
    (nodes(id=[0] * 600_000), "no topology"),
    (nodes(id=[0], cpus=["1," * 300_000], memory=[1]), "no topology"),
    (nodes(id=["a" * 9000] + [""] * 1000), "no topology"),
    (nodes(id=[0], memory=["aaaa", 999999999999]), "no topology"),
    (nodes(cpus=["9" * 4000] + ["0"] * 1023), "id: is missing"),
)


@pytest.mark.parametrize(("text", "problem"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_links_are_refused_quickly(text: str, problem: str) -> None:
    start = time.perf_counter()
    assert problem in refused(text)
    assert time.perf_counter() - start < 30  # the refusal takes a fraction of a second on an idle machine
