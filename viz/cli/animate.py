"""Define the command animate, which writes a range of steps as a picture that moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from viz.analysis.run import Run
from viz.cli.draw_export import ending_of, look_options, pass_ranges
from viz.cli.inputs import Input, kernel_options, machine_options, write, write_bytes
from viz.media.gif import gif
from viz.trace.model import STRIDES, TALK, Trace

if TYPE_CHECKING:
    from viz.figures.frame import Look

OF_FILES = STRIDES[:TALK]


class StepRange(click.ParamType[tuple[int, int]]):
    """The type of an option that names the first and the last step: "26..39"."""

    name = "range"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return both steps, or fail if the text does not name two."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9})", value)
        if not found or int(found[1]) > int(found[2]):
            self.fail("give the first and the last step, such as 26..39", param, ctx)
        return int(found[1]), int(found[2])


@click.command()
@machine_options
@kernel_options
@click.option("--steps", type=StepRange(), metavar="A..B", help="From step A to step B. Default: the first order.")
@click.option("--pass", "pass_number", type=int, metavar="P", help="The steps of that pass instead.")
@click.option("--stride", type=click.Choice(OF_FILES), default="source", show_default=True, help="Where it stops.")
@click.option("--speed", type=click.FloatRange(0.1, 10), default=1.0, show_default=True)
@look_options
@click.option("--format", "form", type=click.Choice(["svg", "gif"]), help="Default: as the name after -o, else svg.")
@click.option("--width", type=click.IntRange(100, 4000), default=900, show_default=True, help="Pixels of a GIF.")
@click.option("-o", "output", type=click.File("wb"), default="-", help="The file to write. Default: - (stdout).")
def animate(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    steps: tuple[int, int] | None,
    pass_number: int | None,
    stride: str,
    speed: float,
    look: Look,
    form: str | None,
    width: int,
    output: BinaryIO,
) -> None:
    """Write steps of the build as a picture that moves: an animated SVG, which plays in a browser and in an <img>, or a
    GIF. A GIF needs the extra: pip install 'tierscope[media]'."""
    run = Run.of(machine.topology(kernels=[kernel]), kernel, zonelists)
    trace = run.trace()
    first, last = _range(trace, steps, pass_number)
    from viz.figures.animated_svg import animated_svg, animation, stills  # late, so that others start faster
    from viz.figures.animation_frames import TooLong, frames

    try:
        shown = frames(trace, first, last, STRIDES.index(stride), speed)
        film = animation(run.topology, trace, shown, look)
        if (form or ending_of(output)) == "gif":
            write_bytes(output, gif(stills(film), width))
        else:
            write(output, animated_svg(film))
    except TooLong as error:
        raise click.UsageError(str(error)) from None


def _range(trace: Trace, steps: tuple[int, int] | None, pass_number: int | None) -> tuple[int, int]:
    """Return the first and the last step that --steps or --pass names; without both, those of the first order."""
    if steps is not None and pass_number is not None:
        raise click.UsageError("--steps and --pass exclude each other")
    if pass_number is not None:
        return pass_ranges(trace, pass_number)[0]
    if steps is None:
        return trace.opens, trace.closes
    if steps[1] >= trace.length:
        raise click.UsageError(f"there is no step {steps[1]}; the steps are 0 to {trace.length - 1}")
    return steps
