"""House rules that a step-by-step listing rests on, and the loop that performs operations."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from viz.kernel import build
from viz.kernel.memory import Barrier, Cell, Load, Memory, Operation, Routine, Store, drive
from viz.trace.listing import modules

MODULES = modules()


def routines(module: ModuleType) -> set[str]:
    """The functions of a module that are generators of operations."""
    return {name for name, value in vars(module).items() if inspect.isgeneratorfunction(value)}


@pytest.mark.parametrize("module", [*MODULES, build], ids=lambda module: module.__name__)
def test_every_call_of_a_routine_stands_under_yield_from(module: ModuleType) -> None:
    """A forgotten `yield from` would silently run nothing; handing a routine to a Chapter is the one other use."""
    tree = ast.parse(inspect.getsource(module))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    handed_on = {id(argument) for call in calls if name_of(call) == "Chapter" for argument in call.args}
    delegated = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.YieldFrom)}
    for call in calls:
        if name_of(call) in routines(module):
            assert id(call) in delegated | handed_on, f"line {call.lineno}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_yield_stays_on_one_line(module: ModuleType) -> None:
    yields = [n for n in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(n, (ast.Yield, ast.YieldFrom))]
    assert yields
    assert all(node.lineno == node.end_lineno for node in yields)


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_drive_performs_before_it_shows() -> None:
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


def test_a_routine_may_do_nothing() -> None:
    def routine(wanted: bool) -> Routine[int]:
        if wanted:
            yield Barrier("smp_wmb()")
        return 5

    assert drive(routine(False), Memory()) == 5
