"""The command that packs jobs into nodes: what walls between the nodes cost."""

from __future__ import annotations

import json
from typing import Any

import click

from viz.cli.given import Given, machine_options
from viz.figures import bins
from viz.stranding import Amount
from viz.stranding import stranding as packed
from viz.topology.quantities import MAX_CPUS_IN_ALL, memory_bytes
from viz.topology.shaped import counted


class Size(click.ParamType[str]):
    """Memory with its unit, kept as it was written."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, if it is a size."""
        try:
            memory_bytes(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


@click.command()
@machine_options
@click.option("--cpus", type=click.IntRange(0, MAX_CPUS_IN_ALL), default=2, show_default=True, help="Cores of a job.")
@click.option("--memory", type=Size(), default="3 GB", show_default=True, help="Memory of a job.")
@click.option("--json", "as_json", is_flag=True, help="Both packings as one JSON document; memory in bytes.")
def stranding(machine: Given, cpus: int, memory: str, as_json: bool) -> None:
    """Print how many jobs of one shape fit if each may take from any node, and if each must fit into one."""
    job, unit = Amount(cpus, memory_bytes(memory)), bins.unit_of(memory)
    if not any(job):
        raise click.UsageError("a job needs cores or memory")
    nodes = bins.bins(machine.topology(needs_distances=False))
    open_, walled = packed(list(nodes.values()), job)
    if as_json:
        found = {name: bins.told(packing) for name, packing in (("open", open_), ("walled", walled))}
        click.echo(json.dumps(found))
        return
    click.echo(f"jobs of {bins.left(job, unit)}\n")
    click.echo(f"without walls              {bins.text(open_, unit)}")
    click.echo(f"a wall around each node    {bins.text(walled, unit)}")
    for node, (jobs, rest) in zip(nodes, walled.bins, strict=True):
        click.echo(f"    node {node}: {counted(jobs, 'job')}; {bins.left(rest, unit)} left over")
