"""What the commands are given and give: machines, the options for the kernel, files."""

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

HERE = "/sys/devices/system/node"
ROWS = ", ".join(row.name for row in VERSIONS)


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel and --zonelists to a command."""
    zonelists = click.option(
        "--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before the CPUs are up, or with them up."
    )
    kernel = click.option("--kernel", metavar="V", help=f"A release from v5.15 on, or one of {ROWS}. Default: posted.")
    return kernel(zonelists(command))


class Line(io.BytesIO):
    """A machine in one line, given where a file could be."""

    name = "the line"


class FileOrFolder(click.File):
    """An open file, the path of a directory, or a machine in one line."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What click.File gives, except for a directory, and for a line where there is no file of that name."""
        if isinstance(value, str):
            there = _there(Path(value))
            if there and Path(value).is_dir():
                return Path(value)
            if not there and like_notation(value):
                return Line(value.encode("utf-8", "surrogateescape"))
        return super().convert(value, param, ctx)


def _there(path: Path) -> bool:
    """Whether there is something of that name; a line may be longer than any name."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Input:
    """The machine that a command was given: an open file, a directory, or this one; read only when it is asked for."""

    file: BinaryIO | Path | None
    here: bool = False
    remote: int | None = None

    def topology(self, needs_distances: bool = True) -> Topology:
        """The topology; what is guessed or odd in it goes to stderr."""
        if self.here == (self.file is not None):
            raise click.UsageError("Give a FILE or --here" + (", not both." if self.here else "."))
        loaded = _loaded(self.file or Path(HERE))
        if self.remote is not None:
            loaded = loaded.filled(self.remote)
        if needs_distances and loaded.topology.distances == "unknown":
            problem = "are unknown, and this needs them; --remote 20 fills in 10 and 20, or give a matrix"
            raise UnknownDistances(problem, "distances")
        tell("guess", [guess.sentence for guess in loaded.guesses])
        tell("note", loaded.warnings())
        return loaded.topology


def machine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add FILE, --here and --remote to a command, which gets them as one `machine`."""

    @click.argument("file", type=FileOrFolder("rb"), required=False)
    @click.option("--here", is_flag=True, help="This machine, by its /sys, instead of FILE.")
    @click.option(
        "--remote", type=click.IntRange(11, 255), metavar="N", help="Where distances are unknown, assume 10 and N."
    )
    @wraps(command)
    def given(file: BinaryIO | Path | None, here: bool, remote: int | None, **others: Any) -> None:
        command(machine=Input(file, here, remote), **others)

    return given


def tell(kind: str, sentences: Iterable[str]) -> None:
    """The sentences stand on stderr, a line each."""
    for sentence in sentences:
        click.echo(f"{kind}: {printable(sentence, 600)}", err=True)


def _loaded(file: BinaryIO | Path) -> ParseResult:
    """What an open file or a directory holds."""
    if isinstance(file, Path):
        return read_folder(file)
    return load_data(file.read(MAX_ARCHIVE + 1), name_of(file))


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
