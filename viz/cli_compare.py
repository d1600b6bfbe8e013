"""The commands that hold versions against each other: compare and counterexample."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

import click

from viz import compare as side_by_side
from viz import counterexample as searching
from viz.kernel.versions import VERSIONS
from viz.run import Run
from viz.topology import Topology, printable


def compare(topologies: Sequence[Topology], kernels: Sequence[str], zonelists: str | None, as_json: bool) -> None:
    """Print the runs of all topologies under all kernels side by side; one run alone is held against every version."""
    asked: list[str | None] = list(kernels) or [None]
    if len(topologies) == len(asked) == 1:
        first = Run.of(topologies[0], asked[0]).version
        asked += [row.name for row in VERSIONS if row is not first]
    sides = side_by_side.sides([Run.of(topology, kernel, zonelists) for topology in topologies for kernel in asked])
    if as_json:
        click.echo(json.dumps(side_by_side.document(sides)))
        return
    for title in dict.fromkeys(topology.title for topology in topologies):
        click.echo(printable(title, 200))
    click.echo(f"\n{printable_lines(side_by_side.table(sides))}")
    if len(sides) == 2:
        click.echo("\n" + printable_lines("\n".join(side_by_side.sentences(*sides))))


def counterexample(question: searching.Question, most: int, jobs: int | None) -> searching.Answer:
    """Search with a progress line on stderr, and say there what was tried."""
    answer = searching.search(question, most, jobs, progress(sys.stderr))
    kind = "" if question.asymmetric else "symmetric "
    sizes = " and ".join(f"{nodes} node{'s' if nodes > 1 else ''}" for nodes in answer.searched) or "no size"
    where = f"all {kind}machines with distances from {', '.join(map(str, searching.DISTANCES))}"
    click.echo(f"searched exhaustively ({where}): {sizes}", err=True)
    if answer.out_of_time:
        click.echo("stopped, because the budget is spent; a longer --budget may find more", err=True)
    elif answer.found is None:
        click.echo(f"{question.first} and {question.second} agree on all of them", err=True)
    return answer


def printable_lines(text: str) -> str:
    """The text with nothing in any line that a terminal would obey: a title may hold anything."""
    return "\n".join(printable(line, 2000) for line in text.split("\n"))


def progress(stream: TextIO) -> Callable[[int, int, int], None]:
    """A line that is written over and over on a terminal; elsewhere nothing but the end of each size."""

    def told(nodes: int, done: int, units: int) -> None:
        end = "\n" if done == units else "\r"
        if stream.isatty() or done == units:
            stream.write(f"{nodes} nodes: {100 * done // units:3} % of {units} units{end}")
            stream.flush()

    return told
