"""Test versions whose listing was edited: they run the edited lines, and tell each mistake at its line."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from viz.analysis.run import Run
from viz.app.rule_questions import rules
from viz.kernel import migrate, migrate_v5_17, page_alloc
from viz.kernel.releases import of_table, version
from viz.kernel.rules import own_files
from viz.kernel.rules.edited_listing import MOST_TEXT, edited_row, name_of
from viz.kernel.rules.own_patch import WrongPatch
from viz.kernel.version import UnknownVersion, Version
from viz.page.player_data import play
from viz.pressure.behaviour import Behaviour
from viz.topology import load
from viz.trace.source_listing import listing_of

SHARED = load("2 sockets: cpu+dram 64G; shared cxl 256G at 20").topology
KEY = "migrate.py establish_migrate_target"
PRIVATE = ("machine, node, used\n", "machine, node, NodeMask(used)\n")
"""A change with which the chooser marks targets in a copy, so that other sources do not see them."""


def source(module: ModuleType, name: str) -> str:
    return inspect.getsource(vars(module)[name])


def changed(before: str, after: str, module: ModuleType = migrate, name: str = "establish_migrate_target") -> str:
    """Return the source of a function with one change."""
    text = source(module, name)
    assert text.count(before) == 1
    return text.replace(before, after)


def kept(row: str, texts: dict[str, str]) -> Version:
    made = edited_row(of_table(row), texts)
    own_files.keep_edited(made)
    return made


def targets(kernel: str) -> dict[str, int]:
    found: dict[str, int] = Run.of(SHARED, kernel).order()["node_demotion"]
    return found


def test_edited_lines_run_and_only_there() -> None:
    made = kept("posted", {KEY: changed(*PRIVATE)})
    assert targets("posted") == {"0": 2, "1": -1, "2": -1}
    assert targets(made.name) == {"0": 2, "1": 2, "2": -1}
    assert targets("posted") == {"0": 2, "1": -1, "2": -1}
    assert version(made.name) is made
    assert made.name == name_of(of_table("posted"), {KEY: changed(*PRIVATE)})
    assert made.differs == "Lines of establish_migrate_target() are edited. All else is as in posted."
    assert "What if: establish_migrate_target() of the edited listing" in str(Run.of(SHARED, made.name).trace().signals)


def test_the_listing_shows_the_edited_lines_with_their_numbers() -> None:
    text = changed("    if migration_target ==", "    longer = 1\n    assert longer\n    if migration_target ==")
    made = kept("posted", {KEY: text})
    shown = {function.name: function for function in listing_of(made, events=False)}
    function = shown["establish_migrate_target"]
    assert ["".join(piece.text for piece in line) for line in function.lines] == text.splitlines()
    assert function.first == inspect.getsourcelines(migrate.establish_migrate_target)[1]
    assert sorted(function.changed) == [
        function.first + text.splitlines().index(line) for line in ("    longer = 1", "    assert longer")
    ]
    before = inspect.getsourcelines(migrate.set_migration_target_nodes)[1]
    assert shown["set_migration_target_nodes"].first == before + 2
    lines = {frame[2] for value in Run.of(SHARED, made.name).trace().signals["stack"].values for frame in value}
    assert before + 2 < max(lines)


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_only_what_ends_a_line_for_python_ends_one_here(separator: str) -> None:
    """str.splitlines() also splits at these; the rest of a comment would then be code, and all lines after it move."""
    comment = f"    # one{separator}    line"
    text = changed("    return migration_target", f"{comment}\n    return migration_target").replace("\n", "\r\n")
    made = kept("posted", {KEY: text})
    shown = {function.name: function for function in listing_of(made, events=False)}
    assert "".join(piece.text for piece in shown["establish_migrate_target"].lines[-2]) == comment
    before = inspect.getsourcelines(migrate.set_migration_target_nodes)[1]
    assert shown["set_migration_target_nodes"].first == before + 1
    assert targets(made.name) == targets("posted")


@pytest.mark.parametrize("row", ["v6.17", "v7.0 + tie=id", "random-member"])
def test_pages_under_pressure_behave_as_those_of_the_row(row: str) -> None:
    chooser = source(page_alloc, "find_next_best_node")
    made = kept(row, {"page_alloc.py find_next_best_node": f"{chooser}    # the end\n"})
    assert Behaviour.of(made, made.name) == Behaviour.of(of_table(row), row)


def test_the_page_does_not_wait_for_a_file_that_changes() -> None:
    made = kept("posted", {KEY: changed(*PRIVATE)})
    assert play(Run.of(SHARED, made.name), {"text": ""})["patch"] is None
    assert "are changed in its lines" in rules(SHARED, {"kernel": made.name})["fixed"]


def test_several_functions_of_several_modules_can_be_edited() -> None:
    chooser = source(page_alloc, "find_next_best_node")
    made = kept("posted", {KEY: changed(*PRIVATE), "page_alloc.py find_next_best_node": f"{chooser}\n    # the end\n"})
    assert targets(made.name) == {"0": 2, "1": 2, "2": -1}
    assert made.kernels.endswith("edited lines in establish_migrate_target(), find_next_best_node()")


def test_a_row_with_changed_rules_can_be_edited() -> None:
    row = "v5.18 + charge=one"
    text = source(migrate_v5_17, "establish_migrate_target")
    made = kept(row, {"migrate_v5_17.py establish_migrate_target": f"{text}    # the end\n"})
    assert made.name.startswith(f"{row} edited ")
    assert Run.of(SHARED, made.name).order()["node_demotion"] == Run.of(SHARED, row).order()["node_demotion"]


LINE = inspect.getsourcelines(migrate.establish_migrate_target)[1]


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        (
            {KEY: changed("if migration_target ==", "if migration_target =")},
            f"migrate.py, line {LINE + 16}: invalid syntax",
        ),
        ({KEY: "x = 1"}, f"migrate.py, line {LINE}: this is to be the function establish_migrate_target()"),
        ({KEY: "def other(machine, node, used):\n    yield"}, "this is to be the function establish_migrate_target()"),
        (
            {KEY: "def establish_migrate_target(machine):\n    yield"},
            f"migrate.py, line {LINE}: .* is to take machine, node",
        ),
        ({KEY: "def establish_migrate_target(machine, node, used):\n    pass"}, "is to yield its operations"),
        ({KEY: changed("used: NodeMask\n", "used: NodeMask = nothing\n")}, f"migrate.py, line {LINE + 1}: NameError"),
        ({KEY: f"{source(migrate, 'establish_migrate_target')}\nx = 1"}, "and nothing else"),
        ({KEY: "\0"}, "migrate.py"),
        ({KEY: "(" * 5000}, "migrate.py"),
        ({KEY: "x" * (MOST_TEXT + 1)}, "more than"),
        ({}, "empty"),
        ({"migrate.py": "x"}, "has no function"),
        ({"migrate.py N_CPU": "x"}, "has no function"),
        ({"os.py system": "x"}, "has no function system"),
        ({"../migrate.py establish_migrate_target": "x"}, "has no function"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(texts: dict[str, str], refusal: str) -> None:
    with pytest.raises(WrongPatch, match=refusal) as error:
        edited_row(of_table("posted"), texts)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ("return migration_target", "return migration", r"^migrate\.py, line \d+: NameError"),
        (
            "    yield Store(",
            "    while True: pass\n    yield Store(",
            r"^migrate\.py, line \d+: its loops are not done after",
        ),
        ("    yield Store(", "    while True: yield smp_wmb()\n    yield Store(", "order is not done after"),
        ("    yield Store(", "    yield 5\n    yield Store(", r"^migrate\.py"),
    ],
)
def test_a_mistake_that_shows_in_the_run_is_told_at_its_line(
    before: str, after: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viz.kernel.rules.loop_limit.MOST_ROUNDS", 30_000)
    made = kept("posted", {KEY: changed(before, after)})
    with pytest.raises(UnknownVersion, match=refusal):
        Run.of(SHARED, made.name).trace()


def test_only_the_last_versions_are_kept() -> None:
    names = [
        kept("posted", {KEY: f"{source(migrate, 'establish_migrate_target')}    # {index}\n"}).name
        for index in range(40)
    ]
    assert version(names[-1]).name == names[-1]
    with pytest.raises(UnknownVersion):
        version(names[0])
