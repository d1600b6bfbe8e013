"""Make the files with which a browser runs Python: Pyodide, and archives of compiled modules."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from viz import resources
from viz.site import downloads
from viz.site.downloads import NoDownload, cache
from viz.site.program import program

OWN = Path(__file__).parent
PACK = OWN / "pack.mjs", OWN / "packing.py"
MODULES = ("pyodide.mjs", "pyodide.asm.mjs")
"""The files of Pyodide that the worker imports; the page passes all others to it."""
WASM, LIBRARY = "pyodide.asm.wasm", "python_stdlib.zip"
WORKER = "worker.mjs"
"""The module of assets/site/ that is the worker."""
FETCHED = (f"{WASM}.gz", "stdlib.zip", "packages.zip")
"""The files that the page fetches for the worker, with a bar for how much has come."""
FILES = "files.json"
SECONDS = 240
"""The number of seconds after which packing is ended."""


def python_files() -> dict[str, bytes]:
    """Return the files by name. Raise NoDownload if something cannot be fetched or packed."""
    archive, wheels, own = downloads.pyodide(), downloads.wheels(), program()
    digest = hashlib.sha256(own)
    for path in (archive, *wheels, *PACK):
        digest.update(path.read_bytes())
    folder = cache() / f"packed-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        _pack(archive, wheels, own, folder)
    files = {name: (folder / name).read_bytes() for name in (*MODULES, *FETCHED)}
    files[WORKER] = (resources.assets() / "site" / WORKER).read_bytes()
    sizes = [{"name": name, "bytes": len(files[name])} for name in FETCHED]
    return files | {FILES: json.dumps(sizes).encode()}


def _pack(archive: Path, wheels: list[Path], own: bytes, target: Path) -> None:
    """Write the files that are packed into a folder of the cache, in place of those that were packed before."""
    with tempfile.TemporaryDirectory(dir=cache()) as name:
        work = Path(name)
        pyodide = work / "pyodide"
        _unpack(archive, pyodide)
        (work / "wheels").mkdir()
        for wheel in wheels:
            shutil.copy(wheel, work / "wheels")
        shutil.copy(pyodide / LIBRARY, work)
        (work / "program.zip").write_bytes(own)
        _run_node(pyodide, work)
        out = work / "out"
        out.mkdir()
        for file in MODULES:
            shutil.copy(pyodide / file, out)
        for file in FETCHED[1:]:
            shutil.copy(work / file, out)
        (out / FETCHED[0]).write_bytes(gzip.compress((pyodide / WASM).read_bytes(), 9, mtime=0))
        for older in cache().glob("packed-*"):
            shutil.rmtree(older, ignore_errors=True)
        out.replace(target)


def _unpack(archive: Path, folder: Path) -> None:
    """Write the files that Pyodide starts with in Node.js into a folder.

    An empty package takes the place of `ws`, which Pyodide imports there for sockets: nothing here opens one.
    """
    ws = folder / "node_modules" / "ws"
    ws.mkdir(parents=True)
    (ws / "package.json").write_text('{"name": "ws", "main": "index.js"}')
    (ws / "index.js").write_text("")
    with tarfile.open(archive) as opened:
        for name in (*MODULES, WASM, LIBRARY, "pyodide-lock.json", "package.json"):
            member = opened.extractfile(f"package/{name}")
            if member is None:
                raise NoDownload(f"the package of Pyodide has no {name}")
            (folder / name).write_bytes(member.read())


def _run_node(pyodide: Path, work: Path) -> None:
    command = [downloads.node(), str(PACK[0]), str(pyodide), str(work)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise NoDownload(f"packing Python took more than {SECONDS} seconds") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise NoDownload(f"Python could not be packed ({lines[-1].strip()[:200] if lines else done.returncode})")
