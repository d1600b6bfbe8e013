"""Test a person's own file as a kernel: its functions run and are shown, and errors name the line of a mistake."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.goldens import FOLDER, document, golden, rows
from viz.analysis.run import Run
from viz.kernel.releases import UnknownVersion, version
from viz.kernel.rules import own_files
from viz.kernel.rules.own_patch import file_name
from viz.topology import Topology, builtin
from viz.trace.source_listing import listing_of

MACHINE = builtin("two-sockets-three-classes")
SHARING = '''"""Sources of one pass may share a target."""

from viz.kernel.memory import Load, nodes_in
from viz.kernel.migrate_v5_17 import establish_migrate_target as unshared
from viz.kernel.migrate_v5_17 import node_demotion
from viz.kernel.nodemask import NodeMask

ROW = "v5.18"


def establish_migrate_target(machine, node, used, best_distance):
    """Find one more target; the mask keeps the sources alone."""
    own = NodeMask(nodes_in((yield Load(node_demotion[node]))))
    return (yield from unshared(machine, node, used | own, best_distance))
'''


def kernel(tmp_path: Path, source: str, name: str = "mine.py") -> str:
    """Write a file and return its name as a kernel."""
    path = tmp_path / name
    path.write_text(source)
    return own_files.register(path)


def problem(tmp_path: Path, source: str) -> str:
    with pytest.raises(UnknownVersion) as failed:
        Run.of(MACHINE, kernel(tmp_path, source)).trace()
    assert "\n" not in str(failed.value)
    return str(failed.value)


def test_the_sharing_patch_is_rfc2022_on_every_golden_row(tmp_path: Path) -> None:
    mine = kernel(tmp_path, SHARING)
    for row in rows(FOLDER / "rows.jsonl"):
        machine = Topology.from_document(json.loads(json.dumps(document(row))))
        own, rfc = (Run.of(machine, name).order() for name in (mine, "rfc2022"))
        assert own["node_demotion"] == rfc["node_demotion"], machine.title
        assert golden(own)["node_load"] == golden(rfc)["node_load"]


def test_its_source_is_what_is_shown_and_stepped_through(tmp_path: Path) -> None:
    run = Run.of(MACHINE, kernel(tmp_path, SHARING))
    listing = {(function.file, function.name): function for function in listing_of(run.version, events=False)}
    shown = listing["mine.py", "establish_migrate_target"]
    lines = ["".join(piece.text for piece in line) for line in shown.lines]
    assert lines == SHARING.splitlines()[10:]
    assert ("migrate_v5_17.py", "establish_migrate_target") not in listing
    trace = run.trace()
    stopped = {(file, line) for stack in trace.signals["stack"].values for file, _, line in stack if file == "mine.py"}
    assert stopped == {("mine.py", 13), ("mine.py", 14)}
    told = trace.at("sentence", trace.opens)
    assert "What if: establish_migrate_target() of mine.py takes the place of the row's own." in told


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_its_lines_may_end_as_on_other_systems_and_have_page_breaks(tmp_path: Path, end: str) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes(SHARING.replace("    own =", "    # a page\f\n    own =").replace("\n", end).encode())
    shown = {function.name: function for function in listing_of(version(own_files.register(path)), events=False)}
    function = shown["establish_migrate_target"]
    assert (
        function.first
        == SHARING.split("\n").index("def establish_migrate_target(machine, node, used, best_distance):") + 1
    )
    assert "".join(piece.text for piece in function.lines[2]) == "    # a page\f"
    assert "\r" not in str(function.lines)


def test_a_name_that_is_no_text_becomes_text() -> None:
    assert file_name(Path("m\udcffine.py")) == "m?ine.py"
    assert file_name(Path("migrate.py")) == "own-migrate.py"


def test_a_row_with_changed_rules_can_be_started_from(tmp_path: Path) -> None:
    mine = kernel(tmp_path, SHARING.replace('"v5.18"', '"v5.17 + lists=possible"'))
    assert Run.of(MACHINE, mine).order()["node_demotion"] == Run.of(MACHINE, "rfc2022").order()["node_demotion"]
    assert version(mine).kernels.startswith("v5.17 + lists=possible with establish_migrate_target()")


def test_a_chooser_of_ones_own_chooses_for_zonelists_too_where_they_ask_it(tmp_path: Path) -> None:
    source = """
from viz.kernel.checkpoints import Scan, Taken
ROW = "v5.15"
def find_next_best_node(machine, node, used):
    free = machine.memory - used
    best = max(free, default=-1)
    yield Scan(node, best, free)
    if best >= 0:
        used.add(best)
        yield Taken(best)
    return best
"""
    run = Run.of(MACHINE, kernel(tmp_path, source))
    assert run.order()["node_demotion"]["0"] == 5
    trace = run.trace()
    scan = next(step for step in range(trace.length) if trace.at("operation", step)[0] == "Scan")
    assert "although node 1 at 15 would come first" in trace.at("sentence", scan)


def test_a_whole_routine_of_ones_own_may_work_without_any_checkpoint(tmp_path: Path) -> None:
    source = '''
from viz.kernel.memory import Store
from viz.kernel.migrate import node_demotion
ROW = "posted"
def set_migration_target_nodes(machine):
    """Make a circle of all nodes."""
    nodes = list(machine.online)
    for node, target in zip(nodes, nodes[1:] + nodes[:1]):
        yield Store(node_demotion[node], target)
'''
    run = Run.of(MACHINE, kernel(tmp_path, source))
    assert run.order()["node_demotion"] == {str(node): (node + 1) % 6 for node in range(6)}
    assert run.trace().length


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = (", "mine.py, line 1: '(' was never closed"),
        ("x = 1\n", 'mine.py: does not say which row it starts from; write ROW = "v5.18"'),
        ("\nROW = 5\n", "mine.py, line 2: ROW is to be the name of a row as text"),
        ('\n\nROW = "v9"\n', "mine.py, line 3: unknown kernel 'v9'"),
        ('ROW = "mine.py"\n', "mine.py, line 1: unknown kernel 'mine.py'"),
        ('ROW = "v5.15"\n', "mine.py: takes the place of no function of v5.15"),
        ('ROW = "v5.15"\n1 / 0\n', "mine.py, line 2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(0)\n", "mine.py, line 2: SystemExit: 0"),
        ("while True:\n    pass\n", "mine.py, line 1: its loops are not done after 20,000,000 rounds"),
        (
            'ROW = "v5.15"\ndef no_such(machine):\n    yield\n',
            "mine.py, line 2: v5.15 has no function no_such(), and nothing here calls it",
        ),
        (
            'ROW = "v5.15"\ndef establish_migrate_target(machine):\n    yield\n',
            "mine.py, line 2: establish_migrate_target() is to take machine, node, used, as that of v5.15 does",
        ),
        (
            'ROW = "v5.15"\ndef find_next_best_node(machine, node, used):\n    return 1\n',
            "mine.py, line 2: find_next_best_node() is to yield its operations, as that of v5.15 does",
        ),
        (
            'ROW = "v5.15"\ndef charge_node_load(machine, local, order):\n    yield\n',
            "mine.py, line 2: charge_node_load() is not to yield, because that of v5.15 does not",
        ),
        (
            'ROW = "v5.15"\ndef find_next_best_node(machine, node, used):\n    yield from ()\n    return nobody\n',
            "mine.py, line 4: NameError: name 'nobody' is not defined",
        ),
        (
            'ROW = "v5.15"\ndef find_next_best_node(machine, node, used):\n    yield 1\n',
            "mine.py: AttributeError: 'int' object has no attribute 'perform'",
        ),
        (
            'from viz.kernel.memory import smp_wmb\nROW = "v5.15"\n'
            "def disable_all_migrate_targets(machine):\n    while True:\n        yield smp_wmb()\n",
            "mine.py: the order is not done after",
        ),
        (
            'ROW = "v5.15"\ndef disable_all_migrate_targets(machine):\n    yield from ()\n    while 1:\n        1\n',
            "mine.py, line 4: its loops are not done after 20,000,000 rounds",
        ),
        (
            'ROW = "v5.15"\ndef find_next_best_node(machine, node, used):\n'
            "    return (yield from find_next_best_node(machine, node, used))\n",
            "mine.py, line 3: RecursionError",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, source: str, words: str) -> None:
    assert problem(tmp_path, source).startswith(words)


def test_what_is_no_text_or_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "binary.py").write_bytes(b"x = 1\n\xff\xfe")
    (tmp_path / "large.py").write_bytes(b"#" * (2**20 + 1))
    for name, words in (
        ("binary.py", "binary.py, line 2: is no text in UTF-8"),
        ("large.py", "large.py: has more than 1048576 bytes"),
        ("absent.py", "absent.py: cannot be read: No such file or directory"),
    ):
        with pytest.raises(UnknownVersion, match=words):
            version(own_files.register(tmp_path / name))


def test_only_a_file_that_was_named_at_the_start_is_a_kernel(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SHARING)
    for asked in ("mine.py", "./mine.py", str(tmp_path / "mine.py"), f"{tmp_path}/mine.py + tie=id"):
        with pytest.raises(UnknownVersion, match="unknown kernel"):
            version(asked)
    own_files.register(tmp_path / "mine.py")
    assert version("mine.py").patch
    for asked in ("./mine.py", str(tmp_path / "mine.py")):
        with pytest.raises(UnknownVersion, match="unknown kernel"):
            version(asked)
    with pytest.raises(UnknownVersion, match=r"are changed in mine\.py itself"):
        version("mine.py + tie=id")


def test_two_files_of_one_name_are_refused_and_a_file_of_the_kernels_own_name_is_marked(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    kernel(tmp_path, SHARING)
    with pytest.raises(UnknownVersion, match="two files of that name"):
        kernel(tmp_path / "a", SHARING)
    assert kernel(tmp_path, SHARING, "migrate.py") == "own-migrate.py"
    assert version("own-migrate.py").patch


def test_a_file_that_is_edited_is_read_again(tmp_path: Path) -> None:
    mine = kernel(tmp_path, SHARING)
    before, mark = version(mine), own_files.mark(mine)
    assert version(mine) is before
    kernel(tmp_path, SHARING.replace("v5.18", "v5.17"))
    os.utime(tmp_path / "mine.py", ns=(1, 1))
    assert version(mine).kernels.startswith("v5.17")
    assert own_files.mark(mine) != mark
    kernel(tmp_path, "x = (")
    with pytest.raises(UnknownVersion, match="never closed"):
        version(mine)
    kernel(tmp_path, SHARING)
    assert version(mine).kernels.startswith("v5.18")
