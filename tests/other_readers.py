"""The readers of texts that name no machine: each with a text, for the tests of time and for ./dev fuzz."""

from __future__ import annotations

from collections.abc import Callable

from viz.doctor.copies import read_copy
from viz.doctor.facts import Facts
from viz.kernel.releases import version
from viz.pressure.scenario import builtin_text, read_scenario
from viz.stories.talk import read_talk
from viz.stories.toml_lines import located
from viz.topology import TopologyError
from viz.topology.watermarks import read_zoneinfo
from viz.trace.conditions import parse

ZONEINFO = """Node 0, zone   Normal
  pages free     50000
        min      1000
        low      1250
        high     1500
        present  262144
        managed  250000
        protection: (0, 0, 5)
  node_unreclaimable:           0
"""
TALK = '''title = "A \\"talk\\""
machines = { mine = "2 sockets: cpu+dram" }
[[stops]]
title = "One"  # a comment
topology = "mine"
notes = """two
lines"""
step = "pass 1 begins"
until = 'x'
'''


def talk(text: str) -> object:
    """Read a talk; an error gets the line of its key, which is read in another way."""
    try:
        return read_talk(text, "fuzz")
    except TopologyError as error:
        raise located(error, text) from None


def files(text: str) -> object:
    """Read lines of the files that the doctor reads, and their counters and zones."""
    facts = Facts(read_copy(text.encode("utf-8", "replace"), "fuzz"))
    return facts.vmstat, facts.node_vmstat(0), facts.meminfo(0), facts.zones, facts.gave_up, facts.log


READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "a talk": (talk, TALK),
    "a scenario": (lambda text: read_scenario(text, "fuzz"), builtin_text("cpuset")),
    "a condition": (parse, "node_demotion[1] changes and (pass 2 begins or not used_targets has 3)"),
    "changed rules": (version, "v5.15 + used=per-source + tie=id"),
    "zoneinfo": (lambda text: read_zoneinfo(text, "fuzz"), ZONEINFO),
    "files for the doctor": (
        files,
        "==> /proc/vmstat <==\npgdemote_kswapd 5\npgdemote_direct 0\n/sys/devices/system/node/node0/vmstat:nr_free 1\n"
        f"$ cat /proc/zoneinfo\n{ZONEINFO}[    0.1] Demotion targets for Node 0: preferred: 1, fallback: 1\n",
    ),
}
