"""The server under load: cold pages, 40 clients, a crowd, 64 connections, and a small run beside the largest ones.

    ./dev bench load [--against REV] [--gunicorn [N]] [--measure NAME]... [--viewers N] [--seconds N] [--charts]

Every measure starts a server of its own on 127.0.0.1. With --against the other commit is served from a folder and an
environment of its own, each measure is taken of both in turn, twice, and the better of each time and rate is compared.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tests.bench.crowd import (
    NEAR,
    Bout,
    Crowd,
    clients,
    come,
    crowd_figures,
    observed,
    one_after_another,
    one_connection,
    takes,
    waits,
)
from tests.bench.flood import beside_large_ones, by_wrk, flood
from tests.bench.ready import Measure, Ready, ready
from tests.bench.report import Figure, show, tell, told
from tests.bench.sides import Side, sides

CLIENTS, CLIENT_SECONDS = 40, 20
PAGES, PAGE_ROUNDS = 20, 3
TAKES_SECONDS = 15
"""Long enough for visitors on their first, second, third and fourth machine to be there at once."""
ROUNDS = 2
"""Of every measure, where two sides are compared."""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the load can be told."""
    ours = parser.add_argument_group("load")
    ours.add_argument("--against", metavar="REV", help="compare with this commit")
    words = "serve with so many workers of gunicorn, or 4"
    ours.add_argument("--gunicorn", metavar="N", type=whole(32), nargs="?", const=4, default=0, help=words)
    ours.add_argument("--measure", choices=[*MEASURES, "takes", "crowd"], action="append", help="this one alone")
    ours.add_argument("--viewers", metavar="N", type=whole(10_000), default=1000, help="of the crowd, at most")
    ours.add_argument("--seconds", metavar="N", type=whole(600), default=60, help="in which they come")
    ours.add_argument("--charts", action="store_true", help="visitors fetch the charts, too")


def whole(most: int) -> Callable[[str], int]:
    """Return what reads a whole number from 1 on; a load is bounded in count and time."""

    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 to {most}")
        return int(text)

    return read


def main(chosen: argparse.Namespace) -> None:
    """Print every figure."""
    wanted = chosen.measure or [*MEASURES, "takes", "crowd"]
    with sides(chosen.against, chosen.gunicorn) as both:
        for name, measure in MEASURES.items():
            if name in wanted:
                show(compared(both, measure, chosen.charts))
        most = chosen.viewers / chosen.seconds
        rates = {side.name: most for side in both}
        if "takes" in wanted:
            found = compared(both, viewers_taken, chosen.charts)
            show(found)
            rates = {name: min(most, figures[0].value) for name, figures in found.items()}
        if "crowd" in wanted:
            crowds(both, rates, chosen)


def crowds(both: Sequence[Side], rates: Mapping[str, float], chosen: argparse.Namespace) -> None:
    """A crowd that both sides take, then the larger one that one of them takes."""
    together = min(rates.values())
    alone = [[side] for side in both if rates[side.name] > NEAR * together]
    for those, rate in [(both, together), *((side, rates[side[0].name]) for side in alone)]:
        if rate:
            crowd = Crowd(rate, chosen.seconds, charts=chosen.charts)
            show(compared(those, partial(one_crowd, crowd), chosen.charts))
        else:
            tell("no crowd came: a server takes none")


def compared(those: Sequence[Side], measure: Measure, charts: bool) -> dict[str, list[Figure]]:
    """Take a measure of every side in turn and return the best of each figure."""
    rounds: dict[str, list[list[Figure]]] = {side.name: [] for side in those}
    for _ in range(ROUNDS if len(those) > 1 else 1):
        for side in those:
            with ready(side, charts) as it:
                rounds[side.name].append(measure(it))
    return {name: told(figures) for name, figures in rounds.items()}


def cold_pages(it: Ready) -> list[Figure]:
    """Cold pages, one after the other."""
    bouts = [observed(it.process, partial(one_after_another, it.page, PAGES)) for _ in range(PAGE_ROUNDS)]
    kept = [observed(it.process, partial(one_connection, it.page)) for _ in range(PAGE_ROUNDS)]
    return [
        Figure("requests of a cold page", len(it.page.requests)),
        Figure("processor of the server for a cold page without charts", _least(bouts), "ms", 75),
        Figure("a cold page, alone, p50", min(bout.part("cold page", 50) for bout in bouts), "ms"),
        Figure(
            "a file over a connection that has been used, p50", min(one.part("assets", 50) for one in kept), "ms", 10
        ),
        Figure("processor of the server from its start until it has nothing to do", it.start, "s"),
        Figure("errors of cold pages", sum(bout.errors for bout in bouts), most=0, largest=True),
    ]


def first_charts(it: Ready) -> list[Figure]:
    """The first chart with what draws it, one after the other."""
    draws = partial(one_after_another, it.page, PAGES, charts=True)
    bouts = [observed(it.process, draws) for _ in range(PAGE_ROUNDS)]
    return [
        Figure("processor of the server for the first chart and what draws it", _least(bouts), "ms"),
        Figure("errors of charts", sum(bout.errors for bout in bouts), most=0, largest=True),
    ]


def _least(bouts: Sequence[Bout]) -> float:
    return 1000 * min(bout.server for bout in bouts) / PAGES


def forty_clients(it: Ready) -> list[Figure]:
    """So many clients at once, each with one connection and always another cold page."""
    before = it.memory
    bout = clients(it.process, it.page, CLIENTS, CLIENT_SECONDS, it.charts)
    pages = len(bout.count_event.waits["cold page"])
    what = f"{CLIENTS} clients"
    return [
        Figure(f"{what}: requests a second", bout.replies / bout.seconds, "/s", largest=True),
        Figure(f"{what}: cold pages a second", pages / bout.seconds, "/s", largest=True),
        *waits(what, bout),
        Figure(f"{what}: processor of the server for each page", 1000 * bout.server / max(1, pages), "ms"),
        Figure(f"{what}: memory before", before, "MiB", largest=True),
        Figure(f"{what}: memory after", it.memory, "MiB", largest=True),
    ]


def viewers_taken(it: Ready) -> list[Figure]:
    """How many new viewers a second the server takes."""
    found = takes(it.process, it.page, TAKES_SECONDS, it.charts)
    return [Figure("new viewers a second that the server takes", found, "/s", largest=True)]


def one_crowd(crowd: Crowd, it: Ready) -> list[Figure]:
    """A crowd."""
    bout = come(it.process, it.page, crowd)
    return crowd_figures(f"{crowd.count} viewers in {crowd.seconds:g} s", crowd, bout)


MEASURES: Mapping[str, Measure] = {
    "pages": cold_pages,
    "charts": first_charts,
    "clients": forty_clients,
    "flood": flood,
    "wrk": by_wrk,
    "large": beside_large_ones,
}
