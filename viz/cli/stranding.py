"""Define the command that packs jobs into nodes, to show what it costs that a job must fit into one node."""

from __future__ import annotations

import json
from typing import Any

import click

from viz.analysis.stranding import Amount
from viz.analysis.stranding import stranding as pack_both_ways
from viz.cli.inputs import Input, machine_options
from viz.figures import stranding_chart
from viz.topology.quantities import MAX_CPUS_IN_ALL, memory_bytes
from viz.wording import counted


class MemorySize(click.ParamType[str]):
    """The type of an option that is a size of memory with its unit. The value is the text as the user wrote it."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail if it is not a size."""
        try:
            memory_bytes(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


@click.command()
@machine_options
@click.option("--cpus", type=click.IntRange(0, MAX_CPUS_IN_ALL), default=2, show_default=True, help="Cores of a job.")
@click.option("--memory", type=MemorySize(), default="3 GB", show_default=True, help="Memory of a job.")
@click.option("--json", "as_json", is_flag=True, help="Both packings as one JSON document; memory in bytes.")
def stranding(machine: Input, cpus: int, memory: str, as_json: bool) -> None:
    """Print how many jobs of one shape fit if each may take from any node, and if each must fit into one."""
    job, unit = Amount(cpus, memory_bytes(memory)), stranding_chart.unit_of(memory)
    if not any(job):
        raise click.UsageError("a job needs cores or memory")
    nodes = stranding_chart.bins(machine.topology(needs_distances=False))
    open_, walled = pack_both_ways(list(nodes.values()), job)
    if as_json:
        packings = {
            name: stranding_chart.packing_json(packing) for name, packing in (("open", open_), ("walled", walled))
        }
        click.echo(json.dumps(packings))
        return
    click.echo(f"jobs of {stranding_chart.left(job, unit)}\n")
    click.echo(f"without walls              {stranding_chart.text(open_, unit)}")
    click.echo(f"a wall around each node    {stranding_chart.text(walled, unit)}")
    for node, (jobs, rest) in zip(nodes, walled.bins, strict=True):
        click.echo(f"    node {node}: {counted(jobs, 'job')}; {stranding_chart.left(rest, unit)} left over")
