"""Test commands with changed rules: --rule, names with a plus, the rules in a document, and refused rules."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.command import printed, tierscope

SEED = "topologies/two-sockets-three-classes.toml"
TINY = {
    "title": "Tiny",
    "nodes": [{"id": node, "cpus": int(node < 2), "memory": "1 GiB"} for node in range(3)],
    "distances": [[10, 20, 20], [20, 10, 20], [20, 20, 10]],
}
EQUAL = {
    "title": "Equal",
    "nodes": [{"id": node, "cpus": int(not node), "memory": "1 GiB"} for node in range(4)],
    "distances": [[10 if a == b else 20 for b in range(4)] for a in range(4)],
    "node_load": {},
}
SHARED = "used=per-source"


def failed(*arguments: str, stdin: str = "") -> str:
    """Return the one line on stderr with which a command fails."""
    done: subprocess.CompletedProcess[bytes] = tierscope(*arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_order_takes_a_rule_by_option_by_name_and_from_the_document() -> None:
    expected = json.loads(printed("order", "--json", "--kernel", f"v5.15 + {SHARED}", "-", stdin=json.dumps(TINY)))
    assert expected["kernel"] == "v5.15 + used=per-source"
    assert expected["node_demotion"] == {"0": 2, "1": 2, "2": -1}
    for options, document in (
        (("--kernel", "5.15", "--rule", SHARED), TINY),
        (("--rule", SHARED), {**TINY, "kernel": "v5.15"}),
        ((), {**TINY, "kernel": f"v5.15 + {SHARED}"}),
    ):
        assert json.loads(printed("order", "--json", *options, "-", stdin=json.dumps(document))) == expected
    (line,) = printed(
        "order", "--jsonl", "--rule", SHARED, "-", stdin=json.dumps({**TINY, "kernel": "v5.15"})
    ).splitlines()
    assert json.loads(line)["node_demotion"] == expected["node_demotion"]


def test_the_heading_names_the_what_if() -> None:
    text = printed("order", SEED, "--kernel", "v5.15", "--rule", "tie=id", "--rule", "penalty-cpu=0")
    assert "kernel v5.15 + penalty-cpu=0 + tie=id (5.15, changed); zonelists built with CPUs up\n" in text


def test_cycles_are_printed_and_told() -> None:
    text = printed("order", SEED, "--rule", "used=sources")
    assert "\n0 -> 1 -> 2 -> 1 again\n" in text
    assert "\ncycle: 1 -> 2 -> 1\n" in text
    assert "3 keeps 4" in text
    told = printed("trace", SEED, "--rule", "used=sources")
    assert "What if: Only the sources of the pass at hand are used" in told
    assert "Cycles: 1 → 2 → 1, 3 → 4 → 3." in told.splitlines()[-1]


def test_compare_holds_one_kernel_against_itself_under_the_rules() -> None:
    text = printed("compare", "-", "--kernel", "v5.15", "--rule", SHARED, stdin=json.dumps(TINY))
    assert "node  v5.15  v5.15 + used=per-source" in text
    assert "Node 1 demotes to nowhere in v5.15, to 2 in v5.15 + used=per-source." in text
    assert "v5.15 + used=per-source takes node 2, which in v5.15 is in used_targets already." in text
    text = printed("compare", "-", "--kernel", "v5.15", "--rule", "tie=last-id", stdin=json.dumps(EQUAL))
    assert "The rules differ: tie is load in v5.15, last-id in v5.15 + tie=last-id." in text
    columns = printed(
        "compare", "-", "--kernel", "v5.15", "--kernel", "v5.18", "--rule", SHARED, stdin=json.dumps(TINY)
    )
    assert "v5.15 + used=per-source  v5.18 + used=per-source" in columns


@pytest.mark.slow
def test_counterexample_finds_where_a_rule_matters() -> None:
    done = tierscope("counterexample", "--kernel", "v5.15", "--rule", SHARED)
    found = json.loads(done.stdout)
    assert (len(found["nodes"]), found["title"]) == (3, "v5.15 and v5.15 + used=per-source disagree")
    same = tierscope("counterexample", "--kernel", "v5.15 + charge=add", "--kernel", "v5.16", "--nodes", "2")
    assert (same.returncode, same.stdout) == (1, b"")


def test_why_and_readers_take_rules() -> None:
    rules = ("--rule", "tie=last-id", "--rule", "penalty-cpu=0")
    text = printed("why", "-", "0", *rules, stdin=json.dumps({**TINY, "n_cpu": [0]}))
    assert "2 wins with the higher id" in text
    report = json.loads(printed("readers", SEED, "--json", "--kernel", "v5.15", "--rule", "barrier=none"))
    assert report["protocol"] == "no-barrier"


def test_findings_take_rules() -> None:
    tied = ("order", "-", "--findings", "--kernel", "v5.15")
    for rule, says in (
        ((), "node_load is 0 for both, so 1 wins with the lower id: the id decides"),
        (("--rule", "tie=id"), "Nodes 1 and 2 are both at 20 from node 0; 1 wins with the lower id: the id decides"),
        (("--rule", "tie=last-id"), "Nodes 3 and 2 are both at 20 from node 0; 3 wins with the higher id"),
    ):
        text = printed(*tied, *rule, stdin=json.dumps(EQUAL))
        assert says in " ".join(text.split())
        assert " + ".join(["kernel v5.15", *rule[1:]]) in text
    shared = printed("order", "-", "--findings", "--kernel", "v5.15", "--rule", SHARED, stdin=json.dumps(TINY))
    assert "has no target" in " ".join(printed("order", "-", "--findings", stdin=json.dumps(TINY)).split())
    assert "has no target" not in " ".join(shared.split())
    both = printed("compare", "-", "--findings", "--kernel", "v5.15", "--rule", SHARED, stdin=json.dumps(TINY))
    assert "v5.15 + used=per-source" in both
    found = printed("trace", "-", "--rule", SHARED, "--find", "node 1 finds 2", stdin=json.dumps(TINY))
    assert "Node 2 is the only node with memory" in found


def test_zonelists_can_be_a_rule() -> None:
    boot = json.loads(printed("order", SEED, "--json", "--zonelists", "boot"))
    rule = json.loads(printed("order", SEED, "--json", "--rule", "zonelists=boot"))
    assert rule == boot | {"kernel": "posted + zonelists=boot"}


def test_rules_lists_every_rule_with_what_means_nothing() -> None:
    text = printed("rules", "--kernel", "v6.1")
    assert "  * further=eq " in text
    assert "means nothing here: it builds its order without passes" in text
    listed = json.loads(printed("rules", "--json", "--kernel", "v5.15 + targets=equally-near"))
    own = {rule["name"]: rule["own"] for rule in listed["rules"] if not rule["why_not"]}
    assert own["further"] == "gt"
    assert own["charge"] == "set"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("order", SEED, "--rule", "used"), "there is no rule 'used'"),
        (("order", SEED, "--rule", "\x1b[31m=1"), "there is no rule"),
        (("order", SEED, "--rule", "used=\x1b[31m"), "used is one of chooser, per-source, sources"),
        (("trace", SEED, "--kernel", "v6.1", "--rule", SHARED), "used=per-source means nothing for v6.1"),
        (("why", SEED, "0", "--rule", "further=eq"), "targets=equally-near changes that"),
        (("compare", SEED, "--rule", "tie=id", "--rule", "tie=load"), "the rule tie is given twice"),
        (("counterexample", "--rule", "tie=id"), "kernel"),
        (("rules", "--kernel", "v2.6"), "v2.6"),
        (("serve", "--kernel", "v5.15 + used=mine"), "used is one of"),
        (("serve", "--kernel", "./no-such-file.py"), "no-such-file.py: cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_rule_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    line = failed(*arguments)
    assert words in line
    assert "\x1b" not in line


CIRCLE = """
from viz.kernel.memory import Store
from viz.kernel.migrate import node_demotion

ROW = "posted"


def establish_migrate_target(machine, node, used):
    target = (node + 1) % 3
    used.add(target)
    yield Store(node_demotion[node], target)
    return target if target not in machine.n_cpu else -1
"""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("order",), "mine.py (posted with establish_migrate_target() of mine.py)"),
        (("trace",), "takes the place of the row's own"),
        (("why",), "Why 0 → 1?"),
        (("compare",), "mine.py"),
        (("readers",), "disable, smp_wmb()"),
        (("rules",), "rules of mine.py"),
    ],
    ids=lambda part: part[0] if isinstance(part, tuple) else "",
)
def test_a_file_of_ones_own_is_a_kernel(tmp_path: Path, command: tuple[str, ...], words: str) -> None:
    (tmp_path / "mine.py").write_text(CIRCLE)
    machine = () if command == ("rules",) else ("-", "0") if command == ("why",) else ("-",)
    text = printed(*command, "--kernel", str(tmp_path / "mine.py"), *machine, stdin=json.dumps(TINY))
    assert words in text
    assert str(tmp_path) not in text


def test_a_counterexample_runs_the_file_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CIRCLE)
    done = tierscope("counterexample", "--kernel", str(tmp_path / "mine.py"), "--kernel", "posted", "--jobs", "2")
    assert json.loads(done.stdout)["title"] == "mine.py and posted disagree"


def test_a_document_names_no_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CIRCLE)
    for name in ("./mine.py", str(tmp_path / "mine.py"), "mine.py"):
        assert "unknown kernel" in failed("order", "-", stdin=json.dumps({**TINY, "kernel": name}))
    (line,) = printed("order", "--jsonl", "-", stdin=json.dumps({**TINY, "kernel": "mine.py"})).splitlines()
    assert "unknown kernel" in json.loads(line)["error"]


def test_a_wrong_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    assert "mine.py: cannot be read" in failed("order", SEED, "--kernel", str(path))
    path.write_text(CIRCLE.replace("used.add(target)", "used.put(target)"))
    assert "mine.py, line 10: AttributeError" in failed("trace", SEED, "--kernel", str(path))
    assert "mine.py, line 10: AttributeError" in failed("compare", SEED, "--kernel", str(path), "--kernel", "v5.15")
