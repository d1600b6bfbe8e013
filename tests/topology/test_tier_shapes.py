"""Test that what people paste about memory tiers is read in each of its forms, beside a listing of two nodes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.command import tierscope
from viz.topology import KernelLogOnly, load

LISTING = (
    "node 0 cpus: 0\nnode 0 size: 1000 MB\nnode 1 cpus:\nnode 1 size: 1000 MB\n"
    "node distances:\nnode 0 1\n0: 10 20\n1: 20 10\n"
)
TOP = "/sys/devices/virtual/memory_tiering"
FIGURES = {
    "read_latency": (100, 250),
    "write_latency": (100, 300),
    "read_bandwidth": (9000, 3000),
    "write_bandwidth": (9000, 2000),
}
ACCESS = [
    (f"node{node}/access1/initiators/{key}", str(values[node])) for key, values in FIGURES.items() for node in (0, 1)
]
SLOWER = 576 * 550 // 200 * 18000 // 5000

TIERS = {
    "a colon": "memory_tier4: 0\nmemory_tier22: 1\n",
    "an equals sign": "memory_tier4=0\nmemory_tier22=1\n",
    "equals signs in one line": "memory_tier4=0 memory_tier22=1\n",
    "blanks": f"{TOP}/memory_tier4/nodelist 0\n{TOP}/memory_tier22/nodelist 1\n",
    "cat": "$ cat memory_tier4/nodelist\n0\n$ cat memory_tier22/nodelist\n1\n",
    "cat without a prompt": f"cat {TOP}/memory_tier4/nodelist\n0\ncat {TOP}/memory_tier22/nodelist\n1\n",
    "cat as root": (
        f"[root@host ~]# cat {TOP}/memory_tier4/nodelist\n0\nroot@host:~# cat {TOP}/memory_tier22/nodelist\n1\n"
    ),
    "cat in its directory": (
        f"root@h:{TOP}/memory_tier4# cat nodelist\n0\nroot@h:{TOP}/memory_tier22# cat nodelist\n1\n"
    ),
    "cat of two files": f"$ cat {TOP}/memory_tier22/nodelist {TOP}/memory_tier4/nodelist\n1\n0\n",
    "cat of all files": (
        f"$ ls {TOP}\nmemory_tier22  memory_tier4  power  uevent\n$ cat {TOP}/memory_tier*/nodelist\n1\n0\n"
    ),
    "cat with braces": f"$ cat {TOP}/memory_tier{{4,22}}/nodelist\n0\n1\n",
    "head": f"==> {TOP}/memory_tier22/nodelist <==\n1\n\n==> {TOP}/memory_tier4/nodelist <==\n0\n",
    "grep": f"$ grep . {TOP}/*/nodelist\n{TOP}/memory_tier22/nodelist:1\n{TOP}/memory_tier4/nodelist:0\n",
    "grep with short paths": "memory_tier22/nodelist:1\nmemory_tier4/nodelist:0\n",
    "headings": "memory_tier4\n0\nmemory_tier22:\n1\n",
    "more": f"::::::::::::::\n{TOP}/memory_tier4/nodelist\n::::::::::::::\n0\n"
    f":::::\n{TOP}/memory_tier22/nodelist\n:::::\n1\n",
    "arrows": "memory_tier4 => 0\nmemory_tier22 -> 1\n",
    "a word between": "memory_tier4 nodelist: 0\nmemory_tier22 nodes 1\n",
    "a quoted mail": "> memory_tier4/nodelist:0\n> memory_tier22/nodelist:1\n",
    "JSON": '{"memory_tier4": "0", "memory_tier22": "1"}\n',
    "remarks": "memory_tier4/nodelist:0  # DRAM\nmemory_tier22/nodelist:1  <- CXL\n",
    "a table": "| memory_tier4 | 0 |\n| memory_tier22 | 1 |\n",
    "a log": (
        "[    1.2] Demotion targets for Node 0: preferred: 1, fallback: 1\n"
        "[    1.2] Demotion targets for Node 1: null\n"
    ),
    "half a log": "Demotion targets for Node 0: preferred: 1, fallback: 1\n",
    "daxctl": (
        '[\n  {\n    "chardev":"dax0.0",\n    "size":1000,\n    "target_node":1,\n'
        '    "mode":"system-ram"\n  }\n]\n'
    ),
    "daxctl, one object": '{"chardev":"dax0.0","target_node":1,"align":2097152,"mode":"system-ram"}\n',
    "cxl": (
        '[\n  {\n    "region":"region0",\n    "type":"ram",\n    "daxregion":{\n      "id":0,\n      "devices":[\n'
        '        {\n          "chardev":"dax0.0",\n          "target_node":1,\n'
        '          "mode":"system-ram"\n        }\n'
        "      ]\n    }\n  }\n]\n"
    ),
    "sysfs of dax": "/sys/bus/dax/devices/dax0.0/target_node:1\n",
}  # fmt: skip
PLACES: dict[str, Callable[[str], str]] = {
    "after": lambda text: LISTING + text,
    "before": lambda text: text + LISTING,
    "after a blank line": lambda text: f"{LISTING}\n{text}",
    "before a blank line": lambda text: f"{text}\n{LISTING}",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", TIERS)
def test_tiers_are_read_beside_a_listing(name: str, place: str) -> None:
    loaded = load(PLACES[place](TIERS[name]))
    assert [node.adistance for node in loaded.topology.nodes] == [576, 2880]
    assert [node.cpus for node in loaded.topology.nodes] == ["0", ""]
    assert not [guess for guess in loaded.guesses if guess.key == "tier"]
    assert loaded.topology.distances == (b"\x0a\x14", b"\x14\x0a")


@pytest.mark.parametrize("name", TIERS)
def test_tiers_alone_are_no_machine(name: str) -> None:
    with pytest.raises(KernelLogOnly):
        load(TIERS[name])


ACCESS_SHAPES = {
    "grep": "".join(f"/sys/devices/system/node/{path}:{value}\n" for path, value in ACCESS),
    "head": "".join(f"==> {path} <==\n{value}\n\n" for path, value in ACCESS),
    "cat": "".join(f"# cat /sys/devices/system/node/{path}\n{value}\n" for path, value in ACCESS),
}


@pytest.mark.parametrize("name", ACCESS_SHAPES)
def test_access1_gives_the_figures_of_nodes(name: str) -> None:
    loaded = load(LISTING + ACCESS_SHAPES[name])
    node = loaded.topology.nodes[1]
    assert (node.read_latency, node.write_latency) == (250, 300)
    assert (node.read_bandwidth, node.write_bandwidth) == (3000, 2000)
    assert loaded.tiers[1].startswith(f"tier {SLOWER >> 7} from access1")
    done = tierscope("order", "-", "--kernel", "7.3", stdin=LISTING + ACCESS_SHAPES[name])
    assert f"tier {SLOWER >> 7}: 1" in done.stdout.decode()


def test_the_order_of_trust() -> None:
    everything = TIERS["a colon"] + ACCESS_SHAPES["grep"] + TIERS["daxctl"]
    loaded = load(LISTING + everything)
    assert loaded.tiers[1] == "tier 22 from memory_tier22"
    assert any("tier 22 by memory_tier22, but tier" in oddity for oddity in loaded.oddities)
    with_log = load(LISTING + everything + TIERS["a log"])
    assert "the kernel printed" in with_log.tiers[1]
    assert "access1" in load(LISTING + ACCESS_SHAPES["grep"] + TIERS["daxctl"]).tiers[1]
    assert "dax/kmem" in load(LISTING + TIERS["daxctl"]).tiers[1]
    assert load(LISTING).tiers[1].startswith("guessed")


def test_a_negative_tier_is_read_as_it_is_printed() -> None:
    """An abstract distance that overflowed gives a tier below 0, which Linux prints as an unsigned int."""
    loaded = load(LISTING + "memory_tier4: 0\nmemory_tier4294967295: 1\n")
    assert [node.adistance for node in loaded.topology.nodes] == [576, 0]
    assert any("negative abstract distance" in oddity for oddity in loaded.oddities)


def test_a_contradiction_is_named() -> None:
    loaded = load(LISTING + "memory_tier4: 0-1\n" + TIERS["a log"])
    assert [node.adistance for node in loaded.topology.nodes] == [576, 2880]
    assert any("but tier 4 by memory_tier4" in oddity for oddity in loaded.oddities)
    line = "Demotion targets for Node {0}: preferred: {1}, fallback: {1}\n"
    crossed = line.format(0, 1) + line.format(1, 0)
    assert any("contradict each other" in oddity for oddity in load(LISTING + crossed).oddities)
