"""Describe one machine of two nodes in the many forms that people and programs write; all of the texts are made up."""

from __future__ import annotations

MIB = 2**20
TWO = [(0, "0-1", 1024), (1, "2-3", 2048)]
ROWS = [[10, 21], [31, 10]]
MATRIX = "node distances:\nnode   0   1\n  0:  10  21\n  1:  31  10\n"
STANZAS = "node 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 1 cpus: 2 3\nnode 1 size: 2048 MB\n"
CELLS = (
    "<cell id='0' cpus='0-1' memory='1' unit='GiB'><distances><sibling id='1' value='21'/></distances></cell>\n"
    "<cell id='1' cpus='2-3' memory='2' unit='GiB'><distances><sibling id='0' value='31'/></distances></cell>\n"
)
LIKWID = (
    "Domain:\t\t0\nProcessors:\t( 0 1 )\nDistances:\t10 21\nTotal memory:\t1024 MB\n"
    "Domain:\t\t1\nProcessors:\t( 2 3 )\nDistances:\t31 10\nTotal memory:\t2048 MB\n"
)
SYSFS = {
    "node0/distance": "10 21\n",
    "node1/distance": "31 10\n",
    "node0/cpulist": "0-1\n",
    "node1/cpulist": "2-3\n",
    "node0/meminfo": "\nNode 0 MemTotal:        1048576 kB\nNode 0 MemFree:         1 kB\n",
    "node1/meminfo": "\nNode 1 MemTotal:        2097152 kB\nNode 1 MemFree:         1 kB\n",
}
LINES = "".join(f"/sys/devices/system/node/{path}:{text.strip().splitlines()[0]}\n" for path, text in SYSFS.items())
XEN = (
    "cpu:    core    socket     node\n  0: 0 0 0\n  1: 1 0 0\n  2: 0 1 1\n  3: 1 1 1\n"
    "numa_info              :\nnode:    memsize    memfree    distances\n"
    "   0:      1024          5      10,21\n   1:      2048          5      31,10\n"
)
NODES = (
    "-object memory-backend-ram,id=a,size=1G -object memory-backend-ram,id=b,size=2G "
    "-numa node,nodeid=0,cpus=0-1,memdev=a -numa node,nodeid=1,cpus=2-3,memdev=b"
)
DISTS = "-numa dist,src=0,dst=1,val=21 -numa dist,src=1,dst=0,val=31"
MAP = "distance-map { distance-matrix = <0 0 10>, <0 1 21>, <1 0 31>, <1 1 10>; };"


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def in_a_mail(text: str) -> str:
    return f"Hello,\n\nOn Monday <me@host.example> wrote:\n{quoted(text)}\nWhat do you think?\n"


TEXTS = {
    "cpu lists with ranges and a count": STANZAS.replace(": 0 1", ": 0-1 (2)").replace(": 2 3", ": 2, 3 (2)") + MATRIX,
    "remarks in brackets": STANZAS.replace("0 1\n", "0 1  (two of them)\n") + MATRIX.replace("21\n", "21  (far)\n"),
    "remarks after an arrow": STANZAS.replace("1024 MB", "1024 MB \u2190 this")
    + MATRIX.replace("21\n", "21 \u2190 far\n"),
    "binary units": STANZAS.replace("1024 MB", "1 GiB").replace("2048 MB", "2048MiB") + MATRIX,
    "rows without colons in a comment": quoted(
        STANZAS + MATRIX.replace(":  ", "   ").replace("node dist", "node dist"), " * "
    ).replace("distances   ", "distances:"),
    "no line above the columns": STANZAS + MATRIX.partition("\n")[2],
    "the end of a page": f"<pre>available: 2 nodes (0-1)<br>\n{STANZAS}{MATRIX}</pre>",
    "likwid in a comment": quoted(LIKWID, "# "),
    "likwid in a mail": in_a_mail(LIKWID),
    "likwid as %g prints it": LIKWID.replace("2048 MB", "2.048e+03 MB").replace("2.048e+03", "2048"),
    "sysfs in a mail": in_a_mail(LINES),
    "sysfs as tail prints it": "\n".join(f"==> /sys/devices/system/node/{p} <==\n{t}" for p, t in SYSFS.items()),
    "sysfs by echo and cat": "".join(f"/sys/devices/system/node/{p}:\n{t}" for p, t in SYSFS.items()),
    "sysfs from within": LINES.replace("/sys/devices/system/node/", ""),
    "xen in a mail": in_a_mail(XEN),
    "xen wrapped": XEN.replace("10,21", "10,\n 21"),
    "qemu with options commented out": f"qemu {NODES} {DISTS}\n#-numa dist,src=0,dst=1,val=99\n# -numa node\n",
    "qemu at a root prompt": f"# qemu-system-x86_64 {NODES} {DISTS}\n",
    "qemu all in a comment": f"#  {NODES}\n#  {DISTS}\n",
    "qemu in a quoted value over lines": f'args: "-smp 4\n   {NODES}\n   {DISTS}"\n',
    "qemu put together": f'a="-smp 4 {NODES}"\n# it\'s one direction after the other\na+=" {DISTS}"\n',
    "cells in a mail": in_a_mail(f"<numa>\n{CELLS}</numa>"),
    "cells with dots around": f"...\n<vcpu>4</vcpu>\n<cpu>\n...\n<numa>{CELLS}</numa></cpu>\n<devices/>\n...\n",
    "cells alone": CELLS,
    "cells with a CPU taken out": f"<numa>{CELLS}</numa>".replace("'2-3'", "'2-5,^4,^5'"),
    "cells with a wide comma": f"<numa>{CELLS}</numa>".replace("'2-3'", "'2\uff0c3'"),
}
