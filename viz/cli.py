"""The command line: order, trace, convert and serve. Every error is one line on stderr and exit status 2."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.compare import comparison
from viz.figures import text
from viz.kernel.memory import Size
from viz.kernel.versions import VERSIONS, UnknownVersion, version
from viz.run import Run
from viz.topology import MAX_INPUT, Loaded, Topology, TopologyError, printable, read
from viz.topology import load as load_data
from viz.topology.formats.ranking import said_in
from viz.topology.formats.sysfs import read_folder
from viz.topology.writers import HOLD_UNKNOWN, WRITERS, write
from viz.trace import wire

HERE = "/sys/devices/system/node"
ROWS = ", ".join(row.name for row in VERSIONS)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Show how Linux decides where memory goes when a NUMA node fills up.

    FILE is a topology (TOML or JSON) or a listing of a machine: numactl -H, a /sys directory or a tarball of it,
    hwloc or libvirt XML, ACPI tables, QEMU arguments and more; - is standard input.
    """


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel and --zonelists to a command."""
    zonelists = click.option(
        "--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before the CPUs are up, or with them up."
    )
    kernel = click.option("--kernel", metavar="V", help=f"A release from v5.15 on, or one of {ROWS}. Default: posted.")
    return kernel(zonelists(command))


class FileOrFolder(click.File):
    """An open file, or the path of a directory."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What click.File gives, except for a directory."""
        return Path(value) if isinstance(value, str) and Path(value).is_dir() else super().convert(value, param, ctx)


def machine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add FILE, --here and --remote to a command."""
    remote = click.option(
        "--remote", type=click.IntRange(11, 255), metavar="N", help="Where distances are unknown, assume 10 and N."
    )
    here = click.option("--here", is_flag=True, help="This machine, by its /sys, instead of FILE.")
    return click.argument("file", type=FileOrFolder("rb"), required=False)(here(remote(command)))


@cli.command()
@machine_options
@kernel_options
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON document.")
@click.option("--jsonl", is_flag=True, help="One JSON topology a line in, one result or error a line out.")
@click.option("--dmesg", type=click.File("rb"), help="A kernel's log: say where its orders differ from these.")
def order(
    file: BinaryIO | Path | None,
    here: bool,
    remote: int | None,
    kernel: str | None,
    zonelists: str | None,
    as_json: bool,
    jsonl: bool,
    dmesg: BinaryIO | None,
) -> None:
    """Print the demotion order of a machine and the passes that built it."""
    if kernel:
        version(kernel)  # a wrong option is an error of the whole command, not of a line
    if jsonl:
        if file is None or isinstance(file, Path):
            raise click.UsageError("--jsonl reads lines; give a FILE of them, or - for standard input.")
        for line in results(file, kernel, zonelists):
            click.echo(line)
        return
    if dmesg and (as_json or jsonl):
        raise click.UsageError("--dmesg prints text; leave out --json and --jsonl.")
    run = Run.of(load(file, here, remote, needs_distances=True), kernel, zonelists)
    if dmesg:
        said = said_in(text_of(dmesg.read(MAX_INPUT + 1)), name_of(dmesg))
        click.echo(heading(run))
        click.echo("\n".join(comparison(run, said)))
        return
    result = run.order()
    if as_json:
        click.echo(json.dumps(result))
        return
    click.echo(heading(run))
    click.echo(text.order_text(result))


@cli.command()
@machine_options
@kernel_options
@click.option("--text", "form", flag_value="text", default=True, help="A sentence a step (the default).")
@click.option("--json", "form", flag_value="json", help="The whole trace in its wire form.")
@click.option("--size", type=click.Choice(["micro", "source", "pass"]), default="micro", help="The size of the steps.")
def trace(
    file: BinaryIO | Path | None,
    here: bool,
    remote: int | None,
    kernel: str | None,
    zonelists: str | None,
    form: str,
    size: str,
) -> None:
    """Print every step of the build, from the first of the order on, and why it happened."""
    run = Run.of(load(file, here, remote, needs_distances=True), kernel, zonelists)
    recorded = run.trace()
    if form == "json":
        click.echo(json.dumps(wire.dump(recorded)))
        return
    click.echo(heading(run))
    for step in recorded.stops(Size[size.upper()]):
        if step >= recorded.opens:
            click.echo(f"{step:>6}  {recorded.at('sentence', step)}")


@cli.command()
@machine_options
@click.option("--to", "form", type=click.Choice(list(WRITERS)), required=True, help="The format to print.")
def convert(file: BinaryIO | Path | None, here: bool, remote: int | None, form: str) -> None:
    """Print the machine in another format; what that cannot hold is named on stderr."""
    topology = load(file, here, remote, needs_distances=form not in HOLD_UNKNOWN)
    done = write(topology, form)
    tell("lost", done.losses)
    if topology.distances == "unknown":
        click.echo("note: The distances are unknown; --remote 20 fills in 10 and 20.", err=True)
    click.echo(done.text, nl=False)


@cli.command()
@click.argument("file", type=FileOrFolder("rb"), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="0: any free port.")
@click.option("--debug", is_flag=True, help="Dash's development server, which reloads when the code changes.")
def serve(file: BinaryIO | Path | None, host: str, port: int, debug: bool) -> None:
    """Serve the page, opened at FILE if one is given."""
    topology = load(file) if file else None
    from viz.app.serve import serve as run_server  # dash takes 0.3 s to import, and only this command needs it

    try:
        run_server(topology, host, port, debug)
    except (OSError, ValueError) as error:  # ValueError: waitress, of a host name that nothing answers to
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.ClickException(f"cannot serve on {host} port {port}: {reason}") from None


def load(
    file: BinaryIO | Path | None, here: bool = False, remote: int | None = None, needs_distances: bool = False
) -> Topology:
    """The topology in an open file or a directory, or of this machine; what is guessed or odd goes to stderr."""
    if here == (file is not None):
        raise click.UsageError("Give a FILE or --here" + (", not both." if here else "."))
    loaded = loaded_from(Path(HERE) if here or file is None else file)
    if remote is not None:
        loaded = loaded.filled(remote)
    if needs_distances and loaded.topology.distances == "unknown":
        problem = "are unknown, and this needs them; --remote 20 fills in 10 and 20, or give a matrix"
        raise TopologyError(problem, "distances")
    tell("guess", [guess.sentence for guess in loaded.guesses])
    tell("note", loaded.warnings())
    return loaded.topology


def tell(kind: str, sentences: Iterable[str]) -> None:
    """The sentences stand on stderr, a line each."""
    for sentence in sentences:
        click.echo(f"{kind}: {printable(sentence, 600)}", err=True)


def loaded_from(file: BinaryIO | Path) -> Loaded:
    """What an open file or a directory holds."""
    if isinstance(file, Path):
        return read_folder(file)
    return load_data(file.read(MAX_INPUT + 1), name_of(file))


def text_of(data: bytes) -> str:
    """A log as text; what a console garbled does not hide the rest of it."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


def results(file: BinaryIO, kernel: str | None, zonelists: str | None) -> Iterator[str]:
    """A line of JSON for every line that is not blank: the result, or {"error": ...}."""
    for number, line in enumerate(lines(file), 1):
        if line.strip():
            yield json.dumps(result_of(line, f"line {number}", kernel, zonelists))


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is longer than any topology only as much as it takes to refuse it."""
    while line := file.readline(MAX_INPUT + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_INPUT + 1)
        yield line


def result_of(line: bytes, name: str, kernel: str | None, zonelists: str | None) -> dict[str, Any]:
    """The result for one topology document, or what is wrong with it."""
    try:
        return Run.of(read(line, name), kernel, zonelists).order()
    except (TopologyError, UnknownVersion) as error:
        return {"error": str(error)}


def heading(run: Run) -> str:
    """What was run on what, in two lines and a blank one."""
    row = run.version
    asked = "" if run.asked.strip().lower().lstrip("v") == row.name.lstrip("v") else f"{printable(run.asked, 40)}, row "
    loads = "node_load as given" if run.topology.node_load is not None else f"zonelists {run.zonelists}"
    return f"{printable(run.topology.title, 200)}\nkernel {asked}{row.name} ({row.kernels}); {loads}\n"


def name_of(file: BinaryIO) -> str:
    """What an error message calls the file."""
    return "standard input" if file is sys.stdin.buffer else printable(Path(str(file.name)).name, 80)


def main() -> None:
    """Run the command line; errors of any kind end in one line on stderr."""
    try:
        cli.main(prog_name="tierscope", standalone_mode=False)
    except (TopologyError, UnknownVersion) as error:
        fail(str(error))
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has left; say nothing more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(message: str) -> None:
    """Print one line on stderr and exit with status 2."""
    print(f"tierscope: {printable(message, 600)}", file=sys.stderr)
    sys.exit(2)
