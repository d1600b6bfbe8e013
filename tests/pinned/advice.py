"""What is said of texts that hold no machine, and what is read from a listing within other text or beside claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from tests.pinned.formats import WRAPPED, grouped, read
from tests.pinned.tables import compared
from tests.pinned.words import result
from tests.topology.formats.once_slow import FACTS
from tests.topology.formats.printers import numactl
from viz.topology.formats.kernel_log import printed_lists
from viz.topology.unreadable import BEGINNING, UNREADABLE_TEXTS, advice

LISTING = numactl(FACTS)
LINES = LISTING.splitlines()
SMALLER = LISTING.replace("1024 MB", "5 MB")
WITHOUT_A_MACHINE = (
    "GPU0\t X \tSYS\t0-3", "NIC3 NODE X", "GPU1  PHB", "GPU1 PXB", "GPU1 PIX", "GPU1 NV12", "GPU1 no words",
    "GPU1234  X",
    "  CPU Affinity  NUMA Affinity", "CPU Affinity alone", "| NVIDIA-SMI 535.1", "NVIDIA-SMI",
    "== ROCm System Management Interface ==", "GPU[0] : (Topology) Numa Node: 0", "GPU[0]  alone",
    "numa_hit 12 34", "interleave_hit 1", "local_node 5", "  other_node 6", "Per-node process memory usage",
    "Per-node system memory usage", "Per-node numastat info", "policy: default", "preferred node: current",
    "nodebind: 0 1", "membind: 0", "cpubind: 0",
    '{"chardev":"dax0.0"}', '{"memdev":"mem0"}', '{"decoder":"d"}', '{"root_decoders" :[]}', '{"daxregion":{}}',
    '{"cxl_region":{}}', '{"blockdev":"pmem0"}', '{"dev":"namespace0.0"}', '{"namespace":"btt1"}',
    '{"pmem_namespace": "region0"}', '{"dev":"sda"}',
    "DimmID | Capacity | LockState", "PersistentMemoryType=AppDirect", "DimmID alone",
    "Machine (5GB total) L#0", "Machine L#0 (P#0 total=5GB)", "  Package L#0", "Group0 L#0", "NUMANode L#0 (P#0 5GB)",
    "HostBridge L#0", "PU L#0 (P#0)", "Core L#0", "Socket L#0", "Machine (total=5GB)", "Machine (7GB)", "Machine (P#0)",
    "PU(smt) L#1", "Machine alone",
    "ACPI: SRAT: Node 0 PXM 0", "x SRAT: PXM 1 -> APIC 0", "ACPI: SRAT alone", "SRAT alone",
    "[    0.123456] Linux version 6.1", "[123456.123456] x", "[0.1] x",
    "RANGE SIZE STATE REMOVABLE BLOCK", "RANGE SIZE", "MemTotal: 123 kB", "Mem:  123 456", "MemTotal: 5",
    "Node 0, zone  Normal", "Node 0 zone", "pgdemote_kswapd 5", "nr_free_pages 7", "pgmigrate_success 9",
    "pgmigrate_fail 9",
    "# dmidecode 3.3", "Handle 0x0010, DMI type 17", "00:1f.2 SATA controller", "0000:3a:00.0 CXL: x", "00:1f.8 SATA",
    "  *-memory", "*-core", "*-cpu", "*-firmware", "*-disk",
    "processor : 0", "processor\t: 12  ", "processor : x",
    "NUMA cell(s):        2", "Core(s) per socket:    4", "   0:   123 KiB", "0: 5 MiB",
    "numa_mode      : strict", "numa_nodeset : 0", "Allocatable:", "Capacity:  ", "Capacity: 5",
    "Kind:  NodeResourceTopology", "NAME   STATUS", "NAME READY", "NAME AGE", "NAME DESIRED", "NAME VERSION", "NAME x",
    "Approximate Cross-NUMA Node Access Cost", "Logical Processor to NUMA Node Map:",
    "vm.ndomains: 2", "vm.phys_segs:", "vm.phys_locality=", "hw.memsize: 5", "hw.ncpu: 4", "hw.physmem=9",
    "hw.model: x",
    "   NUMA Node Count: 2", "Control Group  Tasks %CPU", "   Loaded: loaded (x)", "Loaded: masked",
    "Intel(R) Memory Latency Checker - v3.9", "# Running numa/mem benchmark", "# Running x",
    "0::/user.slice", "cpuset.mems", "N0=5", "N12345=1",
    "qemu-system-x86_64 -m 4G", "/usr/libexec/qemu-kvm -m 4G", "x -device cxl-type3,id=a", "x -M q35,cxl=on", "-M q35",
    "ostype: l26", "scsihw: virtio", "vmgenid: 5", "agent: 1", "agents: 1",
    "10 20\n20 10", "  10  21", "11 20", "10", "nothing at all", "x" * BEGINNING + "\nostype: l26",
    "x" * (BEGINNING - 12) + "\nostype: l26",
)  # fmt: skip
"""The beginnings of texts that other programs print, and beside them such as only look like these."""


def _prefixed(prefix: str, lines: list[str] = LINES) -> str:
    return "".join(f"{prefix}{line}\n" for line in lines)


def _yaml(indent: str) -> str:
    return "stdout: |\n" + "".join(f"{indent}{line}\n" for line in LINES)


WITHIN = {
    "alone": LISTING,
    "a cell of a table": f"<table><tr><td>{LISTING.replace(chr(10), '<br/>')}</td></tr></table>",
    **{
        f"<{tag}>": "".join(f"<{tag}>{line}</{tag}>" for line in LINES)
        for tag in ("p", "li", "div", "td", "th", "pre", "samp", "code", "span", "tr", "screen")
    },
    "breaks in capitals": LISTING.replace("\n", "<BR>"),
    "breaks with a class": LISTING.replace("\n", '<br class="x">'),
    "entities": LISTING.replace(":", "&#58;"),
    "entities by name": LISTING.replace("node", "&lt;b&gt;node"),
    "quotation marks as entities": f"&quot;{LISTING}&quot;",
    "a string of JSON": json.dumps(LISTING),
    "a list of JSON": json.dumps(LINES),
    **{
        f"JSON under {key}": json.dumps({"rc": 0, key: LISTING})
        for key in ("stdout", "output", "msg", "result", "data", "x")
    },
    **{f"two hosts by {key}": json.dumps([{key: "a", "stdout": LISTING}, {key: "b", "stdout": SMALLER}])
       for key in ("host", "hostname", "node", "name", "id", "other")},
    "two hosts as keys": json.dumps({"a": {"stdout": LISTING}, "b": {"stdout": SMALLER}}),
    "the same host twice": json.dumps([{"host": "a", "stdout": LISTING}, {"host": "b", "stdout": LISTING}]),
    "lines in JSON": json.dumps({"hosts": {"a": {"stdout_lines": LINES}}}),
    "a name of several lines": json.dumps({"name": "a\nb", "stdout": LISTING}),
    "JSON that is cut": json.dumps({"stdout": LISTING})[:-3],
    "a host and a colon": _prefixed("node-1: "),
    "a host and a bar": _prefixed("node-1 | "),
    "a host and a drawn bar": _prefixed("node-1 \u2502 "),
    "a host in brackets": _prefixed("[node-1] "),
    "a host and an arrow": _prefixed("node-1 > "),
    "an address": _prefixed("root@10.0.0.1: "),
    "two hosts line by line": _prefixed("a: ") + _prefixed("b: ", SMALLER.splitlines()),
    "two hosts in turn": "".join(f"a: {line}\nb: {line}\n" for line in LINES),
    "a host before half of the lines": _prefixed("a: ", LINES[:5]) + "\n".join(LINES[5:]),
    "a host before all lines but one": _prefixed("a: ", LINES[:8]) + LINES[8] + "\n" + _prefixed("a: ", LINES[9:]),
    "two lines of a host": _prefixed("a: ", ["node 0 size: 5 MB", "node 0 cpus: 1"]),
    "a time": _prefixed("2024-01-02 03:04:05 "),
    "a time in brackets": _prefixed("[2024-01-02T03:04:05.678Z] "),
    "a time with a zone": _prefixed("2024-01-02T03:04:05+01:00 "),
    "a time of syslog": _prefixed("Jan  2 03:04:05 box kernel[1]: "),
    "a time alone": _prefixed("[03:04:05] "),
    "a time before half of the lines": _prefixed("[03:04:05] ", LINES[:5]) + "\n".join(LINES[5:]),
    "a time before all lines but one": LINES[0] + "\n" + _prefixed("[03:04:05] ", LINES[1:]),
    "numbers and a colon": "".join(f"{number}: {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers and a bar": "".join(f"{number:4} | {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers and a bracket": "".join(f"{number}) {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers and a point": "".join(f"{number}. {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers and a blank": "".join(f"{number:6}  {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers that fall": "".join(f"{99 - number}: {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers that repeat": "".join(f"{number // 2}: {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers of all lines but one": LINES[0] + "\n" + "".join(f"{n}: {line}\n" for n, line in enumerate(LINES[1:], 2)),
    "numbers of all lines but three": "".join(
        f"{n}: {line}\n" if n > 3 else f"{line}\n" for n, line in enumerate(LINES, 1)
    ),
    "strings": "".join(f'"{line}\\n"\n' for line in LINES),
    "strings in single quotation marks": "".join(f"'{line}\\n'\n" for line in LINES),
    "strings and commas": "[" + ",\n".join(f"'{line}'" for line in LINES) + "]",
    "strings and dashes": "".join(f'\n- "{line}"' for line in LINES),
    "strings with tabs": "".join(f'"{line}\\n"\n' for line in LINES).replace(" ", "\\t"),
    "strings with escapes by number": "".join(f'"{line}\\n"\n' for line in LINES)
    .replace(":", "\\x3a")
    .replace("0", "\\u0030"),
    "strings that are joined": " +\n".join(f'"{line}\\r\\n"' for line in LINES),
    "two lines of strings": '"node 0 cpus: 0\\nnode 0 size: 5 MB"',
    "escaped": LISTING.replace("\n", "\\n"),
    "escaped, with returns": LISTING.replace("\n", "\\r\\n"),
    "triple quotation marks": f'x = """{LISTING}"""',
    "triple single quotation marks": f"x = '''{LISTING}'''",
    "fences": f"```\n{LISTING}```\n",
    "one backtick": f"`{LISTING}`",
    "YAML": _yaml("  "),
    **WRAPPED,
}  # fmt: skip
"""A listing within what programs and people put around it."""
T4, T22 = "memory_tier4/nodelist", "memory_tier22/nodelist"
CLAIMS = {
    "grep": f"/sys/devices/virtual/memory_tiering/{T4}:0\n{T22}:1\n",
    "grep, without nodelist": "memory_tier4:0\nmemory_tier22:1\n",
    "equals signs": "memory_tier4=0\nmemory_tier22 = 1\n",
    "arrows": "memory_tier4 -> 0\nmemory_tier22 => 1\n",
    "bars": "memory_tier4 | 0 |\nmemory_tier22 | 1 |\n",
    "words": "memory_tier4 nodes 0\nmemory_tier22 nodelist: 1\n",
    "remarks": "memory_tier4: 0 # DRAM\nmemory_tier22: 1 // slow\n",
    "quotation marks": "'memory_tier4': '0',\n\"memory_tier22\": \"1\"\n",
    "brackets": "memory_tier4 (0)\nmemory_tier22 [1]\n",
    "lists": "memory_tier4: 0, 1\n",
    "ranges": "memory_tier4: 0-1\n",
    "headings": f"==> {T4} <==\n0\n\n==> {T22} <==\n1\n",
    "headings of more": f"::::::::::::::\n{T4}\n::::::::::::::\n0\n::::::::::::::\n{T22}\n::::::::::::::\n1\n",
    "headings with rules": f"{T4}:\n-----\n0\n{T22}:\n=====\n1\n",
    "headings with two dashes": f"{T4}:\n--\n0\n",
    "cat": f"$ cat {T4}\n0\n$ cat {T22}\n1\n",
    "head": f"# head {T4}\n0\n# tail {T22}\n1\n",
    "more and less": f"# more {T4}\n0\n# less {T22}\n1\n",
    "another command": f"# vi {T4}\n0\n",
    "cat of both": f"$ cat {T4} {T22}\n0\n1\n",
    "cat of both in braces": "$ cat memory_tier{4,22}/nodelist\n0\n1\n",
    "cat of all": "$ cat memory_tier*/nodelist\n0\n1\n$ ls\nmemory_tier4 memory_tier22\n",
    "cat of all, with one line more": "$ cat memory_tier*/nodelist\n0\n1\n2\n$ ls\nmemory_tier4 memory_tier22\n",
    "all without cat": "memory_tier*/nodelist\n0\n1\nmemory_tier4 memory_tier22\n",
    "a prompt": "box:/sys/devices/virtual/memory_tiering/memory_tier4# cat nodelist\n0\n",
    "a prompt and another file": "box:/sys/devices/virtual/memory_tiering/memory_tier4# cat uevent\n0\n",
    "pairs in a line": "memory_tier4=0 memory_tier22=1\n",
    "pairs and commas": "{memory_tier4: 0, memory_tier22: 1}\n",
    "pairs, one without its nodes": "memory_tier4 memory_tier22=1\n",
    "a tier without nodes": "memory_tier4:\nmemory_tier22:1\n",
    "prose": "memory_tier4 is fast\n",
    "a tier with a very long number": "memory_tier12345678901:0\n",
    "latencies": "node1/access1/initiators/read_latency:250\nnode0/access1/initiators/read_latency:90\n"
    "node1/access1/initiators/read_bandwidth:9000\nnode0/access1/initiators/read_bandwidth:20000\n",
    "latencies of access0": "node1/access0/initiators/read_latency:250\nnode0/access0/initiators/read_latency:90\n"
    "node1/access0/initiators/read_bandwidth:9000\nnode0/access0/initiators/read_bandwidth:20000\n",
    "latencies of both": "node1/access0/initiators/read_latency:240\nnode1/access1/initiators/read_latency:250\n",
    "latencies of access2": "node1/access2/initiators/read_latency:250\n",
    "a latency of 0": "node1/access1/initiators/read_latency:0\n",
    "latencies of writes": "node1/access1/initiators/write_latency:250\nnode1/access1/initiators/write_bandwidth:5\n",
    "latencies of an absent node": "node7/access1/initiators/read_latency:250\n",
    "a device": "/sys/bus/dax/devices/dax0.0/target_node:1\n",
    "cat of a device": "$ cat /sys/bus/dax/devices/dax0.0/target_node\n1\n",
    "a device with a long number": "dax123456.0/target_node:1\n",
    "tiers and targets that agree": "memory_tier4=0\nmemory_tier22=1\n"
    "Demotion targets for Node 0: preferred: 1, fallback: 1\nDemotion targets for Node 1: null\n",
    "tiers and targets that do not": "memory_tier4=1\nmemory_tier22=0\n"
    "Demotion targets for Node 0: preferred: 1, fallback: 1\nDemotion targets for Node 1: null\n",
    "targets the other way round": "Demotion targets for Node 1: preferred: 0, fallback: 0\n",
    "targets of nothing": "Demotion targets for Node 0: null\nDemotion targets for Node 1: null\n",
    "targets of themselves": "Demotion targets for Node 0: preferred: 0, fallback: 0\n",
    "tiers and latencies that do not agree": "memory_tier4=0-1\nnode1/access1/initiators/read_latency:250\n"
    "node0/access1/initiators/read_latency:90\nnode1/access1/initiators/read_bandwidth:9000\n"
    "node0/access1/initiators/read_bandwidth:20000\n",
    "a device and tiers that do not agree": "memory_tier4=0-1\ndax0.0/target_node:1\n",
    "a device and tiers that agree": "memory_tier4=0\nmemory_tier22=1\ndax0.0/target_node:1\n",
    "a device and latencies": "dax0.0/target_node:1\nnode1/access1/initiators/read_latency:250\n"
    "node0/access1/initiators/read_latency:90\nnode1/access1/initiators/read_bandwidth:9000\n"
    "node0/access1/initiators/read_bandwidth:20000\n",
    "a node in two tiers": "memory_tier4=0-1\nmemory_tier22=1\n",
    "both nodes in two tiers": "memory_tier4=0-1\nmemory_tier22=0-1\n",
    "a tier of an absent node": "memory_tier4=0-1\nmemory_tier22=5\n",
    "tiers of one node": "memory_tier4=0\n",
    "tiers of an absent node alone": "memory_tier22=5\n",
    "a negative tier": "memory_tier4294967295=1\nmemory_tier4=0\n",
    "tier 0": "memory_tier0=1\nmemory_tier4=0\n",
    "parameters": "numa_emulation.adistance=576,704\n",
    "parameters and tiers that do not agree": "numa_emulation.adistance=576,704\nmemory_tier4=0\nmemory_tier22=1\n",
}  # fmt: skip
"""What may stand beside a listing about the tiers of its nodes."""


FALLBACK = "[    0.1] Fallback order for Node {}: {}\n"
TARGETS = "[    1.0] Demotion targets for Node {}: {}\n"
LOGS = {
    "nothing": "",
    "a fallback order": FALLBACK.format(0, "0 1") + FALLBACK.format(1, "1 0"),
    "a fallback order again": FALLBACK.format(0, "0 1") + FALLBACK.format(0, "1 0"),
    "a fallback order of nothing": FALLBACK.format(0, ""),
    "a fallback order with a word": FALLBACK.format(0, "0 x 1"),
    "the fallback order of node 1024": FALLBACK.format(1024, "0"),
    "a fallback order to node 1024": FALLBACK.format(0, "1024"),
    "targets": TARGETS.format(0, "preferred: 1, fallback: 1-2"),
    "preferred targets": TARGETS.format(0, "preferred: 1"),
    "no targets": TARGETS.format(0, "null"),
    "targets of node 1024": TARGETS.format(1024, "null"),
    "damaged targets": TARGETS.format(0, "preferred: 1-, fallback: 1"),
    "damaged lower nodes": TARGETS.format(0, "preferred: 1, fallback: 2-1"),
    "both in a line": (FALLBACK.format(0, "0 1") + TARGETS.format(0, "preferred: 1")).replace("\n", ""),
    "quoted": "> " + FALLBACK.format(0, "0 1"),
    "a tier in prose": "memory_tier4 is fast\n",
    "a text of another kind": "usb 1-1: new device\n",
    **CLAIMS,
}
"""What a kernel may print, and what people write of tiers."""


def files() -> dict[str, Callable[[], str]]:
    """Return a file for texts without a machine, for listings within other text, and for claims beside a listing."""
    beside = {"nothing": LISTING} | {name: f"{LISTING}\n{text}" for name, text in CLAIMS.items()}
    return {
        "advice.txt": _advice,
        "within.txt": partial(compared, WITHIN),
        "claims.txt": partial(compared, beside),
        "logs.txt": _logs,
    }


def _logs() -> str:
    """Return the lists in each log, and what is said of a log alone."""
    lists = grouped((name, result(printed_lists, text)) for name, text in LOGS.items())
    return "\n".join([*lists, "", *grouped((name, read(text)[0]) for name, text in LOGS.items()), ""])


def _advice() -> str:
    named = [(text.strip()[-60:], advice(text) or "nothing") for text in WITHOUT_A_MACHINE]
    without = [one.what for one in UNREADABLE_TEXTS if not any(one.what in said for _, said in named)]
    return "\n".join([*grouped(named), f"without an example: {', '.join(without) or 'none'}", ""])
