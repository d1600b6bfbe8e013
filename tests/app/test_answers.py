"""Test what a browser must fetch to answer questions: none of the libraries that only a server needs."""

from __future__ import annotations

import subprocess
import sys

from tests.serving import ROOT

SERVERS = ("brotli", "click", "dash", "flask", "multiprocessing", "plotly", "uvicorn", "werkzeug")


def test_answering_needs_no_library_of_the_server() -> None:
    script = f"import sys, viz.site.in_worker; print(*sorted({set(SERVERS)} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def test_a_server_cannot_edit_the_listing() -> None:
    """No module that a server imports can run lines that a page sends."""
    script = "import sys, viz.app.wsgi, viz.app.dispatcher; print('viz.kernel.rules.edited_listing' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False"]
