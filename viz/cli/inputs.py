"""Read the machine that a command is given, define the options that commands share, and write files."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.kernel.versions import VERSIONS
from viz.topology import MAX_ARCHIVE, ParseResult, Topology, UnknownDistances, printable
from viz.topology import load as load_data
from viz.topology.formats.sysfs import read_folder
from viz.topology.notation import like_notation

SYSFS_NODES = "/sys/devices/system/node"
"""Where Linux describes the NUMA nodes of the machine that the command runs on."""
ROW_NAMES = ", ".join(row.name for row in VERSIONS)


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel and --zonelists to a command."""
    zonelists = click.option(
        "--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before the CPUs are up, or with them up."
    )
    kernel = click.option(
        "--kernel", metavar="V", help=f"A release from v5.15 on, or one of {ROW_NAMES}. Default: posted."
    )
    return kernel(zonelists(command))


class Line(io.BytesIO):
    """A machine in one line, as a file, so that it is read like one."""

    name = "the line"


class FileOrFolder(click.File):
    """The type of an argument that is a file, a directory, or a machine in one line."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the Path of a directory, a Line for a machine in one line, or the open file.

        If a file has the name of the line, the file is opened.
        """
        if isinstance(value, str):
            exists = _exists(Path(value))
            if exists and Path(value).is_dir():
                return Path(value)
            if not exists and like_notation(value):
                return Line(value.encode("utf-8", "surrogateescape"))
        return super().convert(value, param, ctx)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):  # for example because a machine in one line is too long for a file name
        return False
    return True


@dataclass(frozen=True)
class Input:
    """The machine that a command was given: an open file, a directory, or the machine that it runs on.

    It is read only by topology(). `remote` fills in unknown distances.
    """

    file: BinaryIO | Path | None
    here: bool = False
    remote: int | None = None

    def topology(self, needs_distances: bool = True) -> Topology:
        """Return the topology, and print guesses and oddities on stderr."""
        if self.here == (self.file is not None):
            raise click.UsageError("Give a FILE or --here" + (", not both." if self.here else "."))
        loaded = _loaded(self.file or Path(SYSFS_NODES))
        if self.remote is not None:
            loaded = loaded.filled(self.remote)
        if needs_distances and loaded.topology.distances == "unknown":
            problem = "are unknown, and this needs them; --remote 20 fills in 10 and 20, or give a matrix"
            raise UnknownDistances(problem, "distances")
        print_sentences("guess", [guess.sentence for guess in loaded.guesses])
        print_sentences("note", loaded.warnings())
        return loaded.topology


def machine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add FILE, --here and --remote to a command, and pass them to it as one Input, `machine`."""

    @click.argument("file", type=FileOrFolder("rb"), required=False)
    @click.option("--here", is_flag=True, help="This machine, by its /sys, instead of FILE.")
    @click.option(
        "--remote", type=click.IntRange(11, 255), metavar="N", help="Where distances are unknown, assume 10 and N."
    )
    @wraps(command)
    def with_machine(file: BinaryIO | Path | None, here: bool, remote: int | None, **others: Any) -> None:
        command(machine=Input(file, here, remote), **others)

    return with_machine


def print_sentences(kind: str, sentences: Iterable[str]) -> None:
    """Print the sentences on stderr, each on a line that begins with `kind`."""
    for sentence in sentences:
        click.echo(f"{kind}: {printable(sentence, 600)}", err=True)


def _loaded(file: BinaryIO | Path) -> ParseResult:
    """Read an open file or a directory."""
    if isinstance(file, Path):
        return read_folder(file)
    return load_data(file.read(MAX_ARCHIVE + 1), name_of(file))


def name_of(file: BinaryIO) -> str:
    """Return what an error message calls the file."""
    return "standard input" if file is sys.stdin.buffer else printable(Path(str(file.name)).name, 80)


def write(output: BinaryIO, text: str) -> None:
    """Write the text to a file.

    click opens the file only here, so that an error before this leaves a file of an earlier run as it is.
    """
    try:
        output.write(text.encode())
        output.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {printable(output.name, 80)}: {error.strerror}") from None
