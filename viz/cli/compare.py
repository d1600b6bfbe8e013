"""The commands that hold versions against each other: compare and counterexample."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from viz.analysis import compare as side_by_side
from viz.analysis import counterexample as searching
from viz.analysis.compare import Side
from viz.analysis.run import Run
from viz.cli.inputs import FileOrFolder, Input
from viz.figures.text import choice
from viz.kernel.versions import VERSIONS
from viz.topology import Topology, builtin, builtin_names, printable


@click.command()
@click.argument("files", metavar="FILE [FILE]", type=FileOrFolder("rb"), nargs=-1)
@click.option("--kernel", "kernels", metavar="V", multiple=True, help="May be given twice or more. Default: all.")
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before or after the CPUs are up.")
@click.option("--event", type=click.IntRange(min=1), metavar="N", help="Before and after the Nth event of FILE.")
@click.option("--builtin", "builtins", is_flag=True, help="Every built-in machine under one version, instead of FILE.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON document.")
def compare(
    files: tuple[BinaryIO | Path, ...],
    kernels: tuple[str, ...],
    zonelists: str | None,
    event: int | None,
    builtins: bool,
    as_json: bool,
) -> None:
    """Print where each node demotes to under several versions or on several machines, and why they differ."""
    if builtins == bool(files):
        raise click.UsageError("Give one or more FILEs, or --builtin.")
    if builtins:
        print_machines(kernels, zonelists, as_json)
        return
    topologies = [Input(file).topology() for file in files]
    if event is None:
        print_sides(_runs(topologies, kernels, zonelists), as_json)
    elif len(topologies) == 1 and len(kernels) < 2:
        print_sides(_around(Run.of(topologies[0], _one(kernels), zonelists), event), as_json)
    else:
        raise click.UsageError("--event is about one FILE and one --kernel.")


def _runs(topologies: Sequence[Topology], kernels: Sequence[str], zonelists: str | None) -> list[Side]:
    """All topologies under all kernels; one run alone is held against every version."""
    asked: list[str | None] = list(kernels) or [None]
    if len(topologies) == len(asked) == 1:
        first = Run.of(topologies[0], asked[0]).version
        asked += [row.name for row in VERSIONS if row is not first]
    return side_by_side.sides([Run.of(topology, kernel, zonelists) for topology in topologies for kernel in asked])


def _around(run: Run, event: int) -> Sequence[Side]:
    """The run before that event, and after it."""
    after = side_by_side.ended(run, event)
    return side_by_side.told_apart(*side_by_side.sides([side_by_side.ended(run, event - 1), after]))


def _one(kernels: Sequence[str]) -> str | None:
    return kernels[0] if kernels else None


def print_sides(sides: Sequence[Side], as_json: bool) -> None:
    """Print a column a run, and what makes two of them differ."""
    if as_json:
        click.echo(json.dumps(side_by_side.document(sides)))
        return
    for title in dict.fromkeys(side.run.topology.title for side in sides):
        click.echo(printable(title, 200))
    click.echo(f"\n{printable_lines(side_by_side.table(sides))}")
    if len(sides) == 2:
        click.echo("\n" + printable_lines("\n".join(side_by_side.sentences(*sides))))


def print_machines(kernels: Sequence[str], zonelists: str | None, as_json: bool) -> None:
    """Print a line for every built-in machine."""
    if len(kernels) > 1:
        raise click.UsageError("--builtin is about one --kernel.")
    for name in builtin_names():
        run = Run.of(builtin(name), _one(kernels), zonelists)
        (side,) = side_by_side.sides([run])
        if as_json:
            found = {str(node): targets for node, targets in side.targets().items()}
            click.echo(json.dumps({"name": name, "kernel": run.version.name, "targets": found}))
        else:
            click.echo(f"{name}\n    {filled(side)}")


def filled(side: Side) -> str:
    """Who demotes to whom, on one line."""
    arrows = [f"{node} -> {choice(targets)}" for node, targets in side.targets().items() if targets]
    return ", ".join(arrows) or "no target at all"


def printable_lines(text: str) -> str:
    """The text with nothing in any line that a terminal would obey: a title may hold anything."""
    return "\n".join(printable(line, 2000) for line in text.split("\n"))


@click.command()
@click.option("--kernel", "kernels", metavar="V", multiple=True, required=True, help="Twice: the two to compare.")
@click.option("--nodes", "most", type=click.IntRange(1, 8), default=3, show_default=True, help="At most so many.")
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), default="runtime", show_default=True)
@click.option("--asymmetric", is_flag=True, help="Distances may differ between there and back.")
@click.option("--budget", type=click.FloatRange(min=0), default=60, show_default=True, help="Seconds to search.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes. Default: one a CPU.")
@click.option("--output", type=click.File("w"), default="-", help="Where the topology goes. Default: printed.")
def counterexample(
    kernels: tuple[str, ...],
    most: int,
    zonelists: str,
    asymmetric: bool,
    budget: float,
    jobs: int | None,
    output: TextIO,
) -> None:
    """Search a smallest machine on which two versions disagree, and write it as a topology. Exit status 1: none."""
    if len(kernels) != 2:
        raise click.UsageError("counterexample needs --kernel twice")
    question = searching.question(*kernels, zonelists, asymmetric, budget)
    answer = searched(question, most, jobs)
    if answer.found is None:
        sys.exit(1)
    output.write(json.dumps(searching.document(answer.found, question)) + "\n")


def searched(question: searching.Question, most: int, jobs: int | None) -> searching.Answer:
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


def progress(stream: TextIO) -> Callable[[int, int, int], None]:
    """A line that is written over and over on a terminal; elsewhere nothing but the end of each size."""

    def told(nodes: int, done: int, units: int) -> None:
        end = "\n" if done == units else "\r"
        if stream.isatty() or done == units:
            stream.write(f"{nodes} nodes: {100 * done // units:3} % of {units} units{end}")
            stream.flush()

    return told
