"""What is measured: the server of this checkout, and on demand that of another commit, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.bench.report import tell
from tests.serving import ROOT, Server, running, serving

FACTORY, MODULE = "viz.app:create_app()", "viz.app.wsgi:server"
"""What gunicorn serves; a checkout that has the module is served by it."""
GUNICORN = "gunicorn>=27,<28"
"""What pip is asked for; 27 has --no-control-socket."""
THREADS = 16
"""Of each worker of gunicorn."""


@dataclass(frozen=True)
class Side:
    """One checkout with the Python that runs it."""

    name: str
    root: Path = ROOT
    python: str = sys.executable
    workers: int = 0
    """Of gunicorn; 0 is the checkout's own program."""

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Serve the checkout on a free port until the block ends."""
        own = serving(program=(self.python, "-m", "viz"), cwd=self.root)
        with running(self._gunicorn(), self.root) if self.workers else own as server:
            yield server

    def _gunicorn(self) -> Sequence[str]:
        application = MODULE if (self.root / "viz/app/wsgi.py").exists() else FACTORY
        sizes = ["--workers", str(self.workers), "--threads", str(THREADS)]
        return [self.python, "-m", "gunicorn", *sizes, "--bind", "127.0.0.1:0", "--no-control-socket", application]


@contextmanager
def sides(against: str | None, workers: int = 0) -> Iterator[list[Side]]:
    """This checkout, then the other commit if there is one; its folder and environment are gone after the block."""
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
    """Return the Python of a checkout, whose ./dev sets its environment up as it needs it."""
    tell(f"setting up the environment of {root}")
    _run([str(root / "dev"), "--host", "127.0.0.1", "--help"], root)  # "--help" alone would need no environment
    python = str(root / ".venv/bin/python")
    if gunicorn:
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GUNICORN], root)
    return python


def _need_gunicorn() -> None:
    if find_spec("gunicorn") is None:
        sys.exit(f"bench: gunicorn is not installed here; type: .venv/bin/python -m pip install '{GUNICORN}'")


def _git(*words: str) -> str:
    return _run(["git", *words], ROOT).strip()


def _run(command: Sequence[str], cwd: Path) -> str:
    """Return what a command prints; where it fails, its last line ends the program."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"bench: {command[0]}: {error.strerror}")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it failed and said nothing"]
        sys.exit(f"bench: {' '.join(command[:3])}: {said[-1]}")
    return done.stdout
