"""Measure the server under load.

    ./dev bench load [--against REV] [--gunicorn [N]] [--measure NAME]... [--viewers N] [--seconds N] [--charts]

The measures are: cold pages, which are loads of the page without a cache, clients, a crowd, many connections, a small
run beside large ones, and first loads in Chromium. Every measure starts its own server on 127.0.0.1. With --against,
this checkout and the other commit are measured in turn, twice, and the better values of both are compared. The other
commit is served from a folder and an environment of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tests.bench.crowd import (
    NEAR,
    Crowd,
    LoadResult,
    clients,
    crowd_figures,
    load_with_crowd,
    observe,
    one_after_another,
    one_connection,
    rate_taken,
    waits,
)
from tests.bench.first_load import first_loads
from tests.bench.flood import beside_large_ones, by_wrk, flood
from tests.bench.ready import Measure, Ready, serve_ready
from tests.bench.report import Figure, best, print_line, show
from tests.bench.sides import Side, sides

CLIENTS, CLIENT_SECONDS = 40, 20
PAGES, PAGE_ROUNDS = 20, 3
TAKES_SECONDS = 15
"""The number of seconds for which visitors arrive, in each crowd of the search for the largest rate.

That is long enough for the first visitors to reach their fourth machine, so that requests of all kinds are mixed.
"""
ROUNDS = 2
"""The number of times that each side is measured if two sides are compared."""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `./dev bench load` to the parser."""
    group = parser.add_argument_group("load")
    group.add_argument("--against", metavar="REV", help="compare with this commit")
    workers = "serve with so many workers of gunicorn, or 4"
    group.add_argument("--gunicorn", metavar="N", type=whole_number(32), nargs="?", const=4, default=0, help=workers)
    group.add_argument("--measure", choices=[*MEASURES, "takes", "crowd"], action="append", help="this one alone")
    group.add_argument("--viewers", metavar="N", type=whole_number(10_000), default=1000, help="of the crowd, at most")
    group.add_argument("--seconds", metavar="N", type=whole_number(600), default=60, help="in which they come")
    group.add_argument("--charts", action="store_true", help="visitors fetch the charts, too")


def whole_number(maximum: int) -> Callable[[str], int]:
    """Return a function that reads a whole number from 1 to the maximum."""

    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= maximum:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 to {maximum}")
        return int(text)

    return read


def main(chosen: argparse.Namespace) -> None:
    """Make the measurements that the options select, and print every measured value."""
    wanted = chosen.measure or [*MEASURES, "takes", "crowd"]
    with sides(chosen.against, chosen.gunicorn) as both:
        for name, measure in MEASURES.items():
            if name in wanted:
                show(compare(both, measure, chosen.charts))
        wanted_rate = chosen.viewers / chosen.seconds
        rates = {side.name: wanted_rate for side in both}
        if "takes" in wanted:
            taken = compare(both, viewers_taken, chosen.charts)
            show(taken)
            rates = {name: min(wanted_rate, figures[0].value) for name, figures in taken.items()}
        if "crowd" in wanted:
            crowds(both, rates, chosen)


def crowds(both: Sequence[Side], rates: Mapping[str, float], chosen: argparse.Namespace) -> None:
    """Measure a crowd at a rate that both sides can serve, then a crowd at the higher rate of the faster side."""
    common = min(rates.values())
    faster = [side for side in both if rates[side.name] > NEAR * common]
    for measured, rate in [(both, common), *(([side], rates[side.name]) for side in faster)]:
        if rate:
            crowd = Crowd(rate, chosen.seconds, charts=chosen.charts)
            show(compare(measured, partial(one_crowd, crowd), chosen.charts))
        else:
            print_line("no crowd came: a server takes none")


def compare(measured: Sequence[Side], measure: Measure, charts: bool) -> dict[str, list[Figure]]:
    """Measure every side with the function `measure`; return for the name of each side its measured values.

    If there are two sides, they are measured in turn, ROUNDS times, and only the best values are returned.
    """
    rounds: dict[str, list[list[Figure]]] = {side.name: [] for side in measured}
    for _ in range(ROUNDS if len(measured) > 1 else 1):
        for side in measured:
            with serve_ready(side, charts) as ready:
                rounds[side.name].append(measure(ready))
    return {name: best(figures) for name, figures in rounds.items()}


def cold_pages(ready: Ready) -> list[Figure]:
    """Load the page without a cache, one load after another; return the time and the processor time of a load."""
    results = [observe(ready.process, partial(one_after_another, ready.page, PAGES)) for _ in range(PAGE_ROUNDS)]
    single = [observe(ready.process, partial(one_connection, ready.page)) for _ in range(PAGE_ROUNDS)]
    return [
        Figure("requests of a cold page", len(ready.page.requests)),
        Figure("processor of the server for a cold page without charts", _least(results), "ms", 75),
        Figure("a cold page, alone, p50", min(result.percentile("cold page", 50) for result in results), "ms"),
        Figure(
            "a file over a connection that has been used, p50",
            min(result.percentile("assets", 50) for result in single),
            "ms",
            10,
        ),
        Figure("processor of the server from its start until it has nothing to do", ready.start, "s"),
        Figure("errors of cold pages", sum(result.errors for result in results), limit=0, largest=True),
    ]


def first_charts(ready: Ready) -> list[Figure]:
    """Fetch the first chart and the scripts that draw it, several times; return the processor time and the errors."""
    draws = partial(one_after_another, ready.page, PAGES, charts=True)
    results = [observe(ready.process, draws) for _ in range(PAGE_ROUNDS)]
    return [
        Figure("processor of the server for the first chart and what draws it", _least(results), "ms"),
        Figure("errors of charts", sum(result.errors for result in results), limit=0, largest=True),
    ]


def _least(results: Sequence[LoadResult]) -> float:
    """Return the server's processor milliseconds for one page, in the round of PAGES pages that took the least."""
    return 1000 * min(result.server for result in results) / PAGES


def forty_clients(ready: Ready) -> list[Figure]:
    """Let CLIENTS clients load the page without a cache at the same time, each load over a new connection."""
    before = ready.memory
    result = clients(ready.process, ready.page, CLIENTS, CLIENT_SECONDS, ready.charts)
    pages = len(result.tally.waits["cold page"])
    what = f"{CLIENTS} clients"
    return [
        Figure(f"{what}: requests a second", result.replies / result.seconds, "/s", largest=True),
        Figure(f"{what}: cold pages a second", pages / result.seconds, "/s", largest=True),
        *waits(what, result),
        Figure(f"{what}: processor of the server for each page", 1000 * result.server / max(1, pages), "ms"),
        Figure(f"{what}: memory before", before, "MiB", largest=True),
        Figure(f"{what}: memory after", ready.memory, "MiB", largest=True),
    ]


def viewers_taken(ready: Ready) -> list[Figure]:
    """Return how many new viewers a second the server can serve."""
    rate = rate_taken(ready.process, ready.page, TAKES_SECONDS, ready.charts)
    return [Figure("new viewers a second that the server takes", rate, "/s", largest=True)]


def one_crowd(crowd: Crowd, ready: Ready) -> list[Figure]:
    """Load the server with a crowd, and return the measured values."""
    result = load_with_crowd(ready.process, ready.page, crowd)
    return crowd_figures(f"{crowd.count} viewers in {crowd.seconds:g} s", crowd, result)


MEASURES: Mapping[str, Measure] = {
    "pages": cold_pages,
    "charts": first_charts,
    "clients": forty_clients,
    "flood": flood,
    "wrk": by_wrk,
    "large": beside_large_ones,
    "browser": first_loads,
}
