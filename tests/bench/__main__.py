"""`./dev bench`: speed as ratios of things measured side by side in one run, so that a busy machine changes little.

Not a test: nothing fails here. `./dev bench engine`, `./dev bench page` or `./dev bench load` runs one part.
"""

from __future__ import annotations

import sys

from tests.bench import engine, load, page

PARTS = {"engine": engine.main, "load": load.main, "page": page.main}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
