"""Define the commands that write pictures: draw and export.

They import networkx only when they run, because that import takes long.
"""

from __future__ import annotations

from typing import BinaryIO, Literal

import click

from viz.analysis.run import Run
from viz.cli.inputs import Input, kernel_options, machine_options, write
from viz.cli.pressure import scenario_text
from viz.pressure import wire as pressure_wire
from viz.pressure.scenario import read_scenario, scenario_names
from viz.resources import assets
from viz.trace.model import Trace


@click.command()
@machine_options
@kernel_options
@click.option("--step", type=int, metavar="N", help="The step to draw, as the page counts them. Default: the last.")
@click.option("--pass", "pass_number", type=int, metavar="P", help="Draw the last step of that pass instead.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("-o", "output", type=click.File("wb"), default="-", help="The SVG file to write. Default: - (stdout).")
def draw(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    step: int | None,
    pass_number: int | None,
    theme: Literal["light", "dark"],
    output: BinaryIO,
) -> None:
    """Draw one step of the build as an SVG picture."""
    run = Run.of(machine.topology(kernels=[kernel]), kernel, zonelists)
    recorded = run.trace()
    drawn_step = requested_step(recorded, step, pass_number)
    from viz.figures.snapshot import snapshot  # not at the top of the file: it imports networkx, which takes long

    write(output, snapshot(run.topology, recorded, drawn_step, theme))


def requested_step(trace: Trace, step: int | None, pass_number: int | None) -> int:
    """Return the step that --step or --pass names, or the last one if neither is given."""
    if step is not None and pass_number is not None:
        raise click.UsageError("--step and --pass exclude each other")
    if pass_number is not None:
        return last_step_of_pass(trace, pass_number)
    if step is None:
        return trace.length - 1
    if not 0 <= step < trace.length:
        raise click.UsageError(f"there is no step {step}; the steps are 0 to {trace.length - 1}")
    return step


def last_step_of_pass(trace: Trace, pass_number: int) -> int:
    """Return the last step of a pass. Raise UsageError if there is no such pass."""
    last_pass = max(trace.signals["pass"].values)
    if not 1 <= pass_number <= last_pass:
        passes = f"the passes are 1 to {last_pass}" if last_pass else "this version makes none"
        raise click.UsageError(f"there is no pass {pass_number}; {passes}")
    return max(step for step in range(trace.length) if trace.at("pass", step) == pass_number)


@click.command()
@machine_options
@kernel_options
@click.option("--scenario", metavar="NAME|FILE", help="A scenario that the file plays, too, as `pressure` takes it.")
@click.option("-o", "output", type=click.File("wb"), default="-", help="The HTML file to write. Default: - (stdout).")
def export(machine: Input, kernel: str | None, zonelists: str | None, scenario: str | None, output: BinaryIO) -> None:
    """Write one HTML file that plays the machine by itself, from a disk or a mail, without a server."""
    text = scenario_text(scenario) if scenario else ""
    asked = kernel or (read_scenario(text, scenario or "").kernel if text else None)
    run = Run.of(machine.topology(kernels=[asked]), asked, zonelists)
    from viz.page.player_data import play_alone  # both import networkx, which takes long
    from viz.page.standalone import standalone

    data = play_alone(run)
    if text:
        is_known = scenario in scenario_names()
        data["pressure"] = pressure_wire.answer(run, scenario if is_known else None, None if is_known else text)
    write(output, standalone(data, assets()))
