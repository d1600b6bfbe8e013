"""The command that hands a machine on in another format."""

from __future__ import annotations

import click

from viz.cli.inputs import Input, machine_options, tell
from viz.topology.writers import HOLD_UNKNOWN, WRITERS, write


@click.command()
@machine_options
@click.option("--to", "form", type=click.Choice(list(WRITERS)), required=True, help="The format to print.")
def convert(machine: Input, form: str) -> None:
    """Print the machine in another format; what that cannot hold is named on stderr."""
    topology = machine.topology(needs_distances=form not in HOLD_UNKNOWN)
    done = write(topology, form)
    tell("lost", done.losses)
    if topology.distances == "unknown":
        click.echo("note: The distances are unknown; --remote 20 fills in 10 and 20.", err=True)
    click.echo(done.text, nl=False)
