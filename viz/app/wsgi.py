"""Make the app for a WSGI server with several processes: `gunicorn -w 4 --threads 16 viz.app.wsgi:server`.

Each limit of the program then holds for each process by itself. docs/serving.md says what that means.
"""

from __future__ import annotations

import os

from viz.app import create_app
from viz.app.caching import compress_ahead

BASE = os.environ.get("TIERSCOPE_BASE_PATH", "/")
"""The path below which the page is served, with a slash at both ends."""

server = create_app(base=BASE).server
compressing = compress_ahead(server, BASE)
