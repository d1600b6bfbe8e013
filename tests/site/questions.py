"""A hundred questions of the page, of every kind, which a server and a browser's Python must answer alike."""

from __future__ import annotations

import io
import tarfile
from base64 import b64encode
from typing import Any

from tests.doctor.machines import machine as doctors_machine
from viz.kernel.versions import VERSIONS
from viz.pressure.scenario import scenario_names
from viz.topology import builtin, builtin_names
from viz.topology.link import pack
from viz.topology.writers import WRITERS

FIRST, EVENTS = {"topology": "two-sockets-three-classes"}, {"topology": "losing-a-node"}
LINE = {"text": "2 sockets: cpu+dram 64G; shared cxl 256G at 20"}
LISTING = """available: 3 nodes (0-2)
node 0 cpus: 0 1 2 3
node 0 size: 64000 MB
node 1 cpus: 4 5 6 7
node 1 size: 64000 MB
node 2 cpus:
node 2 size: 256000 MB
node distances:
node   0   1   2
  0:  10  21  17
  1:  21  10  28
  2:  17  28  10
"""
CHAINS = {"old": "0>1>2", "new": "0>2>1", "start": 0, "protocol": "grace-hop", "programOrder": False}
MACHINES = builtin_names()[::4]
TALK = """title = "Two stops"
minutes = 2
[[stops]]
title = "A machine of the speaker's own"
machine = "2 sockets: cpu+dram 64G; shared cxl 256G at 20"
kernel = "v6.1"
step = "the order begins"
[[stops]]
title = "Its end"
step = "the order is complete"
"""


def tarball(kernel: str) -> str:
    """Return what `tierscope doctor --collect` packs of a machine, as a page sends it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in doctors_machine(kernel).items():
            one = tarfile.TarInfo(path)
            one.size = len(text.encode())
            archive.addfile(one, io.BytesIO(text.encode()))
    return b64encode(packed.getvalue()).decode()


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    *(("play", {"topology": name}) for name in MACHINES),
    *(("findings", {"topology": name, "kernel": "v6.1"}) for name in MACHINES),
    *(("chart", {"topology": name, "chart": "timeline", "theme": "dark"}) for name in MACHINES),
    *(("play", EVENTS | {"kernel": row.name}) for row in VERSIONS),
    *(("play", LINE | {"kernel": kernel}) for kernel in ("v5.15 + used=per-source", "v5.18+charge=one", "v6.1 + x=y")),
    *(("play", {"text": text}) for text in (LISTING, LISTING[:200], "nothing that names a node", '{"nodes": []}')),
    ("play", {"text": LISTING, "kernel": "6.12.50", "turned": "0:cxl", "allowed": "0-1"}),
    ("play", {"link": pack(builtin("optane-two-sockets")), "zonelists": "boot", "narrow": "yes"}),
    ("play", {"topology": "../x"}),
    ("whole", {"topology": "rebuild-storm"}),
    ("chart", FIRST | {"chart": "distances", "theme": "light", "narrow": "yes"}),
    ("chart", FIRST | {"chart": "no such chart"}),
    *(("against", FIRST | {"kernel": "posted", "other": FIRST | {"kernel": kernel}}) for kernel in ("v5.18", "v6.1")),
    ("against", EVENTS | {"events": 1, "other": EVENTS | {"events": 0}}),
    ("against", FIRST | {"other": "nothing"}),
    ("versions", LINE),
    ("machines", FIRST | {"kernel": "v5.15"}),
    ("readers", FIRST | {"event": 0, "programOrder": False}),
    ("readers", FIRST | CHAINS),
    ("walk", FIRST | CHAINS | {"walk": [0, 1, 2, -1]}),
    ("walk", FIRST | CHAINS | {"walk": ["x"]}),
    ("events", EVENTS),
    ("rebuilds", EVENTS),
    *(("pressure", FIRST | {"scenario": name}) for name in scenario_names()[:3]),
    ("pressure-why", FIRST | {"scenario": scenario_names()[0], "node": 0, "tick": 3}),
    ("doctor", FIRST),
    ("doctor", {"file": tarball("6.12.117"), "more": "/sys/kernel/mm/numa/demotion_enabled:false"}),
    ("doctor", {"file": tarball("6.12.117")[:200]}),
    ("doctor", FIRST | {"more": "/sys/kernel/mm/numa/demotion_enabled:false"}),
    ("stranding", FIRST | {"cpus": 4, "memory": "16 GiB"}),
    ("stranding", FIRST | {"cpus": -1, "memory": "16 GiB"}),
    *(("write", FIRST | {"form": form}) for form in WRITERS),
    ("log", FIRST | {"kernel": "v6.1", "log": "Demotion targets for Node 0: preferred: 1, fallback: 1-2"}),
    ("shape", {"line": "2 sockets: cpu+dram 64G, pmem 256G; cross 21"}),
    ("shape", {"line": "2 sockets: cpu+nothing"}),
    ("condition", {"condition": "node_demotion[1] changes and pass 2 begins"}),
    ("condition", {"condition": "(("}),
    ("talk", {"story": "tour"}),
    ("talk", {"text": TALK}),
    ("talk", {"text": TALK[:-40]}),
    ("rules", FIRST | {"kernel": "v5.15 + tie=id"}),
    ("picture", FIRST | {"chart": "timeline", "step": 20, "theme": "light", "frame": True}),
    ("animation", FIRST | {"first": 14, "last": 30, "stride": 2, "form": "svg", "theme": "dark"}),
    ("halls", FIRST),
    ("claims", FIRST | {"kernel": "posted"}),
    ("qr", {"address": "https://tierscope.example.org/#topology=optane-two-sockets"}),
    ("chart", FIRST | {"chart": "fill", "scenario": scenario_names()[0], "theme": "light"}),
    ("picture", FIRST | {"chart": "fill", "scenario": scenario_names()[0], "tick": 3, "theme": "light"}),
    ("patch", FIRST | {"kernel": "mine.py"}),
]
