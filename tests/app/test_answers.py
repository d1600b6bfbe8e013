"""Test what a browser must fetch to answer questions: none of the libraries that only a server needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.serving import ROOT
from viz.app.answers import Job, answer_job
from viz.app.service import Service

SERVERS = ("brotli", "click", "dash", "flask", "multiprocessing", "plotly", "uvicorn", "werkzeug")


def test_answering_needs_no_library_of_the_server() -> None:
    script = f"import sys, viz.site.in_worker; print(*sorted({set(SERVERS)} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


@pytest.mark.slow
def test_a_server_cannot_edit_the_listing() -> None:
    """No module that a server imports can run lines that a page sends."""
    script = "import sys, viz.app.wsgi, viz.app.dispatcher; print('viz.kernel.rules.edited_listing' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False"]


def test_a_gif_with_too_many_pixels_is_refused_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.media.pixels.MAX_PIXELS", 1000)
    question = {"topology": "one-socket-two-pmem", "first": 0, "last": 1, "stride": 0, "form": "gif"}
    assert "is too large" in answer_job(Job("animation", question, Service()))["error"]
