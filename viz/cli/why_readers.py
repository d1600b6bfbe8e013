"""Define the commands that answer questions: why and readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO

import click

from viz.analysis.run import Run
from viz.cli.inputs import FileOrFolder, Input, kernel_options, machine_options, print_tier_guesses
from viz.cli.order_trace import allowed_option
from viz.kernel.releases import named_kernel, version
from viz.kernel.versions import POSTED, PROTOCOLS, Protocol
from viz.readers.model import Change
from viz.readers.report import change_of, reader_report, schedule_counts, witnesses
from viz.readers.report_text import changed_rules, report_text
from viz.trace.why.ask import why as ask


@click.command()
@machine_options
@click.argument("subject")
@click.option("--step", type=int, metavar="N", help="At which step of the trace. Default: the last.")
@kernel_options
@allowed_option
def why(
    machine: Input, subject: str, step: int | None, kernel: str | None, zonelists: str | None, allowed: str | None
) -> None:
    """Print why something is as it is, each reason with the step it leads to.

    SUBJECT is a node (0), an arrow (0-1) whether it is there or not, a register cell (used_targets[3]), or passes.
    """
    loaded = machine.read(kernels=[kernel], names_tiers=False)
    run = Run.of(loaded.topology.allowing(allowed), kernel, zonelists)
    recorded = run.trace()
    question, _, reasons = ask(recorded, subject, recorded.length - 1 if step is None else step)
    click.echo(question)
    for reason_step, reason in reasons:
        click.echo(f"{reason_step:>6}  {reason or recorded.at('sentence', reason_step)}")
    if run.version.reads_tiers:
        print_tier_guesses(loaded)


@click.command()
@click.argument("file", type=FileOrFolder("rb"), required=False)
@click.option("--event", default=0, help="Which of its events, from 1; 0 is the first build.", show_default=True)
@click.option("--old", metavar="CHAINS", help="Instead of FILE: the order before, such as 0>1>2,3>4.")
@click.option("--new", metavar="CHAINS", help="The order after.")
@click.option("--protocol", type=click.Choice(PROTOCOLS), help="Default: as the kernel, barrier or grace-hop.")
@click.option("--program-order", is_flag=True, help="Stores become visible in program order.")
@click.option("--json", "as_json", is_flag=True, help="Every walk, as one JSON document.")
@kernel_options
def readers(
    file: BinaryIO | Path | None,
    event: int,
    old: str | None,
    new: str | None,
    protocol: Protocol | None,
    program_order: bool,
    as_json: bool,
    kernel: str | None,
    zonelists: str | None,
) -> None:
    """Print what a reader who takes no lock can see while the order changes."""
    change, default_protocol = requested_change(file, event, (old, new), kernel, zonelists)
    protocol = protocol or default_protocol
    if as_json:
        click.echo(json.dumps(reader_report(change, protocol, program_order)))
        return
    counts = schedule_counts(change, protocol, program_order)
    found = witnesses(change, protocol, program_order)
    click.echo(report_text(protocol, program_order, found, counts, changed_rules(change)))


def requested_change(
    file: BinaryIO | Path | None,
    event: int,
    chains: tuple[str | None, str | None],
    kernel: str | None,
    zonelists: str | None,
) -> tuple[Change, Protocol]:
    """Return the change that FILE or the chains describe, and the protocol of its kernel.

    For chains the kernel gives the protocol and the rules `read` and `rebuilds`; without one it is patch 02/10.
    Raise ClickException unless FILE or both chains are given, and not both.
    """
    old, new = chains
    if (file is None) == (old is None) or (old is None) != (new is None):
        raise click.ClickException("give either FILE or both --old and --new")
    if old is not None and new is not None:
        row = version(named_kernel(kernel, POSTED.name))
        return change_of(old, new, row), row.protocol
    assert file is not None
    run = Run.of(Input(file).topology(), kernel, zonelists)
    return run.change(event), run.protocol
