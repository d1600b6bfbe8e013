"""Boot machines in QEMU and print what the doctor says about them: `./dev boot --doctor [NAME|FILE|LINE]...`.

Without arguments two usual machines are booted: one with an HMAT, which demotes once the switch is on, and one without
an HMAT, which has one memory tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.boot import booted, possible_tiers, small, tier_files
from viz.doctor.copies import read_lines
from viz.doctor.facts import FIGURES, Facts
from viz.doctor.paths import NODES, SWITCH
from viz.doctor.report import Report, examine
from viz.topology import Topology, builtin, builtin_names, load
from viz.topology.writers import write

WITH_HMAT, WITHOUT = "1 socket: cpu+dram 1G, cxl 1G", "1 socket: cpu+dram 1G, dram 1G"
EXPECTED = {WITH_HMAT: "once it is on, node 0 would demote to node 1", WITHOUT: "there is one memory tier"}
"""The words that the verdict on each of the usual machines has on 6.11 and newer."""
_SAYS = ("switch-off", "one-tier", "no-performance", "too-similar", "dram-mismatch")


def files(topology: Topology) -> list[str]:
    """Return the paths of the files of /sys that the guest prints; each file has one line."""
    masks = [f"/{NODES}/{name}" for name in ("online", "has_cpu", "has_memory")]
    nodes = [f"/{NODES}/node{node}" for node in topology.ids]
    rows = [f"{node}/distance" for node in nodes]
    figures = [f"{node}/access1/initiators/{figure}" for node in nodes for figure in FIGURES]
    return [f"/{SWITCH}", *masks, *rows, *figures, *tier_files(possible_tiers(topology))]


def report_of(log: str) -> Report:
    """Return the doctor's report on the files that a guest printed."""
    return examine(Facts(read_lines(log)))


def main(names: Sequence[str]) -> int:
    """Boot each machine and print the verdict on it. Return 1 if the verdict on a usual machine is wrong."""
    wrong = 0
    for name in names or EXPECTED:
        topology = builtin(name) if name in builtin_names() else _loaded(name)
        written = write(small(topology), "qemu")
        report = report_of(booted(written.text, files(load(written.text).topology)))
        print(f"{name}: kernel {report.kernel}: {report.verdict}", flush=True)
        for finding in report.findings:
            if finding.id in _SAYS:
                print(f"    {finding.id}: {finding.state}: {finding.says}")
        wrong += name in EXPECTED and EXPECTED[name] not in report.verdict
    return 1 if wrong else 0


def _loaded(name: str) -> Topology:
    path = Path(name)
    return load(path.read_bytes() if path.is_file() else name, name).topology
