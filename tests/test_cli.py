"""The command line as scripts use it: in a process of its own, by what it prints and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.goldens import FOLDER, digest, document, golden_pass, rows
from tests.serving import ROOT
from viz.kernel.versions import VERSIONS

SEED = "topologies/two-sockets-three-classes.toml"
TINY = {
    "title": "tiny",
    "nodes": [{"id": 0, "cpus": 1, "memory": 1}, {"id": 5, "cpus": 0, "memory": 1}],
    "distances": [[10, 20], [20, 10]],
}


def tierscope(*arguments: str, given: str | bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The finished command."""
    data = given if isinstance(given, bytes) else given.encode()
    command = [sys.executable, "-m", "viz", *arguments]
    return subprocess.run(command, cwd=ROOT, input=data, capture_output=True, timeout=60, check=False)


def printed(*arguments: str, given: str | bytes = b"") -> str:
    """What the command printed, where it must succeed."""
    done = tierscope(*arguments, given=given)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def refusal(*arguments: str, given: str | bytes = b"") -> str:
    """The one line that the command wrote on stderr, where it must fail."""
    done = tierscope(*arguments, given=given)
    told = done.stderr.decode()
    assert (done.returncode, done.stdout, told.count("\n")) == (2, b"", 1), told
    return told


def test_order_as_text() -> None:
    text = printed("order", SEED)
    assert "\n0 -> 1 -> 2 -> stop\n3 -> 4 -> 5 -> stop\n" in text
    assert "kernel posted" in text
    assert "this_pass = 1,4" in text
    assert max(map(len, text.splitlines())) <= 100


def test_order_as_json() -> None:
    order = json.loads(printed("order", "--json", "-", given=json.dumps(TINY)))
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
    }


@pytest.mark.parametrize("row", [row.name for row in VERSIONS])
def test_jsonl_gives_every_golden_row(row: str) -> None:
    goldens = rows(FOLDER / "rows.jsonl")
    given = "".join(json.dumps(document(golden)) + "\n" for golden in goldens)
    answers = [json.loads(line) for line in printed("order", "--jsonl", "--kernel", row, "-", given=given).splitlines()]
    assert len(answers) == len(goldens)
    for golden, answer in zip(goldens, answers, strict=True):
        expected = golden["expect"]["v5.15" if row == "posted" else row]
        assert answer["kernel"] == row
        assert expected.get("node_load", list(answer["node_load"].values())) == list(answer["node_load"].values())
        assert expected["order_sha"] == digest(list(answer["fallback"].values()))
        if "passes_sha" in expected:
            assert expected["passes_sha"] == digest([golden_pass(one) for one in answer["passes"]])
            assert expected["demotion"] == list(answer["node_demotion"].values())
        else:
            assert (answer["passes"], answer["node_demotion"]) == (None, None)


def test_jsonl_goes_on_after_a_bad_line() -> None:
    lines = [json.dumps(TINY), "", "{", json.dumps({**TINY, "kernel": "v4.0"}), "[]", "\xff", "   ", json.dumps(TINY)]
    done = tierscope("order", "--jsonl", "-", given="\n".join(lines))
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
def test_an_option_beats_the_document(options: list[str], kernel: str, zonelists: str) -> None:
    given = json.dumps({**TINY, "kernel": "v5.16", "zonelists": "boot"})
    order = json.loads(printed("order", "--json", *options, "-", given=given))
    assert (order["kernel"], order["zonelists"]) == (kernel, zonelists)


def test_a_release_is_shown_with_its_row() -> None:
    assert "kernel 6.6.42, row v6.1 (6.1 to 6.6)" in printed("order", SEED, "--kernel", "6.6.42")


def test_given_loads_are_used_and_the_lists_still_computed() -> None:
    square = {"title": "t", "distances": [[10, 20, 20], [20, 10, 20], [20, 20, 10]]}
    nodes = [{"id": node, "cpus": int(node == 0), "memory": 1} for node in range(3)]
    built = json.loads(printed("order", "--json", "-", given=json.dumps({**square, "nodes": nodes})))
    given = {**square, "nodes": nodes, "node_load": {"1": 9}}
    taken = json.loads(printed("order", "--json", "-", given=json.dumps(given)))
    assert taken["node_load"] == {"0": 0, "1": 9, "2": 0}
    assert taken["fallback"] == built["fallback"]
    assert (built["node_demotion"]["0"], taken["node_demotion"]["0"]) == (1, 2)


def test_trace_as_text_opens_at_the_order() -> None:
    told = printed("trace", SEED).splitlines()
    assert "A new order is to be built." in told[3]
    assert len(printed("trace", SEED, "--size", "pass").splitlines()) == 3 + 1 + 3 + 1
    assert any("0 → 1: node 1 is nearest" in line for line in printed("trace", SEED, "--size", "source").splitlines())


def test_trace_as_json_is_the_wire_document() -> None:
    wire = json.loads(printed("trace", "--json", SEED))
    assert (wire["wire"], wire["opens"], wire["kernel"]) == (1, 7, "posted")
    assert set(wire["signals"]) >= {"this_pass", "next_pass", "used_targets", "node_demotion[0]", "sentence", "stack"}


def test_numactl_text_is_taken_too() -> None:
    listing = (
        "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 1024 MB\nnode 0 free: 5 MB\nnode 1 cpus:\n"
        "node 1 size: 1024 MB\nnode 1 free: 5 MB\nnode distances:\nnode   0   1 \n  0:  10  20 \n  1:  20  10 \n"
    )
    assert "0 -> 1 -> stop" in printed("order", "-", given=listing)


LSCPU = "NUMA node0 CPU(s): 0-3\nNUMA node2 CPU(s): 4-7\n"


@pytest.mark.parametrize("form", ["toml", "json", "numactl"])
def test_convert_says_unknown_where_there_are_no_distances(form: str) -> None:
    done = tierscope("convert", "-", "--to", form, given=LSCPU)
    assert done.returncode == 0
    assert b"--remote 20" in done.stderr
    assert b"1 GiB each is assumed" in done.stderr
    if form == "json":
        document = json.loads(done.stdout)
        assert document["distances"] == "unknown"
        assert [node["cpus"] for node in document["nodes"]] == ["0-3", "4-7"]


def test_remote_fills_distances_in_and_says_so() -> None:
    done = tierscope("order", "--json", "--remote", "21", "-", given=LSCPU)
    assert json.loads(done.stdout)["fallback"] == {"0": [0, 2], "2": [2, 0]}
    assert b"guess: The distances are filled in: 10 from a node to itself, 21 to any other." in done.stderr


def test_a_folder_of_sys_is_a_file_too(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("form", ["numactl", "slit", "libvirt", "qemu"])
def test_convert_prints_what_can_be_read_again(form: str) -> None:
    done = tierscope("convert", SEED, "--to", form)
    assert (done.returncode, done.stderr.startswith(b"lost: ")) == (0, True)
    again = json.loads(printed("convert", "-", "--to", "json", given=done.stdout))
    assert again["distances"][0] == [10, 15, 20, 21, 25, 30]


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
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
        (["serve", "--port", "99999"], "", "65535"),
        (["serve", "-", "--port", "0"], "nonsense", "understood"),
        (["serve", "--port", "0", "--host", "999.1.1.1"], "", "999.1.1.1"),
        (["bake"], "", "bake"),
    ],
)
def test_errors_are_one_line_and_exit_two(arguments: list[str], given: str | bytes, told: str) -> None:
    line = refusal(*arguments, given=given)
    assert told in line
    assert "\x1b" not in line
    assert "Traceback" not in line


def test_a_port_in_use_is_one_line(server: Any) -> None:
    assert "port" in refusal("serve", "--port", server.url.rpartition(":")[2])


def test_html_in_names_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "x\x1b[31m.json"
    file.write_text(json.dumps({**TINY, "title": "<b>\x1b[31mred</b>"}))
    done = tierscope("order", str(file))
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m viz trace {SEED} --json | head -c 10"
    done = subprocess.run(command, cwd=ROOT, shell=True, capture_output=True, timeout=60, check=True)
    assert done.stderr == b""


def test_help_names_the_commands() -> None:
    text = printed("--help")
    assert all(command in text for command in ("order", "trace", "serve"))
