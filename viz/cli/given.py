"""What the commands are given and give: files, topologies, the options for the kernel."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from viz.kernel.versions import VERSIONS
from viz.topology import MAX_INPUT, Topology, printable, read

ROWS = ", ".join(row.name for row in VERSIONS)


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel and --zonelists to a command."""
    zonelists = click.option(
        "--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before the CPUs are up, or with them up."
    )
    kernel = click.option("--kernel", metavar="V", help=f"A release from v5.15 on, or one of {ROWS}. Default: posted.")
    return kernel(zonelists(command))


def load(file: BinaryIO) -> Topology:
    """The topology in an open file; its warnings go to stderr."""
    topology = read(file.read(MAX_INPUT + 1), name_of(file))
    for warning in topology.warnings():
        click.echo(f"note: {warning}", err=True)
    return topology


def name_of(file: BinaryIO) -> str:
    """What an error message calls the file."""
    return "standard input" if file is sys.stdin.buffer else printable(Path(str(file.name)).name, 80)


def write(output: BinaryIO, text: str) -> None:
    """Put the text into a file that is opened only now, so that one of an earlier run survives an error."""
    try:
        output.write(text.encode())
        output.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {printable(output.name, 80)}: {error.strerror}") from None
