"""Define the command that converts a machine to another format."""

from __future__ import annotations

import click

from viz.cli.inputs import Input, machine_options, print_sentences
from viz.topology.writers import FORMATS_WITH_UNKNOWN_DISTANCES, WRITERS, write


@click.command()
@machine_options
@click.option("--to", "format_name", type=click.Choice(list(WRITERS)), required=True, help="The format to print.")
def convert(machine: Input, format_name: str) -> None:
    """Print the machine in another format; what that cannot hold is named on stderr."""
    topology = machine.topology(needs_distances=format_name not in FORMATS_WITH_UNKNOWN_DISTANCES)
    written = write(topology, format_name)
    print_sentences("lost", written.losses)
    if topology.distances == "unknown":
        click.echo("note: The distances are unknown; --remote 20 fills in 10 and 20.", err=True)
    click.echo(written.text, nl=False)
