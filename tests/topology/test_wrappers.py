"""Test that a listing inside other text is read, and that of two machines in a text one has to be chosen."""

from __future__ import annotations

import html
import json

import pytest

from tests.command import printed, refusal
from viz.topology import SeveralMachines, TopologyError, load

LISTING = (
    "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1000 MB\nnode 1 cpus: 2 3\nnode 1 size: 2000 MB\n"
    "node distances:\nnode   0   1\n  0:  10  21\n  1:  31  10\n"
)
OTHER = LISTING.replace("1000 MB", "5000 MB")
LINES = LISTING.splitlines()


def literal(line: str) -> str:
    return '"' + line.replace('"', '\\"') + '\\n"'


def tagged(text: str) -> str:
    return "<br>".join(text.splitlines())


WRAPPED = {
    "a cell of a table": f"<table><tr><td>{tagged(LISTING)}</td></tr></table>",
    "breaks alone": tagged(LISTING),
    "breaks and entities": html.escape(LISTING).replace(" ", "&nbsp;").replace("\n", "<br/>"),
    "paragraphs": "".join(f"<p>{line}</p>" for line in LINES),
    "a highlighted page": "".join(f'<div class="line"><span class="c">{line}</span></div>\n' for line in LINES),
    "stdout": json.dumps({"changed": True, "stdout": LISTING, "stdout_lines": LINES, "rc": 0}),
    "an indented result": json.dumps({"host": "a", "results": [{"cmd": "numactl -H", "stdout": LISTING}]}, indent=2),
    "a JSON list of lines": json.dumps(LINES),
    "an indented list of lines": json.dumps(LINES, indent=4),
    "a JSON string": json.dumps(LISTING),
    "a Python list": "lines = " + repr(LINES),
    "quoted lines": "".join(f'"{line}",\n' for line in LINES),
    "quoted lines of YAML": "output:\n" + "".join(f'- "{line}"\n' for line in LINES),
    "C": "static const char *text =\n" + "\n".join(f"    {literal(line)}" for line in LINES) + ";\n",
    "C in one literal": f"char *s = {json.dumps(LISTING)};",
    "Java": "String s = " + " +\n    ".join(literal(line) for line in LINES) + ";\n",
    "JavaScript": "const s = " + " +\n".join(f"'{line}\\n'" for line in LINES) + ";\n",
    "a Python string": f'text = """{LISTING.rstrip()}"""\n',
    "repr": repr(LISTING),
    "repr of bytes": repr(LISTING.encode()),
    "escapes without marks": LISTING.replace("\n", "\\n"),
    "numbers": "".join(f"{number} {line}\n" for number, line in enumerate(LINES, 1)),
    "numbers as cat -n": "".join(f"{number:6}\t{line}\n" for number, line in enumerate(LINES, 1)),
    "numbers and colons": "".join(f"{number}: {line}\n" for number, line in enumerate(LINES, 41)),
    "numbers as grep -n": "".join(f"{number}:{line}\n" for number, line in enumerate(LINES, 7)),
    "numbers and bars": "".join(f" {number:3} | {line}\n" for number, line in enumerate(LINES, 1)),
    "compose": "".join(f"node-1  | {line}\n" for line in LINES),
    "pdsh": "".join(f"node17: {line}\n" for line in LINES),
    "kubectl logs": "".join(f"[pod/numa-x7/main] {line}\n" for line in LINES),
    "stamps": "".join(f"2026-11-29T07:19:43.123456Z {line}\n" for line in LINES),
    "syslog": "".join(f"Nov 29 07:19:43 host-a numactl[123]: {line}\n" for line in LINES),
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPED)
def test_a_listing_is_read_through_its_wrapper(name: str) -> None:
    loaded = load(WRAPPED[name])
    assert [(node.cpus, node.memory // 2**20) for node in loaded.topology.nodes] == [("0-1", 1000), ("2-3", 2000)]
    assert loaded.topology.distances == (bytes([10, 21]), bytes([31, 10]))


def test_a_piece_in_a_string_is_read() -> None:
    loaded = load('{"stdout":"node 0 cpus: 0\\nnode 0 size: 1000 MB"}')
    assert [node.memory for node in loaded.topology.nodes] == [1000 * 2**20]


def test_tiers_are_read_through_the_wrapper() -> None:
    text = LISTING.replace("node 1 cpus: 2 3", "node 1 cpus:") + "memory_tier4: 0\nmemory_tier22: 1\n"
    for wrapped in (
        json.dumps({"stdout": text}),
        tagged(text),
        "".join(f"n1 | {line}\n" for line in text.splitlines()),
    ):
        assert [node.adistance for node in load(wrapped).topology.nodes] == [576, 2880]


TWO = {
    "one after the other": (LISTING + "\n" + OTHER, ("line 1", "line 11")),
    "with headings": (f"# host-a\n{LISTING}\n# host-b\n{OTHER}", ("line 1, host-a", "line 13, host-b")),
    "prompts": (
        f"me@host-a:~$ numactl -H\n{LISTING}me@host-b:~$ numactl -H\n{OTHER}",
        ("line 1, host-a", "line 12, host-b"),
    ),
    "ssh": (f"$ ssh a1 numactl -H\n{LISTING}$ ssh b1 numactl -H\n{OTHER}", ("line 1, a1", "line 12, b1")),
    "prefixes": (
        "".join(f"a1: {line}\n" for line in LINES) + "".join(f"b2: {line}\n" for line in OTHER.splitlines()),
        ("a1", "b2"),
    ),
    "two strings": (
        json.dumps([{"host": "alpha", "stdout": LISTING}, {"host": "beta", "stdout": OTHER}]),
        ("alpha", "beta"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO)
def test_two_machines_are_a_choice(name: str) -> None:
    text, names = TWO[name]
    with pytest.raises(SeveralMachines) as caught:
        load(text, "x.txt")
    assert caught.value.names == names
    assert "\n" not in str(caught.value)
    assert "--machine 1" in str(caught.value)
    assert "2 machines" in refusal("order", "-", stdin=text)
    for number, size in ((1, 1000), (2, 5000)):
        assert load(text, "x.txt", str(number)).topology.nodes[0].memory == size * 2**20
        assert f"node 0 size: {size} MB" in printed(
            "convert", "--to", "numactl", "--machine", str(number), "-", stdin=text
        )
    with pytest.raises(TopologyError, match="no machine '3'"):
        load(text, "x.txt", "3")


USELESS = {
    "a table of distances alone": "10 21 31\n21 10 31\n31 31 10\n",
    "nvidia-smi topo -m": (
        "\tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity\n"
        "GPU0\t X \tNV18\t0-55\t0\n"
        "GPU1\tNV18\t X \t56-111\t1\n"
    ),
    "numastat": (
        "                           node0           node1\n"
        "numa_hit                 1                2\n"
        "numa_miss  0 0\n"
    ),
    "numactl --show": (
        "policy: default\n"
        "preferred node: current\n"
        "physcpubind: 0 1 2 3 \n"
        "cpubind: 0 \n"
        "nodebind: 0 \n"
        "membind: 0 1 \n"
    ),
    "lstopo": "Machine (251GB total)\n  Package L#0\n    NUMANode L#0 (P#0 125GB)\n    L3 L#0 (32MB)\n",
    "SRAT": (
        "[    0.004] ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff]\n"
        "[    0.004] SRAT: PXM 0 -> APIC 0x00 -> Node 0\n"
    ),
    "QEMU arguments that name no nodes": (
        "qemu-system-x86_64 -M q35,cxl=on -m 4G -smp 4 -device pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1\n"
    ),
    "/proc/meminfo": "MemTotal:       16308984 kB\nMemFree:         123456 kB\n",
}  # fmt: skip


@pytest.mark.parametrize("name", USELESS)
def test_what_is_known_and_useless_is_named_with_what_to_run(name: str) -> None:
    message = refusal("order", "-", stdin=USELESS[name])
    assert f"{name}" in message
    assert "; run " in message
    assert "understood are" not in message
