"""Run `./dev bench`, which measures speed.

Most results are ratios of two times that are measured in turn, so that other work on the machine changes them little.
This is no test: it prints results and limits, and no result makes it fail. `./dev bench engine`, `./dev bench page`,
`./dev bench load` and `./dev bench follow` each run one part; `./dev bench --help` lists the options of the part
`load`. `./dev bench attacks` takes an hour, so that plain `./dev bench` leaves it out; `./dev bench attacks --help`
lists its options.
"""

from __future__ import annotations

import argparse
import signal
import sys

from tests.attacks.__main__ import main as attacks
from tests.bench import engine, follow, load, page
from tests.bench.report import BEYOND

PARTS = ("engine", "load", "page", "follow")

if sys.argv[1:2] == ["attacks"]:
    attacks(sys.argv[2:])
    sys.exit()
parser = argparse.ArgumentParser(prog="./dev bench")
parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them unless named")
load.options(parser)
chosen = parser.parse_args()
for name in chosen.parts or PARTS:
    if name not in PARTS:
        parser.error(f"no part {name}")
# A plain SIGTERM would leave servers running and the folder of the other commit in place; sys.exit() cleans up.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
for name in chosen.parts or PARTS:
    if name == "load":
        load.main(chosen)
    else:
        {"engine": engine.main, "page": page.main, "follow": follow.main}[name]()
sys.exit(bool(BEYOND))
