"""The command line: order, trace, draw and serve. Every error is one line on stderr and exit status 2."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

import click

from viz import cli_compare
from viz import counterexample as searching
from viz.figures import text
from viz.kernel.memory import Size
from viz.kernel.versions import VERSIONS, UnknownVersion, version
from viz.resources import assets
from viz.run import Run
from viz.topology import MAX_INPUT, Topology, TopologyError, printable, read
from viz.trace import wire
from viz.trace.model import Trace

ROWS = ", ".join(row.name for row in VERSIONS)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Show how Linux decides where memory goes when a NUMA node fills up.

    FILE is a topology (TOML or JSON) or what `numactl -H` printed; - is standard input.
    """


def kernel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --kernel and --zonelists to a command."""
    zonelists = click.option(
        "--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before the CPUs are up, or with them up."
    )
    kernel = click.option("--kernel", metavar="V", help=f"A release from v5.15 on, or one of {ROWS}. Default: posted.")
    return kernel(zonelists(command))


@cli.command()
@click.argument("file", type=click.File("rb"))
@kernel_options
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON document.")
@click.option("--jsonl", is_flag=True, help="One JSON topology a line in, one result or error a line out.")
def order(file: BinaryIO, kernel: str | None, zonelists: str | None, as_json: bool, jsonl: bool) -> None:
    """Print the demotion order of a machine and the passes that built it."""
    if kernel:
        version(kernel)  # a wrong option is an error of the whole command, not of a line
    if jsonl:
        for line in results(file, kernel, zonelists):
            click.echo(line)
        return
    run = Run.of(load(file), kernel, zonelists)
    result = run.order()
    if as_json:
        click.echo(json.dumps(result))
        return
    click.echo(run.heading())
    click.echo(text.order_text(result))


@cli.command()
@click.argument("file", type=click.File("rb"))
@kernel_options
@click.option("--text", "form", flag_value="text", default=True, help="A sentence a step (the default).")
@click.option("--json", "form", flag_value="json", help="The whole trace in its wire form.")
@click.option("--size", type=click.Choice(["micro", "source", "pass"]), default="micro", help="The size of the steps.")
def trace(file: BinaryIO, kernel: str | None, zonelists: str | None, form: str, size: str) -> None:
    """Print every step of the build, from the first of the order on, and why it happened."""
    run = Run.of(load(file), kernel, zonelists)
    recorded = run.trace()
    if form == "json":
        click.echo(json.dumps(wire.dump(recorded)))
        return
    click.echo(run.heading())
    for step in recorded.stops(Size[size.upper()]):
        if step >= recorded.opens:
            click.echo(f"{step:>6}  {recorded.at('sentence', step)}")


@cli.command()
@click.argument("file", type=click.File("rb"))
@kernel_options
@click.option("--step", type=int, metavar="N", help="The step to draw, as the page counts them. Default: the last.")
@click.option("--pass", "number", type=int, metavar="P", help="Draw the last step of that pass instead.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("-o", "output", type=click.File("wb"), default="-", help="The SVG file to write. Default: - (stdout).")
def draw(
    file: BinaryIO,
    kernel: str | None,
    zonelists: str | None,
    step: int | None,
    number: int | None,
    theme: Literal["light", "dark"],
    output: BinaryIO,
) -> None:
    """Draw one step of the build as an SVG picture."""
    run = Run.of(load(file), kernel, zonelists)
    recorded = run.trace()
    chosen = step_asked(recorded, step, number)
    from viz.figures.snapshot import snapshot  # networkx takes its time to import, and text needs none of it

    write(output, snapshot(run.topology, recorded, chosen, theme))


@cli.command()
@click.argument("file", type=click.File("rb"))
@kernel_options
@click.option("-o", "output", type=click.File("wb"), default="-", help="The HTML file to write. Default: - (stdout).")
def export(file: BinaryIO, kernel: str | None, zonelists: str | None, output: BinaryIO) -> None:
    """Write one HTML file that plays the machine by itself, from a disk or a mail, without a server."""
    run = Run.of(load(file), kernel, zonelists)
    from viz.figures.export import standalone
    from viz.play import play  # both bring networkx, as above

    write(output, standalone(play(run, {"text": ""}), assets()))


@cli.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="0: any free port.")
@click.option("--debug", is_flag=True, help="Dash's development server, which reloads when the code changes.")
def serve(file: BinaryIO | None, host: str, port: int, debug: bool) -> None:
    """Serve the page, opened at FILE if one is given."""
    topology = load(file) if file else None
    from viz.app.serve import serve as run_server  # dash takes 0.3 s to import, and only this command needs it

    try:
        run_server(topology, host, port, debug)
    except (OSError, ValueError) as error:  # ValueError: waitress, of a host name that nothing answers to
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.ClickException(f"cannot serve on {host} port {port}: {reason}") from None


@cli.command()
@click.argument("files", metavar="FILE [FILE]", type=click.File("rb"), nargs=-1, required=True)
@click.option("--kernel", "kernels", metavar="V", multiple=True, help="May be given twice or more. Default: all.")
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before or after the CPUs are up.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON document.")
def compare(files: tuple[BinaryIO, ...], kernels: tuple[str, ...], zonelists: str | None, as_json: bool) -> None:
    """Print where each node demotes to under several versions or on several machines, and why they differ."""
    cli_compare.compare([load(file) for file in files], kernels, zonelists, as_json)


@cli.command()
@click.option("--kernel", "kernels", metavar="V", multiple=True, required=True, help="Twice: the two to compare.")
@click.option("--nodes", "most", type=click.IntRange(1, 8), default=3, show_default=True, help="At most so many.")
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), default="runtime", show_default=True)
@click.option("--asymmetric", is_flag=True, help="Distances may differ between there and back.")
@click.option("--budget", type=click.FloatRange(min=0), default=60, show_default=True, help="Seconds to search.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes. Default: one a CPU.")
@click.option("--output", type=click.File("w"), default="-", help="Where the topology goes. Default: printed.")
def counterexample(
    kernels: tuple[str, ...],
    most: int,
    zonelists: str,
    asymmetric: bool,
    budget: float,
    jobs: int | None,
    output: TextIO,
) -> None:
    """Search a smallest machine on which two versions disagree, and write it as a topology. Exit status 1: none."""
    if len(kernels) != 2:
        raise click.UsageError("counterexample needs --kernel twice")
    question = searching.question(*kernels, zonelists, asymmetric, budget)
    answer = cli_compare.counterexample(question, most, jobs)
    if answer.found is None:
        sys.exit(1)
    output.write(json.dumps(searching.document(answer.found, question)) + "\n")


def step_asked(trace: Trace, step: int | None, number: int | None) -> int:
    """The step that --step or --pass names; without either the last one."""
    if step is not None and number is not None:
        raise click.UsageError("--step and --pass exclude each other")
    if number is not None:
        return last_of_pass(trace, number)
    if step is None:
        return trace.length - 1
    if not 0 <= step < trace.length:
        raise click.UsageError(f"there is no step {step}; the steps are 0 to {trace.length - 1}")
    return step


def last_of_pass(trace: Trace, number: int) -> int:
    """The last step of a pass."""
    most = max(trace.signals["pass"].values)
    if not 1 <= number <= most:
        known = f"the passes are 1 to {most}" if most else "this version makes none"
        raise click.UsageError(f"there is no pass {number}; {known}")
    return max(step for step in range(trace.length) if trace.at("pass", step) == number)


def write(output: BinaryIO, text: str) -> None:
    """Put the text into a file that is opened only now, so that one of an earlier run survives an error."""
    try:
        output.write(text.encode())
        output.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {printable(output.name, 80)}: {error.strerror}") from None


def load(file: BinaryIO) -> Topology:
    """The topology in an open file; its warnings go to stderr."""
    topology = read(file.read(MAX_INPUT + 1), name_of(file))
    for warning in topology.warnings():
        click.echo(f"note: {warning}", err=True)
    return topology


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
