"""Tests of the command `pressure`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import printed, refusal, tierscope
from tests.pressure.machines import three_tiers
from tests.topology.test_watermarks import ZONEINFO
from viz.pressure.scenario import MAX_TEXT

MACHINE = json.dumps(three_tiers(100_000, 50_000, 50_000).document())
COUNTERS = ["pgdemote_kswapd", "pgdemote_direct", "pgdemote_proactive"]


def result(*options: str, kernel: str = "7.3.4") -> Any:
    """Return what `pressure --json` prints for a machine of three tiers."""
    return json.loads(printed("pressure", "-", "--json", "--kernel", kernel, *options, stdin=MACHINE))


def test_the_end_has_exactly_these_keys() -> None:
    end = result("--request", "100M")["end"]
    assert list(end) == ["pages", "counters", "refused", "oom"]
    assert end["pages"] == {"0": 25600, "1": 0, "2": 0}
    assert [list(counters) for counters in end["counters"].values()] == [COUNTERS] * 3
    assert (end["refused"], end["oom"]) == (False, False)
    assert list(result("--request", "100M"))[-1] == "end"


@pytest.mark.parametrize("amount", ["100M", "100m", "100 MiB", "102400K", "104857600"])
def test_m_is_mib(amount: str) -> None:
    assert sum(result("--request", amount)["end"]["pages"].values()) == 25600


def test_defaults_are_cpu_0_no_bind_all_allowed_demotion_on_no_swap() -> None:
    plain = result("--request", "500M")
    explicit = result("--request", "500M", "--cpu", "0", "--allowed", "0-2", "--demotion", "on", "--swap", "0")
    assert plain["end"] == explicit["end"]
    assert plain["end"]["pages"]["1"] > 0
    assert not any(any(counters.values()) for counters in plain["end"]["counters"].values())


def test_bound_without_demotion_is_an_oom_kill() -> None:
    end = result("--request", "500M", "--bind", "0", "--demotion", "off")["end"]
    assert end["oom"]
    assert end["pages"] == {"0": 0, "1": 0, "2": 0}


def test_reclaim_comes_once_the_request_is_resident() -> None:
    end = result("--request", "80M", "--reclaim", "40M", "--allowed", "0,2")["end"]
    assert end["pages"] == {"0": 10240, "1": 0, "2": 10240}
    assert end["counters"]["0"] == {"pgdemote_kswapd": 0, "pgdemote_direct": 0, "pgdemote_proactive": 10240}
    before = result("--request", "80M", "--reclaim", "40M", kernel="6.12.117")["end"]
    assert before["counters"]["0"]["pgdemote_direct"] > 0
    assert before["counters"]["0"]["pgdemote_proactive"] == 0
    assert result("--request", "80M", "--reclaim", "40M", "--allowed", "0")["end"]["refused"]


def test_every_tick_has_pages_by_owner_and_node_and_counters() -> None:
    found = result("--request", "500M", "--bind", "0")
    last = found["ticks"][-1]
    assert last["pages"]["request"] == {node: pages for node, pages in found["end"]["pages"].items() if pages}
    for node, counters in last["counters"].items():
        assert {name: counters.get(name, 0) for name in COUNTERS} == found["end"]["counters"][node]
    assert last["free"].keys() == {"0", "1", "2"}
    assert "a tick is no time" in found["left_out"]


def test_a_memoryless_node_is_in_the_end_too() -> None:
    document = three_tiers().document()
    document["nodes"] = [*document["nodes"], {"id": 9, "cpus": 2, "memory": 0}]
    document["distances"] = [[*row, 40] for row in document["distances"]] + [[15, 40, 40, 10]]
    text = json.dumps(document)
    found = json.loads(printed("pressure", "-", "--json", "--request", "1M", "--cpu", "9", stdin=text))
    assert found["end"]["pages"] == {"0": 256, "1": 0, "2": 0, "9": 0}


def test_the_text_has_sentences_a_table_and_what_is_left_out() -> None:
    text = printed("pressure", "-", "--request", "500M", "--bind", "0", "--kernel", "7.3.4", stdin=MACHINE)
    assert "Every node that may be used is down to its low watermark, so kswapd of node 0 wakes." in text
    assert "pgdemote_kswapd  pgdemote_direct" in text
    assert text.rstrip().endswith("a tick is no time that a clock would show.")


@pytest.mark.parametrize("name", ["default-policy", "bound", "cpuset"])
def test_a_scenario_by_its_name(name: str) -> None:
    assert result("--scenario", name)["ticks"]


def test_a_scenario_from_a_file_and_an_option_over_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    owner = '[[owners]]\nname = "a"\nmemory = "500 MiB"\nbind = 0\n'
    file.write_text(f'title = "Mine"\nkernel = "6.12"\ndemotion = false\n{owner}')
    found = json.loads(printed("pressure", "-", "--json", "--scenario", str(file), stdin=MACHINE))
    assert (found["scenario"], found["kernel"], found["end"]["oom"]) == ("Mine", "v6.11", True)
    found = result("--scenario", str(file), "--demotion", "on")
    assert (found["kernel"], found["end"]["oom"]) == ("v7.0", False)


def test_watermarks_from_zoneinfo(tmp_path: Path) -> None:
    file = tmp_path / "zoneinfo"
    file.write_text(ZONEINFO)
    found = result("--request", "1M", "--zoneinfo", str(file))
    marks = {node["id"]: (node["min"], node["managed"], node["free"]) for node in found["nodes"]}
    assert marks == {0: (4120, 85146, 78598), 1: (100, 50_000, 50_000), 2: (2400, 48552, 46382)}


def test_here_reads_this_machines_zoneinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "zoneinfo"
    file.write_text(ZONEINFO)
    monkeypatch.setattr("viz.cli.pressure.ZONEINFO", file)
    monkeypatch.setattr("viz.cli.inputs.SYSFS_NODES", str(sysfs(tmp_path)))
    found = json.loads(printed("pressure", "--here", "--json", "--request", "1M"))
    assert [(node["id"], node["min"], node["free"]) for node in found["nodes"]] == [(0, 4120, 78598)]


def sysfs(folder: Path) -> Path:
    """Return a folder like /sys/devices/system/node of one node."""
    node = folder / "devices/system/node/node0"
    node.mkdir(parents=True)
    (node / "cpulist").write_text("0-1\n")
    (node / "distance").write_text("10\n")
    (node / "meminfo").write_text("Node 0 MemTotal:         340584 kB\n")
    return node.parent


def test_watermarks_from_sysctls() -> None:
    document = three_tiers().document()
    for node in document["nodes"]:
        del node["watermarks"]
    text = json.dumps(document)
    options = ("--request", "1M", "--min-free-kbytes", "400", "--watermark-scale-factor", "100")
    found = json.loads(printed("pressure", "-", "--json", *options, stdin=text))
    assert [(node["min"], node["low"], node["promo"]) for node in found["nodes"]] == [(33, 43, 63)] * 3


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "Give --scenario NAME or --request SIZE; scenarios are default-policy, bound"),
        (["--request", "1M", "--scenario", "bound"], "leave one of them out"),
        (["--scenario", "bound", "--bind", "0"], "--scenario has keys for --bind; leave the option out."),
        (["--scenario", "bond"], "'bond' is no built-in scenario; perhaps bound is meant"),
        (["--scenario", "README.md"], "README.md: line 3, column 6: is no TOML"),
        (["--scenario", "viz"], "'viz' is no built-in scenario"),
        (["--request", "much"], "must be bytes (a whole number) or a size"),
        (["--request", "-5M"], "must be bytes (a whole number) or a size"),
        (["--request", "999999999999T"], "more memory than any machine has"),
        (["--request", "0"], "--request must be at least one page"),
        (["--request", "1M", "--cpu", "5"], "--cpu: names node 5, which is not listed; the nodes are 0-2"),
        (["--request", "1M", "--bind", "5"], "names node 5, which is not listed"),
        (["--request", "1M", "--bind", ""], "--bind: names no node"),
        (["--request", "1M", "--bind", "x"], "'x' is no node id or range"),
        (["--request", "1M", "--allowed", "1", "--bind", "0"], "bind and allowed have none in common"),
        (["--request", "1M", "--kernel", "4.19"], "has no node_demotion[]"),
        (["--request", "1M", "--zoneinfo", "README.md"], "is no /proc/zoneinfo"),
    ],
)
def test_mistakes_are_one_line(options: list[str], problem: str) -> None:
    assert problem in refusal("pressure", "-", *options, stdin=MACHINE)


def test_no_machine_and_no_distances_are_one_line() -> None:
    document = three_tiers().document() | {"distances": "unknown"}
    assert "--remote 20" in refusal("pressure", "-", "--request", "1M", stdin=json.dumps(document))
    assert tierscope("pressure", "-", "--request", "1M", "--remote", "20", stdin=json.dumps(document)).returncode == 0


def test_an_exported_file_has_the_scenario_and_the_tool(tmp_path: Path) -> None:
    page = printed("export", "-", "--scenario", "bound", stdin=MACHINE)
    assert ' data-exported data-tools="compare events readers pressure"' in page
    assert '"#tools/pressure/panel":' in page
    assert '"#tools/pressure/sheet":' in page
    assert ".film-bar" in page
    plain = printed("export", "-", stdin=MACHINE)
    assert '"#tools/pressure/' not in plain
    (tmp_path / "own.toml").write_text('title = "Mine"\n[[owners]]\nname = "a"\nmemory = "lots"\n')
    assert ": owners[0].memory: must be a size" in refusal(
        "export", "-", "--scenario", str(tmp_path / "own.toml"), stdin=MACHINE
    )
    assert "perhaps bound is meant" in refusal("export", "-", "--scenario", "bond", stdin=MACHINE)


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_that_is_too_large_is_no_scenario(tmp_path: Path, more: int) -> None:
    path = tmp_path / "large.toml"
    start = 'title = "t"\nowners = [{ name = "o", memory = 4096 }]\n'
    path.write_text(start + "#" * (MAX_TEXT - len(start) + more))
    done = tierscope("pressure", "-", "--scenario", str(path), "--json", stdin=MACHINE)
    refused = "tierscope: large.toml: is larger than 64 KiB; no scenario is\n" if more else ""
    assert done.stderr.decode() == refused
