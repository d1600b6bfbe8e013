"""Define the command line, which reports every error as one line on stderr and exit status 2.

Each module of this package holds the commands of one kind.
"""

from __future__ import annotations

import os
import sys

import click

from viz.analysis.compare import NoSuchEvent
from viz.analysis.run import NoReaders
from viz.cli import (
    animate,
    compare,
    convert,
    doctor,
    draw_export,
    order_trace,
    pressure,
    rules,
    serve,
    site,
    stranding,
    watch,
    why_readers,
)
from viz.kernel.releases import UnknownVersion
from viz.media import NoBackground, NoMedia, TooManyPixels
from viz.page.modules import MissingModule
from viz.readers.orders import WrongChain
from viz.readers.several import TooManyWalks
from viz.topology import TopologyError, printable
from viz.trace.conditions import ConditionError, NotInRun
from viz.trace.why.ask import WhyError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tierscope", message="tierscope %(version)s")
def cli() -> None:
    """Show how Linux decides where memory goes when a NUMA node fills up.

    FILE is a topology (TOML or JSON) or a listing of a machine: numactl -H, a /sys directory or a tarball of it,
    hwloc or libvirt XML, ACPI tables, QEMU arguments and more; - is standard input. It may also be a machine in one
    line: '2 sockets: cpu+dram 64G, pmem 256G; cross 21'.
    """


COMMANDS = (
    order_trace.order,
    order_trace.trace,
    draw_export.draw,
    animate.animate,
    draw_export.export,
    why_readers.why,
    why_readers.readers,
    convert.convert,
    serve.serve,
    site.site,
    compare.compare,
    compare.counterexample,
    rules.rules,
    stranding.stranding,
    pressure.pressure,
    doctor.doctor,
    watch.watch,
)
for command in COMMANDS:
    cli.add_command(command)

REFUSALS = (
    ConditionError,
    MissingModule,
    NoBackground,
    NoMedia,
    NoReaders,
    NoSuchEvent,
    NotInRun,
    TooManyPixels,
    TopologyError,
    UnknownVersion,
    WhyError,
    TooManyWalks,
    WrongChain,
)
"""The exceptions whose message says in one line what is wrong with the input."""


def main() -> None:
    """Run the command line, and report any error in one line on stderr."""
    try:
        cli.main(prog_name="tierscope", standalone_mode=False)
    except REFUSALS as error:
        fail(str(error))
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:  # the program that reads stdout has ended, so the flush at exit must not write there
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # for example the device is full or, from Python 3.14 on, stdout is closed
        fail(f"cannot write: {error.strerror or error}")


def fail(message: str) -> None:
    """Print one line on stderr and exit with status 2."""
    print(f"tierscope: {printable(message, 600)}", file=sys.stderr)
    sys.exit(2)
