"""`./dev bench attacks [NAME...]`: run attacks, each on a server of its own, while visitors ask for the page.

    ./dev bench attacks [--list] [--against REV] [--from 127.0.0.2] [--seconds 15] [NAME...]

All traffic stays on this machine, and is limited in number and time. The visitors come from 127.0.0.1, the attackers
from 127.0.0.2 and then from 127.0.0.1, or only from the addresses of `--from`. A NAME stands for all attacks whose
names begin with it. With `--against` another commit is attacked before this checkout.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product

from tests.attacks.catalogue import ATTACKS
from tests.attacks.checks import CHECKS
from tests.attacks.figures import Figures, report, summary
from tests.attacks.one import SECONDS, attacked
from tests.bench.report import print_line
from tests.bench.sides import Side, sides

SOURCES = ("127.0.0.2", "127.0.0.1")


def chosen(names: Sequence[str]) -> list[str]:
    """Return the attacks whose names begin with one of `names`, all if there are none.

    Raise SystemExit if a name fits no attack.
    """
    known = [*CHECKS, *ATTACKS]
    for name in names:
        if not any(attack.startswith(name) for attack in known):
            raise SystemExit(f"no attack begins with {name}; --list names them")
    return [attack for attack in known if not names or attack.startswith(tuple(names))]


def main(arguments: Sequence[str]) -> None:
    """Run the attacks that the arguments name, and print a line for each figure and a table of all attacks."""
    parser = argparse.ArgumentParser(prog="./dev bench attacks", description="Attack a server; see tests/attacks.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name the attacks")
    parser.add_argument("--against", metavar="REV", help="another commit to attack, too")
    parser.add_argument("--from", dest="sources", action="append", metavar="ADDRESS", help="where attackers come from")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long visitors ask meanwhile")
    options = parser.parse_args(arguments)
    if options.list:
        for name in chosen(options.names):
            print_line(f"{name:24} {ATTACKS[name].what if name in ATTACKS else CHECKS[name].__doc__}")
        return
    with sides(options.against) as both:
        attack(chosen(options.names), list(reversed(both)), options.sources or SOURCES, options.seconds)


def attack(names: Sequence[str], checkouts: Sequence[Side], sources: Sequence[str], seconds: float) -> None:
    """Run the checks and attacks with these names on every checkout, and print their figures."""
    for name, side in product(names, checkouts):
        if name in CHECKS:
            CHECKS[name](side)
    figures: list[Figures] = []
    for name, source, side in product(names, sources, checkouts):
        if name in ATTACKS:
            figures.append(attacked(name, side, source, seconds))
            report(figures[-1])
    if figures:
        print_line(summary(figures))
