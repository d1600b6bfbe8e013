"""Define the command that plays what happens to pages when nodes fill up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, BinaryIO

import click

from viz.analysis.run import Run
from viz.cli.inputs import Input, kernel_options, machine_options, name_of
from viz.kernel.nodemask import MAX_NUMNODES
from viz.pressure.outcome import Outcome
from viz.pressure.plan import reclaim_afterwards
from viz.pressure.scenario import MAX_TEXT, Scenario, builtin_text, read_scenario, scenario_names
from viz.pressure.simulation import Happening
from viz.pressure.text import outcome_text
from viz.pressure.watermarks import LARGEST_SCALE_FACTOR, SCALE_FACTOR
from viz.topology import MAX_INPUT, Topology, TopologyError, printable
from viz.topology.quantities import MAX_BYTES, memory_bytes
from viz.topology.trust import with_watermarks
from viz.topology.watermarks import PAGE_SIZE, read_zoneinfo
from viz.wording import size_text

ZONEINFO = Path("/proc/zoneinfo")
"""Where Linux prints the watermarks of the machine that the command runs on."""
REQUEST = "request"
"""The name of the one owner that options describe."""
_SIZE = re.compile(r"([0-9]{1,12})([KMGT])", re.ASCII | re.IGNORECASE)
OF_ONE_OWNER = ("request", "cpu", "bind", "allowed", "reclaim", "swap", "numa_balancing")
"""Options that a scenario has keys for."""


class MemoryAmount(click.ParamType[int]):
    """The type of an option that is an amount of memory, such as 500M or "2 GB". The value is in bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes; K, M, G and T alone are powers of 1024, as in what Linux reads."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(value.strip())
        try:
            size = int(match[1]) << 10 * ("KMGT".index(match[2].upper()) + 1) if match else memory_bytes(_plain(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if size > MAX_BYTES:
            self.fail(f"{printable(value, 40)} is more memory than any machine has", param, ctx)
        return size


def _plain(value: str) -> int | str:
    """Return the text, or the number that it is."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else value


AMOUNT = MemoryAmount()


@click.command()
@machine_options
@kernel_options
@click.option("--scenario", metavar="NAME|FILE", help=f"A file, or one of {', '.join(scenario_names())}.")
@click.option("--request", type=AMOUNT, help="One owner that uses so much memory, instead of a scenario; M is MiB.")
@click.option("--cpu", type=click.IntRange(0, MAX_NUMNODES - 1), help="The node that its CPU is on.  [default: 0]")
@click.option("--bind", metavar="NODES", help="Where it is bound to, such as 0 or 0-1 (MPOL_BIND).")
@click.option("--allowed", metavar="NODES", help="The nodes that its cgroup may use (cpuset.mems.effective).")
@click.option("--reclaim", type=AMOUNT, help="Once it is resident, write so much to memory.reclaim of its cgroup.")
@click.option("--swap", type=AMOUNT, help="How much swap there is.  [default: none]")
@click.option("--numa-balancing", type=click.IntRange(0, 3), help="The sysctl; 2 lets kswapd free up to promo.")
@click.option("--demotion", type=click.Choice(["on", "off"]), help="demotion_enabled.  [default: on]")
@click.option("--zoneinfo", type=click.File("rb"), help="A /proc/zoneinfo that has the watermarks.")
@click.option("--min-free-kbytes", type=click.IntRange(0, 2**40), help="Watermarks are computed from it.")
@click.option(
    "--watermark-scale-factor", "scale_factor", type=click.IntRange(1, LARGEST_SCALE_FACTOR), default=SCALE_FACTOR
)
@click.option("--json", "as_json", is_flag=True, help="Every tick and the end as one JSON document.")
def pressure(
    machine: Input,
    kernel: str | None,
    zonelists: str | None,
    scenario: str | None,
    demotion: str | None,
    zoneinfo: BinaryIO | None,
    min_free_kbytes: int | None,
    scale_factor: int,
    as_json: bool,
    **owner: Any,
) -> None:
    """Play what happens to pages when nodes fill up: who allocates where, what is demoted, and why."""
    given = [name for name in OF_ONE_OWNER if owner[name] is not None]
    if (scenario is None) == (owner["request"] is None):
        extra = "; leave one of them out" if scenario else f"; scenarios are {', '.join(scenario_names())}"
        raise click.UsageError(f"Give --scenario NAME or --request SIZE{extra}.")
    if scenario and given:
        raise click.UsageError(f"--scenario has keys for --{given[0].replace('_', '-')}; leave the option out.")
    played = read(scenario) if scenario else None
    asked = kernel or (played.kernel if played else None)
    topology = machine.topology(kernels=[asked])
    if zoneinfo:
        text = zoneinfo.read(MAX_INPUT).decode("utf-8", "replace")
        topology = with_watermarks(topology, read_zoneinfo(text, name_of(zoneinfo)))
    elif machine.here and ZONEINFO.is_file():
        topology = with_watermarks(topology, read_zoneinfo(ZONEINFO.read_text(), str(ZONEINFO)))
    run = Run.of(topology, asked, zonelists)
    try:
        played, afterwards = (played, ()) if played else one_owner(topology, **owner)
        if demotion:
            played = played.model_copy(update={"demotion": demotion == "on"})
        outcome = Outcome.of(run, played, min_free_kbytes, scale_factor, afterwards)
    except TopologyError as error:
        raise error if scenario else in_options(error) from None
    click.echo(json.dumps(outcome.document()) if as_json else f"{run.heading()}\n{outcome_text(outcome)}")


def read(name: str) -> Scenario:
    """Return a built-in scenario by its name, or else the one in the file of that name."""
    return read_scenario(scenario_text(name), printable(Path(name).name, 80))


def scenario_text(name: str) -> str:
    """Return the text of a built-in scenario by its name, or else of the file of that name."""
    path = Path(name)
    try:
        is_file = name not in scenario_names() and path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return builtin_text(name)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT + 1)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{printable(path.name, 80)} is no text in UTF-8.") from None
    except OSError as error:
        raise click.UsageError(f"cannot read {printable(path.name, 80)}: {error.strerror}") from None


def in_options(error: TopologyError) -> TopologyError:
    """Return an error about the one owner with the option that it is about, in place of the key of a scenario."""
    return TopologyError(error.problem, error.key.replace("owners[0].", "--").replace("owners[0]", f"--{REQUEST}"))


def one_owner(
    topology: Topology,
    request: int,
    cpu: int | None,
    bind: str | None,
    allowed: str | None,
    reclaim: int | None,
    swap: int | None,
    numa_balancing: int | None,
) -> tuple[Scenario, tuple[Happening, ...]]:
    """Return a scenario with the one owner that options describe, and what happens once it is resident."""
    if not request:
        raise click.UsageError("--request must be at least one page.")
    mems = allowed if allowed is not None else topology.allowed
    owner = {"name": REQUEST, "memory": request, "cpu": cpu or 0, "bind": bind, "allowed": mems}
    title = f"One owner uses {size_text(request)}"
    table = {"title": title, "owners": [owner], "swap": swap or 0, "numa_balancing": numa_balancing or 0}
    afterwards = (reclaim_afterwards(REQUEST, -(-reclaim // PAGE_SIZE)),) if reclaim else ()
    return Scenario.from_table(table), afterwards
