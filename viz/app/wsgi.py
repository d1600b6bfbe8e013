"""Make the app for a WSGI server with several processes: `gunicorn -w 4 --threads 16 viz.app.wsgi:server`.

Each limit of the program then holds for each process by itself. docs/serving.md says what that means.
"""

from __future__ import annotations

import os
import sys

from viz.app import create_app
from viz.app.base_path import with_slashes
from viz.app.caching import compress_ahead

VARIABLE = "TIERSCOPE_BASE_PATH"
"""The variable of the environment that has the path below which the page is served."""

CANNOT_BOOT = 3
"""The exit status of a worker after which gunicorn ends, too; after any other it starts the worker again, for ever."""


def _base() -> str:
    """Return the path below which the page is served, with a slash at both ends; end the process if it is none."""
    try:
        return with_slashes(os.environ.get(VARIABLE, "/"))
    except ValueError as error:
        print(f"tierscope: {VARIABLE}: {error}", file=sys.stderr)
        sys.exit(CANNOT_BOOT)


BASE = _base()

server = create_app(base=BASE).server
compressing = compress_ahead(server, BASE)
