"""Test that hostile inputs are refused with one line that says where the problem is, fast and in little memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from struct import pack

import pytest

from tests.serving import ROOT
from viz.topology import TopologyError, load
from viz.topology.tarball import BLOCK

from .printers import (
    Facts,
    devicetree,
    dump,
    hwloc2,
    iasl,
    libvirt_domain,
    likwid,
    numactl,
    qemu,
    slit,
    sysfs,
    sysfs_lines,
    table,
    tar,
    xen,
)

FACTS = Facts("two", "", ((0, "0-1", 2**30), (1, "2-3", 2**31)), [[10, 21], [21, 10]])
TREE = sysfs(FACTS)
DTD = '<?xml version="1.0"?>\n<!DOCTYPE topology [\n'
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">\n' for n in range(9))


def with_member(kind: bytes, name: str = "odd", target: str = "") -> bytes:
    """Return an archive with a member of an unusual kind, followed by the members that a machine needs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return buffer.getvalue()[:BLOCK] + tar(TREE)


def huge(size: int) -> bytes:
    """Return an archive with a member whose header claims the given size."""
    info = tarfile.TarInfo("sys/devices/system/node/node0/distance")
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(BLOCK)


def many(count: int) -> bytes:
    header = tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT)
    return gzip.compress(header * count, 1)


def nested(layers: int) -> bytes:
    data = tar(TREE)
    for _ in range(layers):
        data = gzip.compress(data)
    return data


def without_end(archive: bytes) -> bytes:
    """Return the archive without its end mark, so that another archive can follow."""
    content = archive.rstrip(b"\0")
    return content + bytes(-len(content) % BLOCK)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("node0/distance", "10")
    return buffer.getvalue()


def xml(cells: str) -> str:
    return f"<domain><cpu><numa>{cells}</numa></cpu></domain>"


def args(*more: str) -> str:
    nodes = "qemu-system-x86_64 -numa node,nodeid=0,cpus=0,mem=1 -numa node,nodeid=1,mem=1"
    return " ".join([nodes, *more])


def swapped(old: str, new: str, printer: Callable[[Facts], str] = sysfs_lines) -> str:
    text = printer(FACTS)
    assert old in text
    return text.replace(old, new)


def swapped_numactl(old: str, new: str) -> str:
    return swapped(old, new, numactl)


HOSTILE: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "laughs": (
        lambda: f'{DTD}<!ENTITY l0 "ha">\n{LAUGHS}]><topology><object type="x">&l9;</object></topology>',
        "line 2",
    ),
    "external": (lambda: f'{DTD}<!ENTITY e SYSTEM "file:///x">]><topology><object type="x"/>&e;</topology>', "DOCTYPE"),
    "parameter": (
        lambda: f'{DTD}<!ENTITY % e SYSTEM "http://x/">%e;]><topology><object type="x"/></topology>',
        "DOCTYPE",
    ),
    "entity": (lambda: '<topology><object type="NUMANode" os_index="0"/>&e;</topology>', "undefined entity"),
    "deep": (lambda: '<topology><object type="x">' + "<a>" * 20_000, "nests elements"),
    "wide": (lambda: '<topology><object type="x">' + "<a/>" * 1_500_000, "150000 elements"),
    "unclosed": (lambda: hwloc2(FACTS)[:-40], "is no XML"),
    "two documents": (lambda: libvirt_domain(FACTS) * 2, "second document"),
    "two machines": (lambda: f"<x>{xml('<cell/>')}{xml('<cell/>')}</x>", "second machine"),
    "nbobjs": (lambda: hwloc2(FACTS).replace('NUMANode" nbobjs="2"', 'NUMANode" nbobjs="1000000"'), "nbobjs"),
    "bandwidths": (lambda: hwloc2(FACTS).replace("21 21", "9000 21"), "9000 is no distance"),
    "hwloc nan": (lambda: hwloc2(FACTS).replace("21 21", "nan 21"), "'nan'"),
    "hwloc cpus": (lambda: hwloc2(FACTS).replace('cpuset="', 'cpuset="' + "0x1," * 900_000), "mask of more"),
    "hwloc os_index": (lambda: hwloc2(FACTS).replace('os_index="1"', 'os_index="\u0661"'), "no node id"),
    "no cells": (lambda: "<domain><name>x</name></domain>", "no <cell>"),
    "cell twice": (lambda: xml('<cell id="0" memory="1"/><cell id="0" memory="1"/>'), "second time"),
    "cell cpus": (lambda: xml('<cell id="0" memory="1" cpus="0-999999999"/>'), "no CPU number"),
    "all cells all cpus": (lambda: xml('<cell memory="1" cpus="0-65535"/>' * 1024), "more than 262144 CPUs in all"),
    "all nodes all cpus": (
        lambda: json.dumps(
            {
                "title": "x",
                "nodes": [{"id": n, "cpus": "0-65535", "memory": 1} for n in range(1024)],
                "distances": "unknown",
            }
        ),
        "more than 262144 CPUs in all",
    ),
    "every second cpu": (lambda: "NUMA node0 CPU(s): 0-65534:2\n", "more than 8192 separate CPUs"),
    "html for cpus": (lambda: swapped_numactl("2 3", "<b>2 3"), "line 5: the CPUs of node 1: '<b>2'"),
    "html for a size": (lambda: swapped_numactl("2048 MB", "<script>"), "line 6: the size of node 1"),
    "a line of megabytes": (lambda: "node 0 cpus: " + "1 " * 2**20, "line 1: has 2097165 characters"),
    "cell unit": (lambda: xml('<cell id="0" memory="1" unit="\x7fB"/>'), "no unit"),
    "cell value": (lambda: xml('<cell memory="1"><distances><sibling id="0" value="256"/></distances></cell>'), "256"),
    "cell unknown node": (
        lambda: xml('<cell memory="1"><distances><sibling id="7" value="20"/></distances></cell>'),
        "node 7",
    ),
    "a million cells": (lambda: xml('<cell memory="1"/>' * 100_000), "no node id"),
    "absolute": (lambda: with_member(tarfile.REGTYPE, "/etc/passwd"), "absolute"),
    "dots": (lambda: with_member(tarfile.REGTYPE, "sys/../../x"), '".."'),
    "link out": (lambda: tar(TREE, **{"node0/x": "../" * 9 + "etc/passwd"}), "link out"),
    "link absolute": (lambda: tar(TREE, **{"node0/x": "/etc/passwd"}), "link out"),
    "hard link": (lambda: with_member(tarfile.LNKTYPE, "odd", "x"), "hard link"),
    "device": (lambda: with_member(tarfile.CHRTYPE), "device"),
    "fifo": (lambda: with_member(tarfile.FIFOTYPE), "FIFO"),
    "unknown kind": (lambda: with_member(b"Z"), "unknown kind"),
    "bomb bz2": (lambda: bz2.compress(bytes(2**26)) * 8, "is nothing|NUL|unpacks to more"),
    "bomb in a member": (
        lambda: bz2.compress(without_end(tar(TREE)) + huge(2**29)[:BLOCK] + bytes(2**26)),
        "536870912 bytes",
    ),
    "bomb behind": (lambda: bz2.compress(tar(TREE) + bytes(2**27)), "unpacks to more than"),
    "bomb text": (lambda: gzip.compress(b"node 0 cpus: " + b"0 " * 2**24), "unpacks to more than"),
    "8 TiB": (lambda: huge(2**43), "8796093022208 bytes"),
    "30 layers": (lambda: nested(30), "packed|no text|nothing"),
    "many members": (lambda: many(300_000), "more than 80000 members"),
    "member twice": (lambda: without_end(tar(TREE)) + tar(TREE), "second time"),
    "zip": (zipped, "zip"),
    "truncated tar": (lambda: tar(TREE)[:2600], "cut off"),
    "truncated gz": (lambda: gzip.compress(tar(TREE))[:-20], "cut off"),
    "truncated xz": (lambda: lzma.compress(tar(TREE))[:-40], "cut off|damaged"),
    "damaged bz2": (lambda: bz2.compress(tar(TREE))[:40] + b"x" * 99, "damaged"),
    "trailing garbage": (lambda: gzip.compress(tar(TREE)) + b"garbage", "7 bytes of something else"),
    "garbage in the archive": (lambda: tar(TREE) + b"garbage", "something else"),
    "damaged header": (lambda: tar(TREE)[:1024] + b"x" * 512 + tar(TREE)[1536:], "damaged tar|cut off"),
    "no nodes": (lambda: tar({"version": "1"}), "no devices/system/node"),
    "two trees": (
        lambda: without_end(tar(TREE, "a/sys/devices/system/node")) + tar(TREE, "b/sys/devices/system/node"),
        "2 machines",
    ),
    "large member": (lambda: tar({"node0/distance": "1" * 2**21}), "far smaller"),
    "tree cpulist": (lambda: tar(TREE | {"node0/cpulist": "0-999999999"}), "node0/cpulist"),
    "tree cpumap": (lambda: tar({**TREE, "node0/cpumap": "f," * 90_000}), "node0/cpumap"),
    "tree zero": (lambda: tar(TREE | {"node0/distance": "0 21"}), "node0/distance"),
    "tree short": (lambda: tar(TREE | {"node0/distance": "10"}), "distance"),
    "tree online": (lambda: tar(TREE | {"online": "0-999999999"}), "online"),
    "tree node id": (lambda: tar(TREE | {"node99999/distance": "10"}), "no node id"),
    "lines digits": (lambda: swapped("10 21", "10 2\u0661"), "no distance"),
    "lines nan": (lambda: swapped("10 21", "10 nan"), "no distance"),
    "lines exponent": (lambda: swapped("10 21", "10 2e1"), "no distance"),
    "lines long": (lambda: swapped("10 21", "10 " + "9" * 5000), "no distance"),
    "lines twice": (lambda: sysfs_lines(FACTS) + sysfs_lines(FACTS).replace("21 10", "22 10"), "second time"),
    "lines two hosts": (lambda: sysfs_lines(FACTS) + sysfs_lines(FACTS).replace("/sys/", "/b/sys/"), "2 machines"),
    "slit 2^63": (lambda: table("SLIT", pack("<Q", 2**63) + b"x"), "9223372036854775808 localities"),
    "slit none": (lambda: table("SLIT", pack("<Q", 0)), "0 localities"),
    "slit short": (lambda: table("SLIT", pack("<Q", 3) + b"\n" * 8), "need 53 bytes"),
    "slit cut": (lambda: slit(FACTS)[:40], "cut off"),
    "slit checksum": (lambda: slit(FACTS)[:-1] + b"\x0b", "checksum"),
    "slit garbage": (lambda: slit(FACTS) + b"garbage", "something else"),
    "slit twice": (lambda: slit(FACTS) * 2, "second time"),
    "dump checksum": (lambda: dump(slit(FACTS)).replace("0A 15", "0A 16"), "checksum"),
    "dump cut": (lambda: dump(slit(FACTS)).partition("    0020")[0], "cut off"),
    "dump gap": (lambda: dump(slit(FACTS)).replace("    0010:", "    0030:"), "no line of a dump"),
    "iasl short row": (lambda: iasl(FACTS).replace(": 0A 15", ": 0A"), "has 1 bytes"),
    "iasl long row": (lambda: iasl(FACTS).replace(": 0A 15", ": 0A 15 15"), "has 3 bytes"),
    "iasl rows missing": (lambda: iasl(FACTS).replace("0000000000000002", "0000000000000004"), "4 localities"),
    "iasl 2^63": (lambda: iasl(FACTS).replace("0000000000000002", "8000000000000000"), "localities"),
    "qemu quotes": (
        lambda: args("-numa 'dist,src=0,dst=1,val=20", "\n-numa dist,src=0,dst=1,val=20"),
        "quotation mark",
    ),
    "qemu unknown node": (lambda: args("-numa dist,src=0,dst=7,val=20"), "node 7"),
    "qemu 9": (lambda: args("-numa dist,src=0,dst=1,val=9"), "9 is reserved"),
    "qemu 256": (lambda: args("-numa dist,src=0,dst=1,val=256"), "256 is no distance"),
    "qemu half": (
        lambda: args(
            "-numa node,nodeid=2 -numa dist,src=0,dst=1,val=20 -numa dist,src=1,dst=0,val=30",
            "-numa dist,src=0,dst=2,val=20",
        ),
        "both directions",
    ),
    "qemu missing": (lambda: args("-numa node,nodeid=2 -numa dist,src=0,dst=1,val=20"), "between node 0 and node 2"),
    "qemu shell": (lambda: args("-numa dist,src=0,dst=1,val=$(reboot)"), "no distance"),
    "qemu twice": (lambda: args("-numa node,nodeid=1"), "second time"),
    "qemu options": (lambda: args(*["-numa dist,src=0,dst=1,val=20"] * 60_000), "more than 60000 options"),
    "qemu lines": (lambda: args("\\\n" * 500_001), "more than 500000 lines"),
    "qemu variables": (
        lambda: f"A={'1,' * 99}1\n{args('-numa node,cpus=' + '$A' * 9000)}",
        "line 2: puts more than 262,144 characters in for variables",
    ),
    "qemu cpus": (lambda: qemu(FACTS).replace("cpus=0-1", "cpus=0-999999999"), "CPUs of node 0"),
    "likwid row": (lambda: likwid(FACTS).replace("10 21", "10 21 21"), "has 3 distances"),
    "likwid memory": (lambda: likwid(FACTS).replace("1024 MB", "1e3 MB"), "number of MB"),
    "likwid twice": (lambda: likwid(FACTS) * 2, "second time"),
    "lscpu cpus": (lambda: "NUMA node0 CPU(s): 0-999999999\n", "CPUs of node 0"),
    "lscpu node": (lambda: "NUMA node99999 CPU(s): 0\n", "no node id"),
    "xen cut": (lambda: xen(FACTS).replace("      10,21", ""), "cut off"),
    "xen zero": (lambda: xen(FACTS).replace("10,21", "0,21"), "reserved"),
    "xen twice": (lambda: xen(FACTS) * 2, "second machine|second time"),
    "dts negative": (lambda: "/ { m { distance-matrix = <0 1 -20>; }; };", "no number"),
    "dts pairs": (lambda: "/ { m { distance-matrix = <0 1 20 1>; }; };", "three for each"),
    "dts reserved": (lambda: "/ { m { distance-matrix = <0 1 9>; }; };", "reserved"),
    "dts twice": (lambda: devicetree(FACTS) * 2, "a second distance-map"),
    "dts deep": (lambda: "distance-matrix = <0 1 20>; " + "a {" * 100_000, "deeper"),
    "ranking": (
        lambda: "[    0.1] Fallback order for Node 0: 0 1\n[    0.1] Fallback order for Node 1: 1 0\n",
        "ranking",
    ),
    "nul": (lambda: b"node 0 cpus: 0\0\0 1", "NUL"),
    "utf-16 unsaid": (lambda: "node 0 cpus: 0\n".encode("utf-16-le"), "NUL"),
    "html": (lambda: "<html><script>alert(1)</script></html>", "nothing that is understood"),
    "json deep": (lambda: '{"a":' * 100_000, "nested too deeply"),
    "json twice": (lambda: json.dumps({"title": "x"})[:-1] + ', "title": "y"}', "stands twice"),
}


BOMBS = ("bomb bz2", "bomb behind", "8 TiB", "many members", "deep", "wide", "30 layers")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in BOMBS])
def test_hostile_files_are_refused_in_one_line(name: str) -> None:
    make, problem = HOSTILE[name]
    data = make()
    start = time.process_time()
    with pytest.raises(TopologyError, match=problem) as caught:
        load(data, "x.txt")
    assert time.process_time() - start < 20  # these are processor seconds; usually load() needs less than one
    _assert_one_line(str(caught.value))


def _assert_one_line(message: str) -> None:
    assert message.startswith("x.txt: ")
    assert message.isprintable()


MEASURE = """
import json, re, sys, time
from pathlib import Path
from viz.topology import TopologyError, load
def now(what):
    return int(re.search(what + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
for file in sys.argv[1:]:
    data = Path(file).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before, start = now("VmRSS"), time.process_time()
    try:
        load(data, "x.txt")
    except TopologyError as error:
        print(json.dumps([str(error), (now("VmHWM") - before) // 1024, time.process_time() - start]))
"""
"""A program that prints for each file the error, the MiB by which the process grew, and the seconds it took."""


@pytest.mark.slow
def test_bombs_are_refused_in_one_line_and_take_little_memory(tmp_path: Path) -> None:
    for name in BOMBS:
        data = HOSTILE[name][0]()
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    command = [sys.executable, "-c", MEASURE, *(str(tmp_path / name) for name in BOMBS)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300).stdout
    for name, line in zip(BOMBS, printed.splitlines(), strict=True):
        message, grown, seconds = json.loads(line)
        _assert_one_line(message)
        assert re.search(HOSTILE[name][1], message), name
        assert grown < 200, name
        assert seconds < 20, name


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "-numa " * 150_000,
        "-numa node," + "a" * 1_000_000,
        "-numa " + "-" * 1_000_000,
        "A=" * 500_000 + "-numa node",
        "NUMA " * 200_000,
        "NUMA node0 CPU(s): " + "," * 1_000_000,
        "distance-matrix" + " " * 1_000_000,
        "distance-matrix = " + "/*" * 500_000,
        "distance-matrix = <" + "0 1 20 " * 125_000,
        "Localities" + " " * 1_000_000,
        "Locality 0 : " + "0A " * 325_000,
        "Locality 0 : 0A\n" * 62_500,
        "Domain: 0\nProcessors:" + " (" * 500_000,
        "Domain:" + "\t" * 1_000_000 + "Processors:",
        "node: memsize memfree distances\n" + "0: 1 1 10\n" * 75_000,
        "vnuma = [" + "'pnode=0'" * 100_000,
        "/sys/devices/system/node/node0/distance:" + "10 " * 325_000,
        "/sys/devices/system/node/node0/distance:10\n" * 90_000,
        "/" * 1_000_000 + "node0/distance:1",
        "<cell " + "a" * 1_000_000,
        "<object type=" * 75_000,
        "<domain>" + "&" * 1_000_000,
        "SLIT @ 0\n" + "0000: 53\n" * 100_000,
        "{" * 1_000_000,
        '{"lscpu":' + '"field": "' * 100_000,
    ],
    ids=range(25),
)
def test_a_megabyte_of_nonsense_takes_little_time(text: str) -> None:
    start = time.process_time()
    with suppress(TopologyError):  # some of these texts describe a node
        load(text)
    assert time.process_time() - start < 20  # these are processor seconds; usually load() needs less than one
