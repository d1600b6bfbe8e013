"""Define the commands that compare versions: compare and counterexample."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from viz.analysis import compare as comparison
from viz.analysis import counterexample as searching
from viz.analysis.compare import Side
from viz.analysis.findings import Finding
from viz.analysis.run import Run
from viz.cli.inputs import (
    FileOrFolder,
    Input,
    assume_option,
    changed_kernel,
    findings_of,
    findings_option,
    has_tiers,
    kernel_of,
    print_tier_guesses,
    rule_option,
)
from viz.cli.kernel_name import KERNEL
from viz.figures.text import choice, findings_text
from viz.kernel.versions import VERSIONS
from viz.topology import ParseResult, Topology, builtin, builtin_names, printable
from viz.wording import BUILT, counted


@click.command()
@click.argument("files", metavar="FILE [FILE]", type=FileOrFolder("rb"), nargs=-1)
@click.option(
    "--kernel", "kernels", metavar="V", type=KERNEL, multiple=True, help="May be given twice or more. Default: all."
)
@rule_option
@click.option(
    "--zonelists", type=click.Choice(["boot", "runtime"]), help=f"{BUILT['boot']}; or {BUILT['runtime']}.".capitalize()
)
@click.option("--event", type=click.IntRange(min=1), metavar="N", help="Before and after the Nth event of FILE.")
@click.option("--builtin", "builtins", is_flag=True, help="Every built-in machine under one version, instead of FILE.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON document.")
@findings_option
@assume_option
def compare(
    files: tuple[BinaryIO | Path, ...],
    kernels: tuple[str, ...],
    rules: tuple[str, ...],
    zonelists: str | None,
    event: int | None,
    builtins: bool,
    as_json: bool,
    with_findings: bool,
    assume: tuple[str, ...],
) -> None:
    """Print where each node demotes to under several versions or on several machines, and why they differ.

    With --rule and one --kernel or none, that kernel is compared with itself under the changed rules; of several
    kernels, each is changed.
    """
    kernels = compared_kernels(kernels, rules, alone=builtins or event is not None or len(files) > 1)
    if builtins == bool(files):
        raise click.UsageError("Give one or more FILEs, or --builtin.")
    if with_findings and (builtins or event is not None):
        raise click.UsageError("--findings is about the first orders of FILEs; leave out --builtin and --event.")
    if builtins:
        print_machines(kernels, zonelists, as_json)
        return
    compared = kernels or ([None] if event is not None or len(files) > 1 else [None, VERSIONS[-1].name, "v6.12"])
    loaded = [Input(file, assume=assume).read(kernels=compared, names_tiers=as_json) for file in files]
    topologies = [one.topology for one in loaded]
    tiers = any(has_tiers(kernel_of(one.topology, kernel)) for kernel in compared for one in loaded)
    if event is None:
        compared_sides = _runs(topologies, kernels, zonelists)
        print_sides(compared_sides, as_json, loaded, _findings(compared_sides, loaded) if with_findings else None)
    elif len(topologies) == 1 and len(kernels) < 2:
        print_sides(_before_and_after(Run.of(topologies[0], _only(kernels), zonelists), event), as_json, loaded)
    else:
        raise click.UsageError("--event is about one FILE and one --kernel.")
    for one in loaded if tiers and not as_json else ():
        print_tier_guesses(one)


def compared_kernels(kernels: Sequence[str], rules: Sequence[str], alone: bool = False) -> tuple[str, ...]:
    """Return the kernels to compare: several with changed rules, or one unchanged and one with changed rules.

    "+" stands for the topology's own kernel. If machines or moments are compared, there is only one kernel (`alone`),
    and its rules are changed.
    """
    if not rules:
        return tuple(kernels)
    changed = tuple(str(changed_kernel(kernel, rules)) for kernel in kernels or (None,))
    return changed if alone or len(changed) > 1 else (*(kernels or ("+",)), *changed)


def _runs(topologies: Sequence[Topology], kernels: Sequence[str], zonelists: str | None) -> list[Side]:
    """Return the runs of all topologies under all kernels; if that is only one run, add those of all other versions."""
    compared: list[str | None] = list(kernels) or [None]
    if len(topologies) == len(compared) == 1:
        first = Run.of(topologies[0], compared[0]).version
        compared += [row.name for row in VERSIONS if row is not first]
    return comparison.sides([Run.of(topology, kernel, zonelists) for topology in topologies for kernel in compared])


def _before_and_after(run: Run, event: int) -> Sequence[Side]:
    after = comparison.after_events(run, event)
    return comparison.with_distinct_names(*comparison.sides([comparison.after_events(run, event - 1), after]))


def _only(kernels: Sequence[str]) -> str | None:
    return kernels[0] if kernels else None


def _findings(sides: Sequence[Side], loaded: Sequence[ParseResult]) -> list[list[Finding]]:
    """Return the findings on each run.

    If one machine is compared under several kernels, "versions-disagree" is left out: the comparison says that itself.
    """
    one_machine = all(side.run.topology is sides[0].run.topology for side in sides)
    without = ["versions-disagree"] if one_machine else []
    read = {id(one.topology): one for one in loaded}
    return [findings_of(side.run, read[id(side.run.topology)], without) for side in sides]


def print_sides(
    sides: Sequence[Side],
    as_json: bool,
    loaded: Sequence[ParseResult],
    found: Sequence[Sequence[Finding]] | None = None,
) -> None:
    """Print a table with a column for each run, why they differ if there are two runs, and the findings on each run."""
    if as_json:
        tiers = any(side.run.version.reads_tiers for side in sides)
        guesses = [sentence for one in loaded for sentence in one.rests_on(tiers)]
        listed = {} if found is None else {"findings": [[one.as_dict() for one in of_run] for of_run in found]}
        click.echo(json.dumps(comparison.document(sides) | {"guesses": list(dict.fromkeys(guesses))} | listed))
        return
    for title in dict.fromkeys(side.run.topology.title for side in sides):
        click.echo(printable(title, 200))
    click.echo(f"\n{printable_lines(comparison.table(sides))}")
    if len(sides) == 2:
        click.echo("\n" + printable_lines("\n".join(comparison.sentences(*sides))))
    for side, of_run in zip(sides, found or (), strict=False):
        click.echo(f"\n{printable(side.name, 200)}: {findings_text(of_run)}")


def print_machines(kernels: Sequence[str], zonelists: str | None, as_json: bool) -> None:
    """Print the targets of every built-in machine."""
    if len(kernels) > 1:
        raise click.UsageError("--builtin is about one --kernel.")
    for name in builtin_names():
        run = Run.of(builtin(name), _only(kernels), zonelists)
        (side,) = comparison.sides([run])
        if as_json:
            by_node = {str(node): targets for node, targets in side.targets().items()}
            click.echo(json.dumps({"name": name, "kernel": run.version.name, "targets": by_node}))
        else:
            click.echo(f"{name}\n    {targets_line(side)}")


def targets_line(side: Side) -> str:
    """Return each node that has targets, with its targets, on one line."""
    arrows = [f"{node} -> {choice(targets)}" for node, targets in side.targets().items() if targets]
    return ", ".join(arrows) or "no target at all"


def printable_lines(text: str) -> str:
    """Return the text with control characters escaped, except line ends: a title may contain anything."""
    return "\n".join(printable(line, 2000) for line in text.split("\n"))


@click.command()
@click.option(
    "--kernel",
    "kernels",
    metavar="V",
    type=KERNEL,
    multiple=True,
    required=True,
    help="Twice: the two to compare. With --rule, once.",
)
@rule_option
@click.option("--nodes", "max_nodes", type=click.IntRange(1, 8), default=3, show_default=True, help="At most so many.")
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), default="runtime", show_default=True)
@click.option("--asymmetric", is_flag=True, help="Distances may differ between there and back.")
@click.option("--budget", type=click.FloatRange(min=0), default=60, show_default=True, help="Seconds to search.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes. Default: one a CPU.")
@click.option("--output", type=click.File("w"), default="-", help="Where the topology goes. Default: printed.")
def counterexample(
    kernels: tuple[str, ...],
    rules: tuple[str, ...],
    max_nodes: int,
    zonelists: str,
    asymmetric: bool,
    budget: float,
    jobs: int | None,
    output: TextIO,
) -> None:
    """Search a smallest machine on which two versions disagree, and write it as a topology. Exit status 1: none.

    With --rule and one --kernel, the two are that kernel and itself under the changed rules.
    """
    kernels = compared_kernels(kernels, rules)
    if len(kernels) != 2:
        raise click.UsageError("counterexample needs --kernel twice")
    question = searching.question(*kernels, zonelists, asymmetric, budget)
    answer = search_and_report(question, max_nodes, jobs)
    if answer.found is None:
        sys.exit(1)
    output.write(json.dumps(searching.document(answer.found, question)) + "\n")


def search_and_report(question: searching.Question, max_nodes: int, jobs: int | None) -> searching.Answer:
    """Search, and print on stderr the progress and then what was tried."""
    answer = searching.search(question, max_nodes, jobs, progress(sys.stderr))
    kind = "" if question.asymmetric else "symmetric "
    sizes = " and ".join(counted(nodes, "node") for nodes in answer.searched) or "no size"
    where = f"all {kind}machines with distances from {', '.join(map(str, searching.DISTANCES))}"
    click.echo(f"searched exhaustively ({where}): {sizes}", err=True)
    if answer.out_of_time:
        click.echo("stopped, because the budget is spent; a longer --budget may find more", err=True)
    elif answer.found is None:
        click.echo(f"{question.first} and {question.second} agree on all of them", err=True)
    return answer


def progress(stream: TextIO) -> Callable[[int, int, int], None]:
    """Return a function that reports progress.

    On a terminal it overwrites one line. Elsewhere it writes only one line for each size that is done.
    """

    def report(nodes: int, done: int, units: int) -> None:
        end = "\n" if done == units else "\r"
        if stream.isatty() or done == units:
            stream.write(f"{nodes} nodes: {100 * done // units:3} % of {units} units{end}")
            stream.flush()

    return report
