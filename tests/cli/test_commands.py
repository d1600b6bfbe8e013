"""Test what the commands print, and with which status they exit."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import click
import pytest

from tests.command import printed, process, refusal, tierscope
from tests.goldens import FOLDER, NO_GOLDEN, digest, document, golden_name, golden_pass, rows
from tests.serving import ROOT
from viz.cli.serve import base_path
from viz.kernel.releases import version
from viz.kernel.versions import UNKNOWN, VERSIONS

SEED = "topologies/two-sockets-three-classes.toml"
TINY = {
    "title": "tiny",
    "nodes": [{"id": 0, "cpus": 1, "memory": 1}, {"id": 5, "cpus": 0, "memory": 1}],
    "distances": [[10, 20], [20, 10]],
}


def test_the_version_is_that_of_the_package_and_help_has_a_short_name() -> None:
    assert printed("--version") == f"tierscope {metadata.version('tierscope')}\n"
    assert printed("order", "-h") == printed("order", "--help")


def test_order_as_text() -> None:
    text = printed("order", SEED)
    assert "\n0 -> 1 -> 2 -> stop\n3 -> 4 -> 5 -> stop\n" in text
    assert "kernel posted" in text
    assert "this_pass = 1,4" in text
    assert max(map(len, text.splitlines())) <= 72


def test_order_as_json() -> None:
    order = json.loads(printed("order", "--json", "-", stdin=json.dumps(TINY)))
    assert order == {
        "title": "tiny",
        "kernel": "posted",
        "zonelists": "runtime",
        "node_load": {"0": 1, "5": 1},
        "fallback": {"0": [0, 5], "5": [5, 0]},
        "passes": [
            {
                "this_pass": "0",
                "used_targets": "0",
                "steps": [{"source": 0, "target": 5, "used_targets": "0,5"}],
                "next_pass": "5",
            },
            {
                "this_pass": "5",
                "used_targets": "0,5",
                "steps": [{"source": 5, "target": -1, "used_targets": "0,5"}],
                "next_pass": "",
            },
        ],
        "node_demotion": {"0": 5, "5": -1},
        "guesses": [],
    }


@pytest.mark.parametrize("row", [row.name for row in VERSIONS])
def test_jsonl_gives_every_golden_row(row: str) -> None:
    goldens = rows(FOLDER / "rows.jsonl")
    stdin = "".join(json.dumps(document(golden)) + "\n" for golden in goldens)
    answers = [json.loads(line) for line in printed("order", "--jsonl", "--kernel", row, "-", stdin=stdin).splitlines()]
    assert len(answers) == len(goldens)
    for golden, answer in zip(goldens, answers, strict=True):
        assert answer["kernel"] == row
        if row in NO_GOLDEN:
            continue
        expected = golden["expect"][golden_name(version(row))]
        assert expected.get("node_load", list(answer["node_load"].values())) == list(answer["node_load"].values())
        assert expected["order_sha"] == digest(list(answer["fallback"].values()))
        if answer["passes"] is None:
            assert expected["preferred"] == list(answer["preferred"].values())
            assert answer["node_demotion"] is None
        else:
            assert expected["passes_sha"] == digest([golden_pass(result) for result in answer["passes"]])
            assert expected["demotion"] == list(answer["node_demotion"].values())


def test_jsonl_goes_on_after_a_bad_line() -> None:
    lines = [json.dumps(TINY), "", "{", json.dumps({**TINY, "kernel": "v4.0"}), "[]", "\xff", "   ", json.dumps(TINY)]
    done = tierscope("order", "--jsonl", "-", stdin="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [sorted(answer) == ["error"] for answer in answers] == [False, True, True, True, True, False]
    assert answers[1]["error"].startswith("line 3")
    assert "rfc2022" in answers[2]["error"]


@pytest.mark.parametrize(
    ("options", "kernel", "zonelists"),
    [
        ([], "v5.16", "boot"),
        (["--kernel", "6.1.192"], "v6.1", "boot"),
        (["--kernel", "v5.15", "--zonelists", "runtime"], "v5.15", "runtime"),
    ],
)
def test_an_option_overrides_the_document(options: list[str], kernel: str, zonelists: str) -> None:
    stdin = json.dumps({**TINY, "kernel": "v5.16", "zonelists": "boot"})
    order = json.loads(printed("order", "--json", *options, "-", stdin=stdin))
    assert (order["kernel"], order["zonelists"]) == (kernel, zonelists)


def test_a_release_is_shown_with_its_row() -> None:
    assert "kernel 6.6.42, row v6.1 (6.1 to 6.6)" in printed("order", SEED, "--kernel", "6.6.42")


def test_given_loads_are_used_and_the_lists_still_computed() -> None:
    square = {"title": "t", "distances": [[10, 20, 20], [20, 10, 20], [20, 20, 10]]}
    nodes = [{"id": node, "cpus": int(node == 0), "memory": 1} for node in range(3)]
    built = json.loads(printed("order", "--json", "-", stdin=json.dumps({**square, "nodes": nodes})))
    document = {**square, "nodes": nodes, "node_load": {"1": 9}}
    with_loads = json.loads(printed("order", "--json", "-", stdin=json.dumps(document)))
    assert with_loads["node_load"] == {"0": 0, "1": 9, "2": 0}
    assert with_loads["fallback"] == built["fallback"]
    assert (built["node_demotion"]["0"], with_loads["node_demotion"]["0"]) == (1, 2)


def test_trace_as_text_opens_at_the_order() -> None:
    lines = printed("trace", SEED).splitlines()
    assert "A new order is to be built." in lines[3]
    assert len(printed("trace", SEED, "--size", "pass").splitlines()) == 3 + 1 + 3 + 1
    assert any("0 → 1: node 1 is nearest" in line for line in printed("trace", SEED, "--size", "source").splitlines())


def test_trace_as_json_is_the_wire_document() -> None:
    wire = json.loads(printed("trace", "--json", SEED))
    assert (wire["wire"], wire["opens"], wire["kernel"]) == (3, 7, "posted")
    assert set(wire["signals"]) >= {"this_pass", "next_pass", "used_targets", "node_demotion[0]", "sentence", "stack"}


def test_draw_writes_a_picture_of_the_requested_step(tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    for options, step in (([], 50), (["--step", "0"], 0), (["--pass", "1"], 27), (["--pass", "3"], 50)):
        assert printed("draw", SEED, *options, "-o", str(file)) == ""
        assert f"step {step} of 50" in "".join(fromstring(file.read_bytes()).itertext())
    assert fromstring(printed("draw", "-", "--theme", "dark", stdin=json.dumps(TINY))).get("width") == "1200"


def test_a_picture_that_cannot_be_drawn_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    file.write_text("old")
    refusal("draw", SEED, "--step", "51", "-o", str(file))
    assert file.read_text() == "old"


def test_why_as_text() -> None:
    assert printed("why", SEED, "1-2") == printed("why", SEED, "1 -> 2") == printed("why", SEED, "1")
    assert printed("why", SEED, "1").splitlines()[0] == "Why 1 → 2?"
    assert printed("why", SEED, "1", "--step", "20").startswith("Why has node 1 no target yet?\n    29  Its turn")
    assert printed("why", SEED, "0-2").splitlines()[1] == "    18  Node 2 was free at 20, but node 1 at 15 comes first."
    assert "node_load[2]" in printed("why", SEED, "node_load[2]", "--kernel", "v6.1")


EVENTS = {
    **TINY,
    "nodes": [TINY["nodes"][0], {**TINY["nodes"][1], "online": False, "blocks": 0}],  # type: ignore[dict-item]
    "events": [
        {"event": "mem_add", "node": 5},
        {"event": "mem_online", "node": 5},
        {"event": "mem_offline", "node": 0},
    ],
}


def test_order_plays_the_events() -> None:
    order = json.loads(printed("order", "--json", "--kernel", "v5.15", "-", stdin=json.dumps(EVENTS)))
    assert order["node_demotion"] == {"0": -1, "5": -1}
    assert [(event["event"], event["node"]) for event in order["events"]] == [
        ("mem_add", 5),
        ("mem_online", 5),
        ("mem_offline", 0),
    ]
    added, online, offline = (event["log"] for event in order["events"])
    assert added == [
        {"do": "zonelists", "of": 5, "node_load": {"0": 0, "5": 0}},
        {"do": "states", "n_memory": "0", "n_cpu": "0", "online": "0,5"},
    ]
    assert [entry["do"] for entry in online] == ["zonelists", "rebuild", "states"]
    assert (online[1]["node_demotion"], len(online[1]["passes"])) == ({"0": 5, "5": -1}, 2)
    assert [entry["do"] for entry in offline] == ["disable", "zonelists", "rebuild", "states"]
    assert offline[0]["node_demotion"] == {"0": -1, "5": -1}


def test_order_as_text_has_the_events() -> None:
    text = printed("order", "-", stdin=json.dumps(EVENTS))
    assert (
        "event 1: mem_add 5\n    the zonelist of 5 alone; N_MEMORY 0; N_CPU 0; online 0,5\n    the order is as" in text
    )
    assert "event 2: mem_online 5\n    all zonelists, rebuild in 2 passes; N_MEMORY 0,5;" in text
    assert "rebuilds caused: 2, of which changed the order: 1" in text


def test_a_version_that_is_no_kernel_plays_no_events() -> None:
    stdin = json.dumps(EVENTS)
    for row in (row for row in VERSIONS if row.triggers == UNKNOWN):
        assert json.loads(printed("order", "--json", "--kernel", row.name, "-", stdin=stdin))["events"] is None
        assert "so nothing says what its events would do; they are not played." in printed(
            "order", "--kernel", row.name, "-", stdin=stdin
        )


def test_order_as_text_has_the_events_of_versions_with_several_targets_and_with_tiers() -> None:
    stdin = json.dumps(EVENTS)
    text = printed("order", "--kernel", "5.18", "-", stdin=stdin)
    assert "event 2: mem_online 5\n    all zonelists, rebuild in 2 passes; N_MEMORY 0,5;" in text
    assert "\n    0 -> 5\n" in text
    text = printed("order", "--kernel", "6.12", "-", stdin=stdin)
    assert "event 2: mem_online 5\n    all zonelists, rebuild; N_MEMORY 0,5;" in text
    assert "mem_offline of node 0 is done" in printed("trace", "--kernel", "6.12", "-", stdin=stdin)


def test_trace_as_text_has_the_events() -> None:
    assert len(printed("trace", "-", "--size", "event", stdin=json.dumps(EVENTS)).splitlines()) == 3 + 1 + 3 + 1
    text = printed("trace", "-", stdin=json.dumps(EVENTS))
    assert "Demotion is off: no node has a target" in text
    assert text.endswith("mem_offline of node 0 is done, and no target has changed: 0 → 5.\n")


def test_readers_as_json() -> None:
    report = json.loads(printed("readers", "--old", "0>1", "--new", "1>0", "--protocol", "in-place", "--json"))
    assert report["protocol"] == "in-place"
    assert report["starts"][1] == {
        "start": 1,
        "walks": [
            {"seen": [1, -1], "verdict": "old"},
            {"seen": [1, 0, -1], "verdict": "new"},
            {"seen": [1, 0, 1], "verdict": "cycle"},
        ],
        "verdicts": {
            "cycle": "sometimes",
            "mixed": "never",
            "same": "never",
            "old": "sometimes",
            "new": "sometimes",
            "cut": "never",
        },
    }


@pytest.mark.parametrize(
    ("options", "protocol"),
    [
        ([], "barrier"),
        (["--kernel", "v5.15"], "grace-hop"),
        (["--protocol", "grace-walk", "--program-order"], "grace-walk"),
    ],
)
def test_readers_of_a_file(options: list[str], protocol: str) -> None:
    stdin = json.dumps(EVENTS)
    verdicts = []
    for event in range(4):
        report = json.loads(printed("readers", "--json", "--event", str(event), *options, "-", stdin=stdin))
        assert report["protocol"] == protocol
        verdicts.append({name for name, grade in report["starts"][0]["verdicts"].items() if grade != "never"})
    assert verdicts == [{"same"}, {"same"}, {"old", "new"}, {"same", "cut"}]


def test_readers_as_text() -> None:
    text = printed("readers", "--old", "0>1>2", "--new", "0>2>1")
    assert "  sometimes  cycle  0 -> 1 -> 2 -> 1 " in text
    assert "schedules, over all starts: 562 (81 cycle, 257 old, 90 new, 134 cut)" in text


def test_order_reads_numactl_output() -> None:
    listing = (
        "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 0 free: 5 MB\nnode 1 cpus:\n"
        "node 1 size: 1024 MB\nnode 1 free: 5 MB\nnode distances:\nnode   0   1 \n  0:  10  20 \n  1:  20  10 \n"
    )
    assert "0 -> 1 -> stop" in printed("order", "-", stdin=listing)


LSCPU = "NUMA node0 CPU(s): 0-3\nNUMA node2 CPU(s): 4-7\n"


@pytest.mark.parametrize("format_name", ["toml", "json", "numactl"])
def test_convert_writes_unknown_if_there_are_no_distances(format_name: str) -> None:
    done = tierscope("convert", "-", "--to", format_name, stdin=LSCPU)
    assert done.returncode == 0
    assert b"--remote 20" in done.stderr
    assert b"1 GiB each is assumed" in done.stderr
    if format_name == "json":
        document = json.loads(done.stdout)
        assert document["distances"] == "unknown"
        assert [node["cpus"] for node in document["nodes"]] == ["0-3", "4-7"]


def test_remote_fills_distances_in_and_says_so() -> None:
    done = tierscope("order", "--json", "--remote", "21", "-", stdin=LSCPU)
    assert json.loads(done.stdout)["fallback"] == {"0": [0, 2], "2": [2, 0]}
    assert b"guess: The distances are filled in: 10 from a node to itself, 21 to any other." in done.stderr


def test_a_folder_of_sysfs_can_be_given_as_file(tmp_path: Path) -> None:
    for node, row in {0: "10 17", 2: "17 10"}.items():
        folder = tmp_path / "sys/devices/system/node" / f"node{node}"
        folder.mkdir(parents=True)
        (folder / "distance").write_text(f"{row}\n")
        (folder / "cpulist").write_text("0-1\n" if not node else "\n")
        (folder / "meminfo").write_text(f"Node {node} MemTotal:  1024 kB\n")
    document = json.loads(printed("convert", str(tmp_path), "--to", "json"))
    assert [(node["id"], node["cpus"], node["memory"]) for node in document["nodes"]] == [
        (0, "0-1", 2**20),
        (2, "", 2**20),
    ]
    assert document["distances"] == [[10, 17], [17, 10]]
    assert "0 -> 2 -> stop" in printed("order", str(tmp_path))


@pytest.mark.parametrize("format_name", ["numactl", "slit", "libvirt", "qemu"])
def test_convert_prints_what_can_be_read_again(format_name: str) -> None:
    done = tierscope("convert", SEED, "--to", format_name)
    assert (done.returncode, done.stderr.startswith(b"lost: ")) == (0, True)
    again = json.loads(printed("convert", "-", "--to", "json", stdin=done.stdout))
    assert again["distances"][0] == [10, 15, 20, 21, 25, 30]


@pytest.mark.parametrize(
    ("arguments", "stdin", "part"),
    [
        (["order", "-"], LSCPU, "--remote 20"),
        (["trace", "-"], LSCPU, "--remote 20"),
        (["order", "-", "--remote", "10"], LSCPU, "11"),
        (["order", "-", "--here"], "", "not both"),
        (["order", "--here", "--jsonl"], "", "--jsonl"),
        (["convert", "-"], LSCPU, "--to"),
        (["convert", "-", "--to", "slit"], LSCPU, "--remote 20"),
        (["convert", "-", "--to", "png"], LSCPU, "qemu"),
        (["order", "-"], "", "empty"),
        (["order", "-"], b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (["order", "-"], "<html>", "understood"),
        (["order", "-"], "title = 'x'\nnodes = [", "TOML"),
        (["order", "-"], json.dumps({**TINY, "distances": [[10, 20], [0, 10]]}), "10"),
        (["order", "-"], json.dumps({**TINY, "distances": [[10, 20], [20]]}), "distances"),
        (["order", "-"], json.dumps({**TINY, "distances": "unknown"}), "distances"),
        (["order", "-"], json.dumps({**TINY, "colour": "\x1b[31mred\n"}), "colour"),
        (["order", "-"], json.dumps({**TINY, "kernel": "v5.14"}), "rfc2022"),
        (["order", SEED, "--kernel", "v2.6"], "", "rfc2022"),
        (["order", SEED, "--kernel", "\x1b[31m"], "", "rfc2022"),
        (["order", SEED, "--zonelists", "never"], "", "runtime"),
        (["order", "no-such-file"], "", "no-such-file"),
        (["order"], "", "FILE"),
        (["order", "topologies"], "", "topologies"),
        (["trace", SEED, "--size", "huge"], "", "micro"),
        (["draw", SEED, "--step", "51"], "", "0 to 50"),
        (["draw", SEED, "--step", "-1"], "", "0 to 50"),
        (["draw", SEED, "--pass", "4"], "", "1 to 3"),
        (["draw", SEED, "--pass", "1", "--kernel", "v6.1"], "", "makes none"),
        (["draw", SEED, "--pass", "1", "--step", "1"], "", "exclude"),
        (["draw", SEED, "--chart", "fill"], "", "--scenario"),
        (["draw", SEED, "--tick", "1"], "", "--chart fill"),
        (["draw", SEED, "--chart", "fill", "--scenario", "bound", "--step", "1"], "", "--tick"),
        (["draw", SEED, "--chart", "fill", "--scenario", "bound", "--tick", "4000"], "", "the last one is"),
        (["draw", SEED, "--theme", "blue"], "", "dark"),
        (["draw", SEED, "-o", "no/such/folder/x.svg"], "", "no/such/folder"),
        (["draw", SEED, "-o", "/dev/full"], "", "No space"),
        (["why", SEED, "x"], "", "used_targets[N]"),
        (["why", SEED, "0-9"], "", "'0-9'"),
        (["why", SEED, "passes[\x1b]"], "", "N-M"),
        (["why", SEED, "0", "--step", "999"], "", "0 to 50"),
        (["why", SEED, "0", "--step", "-1"], "", "0 to 50"),
        (["why", SEED, "passes", "--kernel", "v6.1"], "", "preferred[N]"),
        (["readers", SEED, "--kernel", "fallback-lists", "--event", "1"], "", "is no kernel"),
        (["serve", "--port", "99999"], "", "65535"),
        (["serve", "--port", "0", "--base-path", "/x/../y\x1b/"], "", "--base-path"),
        (["serve", "-", "--port", "0"], "nonsense", "understood"),
        (["serve", "--port", "0", "--host", "999.1.1.1"], "", "999.1.1.1"),
        (["compare", SEED, "--kernel", "v2.6"], "", "rfc2022"),
        (["counterexample", "--kernel", "v5.15"], "", "twice"),
        (["counterexample", "--kernel", "v5.15", "--kernel", "v5.14"], "", "rfc2022"),
        (["bake"], "", "bake"),
        (["readers"], "", "--old"),
        (["readers", "--old", "0>1"], "", "--new"),
        (["readers", SEED, "--old", "0>1", "--new", "1>0"], "", "FILE"),
        (["readers", SEED, "--event", "1"], "", "lists 0 events"),
        (["readers", "--old", "0>1,0>2", "--new", ""], "", "two targets, 1 and 2"),
        (["readers", "--old", "0>\x1b[31m", "--new", ""], "", "chain of node ids"),
        (["readers", "--old", "", "--new", ""], "", "names a node"),
    ],
)
def test_an_error_is_one_line_and_exit_status_two(arguments: list[str], stdin: str | bytes, part: str) -> None:
    line = refusal(*arguments, stdin=stdin)
    assert part in line
    assert "\x1b" not in line
    assert "Traceback" not in line


@pytest.mark.parametrize("text", ["", "/", "x", "/x", "x/", "/x/", "a/b", "/a.b/c_d-~1/"])
def test_a_base_path_has_slashes_at_both_ends(text: str) -> None:
    path = base_path(text)
    assert path == f"/{text.strip('/')}/" or (path == "/" and not text.strip("/"))
    assert base_path(path) == path


@pytest.mark.parametrize(
    "text",
    ["//", "//x", "x//y", "x//", ".", "/../", "/x/./y", "/x/..", "/x y/", " x", "x\n", "?x", "#x", "/%2e/",
     "\\x", "x:1", "http://h/x", "/<b>/", "/\u00e9/", "/x\u202e/", "{base}", "x" * 300],
)  # fmt: skip
def test_any_other_base_path_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="such as /tierscope/"):
        base_path(text)


@pytest.mark.slow
def test_a_port_in_use_is_an_error_of_one_line(server: Any) -> None:
    assert "port" in refusal("serve", "--port", server.url.rpartition(":")[2])


def test_escapes_in_names_and_titles_do_not_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "x\x1b[31m.json"
    file.write_text(json.dumps({**TINY, "title": "<b>\x1b[31mred</b>"}))
    done = tierscope("order", str(file))
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_closed_stdout_is_no_error() -> None:
    command = f"{sys.executable} -m viz trace {SEED} --json | head -c 10"
    done = subprocess.run(command, cwd=ROOT, shell=True, capture_output=True, timeout=60, check=True)
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("order", SEED), ("trace", SEED, "--json"), ("order", "nowhere.toml"), ("order", "--what")]
)
def test_a_new_process_prints_the_same_as_this_one(command: tuple[str, ...]) -> None:
    new, this = process(*command), tierscope(*command)
    assert (new.returncode, new.stdout, new.stderr) == (this.returncode, this.stdout, this.stderr)


def test_help_names_the_commands() -> None:
    text = printed("--help")
    commands = ("order", "trace", "why", "readers", "draw", "export", "serve", "compare", "counterexample")
    assert all(command in text for command in commands)


def test_compare_prints_the_differences_and_their_reasons() -> None:
    text = printed("compare", "topologies/one-socket-two-equal.toml", "--kernel", "v5.15", "--kernel", "v5.16")
    assert "Node 0 demotes to 1 in v5.15, to 2 in v5.16." in text
    assert "so the tie goes the other way." in text
    table = printed("compare", SEED)
    assert all(row.name in table for row in VERSIONS)
    document = json.loads(printed("compare", SEED, "topologies/optane-two-sockets.toml", "--kernel", "6.12", "--json"))
    assert [run["kernel"] for run in document["runs"]] == ["v6.11", "v6.11"]
    assert document["targets"][0]["0"] == [1]


@pytest.mark.slow
def test_counterexample_writes_a_topology() -> None:
    done = process("counterexample", "--kernel", "v5.15", "--kernel", "v5.16", "--jobs", "2")
    assert done.returncode == 0
    assert b"searched exhaustively" in done.stderr
    stdin = done.stdout.decode()
    first, second = (json.loads(printed("order", "--json", "--kernel", v, "-", stdin=stdin)) for v in ("5.15", "5.16"))
    assert first["node_demotion"] != second["node_demotion"]
    none = process("counterexample", "--kernel", "posted", "--kernel", "v5.15", "--nodes", "2", "--jobs", "1")
    assert (none.returncode, none.stdout) == (1, b"")
    assert b"agree on all of them" in none.stderr


def test_the_order_of_each_kind_of_version_as_text() -> None:
    assert "0 -> 3 or 2 (not 4)" in printed("order", "topologies/two-sockets-slow-and-slowest.toml", "--kernel", "6.0")
    assert "Demotion targets for Node 0: preferred: 1, fallback: 1-2,4-5" in printed("order", SEED, "--kernel", "6.12")
    assert "cycle: 0 -> 1 -> 0" in printed("order", SEED, "--kernel", "fallback-lists")
    assert "0: 1 at 15, 4 at 25 in another socket; prefers 1" in printed("order", SEED, "--kernel", "tier-sets")


def test_stranding_reproduces_the_example_of_the_discussion() -> None:
    done = tierscope("stranding", "topologies/two-nodes-of-5-gb.toml", "--cpus", "2", "--memory", "3 GB")
    assert done.returncode == 0
    assert b"3 jobs; 2 cores and 1 GB left over" in done.stdout
    assert b"2 jobs; 4 cores and 4 GB left over" in done.stdout
    packings = json.loads(tierscope("stranding", "topologies/two-nodes-of-5-gb.toml", "--json").stdout)
    assert packings["walled"] == {"jobs": 2, "cores": 4, "memory": 4 * 10**9}
    for bad in (("--memory", "lots"), ("--cpus", "-1"), ("--cpus", "0", "--memory", "0")):
        refusal("stranding", "topologies/two-nodes-of-5-gb.toml", *bad)


BOX = (
    "node 0 cpus: 0\nnode 0 size: 1000 MB\nnode 1 cpus:\nnode 1 size: 1000 MB\n"
    "node distances:\nnode 0 1\n0: 10 20\n1: 20 10\n"
)
GUESS = "Node 1 has memory and no CPUs; nothing says what it is. Taken as DRAM (tier 4)"


def test_a_guess_on_a_tier_is_named_wherever_the_result_rests_on_it(tmp_path: Path) -> None:
    file = tmp_path / "box.txt"
    file.write_text(BOX)
    for command in (["order", str(file)], ["why", str(file), "0"], ["compare", str(file), "--kernel", "6.1"]):
        assert printed(*command, "--kernel", "7.3").count(GUESS) == 1
        assert GUESS not in printed(*command[:3] if command[0] != "compare" else command[:2], "--kernel", "6.0")
    for command in (["order", str(file), "--json"], ["compare", str(file), "--json"]):
        (guess,) = json.loads(printed(*command, "--kernel", "7.3"))["guesses"]
        assert guess.startswith(GUESS)


@pytest.mark.parametrize(("kind", "tier"), [("dram", 4), ("hbm", 2), ("cxl", 22), ("pmem", 22), ("CXL", 22)])
def test_assume_decides_what_memory_is(kind: str, tier: int) -> None:
    done = tierscope("order", "-", "--json", "--kernel", "7.3", "--assume", f"1={kind}", stdin=BOX)
    result = json.loads(done.stdout)
    assert {tier["id"]: tier["nodes"] for tier in result["tiers"]} == ({4: "0-1"} if tier == 4 else {4: "0", tier: "1"})
    assert result["guesses"] == []
    assert result["tiers_from"]["1"] == f"tier {tier} from --assume 1={kind.lower()}"
    assert b"guess" not in done.stderr
    written = json.loads(printed("convert", "-", "--to", "json", "--assume", f"1={kind}", stdin=BOX))
    assert written["nodes"][1]["adistance"] >> 7 == tier


def test_what_is_assumed_wins_over_the_files_of_tiers_and_says_so() -> None:
    text = BOX + "memory_tier4: 0\nmemory_tier22: 1\n"
    done = tierscope("order", "-", "--kernel", "7.3", "--assume", "1=dram", stdin=text)
    assert b"tier 4: 0-1" in done.stdout
    assert b"Node 1: tier 4 by --assume 1=dram, not tier 22 from memory_tier22." in done.stderr


@pytest.mark.parametrize("word", ["1=x", "1", "=cxl", "7=cxl", "1024=cxl", "a=cxl", "", "1=cxl,2"])
def test_a_wrong_assumption_is_refused_in_one_line(word: str) -> None:
    refusal("order", "-", "--kernel", "7.3", "--assume", word, stdin=BOX)


def test_tiers_may_be_in_a_file_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "tiers.txt"
    file.write_text("memory_tier4: 0\nmemory_tier22: 1\n")
    order = json.loads(printed("order", "-", "--json", "--kernel", "7.3", "--beside", str(file), stdin=BOX))
    assert [tier["id"] for tier in order["tiers"]] == [4, 22]
    file.write_text("nothing")
    assert "says nothing of memory tiers" in refusal("order", "-", "--beside", str(file), stdin=BOX)


def test_a_folder_of_sys_has_its_tiers(tmp_path: Path) -> None:
    for path, content in {
        "devices/system/node/node0/distance": "10 20", "devices/system/node/node1/distance": "20 10",
        "devices/system/node/node0/cpulist": "0-3", "devices/system/node/node1/cpulist": "",
        "devices/system/node/node0/meminfo": "Node 0 MemTotal: 9 kB",
        "devices/system/node/node1/meminfo": "Node 1 MemTotal: 9 kB",
        "devices/virtual/memory_tiering/memory_tier4/nodelist": "0",
        "devices/virtual/memory_tiering/memory_tier22/nodelist": "1",
    }.items():  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"{content}\n")
    for folder in (tmp_path, tmp_path / "devices/system/node"):
        order = json.loads(printed("order", str(folder), "--json", "--kernel", "7.3"))
        assert [tier["id"] for tier in order["tiers"]] == [4, 22]


def test_a_log_says_what_tiers_would_make_a_kernel_print_it(tmp_path: Path) -> None:
    file = tmp_path / "dmesg.txt"
    condition = "v6.12 prints this if node 1 is in a slower tier than node 0"
    for log in (
        "Demotion targets for Node 0: preferred: 1, fallback: 1\nDemotion targets for Node 1: null\n",
        "$ cat memory_tier4/nodelist\n0\n$ cat memory_tier22/nodelist\n1\n",
    ):
        file.write_text(log)
        text = printed("order", "-", "--kernel", "v6.12", "--dmesg", str(file), stdin=BOX)
        assert condition in text
        assert "v6.0" not in text
        assumed = printed("order", "-", "--kernel", "v6.12", "--assume", "1=cxl", "--dmesg", str(file), stdin=BOX)
        assert "the same" in assumed
        assert condition not in assumed
