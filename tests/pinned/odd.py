"""What comes of odd inputs, made by hand: texts, archives and links."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator

from tests.pinned.formats import read
from tests.pinned.words import result
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import (
    devicetree,
    dump,
    hwloc1,
    hwloc2,
    iasl,
    libvirt_domain,
    numactl,
    qemu,
    slit,
    srat,
    sysfs,
    table,
    tar,
    xen,
)
from viz.topology.link import VERSION, unpack

NUMACTL, HWLOC, TREE, XEN, QEMU = numactl(FACTS), hwloc2(FACTS), devicetree(FACTS), xen(FACTS), qemu(FACTS)
DOCUMENT = '{"title": "x", "nodes": [{"id": 0, "cpus": 1, "memory": 1}], "distances": [[10]]}'
KUBERNETES = "kind: NodeResourceTopology\nmetadata:\n  name: a\nzones:\n- name: node-0\n  type: Node\n"
TEXTS = {
    "no nodes": "available: 0 nodes ()\n",
    "no NUMA": "No NUMA support available on this system.\n",
    "all in one line": NUMACTL.replace("\n", " "),
    "distances alone": "node distances:\nnode   0\n  0:  10\n",
    "a size that is not available": NUMACTL.replace("size: 2048 MB", "size: <not available>"),
    "a column twice": NUMACTL.replace("node    0   1", "node    0   0"),
    "a row without a column": NUMACTL.replace("  1: ", "  5: "),
    "other CPUs": NUMACTL.replace("node 1 size", "node 0 cpus: 5\nnode 1 size"),
    "a row again": NUMACTL + "  1:  10  11\n",
    "a long line": NUMACTL + "x" * 2**20,
    "carriage returns": NUMACTL.replace("\n", "\r"),
    "a mail": NUMACTL.replace(":", "=3A"),
    "escaped ends": json.dumps(NUMACTL),
    "hosts": json.dumps([{"host": name, "stdout": NUMACTL} for name in "ab"]),
    "one host": json.dumps({"hostname": "a", "stdout_lines": NUMACTL.splitlines()}),
    "a triple string": f'text = """{NUMACTL}"""',
    "entities": NUMACTL.replace(" ", "&nbsp;").replace("\n", "<br/>\n"),
    "unicode escapes": NUMACTL.replace(":", "\\u003a").replace("\n", "\\n"),
    "stamps": "".join(f"[   {n}.5] {line}\n" for n, line in enumerate(NUMACTL.splitlines())),
    "a key twice": DOCUMENT.replace('"title"', '"title": "y", "title"'),
    "NaN": DOCUMENT.replace("[[10]]", "[[NaN]]"),
    "thousands of digits": DOCUMENT.replace("[[10]]", f"[[{'1' * 5000}]]"),
    "many dots": f"title = 'x'\n{'a.' * 100}a = 1\n",
    "a number of thousands of digits": f"title = {'1' * 5000}\n",
    "a title alone": 'title = "x"\n',
    "nodes alone": "[[nodes]]\nid = 0\n",
    "distances alone in TOML": "distances = [[10]]\n",
    "a comment, then TOML": "# all\n\nother = 1\n",
    "two documents": f"{KUBERNETES}---\n{KUBERNETES.replace('name: a', 'name: b')}",
    "no zones": "kind: NodeResourceTopology\nzones: []\n",
    "blocks of text": KUBERNETES.replace(
        "  type: Node", "  note: |\n    a: b\n    c\n  type: Node\n  other: >-\n    d"
    ),
    "lists in lists": KUBERNETES + "other:\n-\n  - 1\n-\n" + "".join(f"{' ' * n}-\n" for n in range(60)),
    "thousandths of CPUs": KUBERNETES + "  resources:\n  - capacity: 3500m\n    name: cpu\n",
    "Kubernetes in JSON": '{"kind": "NodeResourceTopology", "zones": [{"name": "node-0", "type": "Node"}]}',
    "Kubernetes in JSON, cut": '{"kind": "NodeResourceTopology", "zones": [{"name": ',
    "hwloc without nodes": HWLOC.replace("NUMANode", "NUMAnode"),
    "an index twice": HWLOC.replace('os_index="1"', 'os_index="0"'),
    "indexes of another kind": HWLOC.replace('indexing="os"', 'indexing="gp"').replace(">0 1 <", ">7 8 <"),
    "an unknown index": HWLOC.replace(">0 1 <", ">0 5 <"),
    "fewer values": HWLOC.replace("31 10 ", "31 "),
    "one CPU set": HWLOC.replace('cpuset="0x0000000c"', 'cpuset="0x00000003"'),
    "kilobytes": HWLOC.replace('local_memory="', 'local_memory_kB="'),
    "no memory": HWLOC.replace("local_memory", "some_memory"),
    "a kind": HWLOC.replace('gp_index="8"', 'gp_index="8" subtype="MCDRAM"'),
    "ranks": HWLOC.replace('"Machine">', '"Machine"><info name="MemoryTier" value="1"/>'),
    "hwloc 1 in another order": hwloc1(FACTS, (1, 0)),
    "declarations": HWLOC.replace('"hwloc2.dtd">', '"hwloc2.dtd" [<!ENTITY a "b">]>'),
    "an entity": HWLOC.replace('"Machine">', '"Machine">&other;'),
    "two documents of XML": HWLOC + HWLOC,
    "prose after XML": f"{HWLOC}\nThat is all.\n",
    "a cell twice": libvirt_domain(FACTS).replace('cell id="1"', 'cell id="0"'),
    "an unknown unit": libvirt_domain(FACTS).replace("KiB", "words"),
    "no cells": "<domain><cpu><numa></numa></cpu></domain>",
    "two domains": libvirt_domain(FACTS).replace("<!-- mine -->", "<all>") + libvirt_domain(FACTS).strip() + "</all>",
    "two maps": TREE.replace(" distance-map {", " distance-map { distance-matrix = <0 0 10>; };\n distance-map {"),
    "a matrix that is cut": TREE.replace("<0 1 21>", "<0 1>"),
    "a cell of memory": TREE.replace("reg = <0x0 0x0 0x0 0x40000000>", "reg = <0x0 0x0 0x0>"),
    "far too much memory": TREE.replace("0x0 0x40000000", "0x7fffffff 0x40000000"),
    "an overlay": TREE.replace("memory@00 {", "mem: memory@00 {") + '&mem { numa-node-id = <1>; status = "okay"; };\n',
    "an open comment": TREE.replace("/* cells */", "/* cells"),
    "deep device tree": "/ {" + "a {" * 3000 + 'numa-node-id = <0>; device_type = "cpu";',
    "a node of Xen twice": XEN.replace("   1:", "   0:"),
    "Xen without distances": XEN.replace("10,21", "").replace("31,10", ""),
    "Xen with short rows": XEN.replace("10,21", "10"),
    "two of Xen": XEN + XEN,
    "one direction": QEMU.replace("-numa dist,src=1,dst=0,val=31", ""),
    "itself": f"{QEMU.strip()} -numa dist,src=0,dst=0,val=20",
    "mem=": QEMU.replace(",memdev=ram0", ",mem=1G"),
    "CPUs by -numa cpu": QEMU.replace(",cpus=0-1", "") + " -numa cpu,node-id=0,socket-id=0",
    "two tables of iasl": iasl(FACTS) + iasl(FACTS),
    "more localities": iasl(FACTS).replace("0000000000000002", "0000000000000003"),
    "a shorter row": iasl(FACTS).replace("0A 15", "0A"),
    "X2APIC": iasl(FACTS, with_srat=True).replace("Type : 00 [", "Type : 02 [").replace("Domain Low(8)", "Domain"),
    "SRAT alone": dump(srat(FACTS)),
    "a SLIT that Linux refuses": dump(table("SLIT", b"\2" + bytes(7) + bytes([10, 10, 10, 10])), srat(FACTS)),
    "a table of iasl with a checksum": dump(slit(FACTS)).replace("0A 15", "0A 16"),
    "files of other tiers": NUMACTL + "$ head memory_tier*/nodelist\n0\n1\n$ ls\nmemory_tier4\nmemory_tier22\n",
    "tiers with numbers": NUMACTL + "memory_tier4 0\nmemory_tier22: 1\nmemory_tier30=9\n",
    "targets against tiers": NUMACTL + "Demotion targets for Node 0: preferred: 1, fallback: 1\nmemory_tier4=0-1\n",
    "targets in a circle": NUMACTL
    + "".join(f"Demotion targets for Node {a}: preferred: {b}, fallback: {b}\n" for a, b in ((0, 1), (1, 0))),
    "an absent target": NUMACTL + "Demotion targets for Node 0: preferred: 7, fallback: 7\n",
    "files twice": "".join(f"/sys/devices/system/node/node0/distance:{row}\n" for row in ("10", "11")),
    "CPUs by list and by mask": "node0/cpulist:0-1\nnode0/cpumap:0f\nnode0/distance:10\n",
    "a folder without nodes": "/sys/devices/system/node/online:0\n/sys/devices/system/node/possible:0\n",
    "too many CPUs": "node 0 cpus: 0-65535\nnode 1 cpus: 0-65535\nnode 0 size: 1 MB\nnode 1 size: 1 MB\n",
}
"""Texts, by what is odd about each."""
LINKS: dict[str, bytes] = {
    "nothing": b"{}\n",
    "a list": b"[]\n",
    "no JSON": b"x\n",
    "rows": b'{"layout":"rows","title":"x","nodes":{"id":[0],"cpus":[1],"memory":[1,1]}}\n\n',
    "too few rows": b'{"layout":"rows","title":"x","nodes":{"id":[0,1],"cpus":[1,1],"memory":[1,1,1]}}\n\n\n',
    "half": b'{"layout":"half","title":"x","nodes":{"id":[0,1],"cpus":[1,1],"memory":[1,1,1]}}\n\n\x14\n',
    "mirror": b'{"layout":"mirror","title":"x","nodes":{"id":[0,1],"cpus":[1,1],"memory":[1,1,1]}}\n\n\x14\n\x15',
    "another layout": b'{"layout":"x","title":"x","nodes":{"id":[0],"cpus":[1],"memory":[1,1]}}\n',
    "columns that differ": b'{"title":"x","nodes":{"id":[0,1],"cpus":[1],"memory":[1,1]}}\n',
    "text as an id": b'{"title":"x","nodes":{"id":["a"],"cpus":[1],"memory":[1,1]}}\n',
    "a CPU list": b'{"layout":"half","title":"x","nodes":{"id":[3],"cpus":["4-7,9"],"memory":[5,7]}}\n\n',
    "many nodes": b'{"title":"x","nodes":{"id":[%s0]}}\n' % (b"0," * 1100),
    "a long head": b'{"title":"%s"}\n' % (b"x" * 2**19),
}
"""What links hold."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for texts, for archives, and for links."""
    return {"texts.txt": _texts, "archives.txt": _archives, "links.txt": _links}


def _texts() -> str:
    return "".join(f"{name}: {' | '.join(read(text))[:900]}\n" for name, text in TEXTS.items())


def _archives() -> str:
    return "".join(f"{name}: {' | '.join(read(data))[:600]}\n" for name, data in _all_archives())


def _all_archives() -> Iterator[tuple[str, bytes]]:
    whole = tar(sysfs(FACTS))
    kinds = {"a hard link": tarfile.LNKTYPE, "a device": tarfile.CHRTYPE, "a FIFO": tarfile.FIFOTYPE}
    for name, kind in {**kinds, "a folder": tarfile.DIRTYPE}.items():
        yield name, _archive([("sys/devices/system/node/node0/distance", b"10", kind)])
    for name, path in {"a path from the top": "/sys/devices/system/node/node0/distance", "a way up": "../../x"}.items():
        yield name, _archive([(path, b"10", tarfile.REGTYPE)])
    for name, form in {"GNU": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT, "ustar": tarfile.USTAR_FORMAT}.items():
        below = "/".join(["a" * 30] * 5)
        named = [(f"{below}/sys/devices/system/node/{path}", text.encode()) for path, text in sysfs(FACTS).items()]
        yield f"long names in {name}", _archive([(*one, tarfile.REGTYPE) for one in named], form)
    two = [(f"{top}/devices/system/node/{path}", text) for top in "ab" for path, text in sysfs(FACTS).items()]
    yield "two machines", _archive([(path, text.encode(), tarfile.REGTYPE) for path, text in two])
    damaged = [(f"sys/devices/system/node/{path}", text.encode()) for path, text in sysfs(FACTS).items()]
    yield "bytes that are no text", _archive([(path, data + b"\xff\0", tarfile.REGTYPE) for path, data in damaged])
    yield "a file twice", _archive([("node/node0/distance", row, tarfile.REGTYPE) for row in (b"10", b"11")])
    yield "a large file", _archive([("sys/devices/system/node/node0/distance", b"1" * 2**21, tarfile.REGTYPE)])
    yield "a wrong checksum", b"x" + whole[1:]
    yield "an end in a file", whole[:1700]
    yield "gzip", gzip.compress(whole, mtime=0)
    yield "gzip in gzip", gzip.compress(gzip.compress(b"x" * 99, mtime=0), mtime=0)
    yield "gzip of a text", gzip.compress(NUMACTL.encode(), mtime=0)
    yield "gzip of a SLIT", gzip.compress(slit(FACTS), mtime=0)
    yield "two parts", gzip.compress(NUMACTL[:50].encode(), mtime=0) + gzip.compress(NUMACTL[50:].encode(), mtime=0)
    yield "many parts", gzip.compress(b"x", mtime=0) * 120
    yield "bytes after gzip", gzip.compress(b"x", mtime=0) + b"more"
    yield "bzip2 that is cut", bz2.compress(whole)[:-9]
    yield "zip", b"PK\3\4" + bytes(99)
    yield "zstd", b"\x28\xb5\x2f\xfd" + bytes(99)
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(9)
    yield "UTF-16", NUMACTL.encode("utf-16")
    yield "no text", b"\xff\xfe\x00" + bytes([200, 201]) * 9
    yield "Latin 1", "node 0 cpus: 0 \xe4".encode("latin-1")


def _archive(members: list[tuple[str, bytes, bytes]], form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for path, data, kind in members:
            info = tarfile.TarInfo(path)
            info.type, info.linkname = kind, "x" if kind == tarfile.LNKTYPE else ""
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(data) if info.size else None)
    return buffer.getvalue()


def _links() -> str:
    return "".join(f"{name}: {result(unpack, _link(payload))}\n" for name, payload in LINKS.items())


def _link(payload: bytes) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(payload) + deflate.flush() + zlib.crc32(payload).to_bytes(4)
    return VERSION + base64.urlsafe_b64encode(data).decode().rstrip("=")
