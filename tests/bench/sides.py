"""Serve the sides of a comparison: this checkout and perhaps another commit, in its own folder and environment."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.bench.report import print_line
from tests.serving import ROOT, Server, running, serving

FACTORY, MODULE = "viz.app:create_app()", "viz.app.wsgi:server"
"""The applications that gunicorn can serve. MODULE is preferred, but old commits have only FACTORY."""
GUNICORN = "gunicorn>=27,<28"
"""The requirement for pip; version 27 is the first with --no-control-socket."""
THREADS = 16
"""The number of threads of each worker of gunicorn."""


@dataclass(frozen=True)
class Side:
    """A checkout, and the Python interpreter that runs it."""

    name: str
    root: Path = ROOT
    python: str = sys.executable
    workers: int = 0
    """The number of workers of gunicorn; 0 means that the checkout's own server is used."""

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Serve the checkout on a free port until the block ends."""
        own_server = serving(program=(self.python, "-m", "viz"), cwd=self.root)
        with running(self._gunicorn(), self.root) if self.workers else own_server as server:
            yield server

    def _gunicorn(self) -> Sequence[str]:
        application = MODULE if (self.root / "viz/app/wsgi.py").exists() else FACTORY
        sizes = ["--workers", str(self.workers), "--threads", str(THREADS)]
        return [self.python, "-m", "gunicorn", *sizes, "--bind", "127.0.0.1:0", "--no-control-socket", application]


@contextmanager
def sides(against: str | None, workers: int = 0) -> Iterator[list[Side]]:
    """Yield this checkout and, if `against` names a commit, a checkout of that commit; remove it after the block."""
    if workers:
        _need_gunicorn()
    present = Side("now", workers=workers)
    if against is None:
        yield [present]
        return
    commit = _git("rev-parse", "--verify", "--end-of-options", f"{against}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="tierscope-bench-") as folder:
        root = Path(folder) / "other"
        _git("worktree", "add", "--detach", str(root), commit)
        try:
            yield [present, Side(commit[:10], root, _environment(root, bool(workers)), workers)]
        finally:
            _git("worktree", "remove", "--force", str(root))


def _environment(root: Path, gunicorn: bool) -> str:
    """Let the ./dev of a checkout install its environment, and return the path of the Python in that environment."""
    print_line(f"setting up the environment of {root}")
    _run([str(root / "dev"), "--host", "127.0.0.1", "--help"], root)  # "--help" alone sets up no environment
    python = str(root / ".venv/bin/python")
    if gunicorn:
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GUNICORN], root)
    return python


def _need_gunicorn() -> None:
    if find_spec("gunicorn") is None:
        sys.exit(f"bench: gunicorn is not installed here; type: .venv/bin/python -m pip install '{GUNICORN}'")


def _git(*arguments: str) -> str:
    return _run(["git", *arguments], ROOT).strip()


def _run(command: Sequence[str], cwd: Path) -> str:
    """Return the output of a command. If the command fails, end this program with the last line of its errors."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"bench: {command[0]}: {error.strerror}")
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it failed and said nothing"]
        sys.exit(f"bench: {' '.join(command[:3])}: {lines[-1]}")
    return done.stdout
