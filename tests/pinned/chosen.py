"""How a text with several machines is split, what the machines are called, and which of them a choice means."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.doctor.machines import write
from tests.pinned.formats import differs, facts_of, grouped
from tests.pinned.listings import XEN
from tests.pinned.speeds import NODES, SPEEDS
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import devicetree, iasl, libvirt_domain, likwid, lscpu, numactl, sysfs_lines, tar
from viz.topology import TopologyError, load, load_folder

FIRST = numactl(FACTS)
SECOND = FIRST.replace("1024 MB", "5 MB")
HEADINGS = (
    "a", "# a", "## a b ##", "=== a ===", "[a]", "* a *", "a:", "--- a ---", "a b c d", "a b c d e", "12", "1 2",
    "node a",
    "available a", "Node a", "root@a:~# numactl -H", "[root@a ~]# numactl -H", "(me@a) $ numactl -H",
    "me@a:/x> numactl -H", "a:~# numactl -H", "$ ssh a numactl -H", "ssh me@a numactl -H", "ssh -p 22 -q a numactl -H",
    "ssh -1 -2 -3 -4 a x",
    "ssh -1 -2 -3 -4 -5 a x", "xssh a", "", "a\n\n", "x" * 40, "x" * 41,
)  # fmt: skip
"""Lines above the second machine of a text."""
MANY = "".join(f"# {name}\n{FIRST.replace('1024 MB', f'{number} MB')}" for number, name in enumerate("abcdefghij", 5))
TWO = f"# a\n{FIRST}# b\n{SECOND}"
CHOICES = ("1", "2", "3", "0", "-1", "01", "000002", "a", "b", "A", "c", "\u0661", "line 12", " 2")
SEVERAL = {
    "numactl": FIRST + FIRST,
    "numactl, the second cut": FIRST + FIRST[:30],
    "ten listings": MANY,
    "eight listings": MANY.partition("# i\n")[0],
    "nine listings": MANY.partition("# j\n")[0],
    "carriage returns": TWO.replace("\n", "\r\n"),
    "xl info, the second cut": XEN + "node:    memsize    memfree    distances\n   0: 5\n",
    "two maps in a line": "/ { distance-map { distance-matrix = <0 0 10>; }; m { distance-matrix = <0 0 10>; }; };",
    "two maps": devicetree(FACTS) + devicetree(FACTS),
    "two domains in a line": f"<x>{libvirt_domain(FACTS).partition('-->')[2].strip()}".replace("\n", "") * 2,
    "two domains": libvirt_domain(FACTS).replace("<domain", "<a/><domain").replace("<a/>", "", 1) * 2,
    "lscpu": lscpu(FACTS) + lscpu(FACTS).replace("2-3", "5"),
    "lscpu in JSON": json.dumps({"lscpu": [{"field": "NUMA node0 CPU(s):", "data": data} for data in "01"]}),
    "likwid": likwid(FACTS) + likwid(FACTS),
    "files of /sys": sysfs_lines(FACTS) + sysfs_lines(FACTS).replace("2-3", "5"),
    "files of /sys, the second without a node": sysfs_lines(FACTS) + "/sys/devices/system/node/online:0-5\n",
    "Proxmox": "numa0: cpus=0\nnuma1: cpus=1\nnuma0: cpus=0\n",
    "Proxmox, the second damaged": "numa0: cpus=0\nnuma1: cpus=1\nnuma1: cpus=x\n",
    "iasl": iasl(FACTS) + iasl(FACTS),
    "iasl, the second cut": iasl(FACTS) + iasl(FACTS)[:150],
}
LAYOUTS = {
    "a copy": SPEEDS,
    "a /sys": {path.removeprefix("sys/"): text for path, text in SPEEDS.items()},
    "the folder of nodes": {
        path.removeprefix(f"{NODES}/"): text for path, text in SPEEDS.items() if path.startswith(NODES)
    },
    "a folder named node": {
        path.replace(NODES, "node"): text for path, text in SPEEDS.items() if path.startswith(NODES)
    },
    "tiers beside the nodes": {
        path.replace(NODES, "node").replace("sys/devices/virtual/", ""): text for path, text in SPEEDS.items()
    },
    "tiers in the folder itself": {
        path.replace(NODES, "node").replace("sys/devices/virtual/memory_tiering/", ""): text
        for path, text in SPEEDS.items()
    },
    "tiers twice": SPEEDS | {"memory_tiering/memory_tier9/nodelist": "1\n"},
    "an empty tier and others": {
        path.replace("devices/virtual/memory_tiering", "x"): text for path, text in SPEEDS.items()
    }
    | {"sys/devices/virtual/memory_tiering/memory_tier4/nodelist": "", "memory_tier5/nodelist": "0-1\n"},
    "access2": {path.replace("access1", "access2"): text for path, text in SPEEDS.items()},
    "nothing": {"x": ""},
    "lists alone": {f"{NODES}/online": "0-1\n"},
    "a large file": SPEEDS | {f"{NODES}/node1/distance": "31 10" + " " * 2**20 + "5"},
    "NUL characters": SPEEDS | {f"{NODES}/node1/distance": "31 10\n\0"},
}
"""The files of a machine at other places."""


TIERS = "devices/virtual/memory_tiering/memory_tier{}/nodelist"
ARCHIVES = {
    "a copy": ("{}/sys/devices/system/node/node0/distance", "{}/sys/" + TIERS),
    "a /sys": ("{}/devices/system/node/node0/distance", "{}/" + TIERS),
    "the nodes themselves": ("{}/node0/distance", "{}/memory_tier{}/nodelist"),
}
"""Where two archives in one have a file of the nodes and a file of the tiers."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for names and choices, and one for folders."""
    return {"several.txt": _several, "folders.txt": _folders}


def _archive(nodes: str, tiers: str) -> bytes:
    """Return an archive of the machines a and b, of which b has a slower node."""
    members = {nodes.format(name): "10\n" for name in "ab"} | {
        tiers.format("a", 4): "0\n",
        tiers.format("b", 22): "0\n",
    }
    return tar(members, ".")


def _said(text: str | bytes, chosen: str = "") -> str:
    try:
        return " | ".join(fact for fact in facts_of(load(text, "", chosen)) if fact.startswith(("node", "source")))
    except TopologyError as error:
        return f"{type(error).__name__}: {error}"


def _several() -> str:
    named = [(f"{heading!r} above", _said(f"{FIRST}{heading}\n{SECOND}")) for heading in HEADINGS]
    named += [(f"{heading!r} above the first", _said(f"{heading}\n{FIRST}\n{SECOND}")) for heading in HEADINGS[:3]]
    named += [(f"choice {choice}", _said(TWO, choice)) for choice in CHOICES]
    named += [(name, _said(text)) for name, text in SEVERAL.items()]
    named += [
        (f"{name}, {chosen}", _said(_archive(*paths), chosen)) for name, paths in ARCHIVES.items() for chosen in "12"
    ]
    named += [(f"{name}, the second", _said(text, "2")) for name, text in SEVERAL.items()]
    return "\n".join([*grouped(named), ""])


def _folders() -> str:
    whole = _of_folder(SPEEDS)
    others = ((name, differs(whole, _of_folder(layout))) for name, layout in LAYOUTS.items())
    return "\n".join([*whole, "", *grouped(others), ""])


def _of_folder(layout: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return list(facts_of(load_folder(write(Path(folder) / "copy", layout))))
        except TopologyError as error:
            return [f"{error.key}: {error.problem}"]
