"""The commands that bring pictures: draw and export. What draws is imported only by these."""

from __future__ import annotations

from typing import BinaryIO, Literal

import click

from viz.analysis.run import Run
from viz.cli.inputs import Input, kernel_options, machine_options, write
from viz.resources import assets
from viz.trace.model import Trace


@click.command()
@machine_options
@kernel_options
@click.option("--step", type=int, metavar="N", help="The step to draw, as the page counts them. Default: the last.")
@click.option("--pass", "number", type=int, metavar="P", help="Draw the last step of that pass instead.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("-o", "output", type=click.File("wb"), default="-", help="The SVG file to write. Default: - (stdout).")
def draw(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    step: int | None,
    number: int | None,
    theme: Literal["light", "dark"],
    output: BinaryIO,
) -> None:
    """Draw one step of the build as an SVG picture."""
    run = Run.of(machine.topology(), kernel, zonelists)
    recorded = run.trace()
    chosen = step_asked(recorded, step, number)
    from viz.figures.snapshot import snapshot  # networkx takes its time to import, and text needs none of it

    write(output, snapshot(run.topology, recorded, chosen, theme))


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


@click.command()
@machine_options
@kernel_options
@click.option("-o", "output", type=click.File("wb"), default="-", help="The HTML file to write. Default: - (stdout).")
def export(machine: Input, kernel: str | None, zonelists: str | None, output: BinaryIO) -> None:
    """Write one HTML file that plays the machine by itself, from a disk or a mail, without a server."""
    run = Run.of(machine.topology(), kernel, zonelists)
    from viz.page.player_data import play_alone  # both bring networkx, as above
    from viz.page.standalone import standalone

    write(output, standalone(play_alone(run), assets()))
