"""Define the commands that write pictures: draw and export.

They import what draws only when they run, so that the text commands start faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from viz.analysis.run import Run
from viz.cli.inputs import (
    FileOrFolder,
    Input,
    changed_kernel,
    kernel_options,
    machine_options,
    rule_option,
    write,
    write_bytes,
)
from viz.cli.kernel_name import KERNEL
from viz.cli.pressure import read, scenario_text
from viz.cli.talk_file import talk_in
from viz.figures.timeline_marks import pass_spans
from viz.media import pixels
from viz.pressure import wire as pressure_wire
from viz.pressure.outcome import Outcome
from viz.pressure.scenario import Scenario, read_scenario, scenario_names
from viz.resources import assets
from viz.stories import ResolvedTalk
from viz.topology import Topology
from viz.trace.model import Trace

if TYPE_CHECKING:
    from viz.figures.frame import Look


THEMES = ("light", "dark", "transparent")


def look_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --theme, --transparent and --frame to a command; they reach the command as a Look named `look`."""
    about = "Its colours; transparent is light with --transparent."

    @click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True, help=about)
    @click.option("--transparent", is_flag=True, help="No background: what is below the picture shows.")
    @click.option(
        "--frame/--no-frame", default=True, help="With title, sentence, step and kernel (default), or without."
    )
    @wraps(command)
    def with_look(theme: str, transparent: bool, frame: bool, **others: Any) -> None:
        from viz.figures.frame import Look

        look = Look("dark" if theme == "dark" else "light", frame, transparent or theme == "transparent")
        command(look=look, **others)

    return with_look


def ending_of(output: BinaryIO) -> str:
    """Return the ending of the name of a file, in small letters and without its dot."""
    return Path(str(getattr(output, "name", ""))).suffix.lower().removeprefix(".")


@click.command()
@machine_options
@kernel_options
@click.option("--step", type=int, metavar="N", help="The step to draw, as the page counts them. Default: the last.")
@click.option("--pass", "pass_number", type=int, metavar="P", help="Draw the last step of that pass instead.")
@click.option("--chart", type=click.Choice(["timeline", "distances", "fill"]), help="Draw a chart of the run instead.")
@click.option("--scenario", metavar="NAME|FILE", help="With --chart fill: what is played, as `pressure` takes it.")
@click.option("--tick", type=click.IntRange(0), metavar="N", help="With --chart fill: a tick to mark.")
@look_options
@click.option("--format", "form", type=click.Choice(["svg", "png"]), help="Default: as the name after -o, else svg.")
@click.option(
    "--scale", type=click.FloatRange(0.1, 8), default=2.0, show_default=True, help="Pixels of a PNG for each unit."
)
@click.option("-o", "output", type=click.File("wb"), default="-", help="The file to write. Default: - (stdout).")
def draw(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    step: int | None,
    pass_number: int | None,
    chart: str | None,
    scenario: str | None,
    tick: int | None,
    look: Look,
    form: str | None,
    scale: float,
    output: BinaryIO,
) -> None:
    """Draw one step of the build, or a chart, as SVG or PNG. PNG needs the extra: pip install 'tierscope[media]'."""
    played = _scenario(chart, scenario, tick, step is not None or pass_number is not None)
    kernel = kernel or (played.kernel if played else None)
    run = Run.of(machine.topology(kernels=[kernel]), kernel, zonelists)
    picture = _fill(run, played, look, tick) if played else _picture(run, chart, look, step, pass_number)
    if (form or ending_of(output)) == "png":
        write_bytes(output, pixels.png(picture, scale))
    else:
        write(output, picture)


def _scenario(chart: str | None, scenario: str | None, tick: int | None, has_step: bool) -> Scenario | None:
    """Return the scenario that is to be drawn, or None; raise UsageError if the options do not go together."""
    if (chart == "fill") != (scenario is not None):
        raise click.UsageError("--chart fill and --scenario NAME go together")
    if scenario is None:
        if tick is not None:
            raise click.UsageError("--tick is for --chart fill")
        return None
    if has_step:
        raise click.UsageError("--chart fill has ticks and no steps; use --tick")
    return read(scenario)


def _picture(run: Run, chart: str | None, look: Look, step: int | None, pass_number: int | None) -> str:
    recorded = run.trace()
    drawn_step = requested_step(recorded, step, pass_number)
    if chart:
        is_marked = step is not None or pass_number is not None
        return _chart(chart, run.topology, recorded, look, drawn_step if is_marked else None)
    from viz.figures.snapshot import snapshot

    return snapshot(run.topology, recorded, drawn_step, *look)


def _fill(run: Run, scenario: Scenario, look: Look, tick: int | None) -> str:
    from viz.figures.fill_picture import NoTick, fill_picture

    try:
        return fill_picture(Outcome.of(run, scenario), look, tick)
    except NoTick as error:
        raise click.UsageError(str(error)) from None


def _chart(name: str, topology: Topology, trace: Trace, look: Look, step: int | None) -> str:
    from viz.figures.chart_pictures import chart_picture
    from viz.figures.charts import TooLarge

    try:
        return chart_picture(name, topology, trace, look, step)
    except TooLarge as error:
        raise click.UsageError(str(error)) from None


def requested_step(trace: Trace, step: int | None, pass_number: int | None) -> int:
    """Return the step that --step or --pass names, or the last one if neither is given."""
    if step is not None and pass_number is not None:
        raise click.UsageError("--step and --pass exclude each other")
    if pass_number is not None:
        return pass_ranges(trace, pass_number)[-1][1]
    if step is None:
        return trace.length - 1
    if not 0 <= step < trace.length:
        raise click.UsageError(f"there is no step {step}; the steps are 0 to {trace.length - 1}")
    return step


def pass_ranges(trace: Trace, pass_number: int) -> list[tuple[int, int]]:
    """Return the first and the last step of a pass, each time that it is made. Raise UsageError if there is no such."""
    spans = list(pass_spans(trace))
    found = [(first, last) for first, last, number in spans if number == pass_number]
    if not found:
        last_pass = max((number for _, _, number in spans), default=0)
        passes = f"the passes are 1 to {last_pass}" if last_pass else "this version makes none"
        raise click.UsageError(f"there is no pass {pass_number}; {passes}")
    return found


@click.command()
@machine_options
@click.argument("more", metavar="[FILE]...", type=FileOrFolder("rb"), nargs=-1)
@click.option("--kernel", "kernels", metavar="V", type=KERNEL, multiple=True, help="May be given several times.")
@rule_option
@click.option("--zonelists", type=click.Choice(["boot", "runtime"]), help="Built before or after the CPUs are up.")
@click.option("--scenario", metavar="NAME|FILE", help="A scenario that the file plays, too, as `pressure` takes it.")
@click.option("-o", "output", type=click.File("wb"), default="-", help="The HTML file to write. Default: - (stdout).")
def export(
    machine: Input,
    more: tuple[BinaryIO | Path, ...],
    kernels: tuple[str, ...],
    rules: tuple[str, ...],
    zonelists: str | None,
    scenario: str | None,
    output: BinaryIO,
) -> None:
    """Write one HTML file that plays FILEs from a disk or a mail, without a server: a talk, or one or more machines,
    each under all the kernels."""
    talk = talk_in(machine.file)
    if talk:
        if kernels or rules or zonelists or scenario or more:
            raise click.UsageError("a talk names its machines and kernels; --kernel and the like are for machines")
        return write(output, talk_page(talk))
    text = scenario_text(scenario) if scenario else ""
    usual = read_scenario(text, scenario or "").kernel if text else None
    asked: list[str | None] = [*kernels] if kernels else [usual]
    changed = [changed_kernel(kernel, rules) for kernel in asked]
    loaded = [machine, *(Input(file, remote=machine.remote, assume=machine.assume) for file in more)]
    machines = named_machines([(name_in(each), each.topology(kernels=changed)) for each in loaded])
    write(output, machines_page(machines, changed, zonelists, scenario or "", text))


def name_in(machine: Input) -> str:
    """Return the name of a machine in an exported file: that of its file, in letters that an address can hold."""
    name = "" if machine.file is None else Path(str(getattr(machine.file, "name", machine.file))).stem
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "machine"


def named_machines(machines: Sequence[tuple[str, Topology]]) -> dict[str, Topology]:
    """Return the machines by their names; a name that is taken gets a number."""
    named: dict[str, Topology] = {}
    for name, topology in machines:
        numbered = (f"{name}-{number}" for number in count(2))
        named[next(free for free in chain([name], numbered) if free not in named)] = topology
    return named


def machines_page(
    machines: Mapping[str, Topology], kernels: Sequence[str | None], zonelists: str | None, scenario: str, text: str
) -> str:
    """Return the exported page of machines; `text` is that of the scenario, or empty."""
    from viz.app.held_machines import TooManyRuns, held_machines  # both import networkx, which takes long
    from viz.page.standalone import standalone_machines

    try:
        held = held_machines(machines, kernels, zonelists)
    except TooManyRuns as error:
        raise click.UsageError(str(error)) from None
    if text:
        is_known = scenario in scenario_names()
        for run in held["runs"].values():
            played = Run.of(machines[run["request"]["topology"]], run["asked"], zonelists)
            run["pressure"] = pressure_wire.answer(played, scenario if is_known else None, None if is_known else text)
    return standalone_machines(held, assets())


def talk_page(talk: ResolvedTalk) -> str:
    """Return the exported page of a talk."""
    from viz.app.held import held_talk  # both import networkx, which takes long
    from viz.page.standalone import standalone_talk

    return standalone_talk(held_talk(talk, "talk"), assets())
