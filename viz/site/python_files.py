"""Make the files with which a browser runs Python: Pyodide, and archives of compiled modules."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from viz import resources
from viz.page import modules
from viz.site import downloads
from viz.site.downloads import PYODIDE_HASH, NoDownload, cache
from viz.site.program import program

OWN = Path(__file__).parent
PACK = OWN / "pack.mjs", OWN / "packing.py"
MODULES = ("pyodide.mjs", "pyodide.asm.mjs")
"""The files of Pyodide that the worker imports; the page passes all others to it."""
WASM, LIBRARY = "pyodide.asm.wasm", "python_stdlib.zip"
WORKER = "worker.mjs"
"""The module of assets/site/ that is the worker."""
LIBRARIES = (f"{WASM}.gz", "stdlib.zip", "packages.zip")
PROGRAM = "program.zip"
"""The archives of others and of tierscope, which the page fetches for the worker with a bar for how much has come."""
FILES = "files.json"
KEPT = 8
"""The number of packings of one kind that stay in the cache; programs of several checkouts may use it by turns."""
SECONDS = 240
"""The number of seconds after which packing is ended."""

PINNED = f"{PYODIDE_HASH} {downloads.PINS.read_text(encoding='utf-8')}"
"""The hashes of Pyodide and of the wheels, which were compared when these were fetched or taken from the cache."""

Files = dict[str, bytes]
Given = Mapping[str, bytes | Path]
"""The content of files, or where it is, by path."""


def python_files(wheels: Sequence[Path]) -> Files:
    """Return the files by path. A site with a newer program has the same files of others, at the same paths.

    `wheels` are those of downloads.wheels(). FILES names the folder with the worker, and has the path and size of each
    file that the page fetches; for a page of a server it also has program_hash() and the paths of the page's own files.
    Raise NoDownload if something cannot be fetched or packed.
    """
    pyodide = _pyodide()
    libraries = _packed(
        "library",
        {LIBRARY: pyodide[LIBRARY], WASM: pyodide[WASM], **{f"wheels/{wheel.name}": wheel for wheel in wheels}},
        LIBRARIES,
        PINNED,
    )
    files = libraries | {name: pyodide[name] for name in MODULES}
    files[WORKER] = (resources.assets() / "site" / WORKER).read_bytes()
    place = f"python/{hash_of(files)}/"
    sources = {PROGRAM: program()}
    ours = _packed("program", sources, (PROGRAM,), hash_of(sources))
    program_place = f"python/{hash_of(ours)}/"
    fetched = {f"{place}{name}": libraries[name] for name in LIBRARIES} | {f"{program_place}{PROGRAM}": ours[PROGRAM]}
    listed = {
        "place": place,
        "program": hash_of(sources),
        "assets": modules.paths(resources.assets()),
        "files": [{"path": path, "bytes": len(data)} for path, data in fetched.items()],
    }
    return {
        **{f"{place}{name}": data for name, data in files.items()},
        **fetched,
        f"{program_place}{FILES}": json.dumps(listed).encode(),
    }


def program_hash() -> str:
    """Return ten hex digits that change whenever the program, or what it reads, does."""
    return hash_of({PROGRAM: program()})


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return ten hex digits that change whenever a file does, so that browsers may keep the files for ever."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()[:10]


def _pyodide() -> Files:
    """Return the files of Pyodide with which it starts."""
    with tarfile.open(downloads.pyodide()) as archive:
        members = {name: archive.extractfile(f"package/{name}") for name in (*MODULES, WASM, LIBRARY, "package.json")}
        return {name: member.read() for name, member in members.items() if member}


def _packed(kind: str, given: Given, wanted: Sequence[str], known_by: str) -> Files:
    """Return the wanted files that packing.py makes of the given ones, by path, from the cache if they are there.

    `known_by` is a text that changes whenever the given files do.
    """
    scripts = {path.name: path.read_bytes() for path in PACK}
    folder = cache() / f"{kind}-{hash_of({**scripts, PYODIDE_HASH: b'', known_by: b''})}"
    if not folder.is_dir():
        _pack(given, wanted, folder)
        for older in sorted(cache().glob(f"{kind}-*"), key=lambda path: -path.stat().st_mtime)[KEPT:]:
            shutil.rmtree(older, ignore_errors=True)
    return {name: (folder / name).read_bytes() for name in wanted}


def _pack(given: Given, wanted: Sequence[str], target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache()) as name:
        work, made = Path(name) / "work", Path(name) / "made"
        for path, data in given.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(data if isinstance(data, bytes) else data.read_bytes())
        (work / "out").mkdir()
        _run_node(_node_folder(Path(name) / "pyodide"), work)
        made.mkdir()
        for path in wanted:
            shutil.copy(work / "out" / path, made)
        if not target.is_dir():  # another build may have made it meanwhile
            made.replace(target)


def _node_folder(folder: Path) -> Path:
    """Write the files with which Pyodide starts in Node.js into a folder, and return it.

    An empty package takes the place of `ws`, which Pyodide imports there for sockets: nothing here opens one.
    """
    files = _pyodide() | {
        "node_modules/ws/package.json": b'{"name": "ws", "main": "index.js"}',
        "node_modules/ws/index.js": b"",
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def _run_node(pyodide: Path, work: Path) -> None:
    command = [downloads.node(), str(PACK[0]), str(pyodide), str(work)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise NoDownload(f"packing Python took more than {SECONDS} seconds") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise NoDownload(f"Python could not be packed ({lines[-1].strip()[:200] if lines else done.returncode})")
