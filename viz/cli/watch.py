"""Define the command watch, which shows each node's targets beside its live counters."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from viz.analysis.text_table import aligned
from viz.cli.doctor import HERE, release_option
from viz.doctor.counters import HEADINGS, PATTERNS, Sample, as_dict, rows, sample, title
from viz.doctor.facts import Facts
from viz.doctor.folder import read_folder
from viz.doctor.release import Release
from viz.topology import printable

Show = Callable[[Sample, Sample | None], None]


@click.command()
@click.option("--root", metavar="DIR", default=HERE, help="A folder with sys and proc; default: this machine's.")
@click.option("--interval", type=click.FloatRange(0.05, 3600), metavar="S", help="Seconds between samples; default: 1.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="Stop after N samples.")
@click.option("--kernel", metavar="V", help="The release, where no file says it.")
@click.option("--once", is_flag=True, help="One sample, as text; the counters since the start, and no rates.")
@click.option("--json", "as_json", is_flag=True, help="One sample as JSON; with --interval or --count, a line each.")
def watch(root: str, interval: float | None, count: int | None, kernel: str | None, once: bool, as_json: bool) -> None:
    """Show where each node demotes to, beside its free memory and what is demoted from it, once a second.

    Without --once and --json it draws in place, which needs a terminal and the package rich: pip install
    'tierscope[watch]'.
    """
    if root == HERE and not sys.platform.startswith("linux"):
        raise click.UsageError("Only Linux has these counters; give --root a folder with a copy of its files.")
    if not root or not Path(root).is_dir():
        raise click.UsageError(f"--root: '{printable(root, 80)}' is no folder.")
    is_single = once or (as_json and interval is None and count is None)
    samples = _samples(Path(root), release_option(kernel), 1 if is_single else count, interval or 1.0)
    if as_json:
        _show_each(samples, lambda new, old: click.echo(json.dumps(as_dict(new, old))))
    elif once:
        _show_each(samples, lambda new, _: click.echo(text(new, None)))
    else:
        _draw(samples)


def text(new: Sample, old: Sample | None) -> str:
    """Return a sample as a table of text."""
    return "\n".join([title(new), *aligned([list(HEADINGS), *rows(new, old)])])


def _samples(root: Path, asked: Release | None, count: int | None, interval: float) -> Iterator[Sample]:
    number = 0
    while True:
        yield sample(Facts(read_folder(root, patterns=PATTERNS), asked), time.monotonic())
        number += 1
        if number == count:
            return
        time.sleep(interval)


def _show_each(samples: Iterator[Sample], show: Show) -> None:
    old: Sample | None = None
    try:
        for new in samples:
            show(new, old)
            sys.stdout.flush()
            old = new
    except KeyboardInterrupt:  # Ctrl-C is the usual way to end this command
        return


def _draw(samples: Iterator[Sample]) -> None:
    """Draw each sample over the previous one with rich; raise UsageError without that package or without a terminal."""
    try:
        from rich.live import Live
        from rich.table import Table
    except ImportError:
        problem = "watch draws with the package rich, which is not installed: pip install 'tierscope[watch]'"
        raise click.UsageError(f"{problem}; or give --once or --json.") from None

    def table(new: Sample, old: Sample | None) -> Table:
        drawn = Table(title=title(new), title_justify="left")
        for heading in HEADINGS:
            drawn.add_column(heading, justify="left" if heading in ("demotes to", "kswapd", "demoted") else "right")
        for row in rows(new, old):
            drawn.add_row(*row)
        return drawn

    if not sys.stdout.isatty():
        raise click.UsageError("watch draws on a terminal; give --once or --json.")
    with Live(auto_refresh=False) as live:
        _show_each(samples, lambda new, old: live.update(table(new, old), refresh=True))
