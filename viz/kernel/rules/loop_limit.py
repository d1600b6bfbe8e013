"""Put a limit on loops: a count at the beginning of every round, which no listing shows and which changes no line."""

from __future__ import annotations

import ast

from viz.kernel.memory import Endless

MOST_ROUNDS = 20_000_000
"""The rounds of all loops together in one run of a file: some seconds."""


class Loops:
    """The count of the rounds of all loops of a file since the run began."""

    NAME = "__round_of_a_loop__"
    """The name under which the file's functions find count()."""

    def __init__(self) -> None:
        self.rounds = 0

    def begin(self) -> None:
        """Begin to count for another run."""
        self.rounds = 0

    def count(self) -> None:
        """Count a round; raise Endless if there were too many."""
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
    """Return a tree that counts the rounds of its loops."""
    _Limited().visit(tree)
    return ast.fix_missing_locations(tree)
