"""Define the commands that print a build: order and trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.analysis.findings import Finding
from viz.analysis.kernel_log import Comparison
from viz.analysis.run import Run
from viz.cli.inputs import (
    Input,
    findings_of,
    findings_option,
    kernel_options,
    machine_options,
    name_of,
    print_tier_guesses,
)
from viz.figures import text
from viz.kernel.memory import Stride
from viz.kernel.releases import UnknownVersion, named_kernel, version
from viz.kernel.versions import POSTED
from viz.topology import MAX_INPUT, ParseResult, TopologyError, load, printable
from viz.topology.formats.kernel_log import printed_lists
from viz.trace import wire
from viz.trace.conditions import Tree, parse, steps_where
from viz.trace.model import Trace

allowed_option = click.option(
    "--allowed", metavar="NODES", help="The nodes that a cgroup may use (cpuset.mems.effective), such as 0-2."
)
"""A decorator that adds --allowed to a command."""


@click.command()
@machine_options
@kernel_options
@allowed_option
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON document.")
@click.option("--jsonl", is_flag=True, help="One JSON topology a line in, one result or error a line out.")
@click.option("--dmesg", type=click.File("rb"), help="A kernel's log: say where its orders differ from these.")
@findings_option
def order(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    allowed: str | None,
    as_json: bool,
    jsonl: bool,
    dmesg: BinaryIO | None,
    with_findings: bool,
) -> None:
    """Print the demotion order of a machine and the passes that built it."""
    if kernel:
        # A wrong kernel must stop the command; without this check, --jsonl would print an error for every line.
        version(named_kernel(kernel, POSTED.name))
    if dmesg and (as_json or jsonl or with_findings):
        raise click.UsageError("--dmesg prints a comparison; leave out --json, --jsonl and --findings.")
    if jsonl:
        print_lines(machine, kernel, zonelists, allowed, with_findings)
        return
    loaded = machine.read(kernels=[kernel], names_tiers=as_json or dmesg is not None)
    run = Run.of(loaded.topology.allowing(allowed), kernel, zonelists)
    if dmesg:
        print_comparison(run, dmesg)
        return
    tiers = run.version.reads_tiers
    found = findings_of(run, loaded) if with_findings else None
    result = run.order() | resting_on(loaded, tiers) | as_key(found)
    if as_json:
        click.echo(json.dumps(result))
        return
    click.echo(run.heading())
    click.echo(text.order_text(result))
    if found is not None:
        click.echo(f"\n{text.findings_text(found)}")
    if tiers:
        print_tier_guesses(loaded)


def as_key(found: Sequence[Finding] | None) -> dict[str, Any]:
    """Return {"findings": [...]}, to be added to a result; {} if `found` is None."""
    return {} if found is None else {"findings": [finding.as_dict() for finding in found]}


def resting_on(loaded: ParseResult, tiers: bool) -> dict[str, Any]:
    """Return the guesses that a result depends on and, if it has memory tiers, where each node's tier is from."""
    sources = {"tiers_from": {str(node): words for node, words in loaded.tiers.items()}} if tiers else {}
    return {"guesses": loaded.rests_on(tiers), **sources}


def print_comparison(run: Run, dmesg: BinaryIO) -> None:
    """Print how the lists in a kernel's log differ from those of the run, and which versions would print them."""
    data = dmesg.read(MAX_INPUT + 1)
    text_of_log = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    log = printed_lists(text_of_log, name_of(dmesg))
    click.echo(run.heading())
    click.echo("\n".join(finding.sentence for finding in Comparison(run, log).findings()))


def print_lines(
    machine: Input, kernel: str | None, zonelists: str | None, allowed: str | None, with_findings: bool
) -> None:
    """Print a line of JSON for every line that is not blank: the result, or {"error": ...}.

    Raise UsageError if the input is not a file.
    """
    if machine.file is None or isinstance(machine.file, Path):
        raise click.UsageError("--jsonl reads lines; give a FILE of them, or - for standard input.")
    for number, line in enumerate(lines(machine.file), 1):
        if line.strip():
            result = result_of(line, f"line {number}", kernel, zonelists, allowed, with_findings)
            click.echo(json.dumps(result))


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, cut after MAX_INPUT + 1 bytes: so the caller sees that a line is too long."""
    while line := file.readline(MAX_INPUT + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_INPUT + 1)
        yield line


def result_of(
    line: bytes, name: str, kernel: str | None, zonelists: str | None, allowed: str | None, with_findings: bool
) -> dict[str, Any]:
    """Return the result for one topology document, or {"error": ...} if something is wrong with it."""
    try:
        if not line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
            raise TopologyError("is no JSON object; each line is one topology document in JSON", name=name)
        loaded = load(line, name)
        run = Run.of(loaded.topology.allowing(allowed), kernel, zonelists)
        found = findings_of(run, loaded) if with_findings else None
        return run.order() | resting_on(loaded, run.version.reads_tiers) | as_key(found)
    except TopologyError as error:
        return {"error": str(error if error.name else error.within(name))}
    except UnknownVersion as error:
        return {"error": f"{name}: kernel: {error}"}


@click.command()
@machine_options
@kernel_options
@allowed_option
@click.option("--text", "output_format", flag_value="text", default=True, help="A sentence a step (the default).")
@click.option("--json", "output_format", flag_value="json", help="The whole trace in its wire form.")
@click.option(
    "--size", type=click.Choice(["micro", "source", "pass", "event"]), default="micro", help="The size of the steps."
)
@click.option("--find", metavar="CONDITION", help="Only the steps where this holds: 'node_demotion[1] changes'.")
def trace(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    allowed: str | None,
    output_format: str,
    size: str,
    find: str | None,
) -> None:
    """Print every step of the build, from the first of the order on, and why it happened.

    With --find print the steps that a condition names: those where something happens ("pass 2 begins"), or where it
    begins to hold ("used_targets has 3"). The exit status is 1 if there is none. docs/conditions.md has the grammar.
    """
    tree = None if find is None else parse(find)
    run = Run.of(machine.topology(kernels=[kernel]).allowing(allowed), kernel, zonelists)
    recorded = run.trace()
    if find is not None and tree is not None:
        print_found(run, recorded, find, tree, as_json=output_format == "json")
        return
    if output_format == "json":
        click.echo(json.dumps(wire.dump(recorded)))
        return
    click.echo(run.heading())
    for step in recorded.stops(Stride[size.upper()]):
        if step >= recorded.opens:
            click.echo(f"{step:>6}  {recorded.at('sentence', step)}")


def print_found(run: Run, recorded: Trace, find: str, tree: Tree, as_json: bool) -> None:
    """Print the steps that a condition names; exit with status 1 if there is no such step."""
    steps = steps_where(recorded, tree)
    if as_json:
        click.echo(json.dumps({"find": find, "tree": tree, "steps": steps}))
    else:
        click.echo(run.heading())
        for step in steps:
            click.echo(f"{step:>6}  {recorded.at('sentence', step)}")
    if not steps:
        click.echo(f"tierscope: no step of this run where {printable(find, 200)}", err=True)
        sys.exit(1)
