"""Limit the loops of a person's file by a call at the start of each round, which no listing shows and moves no line."""

from __future__ import annotations

import ast

from viz.kernel.memory import Endless

MOST_ROUNDS = 20_000_000
"""The largest number of rounds of all loops together in one run of a file; they take some seconds."""


class Loops:
    """A counter of the rounds of all loops of a file since the run began."""

    NAME = "__round_of_a_loop__"
    """The name by which the file's loops call count()."""

    def __init__(self) -> None:
        self.rounds = 0

    def begin(self) -> None:
        """Reset the count at the start of a run."""
        self.rounds = 0

    def count(self) -> None:
        """Count a round; raise Endless after more than MOST_ROUNDS rounds."""
        self.rounds += 1
        if self.rounds > MOST_ROUNDS:
            raise Endless(f"its loops are not done after {MOST_ROUNDS:,} rounds, so they may never be")


class _Limited(ast.NodeTransformer):
    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        call = ast.Expr(ast.Call(ast.Name(Loops.NAME, ast.Load()), [], []))
        for part in ast.walk(call):
            ast.copy_location(part, node)
        node.body.insert(0, call)
        return node

    visit_For = visit_While = _loop  # noqa: N815  # ast.NodeVisitor looks for these names


def with_limit(tree: ast.Module) -> ast.Module:
    """Add a call of Loops.count() to each loop of a syntax tree, and return the tree."""
    _Limited().visit(tree)
    return ast.fix_missing_locations(tree)
