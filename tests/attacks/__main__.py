"""Run `./dev bench attacks`: attack a server in many ways while visitors use it.

    ./dev bench attacks [--list] [--against REV] [--from 127.0.0.2] [--seconds 15] [NAME...]

Each attack has a server of its own. All traffic stays on this machine, and is limited in number and time. Visitors
come from 127.0.0.1, attackers from 127.0.0.2 and then from 127.0.0.1, or only from the addresses of `--from`. A NAME
selects all attacks whose names begin with it. With `--against` another commit is attacked before this checkout.
The exit status is 1 if an attack makes this checkout go beyond a limit of tests/attacks/figures.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product

from tests.attacks.catalogue import ATTACKS
from tests.attacks.checks import CHECKS
from tests.attacks.figures import Figures, report, summary
from tests.attacks.measure import SECONDS, run_attack
from tests.bench.report import print_line
from tests.bench.sides import Side, sides

SOURCES = ("127.0.0.2", "127.0.0.1")


def chosen(names: Sequence[str]) -> list[str]:
    """Return the attacks whose names begin with one of `names`, or all attacks if `names` is empty.

    Raise SystemExit if there is a name with which no attack's name begins.
    """
    known = [*CHECKS, *ATTACKS]
    for name in names:
        if not any(attack.startswith(name) for attack in known):
            raise SystemExit(f"no attack begins with {name}; --list names them")
    return [attack for attack in known if not names or attack.startswith(tuple(names))]


def main(arguments: Sequence[str]) -> None:
    """Run the attacks that the arguments select; print a line for each measured value, and a table of all attacks."""
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
        beyond = attack(chosen(options.names), list(reversed(both)), options.sources or SOURCES, options.seconds)
    sys.exit(bool(beyond))


def attack(names: Sequence[str], checkouts: Sequence[Side], sources: Sequence[str], seconds: float) -> list[str]:
    """Run the checks and attacks with these names on every checkout, and print what they measure.

    Return the names of the attacks that made the last checkout go beyond a limit.
    """
    for name, side in product(names, checkouts):
        if name in CHECKS:
            CHECKS[name](side)
    figures: list[Figures] = []
    for name, source, side in product(names, sources, checkouts):
        if name in ATTACKS:
            figures.append(run_attack(name, side, source, seconds))
            report(figures[-1])
    if figures:
        print_line(summary(figures))
    return [one.name for one in figures if one.side == checkouts[-1].name and one.exceeded()]
