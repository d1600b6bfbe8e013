"""`./dev bench`: speed as ratios of things measured side by side in one run, so that a busy machine changes little.

Not a test: nothing fails here. `./dev bench engine` or `./dev bench page` runs one half.
"""

from __future__ import annotations

import sys

from tests.bench import engine, page

HALVES = {"engine": engine.main, "page": page.main}

for name in sys.argv[1:] or HALVES:
    HALVES[name]()
