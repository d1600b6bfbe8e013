"""What is written of made-up machines in each format, what is read from odd archives, and lines of odd shapes."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from typing import Any

from tests.pinned.formats import differs, grouped, read
from viz.topology import Topology, TopologyError, load
from viz.topology.writers import write

BASE = load("1 socket: cpu+dram, 2 x pmem").topology.document()
FIGURES: dict[str, Any] = {"read_latency": 100, "read_bandwidth": 1000, "write_latency": 120, "write_bandwidth": 900}
SLOWER: dict[str, Any] = {"read_latency": 300, "read_bandwidth": 400}
PLAIN = {"label": None, "tier": None, "socket": None, "adistance": None}
SKEWED = [[10, 21, 31], [20, 10, 41], [30, 40, 10]]
"""Changes of one node, or of all."""


def _nodes(*changes: dict[str, Any], **everywhere: Any) -> dict[str, Any]:
    """Return BASE with further keys in its nodes, in their order; None takes a key away."""
    pairs = zip(BASE["nodes"], (*changes, {}, {}, {}), strict=False)
    tables = [node | everywhere | change for node, change in pairs]
    return BASE | {"nodes": [{key: value for key, value in table.items() if value is not None} for table in tables]}


def _machines() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "as it is", BASE
    yield "no CPUs on node 0", _nodes({"cpus": 0}, {"cpus": 1})
    yield "no CPUs at all", _nodes({"cpus": 0})
    yield "bytes", _nodes({"memory": 2**30 + 5}, {"memory": 2**30 + 1024})
    yield "1 byte", _nodes({}, {"memory": 1})
    yield "CPU numbers with gaps", _nodes({"cpus": "4-7,9"})
    yield "CPU numbers, and a number of CPUs", _nodes({"cpus": "4-7,9"}, {"cpus": 3}, {"cpus": 2})
    yield "CPU numbers that fall", _nodes({"cpus": "2-3"}, {"cpus": "0-1"})
    yield "a CPU of two nodes", _nodes({"cpus": "0-1"}, {"cpus": "1-2"})
    yield "no memory", _nodes({"memory": 0})
    yield "neither CPUs nor memory", _nodes({}, {"memory": 0})
    yield "neither, and CPUs after it", _nodes({}, {"memory": 0, "cpus": 0}, {"cpus": 2})
    yield "CPUs on the last node", _nodes({"cpus": 0}, {}, {"cpus": 2})
    yield "latencies", _nodes(FIGURES, SLOWER, SLOWER)
    yield (
        "latencies, and reads like writes",
        _nodes(
            *[
                {"read_latency": n, "write_latency": n, "read_bandwidth": 9 * n, "write_bandwidth": 9 * n}
                for n in (1, 2, 3)
            ]
        ),
    )
    yield (
        "latencies that are no whole numbers",
        _nodes(FIGURES | {"read_latency": 99.5}, SLOWER, SLOWER | {"read_bandwidth": 0.4}),
    )
    yield "latencies of one node", _nodes(FIGURES)
    yield "latencies, and a node without memory", _nodes(FIGURES, {"memory": 0}, SLOWER)
    yield "latencies, and all CPUs without memory", _nodes({"memory": 0}, FIGURES, SLOWER)
    yield "latencies of two nodes with CPUs that differ", _nodes(FIGURES, SLOWER | {"cpus": 2}, SLOWER)
    yield "latencies, and the second node has the CPUs", _nodes(FIGURES | {"cpus": 0}, SLOWER | {"cpus": 2}, SLOWER)
    yield "abstract distances", _nodes({}, {"adistance": 700}, {"adistance": 2000})
    yield "abstract distances of faster memory", _nodes({}, {"adistance": 300}, {"adistance": 100})
    yield "abstract distances beside CPUs", _nodes({"adistance": 700}, {"adistance": 576}, {"adistance": 2880})
    yield "tiers", _nodes({"tier": 0}, {"tier": 1}, {"tier": 2}, adistance=None)
    yield "nothing that says a tier", _nodes(**PLAIN)
    yield "one offline", _nodes({}, {"online": False})
    yield "two offline", _nodes({}, {"online": False}, {"online": False})
    yield "blocks", _nodes({}, {"blocks": 3})
    yield "ids with gaps", _nodes({"id": 3}, {"id": 7}, {"id": 5})
    yield "ids of four digits", _nodes({"id": 3}, {"id": 1007}, {"id": 1005})
    yield "more keys", BASE | {"note": "x", "kernel": "v6.1", "zonelists": "boot", "events": [
        {"event": "mem_offline", "node": 1}], "node_load": {"1": 5}, "n_cpu": [0], "group": "g", "name": "n",
    }  # fmt: skip
    yield "distances that differ by direction", BASE | {"distances": SKEWED}
    yield "distances to itself of 11", BASE | {"distances": [[11, 20, 20], [20, 10, 20], [20, 20, 10]]}
    yield "distances of 10", BASE | {"distances": [[10, 10, 20], [10, 10, 20], [20, 20, 10]]}
    yield "distances of 10 in one direction", BASE | {"distances": [[10, 10, 20], [20, 10, 20], [20, 20, 10]]}
    yield "far and near CPUs", _nodes({"cpus": 2}, {"cpus": 2}, SLOWER) | {"distances": SKEWED}
    yield "no distances", BASE | {"distances": "unknown"}
    yield "one node", {"title": "x", "nodes": [{"id": 0, "cpus": 1, "memory": 2**30}], "distances": [[10]]}
    yield "one node at 11", {"title": "x", "nodes": [{"id": 0, "cpus": 1, "memory": 2**30}], "distances": [[11]]}
    yield "8 GiB in all", _nodes(*[{"memory": 2**size} for size in (32, 31, 31)])
    yield "more than 8 GiB", _nodes(*[{"memory": 2**32} for _ in range(3)])
    yield "128 nodes", load("1 socket: cpu+dram, 127 x pmem").topology.document()
    yield "129 nodes", load("1 socket: cpu+dram, 128 x pmem").topology.document()
    yield "23 ids that move", {
        "title": "x", "nodes": [{"id": n, "cpus": 1, "memory": 2**20} for n in range(1, 24)],
        "distances": [[10 if a == b else 20 for a in range(23)] for b in range(23)],
    }  # fmt: skip


FORMS = ("qemu", "numactl", "libvirt", "slit")
"""The formats that lose something."""
SHOWN = 900
"""The largest number of characters of a text that is shown."""
NODE = "sys/devices/system/node"


def _header(
    path: str, kind: bytes = b"0", size: bytes = b"", link: str = "", *, data: bytes = b"", **more: Any
) -> bytes:
    """Return a member of a tar archive; `more` has its prefix, its magic, and what is odd about its checksum."""
    head = bytearray(512)
    head[:100] = path.encode().ljust(100, b"\0")
    head[124:136] = (size or b"%011o" % len(data)).ljust(12, b"\0")
    head[156:157] = kind
    head[157:257] = link.encode().ljust(100, b"\0")
    head[257:265] = more.get("magic", b"ustar\x0000")
    prefix = more.get("prefix", "").encode()
    head[345 : 345 + len(prefix)] = prefix
    total = sum(head) + 8 * 32 + more.get("wrong", 0)
    head[148:156] = more.get("sum", b"%06o\0 ") % total
    return bytes(head) + data + bytes(-len(data) % 512)


def _pax(*records: bytes, kind: bytes = b"x") -> bytes:
    return _header("pax", kind, data=b"".join(records))


def _record(key: bytes, value: bytes) -> bytes:
    rest = b" " + key + b"=" + value + b"\n"
    return b"%d%s" % (len(rest) + 2, rest)


END = bytes(1024)
DISTANCE = _header(f"{NODE}/node0/distance", data=b"10\n")
LONG = "/".join(["a" * 30] * 4)
ARCHIVES: dict[str, bytes] = {
    "one file": DISTANCE + END,
    "no end": DISTANCE,
    "half an end": DISTANCE + bytes(512),
    "half a header": DISTANCE + bytes(300),
    "more after the end": DISTANCE + END + b"x",
    "a file of an older tar": _header(f"{NODE}/node0/distance", b"\0", data=b"10\n", magic=bytes(8)) + END,
    "a file of kind 7": _header(f"{NODE}/node0/distance", b"7", data=b"10\n") + END,
    **{
        f"kind {kind.decode()}": _header(f"{NODE}/x", kind, b"%011o" % 5, "y") + DISTANCE + END
        for kind in (b"1", b"2", b"3", b"4", b"5", b"6", b"8", b"S", b"V")
    },
    "a file that is not needed": _header(f"{NODE}/node0/other", data=b"x" * 600) + DISTANCE + END,
    "a file of exactly a block": _header(f"{NODE}/node0/other", data=b"x" * 512) + DISTANCE + END,
    "a prefix": _header("node0/distance", data=b"10\n", prefix=NODE) + END,
    "a prefix of GNU": _header(f"{NODE}/node0/distance", data=b"10\n", prefix="x", magic=b"ustar  \0") + END,
    "a prefix without a magic": _header(f"{NODE}/node0/distance", data=b"10\n", prefix="x", magic=bytes(8)) + END,
    "a long name of GNU": _header("x", b"L", data=f"{LONG}/{NODE}/node0/distance\0".encode())
    + _header("y", data=b"10\n") + END,
    "a long name for one member alone": _header("x", b"L", data=f"{NODE}/node0/distance\0".encode())
    + _header("y", data=b"10\n") + _header(f"{NODE}/node0/cpulist", data=b"0-3\n") + END,
    "a long link of GNU": _header("x", b"K", data=b"../../etc\0")
    + _header(f"{NODE}/l", b"2", link="y") + DISTANCE + END,
    "a long link of GNU that leads out": _header("x", b"K", data=b"../" * 9 + b"etc\0")
    + _header(f"{NODE}/l", b"2", link="y") + DISTANCE + END,
    "a long name of pax": _pax(_record(b"path", f"{NODE}/node0/distance".encode())) + _header("y", data=b"10\n") + END,
    "other keys of pax": _pax(_record(b"mtime", b"1"), _record(b"comment", b"a=b")) + DISTANCE + END,
    "a link of pax": _pax(_record(b"linkpath", b"../" * 9)) + _header(f"{NODE}/l", b"2", link="y") + DISTANCE + END,
    "a size of pax": _pax(_record(b"size", b"9")) + DISTANCE + END,
    "keys of pax for all": _pax(_record(b"path", b"other"), kind=b"g") + DISTANCE + END,
    "a damaged length of pax": _pax(b"x path=y\n") + DISTANCE + END,
    "a length of pax that is too large": _pax(b"99 path=y\n") + DISTANCE + END,
    "a length of pax that is too small": _pax(b"1 path=y\n") + DISTANCE + END,
    "a length of pax without a blank": _pax(b"9path=y\n") + DISTANCE + END,
    "the shortest record of pax": _pax(b"3 \n", b"5 a=\n") + DISTANCE + END,
    "a size in base 256": _header(f"{NODE}/node0/distance", size=b"\x80" + bytes(10) + b"\3", data=b"10\n") + END,
    "a large size in base 256": _header(f"{NODE}/x", size=b"\x80" + bytes(6) + b"\1" + bytes(4)) + END,
    "a size with blanks": _header(f"{NODE}/node0/distance", size=b"         3 \0", data=b"10\n") + END,
    "no size": _header(f"{NODE}/x", size=b"           \0") + DISTANCE + END,
    "a size in words": _header(f"{NODE}/x", size=b"many") + DISTANCE + END,
    "a size that is not octal": _header(f"{NODE}/x", size=b"00000000009\0") + DISTANCE + END,
    "a skipped file of 16 MiB": _header(f"{NODE}/x", size=b"%011o" % 2**24) + DISTANCE + END,
    "a skipped file of more": _header(f"{NODE}/x", size=b"%011o" % (2**24 + 1)) + DISTANCE + END,
    "a file of more than 1 MiB": _header(f"{NODE}/node0/distance", size=b"%011o" % (2**20 + 1)) + END,
    "a file of 1 MiB that is cut": _header(f"{NODE}/node0/distance", size=b"%011o" % 2**20) + END,
    "a long name of more than 1 MiB": _header("x", b"L", size=b"%011o" % (2**20 + 1)) + END,
    "a long name that is cut": _header("x", b"L", size=b"%011o" % 2**20) + END,
    "a checksum in other digits": _header(f"{NODE}/node0/distance", data=b"10\n", sum=b"%07o\0") + END,
    "a checksum with blanks": _header(f"{NODE}/node0/distance", data=b"10\n", sum=b" %6o ") + END,
    "a wrong checksum of the first": _header(f"{NODE}/node0/distance", data=b"10\n", wrong=1) + END,
    "a wrong checksum of the second": DISTANCE + _header(f"{NODE}/node0/cpulist", data=b"1\n", wrong=1) + END,
    "a link within": _header(f"{NODE}/node0/cpu0", b"2", link="../../cpu/cpu0") + DISTANCE + END,
    "a link to the top": _header(f"{NODE}/l", b"2", link="../../../../x") + DISTANCE + END,
    "a link above the top": _header(f"{NODE}/l", b"2", link="../../../../../x") + DISTANCE + END,
    "a link of the nodes alone": _header("node/l", b"2", link="../../x") + DISTANCE + END,
    "a link far out of the nodes alone": _header("node/l", b"2", link="../../../../../x") + DISTANCE + END,
    "a link from the top": _header(f"{NODE}/l", b"2", link="/etc") + DISTANCE + END,
    "a name from the top": _header(f"/{NODE}/node0/distance", data=b"10\n") + END,
    "a name that leads out": _header(f"a/../{NODE}/node0/distance", data=b"10\n") + END,
    "a name with two dots": _header(f"a..b/{NODE}/node0/distance", data=b"10\n") + END,
    "a name that is no UTF-8": _header("x", b"L", data=b"\xff\0") + _header("y", data=b"10\n") + DISTANCE + END,
}  # fmt: skip
PACKED: dict[str, bytes] = {
    "xz": lzma.compress(DISTANCE + END),
    "bzip2": bz2.compress(DISTANCE + END),
    "gzip": gzip.compress(DISTANCE + END, mtime=0),
    "gzip with zeros after it": gzip.compress(DISTANCE + END, mtime=0) + bytes(9),
    "gzip in 100 parts": b"".join(gzip.compress(b"x", mtime=0) for _ in range(100)),
    "gzip in 101 parts": b"".join(gzip.compress(b"x", mtime=0) for _ in range(101)),
    "gzip that is cut": gzip.compress(DISTANCE + END, mtime=0)[:-9],
    "gzip of nothing": gzip.compress(b"", mtime=0),
    "4 MiB of zeros": gzip.compress(bytes(2**22), mtime=0),
    "5 MiB of zeros": bz2.compress(bytes(5 * 2**20)),
    "7-Zip": b"7z\xbc\xaf" + bytes(9),
}


def files() -> dict[str, Callable[[], str]]:
    """Return a file for each format that loses something, one for archives, and one for packed data."""
    forms = {f"{form}.txt": (lambda form=form: _written(form)) for form in FORMS}
    return {**forms, "archives.txt": lambda: _read(ARCHIVES), "packed.txt": lambda: _read(PACKED)}


def _written(form: str) -> str:
    """Return the text of the first machine, and what is new in those of the others."""
    (_, first), *others = ((name, _lines_of(document, form)) for name, document in _machines())
    return "\n".join([*first, "", *grouped((name, differs(first, lines)[:SHOWN]) for name, lines in others), ""])


def _lines_of(document: dict[str, Any], form: str) -> list[str]:
    try:
        done = write(Topology.from_document(document), form)
    except TopologyError as error:
        return [str(error)]
    losses = done.losses if form != "qemu" else ()  # which are comments in its text
    return [*(f"lost: {loss}" for loss in losses), *done.text.splitlines()]


def _read(archives: dict[str, bytes]) -> str:
    named = ((name, " | ".join(read(data))[:600]) for name, data in archives.items())
    return "\n".join([*grouped(named), ""])
