"""Define the command rules, which lists the rules of a kernel that can be changed."""

from __future__ import annotations

import json

import click

from viz.cli.kernel_name import KERNEL
from viz.kernel.releases import version
from viz.kernel.rules.meaning import obstacle, row_values, rule
from viz.kernel.rules.switches import SWITCHES
from viz.kernel.versions import POSTED


@click.command()
@click.option(
    "--kernel",
    metavar="V",
    type=KERNEL,
    default=POSTED.name,
    show_default=True,
    help="The kernel whose rules are listed.",
)
@click.option("--json", "as_json", is_flag=True, help="The list as one JSON document.")
def rules(kernel: str, as_json: bool) -> None:
    """Print the rules that --rule changes: each value in words, the kernel's own, and why others mean nothing there."""
    row = version(kernel)
    values = row.values or row_values(row)
    found = [
        {
            "name": switch.name,
            "label": switch.label,
            "own": rule(row, switch.name) or None,
            "values": dict(switch.values),
            "why_not": obstacle(row, switch.name, values) or None,
        }
        for switch in SWITCHES.values()
    ]
    if as_json:
        click.echo(json.dumps({"kernel": row.name, "rules": found}))
        return
    click.echo(f"rules of {row.name}; a star marks its own\n")
    for entry, switch in zip(found, SWITCHES.values(), strict=True):
        click.echo(f"{switch.name}: {switch.label}")
        if entry["why_not"]:
            click.echo(f"    means nothing here: {entry['why_not']}")
            continue
        for value, sentence in switch.values.items():
            star = "*" if value == entry["own"] else " "
            words = sentence.format("N") + f" Here N is {entry['own']}." * switch.is_number
            click.echo(f"  {star} {f'{switch.name}={value}':<22} {words}")
