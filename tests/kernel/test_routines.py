"""Test the style rules that the source listing needs, and drive(), which performs the operations of a routine."""

from __future__ import annotations

import ast
import inspect
import tomllib
from types import ModuleType

import pytest

from tests.serving import ROOT
from viz.kernel import migrate
from viz.kernel.memory import Barrier, Cell, Load, Memory, Operation, Routine, Store, drive
from viz.trace import chapters
from viz.trace.source_listing import functions, modules, statements

MODULES = modules()


def routines(module: ModuleType) -> set[str]:
    """Return the names of a module's functions that are generators of operations."""
    return {name for name, value in vars(module).items() if inspect.isgeneratorfunction(value)}


@pytest.mark.parametrize("module", [*MODULES, chapters], ids=lambda module: module.__name__)
def test_every_call_of_a_routine_stands_under_yield_from(module: ModuleType) -> None:
    """A call without `yield from` would run nothing and raise no error. Routines may also be passed to a Chapter."""
    tree = ast.parse(inspect.getsource(module))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    passed_on = {id(argument) for call in calls if name_of(call) == "Chapter" for argument in call.args}
    delegated = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.YieldFrom)}
    for call in calls:
        if name_of(call) in routines(module):
            assert id(call) in delegated | passed_on, f"line {call.lineno}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_line_is_longer_than_the_panel_is_wide(module: ModuleType) -> None:
    columns = tomllib.loads((ROOT / "viz/kernel/ruff.toml").read_text())["line-length"]
    for function in functions(module):
        lines = ["".join(piece.text for piece in line) for line in function.lines]
        assert [line for line in lines if len(line) > columns] == []


def test_a_statement_may_stand_over_several_lines() -> None:
    """A run stops at a statement's first line. A loop's lines end before its block, whose statements name the loop."""
    scope = {name: vars(migrate)[name] for name in ("PassBegins", "Load")}
    module = ModuleType("viz.kernel.made")
    module.__dict__.update(scope)
    found = statements(module, SOURCE)
    assert [(s.first, s.last, s.yields, s.checkpoint, s.loop) for s in found] == [
        (3, 3, False, False, None),  # the docstring
        (4, 4, False, False, None),
        (5, 7, True, False, 4),
        (8, 8, False, False, 4),
        (9, 11, True, True, 4),
        (12, 12, False, False, None),
        (14, 14, True, False, None),
    ]


SOURCE = '''
def made(machine):
    """Return nothing."""
    while machine:
        if (
            yield Load(machine)
        ) == 1:
            break
        yield PassBegins(
            machine,
        )
    match machine:
        case 1:
            machine = yield from made(1)
'''


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_drive_performs_an_operation_before_it_calls_watch() -> None:
    a, b = Cell("a", 0), Cell("b", 0)
    memory, seen = Memory({a: 3}), []

    def routine() -> Routine[str]:
        value: int = yield Load(a)
        yield Store(b, value + 1)
        yield Barrier("smp_wmb()")
        return "done"

    def watch(operation: Operation, _: Routine[object]) -> None:
        seen.append((type(operation).__name__, memory[b]))

    assert drive(routine(), memory, watch) == "done"
    assert seen == [("Load", -1), ("Store", 4), ("Barrier", 4)]


def test_a_routine_may_yield_nothing() -> None:
    def routine(yields: bool) -> Routine[int]:
        if yields:
            yield Barrier("smp_wmb()")
        return 5

    assert drive(routine(False), Memory()) == 5
