"""Compile modules and pack them into archives for a browser. Pyodide runs this when a site is built (pack.mjs).

A module that is compiled here need not be compiled in each browser at each start. Those of others come without their
source; those of the program keep it, because the page shows it.
"""

from __future__ import annotations

import gzip
import py_compile
import zipfile
from pathlib import Path, PurePosixPath

NOT_NEEDED = frozenset(
    (
        *("__phello__", "_pyrepl", "ctypes", "idlelib", "multiprocessing", "pydoc_data", "sqlite3", "unittest"),
        *("wsgiref", "xmlrpc", "_pydatetime.py", "_pyio.py", "bdb.py", "cProfile.py", "doctest.py", "ftplib.py"),
        *("imaplib.py", "mailbox.py", "modulefinder.py", "optparse.py", "pdb.py", "pickletools.py", "plistlib.py"),
        *("poplib.py", "profile.py", "pstats.py", "pydoc.py", "smtplib.py", "socketserver.py", "statistics.py"),
        *("trace.py", "turtle.py", "wave.py"),
    )
)
"""Parts of Python's library that are left out, as nothing in a browser uses them."""
NOT_NEEDED_OF = (
    *("asyncio/windows", "asyncio/proactor", "http/server", "http/cookie", "logging/config", "logging/handlers"),
    *("pydantic/v1/", "pydantic/mypy", "pydantic/_hypothesis", "xml/dom/"),
)
"""Parts of packages that are left out for the same reason: the beginnings of their paths."""
ABOUT = ".dist-info/METADATA"
WITH_DOCS = ("_pyodide", "pyodide")
"""Packages that read the docstrings of their own functions; others come without docstrings."""
MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH


def pack(work: str) -> None:
    """Pack what is in the folder `work` into its folder "out".

    python_stdlib.zip becomes stdlib.zip, wheels/ becomes packages.zip, program.zip keeps its name, and each file with
    wasm is compressed with gzip.
    """
    folder = Path(work)
    out = folder / "out"
    for wasm in folder.glob("*.wasm"):
        (out / f"{wasm.name}.gz").write_bytes(gzip.compress(wasm.read_bytes(), 9, mtime=0))
    for library in folder.glob("python_stdlib.zip"):
        with zipfile.ZipFile(out / "stdlib.zip", "w") as made:
            for name, data in _files(library):
                _add_compiled(made, name, data)
    if (folder / "wheels").is_dir():
        with zipfile.ZipFile(out / "packages.zip", "w") as made:
            for wheel in sorted((folder / "wheels").glob("*.whl")):
                for name, data in _files(wheel):
                    _add_compiled(made, name, data)
    for program in folder.glob("program.zip"):
        with zipfile.ZipFile(out / program.name, "w") as made:
            for name, data in _files(program):
                _add_with_source(made, name, data)


def _add_with_source(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file of the program. For a module, also add the compiled module."""
    _add(made, name, data)
    if name.endswith(".py"):
        path = PurePosixPath(name)
        _add(made, f"{path.parent}/__pycache__/{path.stem}.cpython-314.pyc", _compiled(name, data))


def _files(archive: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        return [(name, opened.read(name)) for name in sorted(opened.namelist()) if not name.endswith("/")]


def _add_compiled(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file of others if it is needed; of a module, add only what it is compiled to."""
    top = PurePosixPath(name).parts[0]
    if top in NOT_NEEDED or name.startswith(NOT_NEEDED_OF) or name.endswith(".pyi") or "/tests/" in name:
        return
    if top.endswith((".dist-info", ".data")) and not name.endswith(ABOUT):  # segno reads its version there
        return
    if name.endswith(".py"):
        _add(made, f"{name}c", _compiled(name, data, 0 if top in WITH_DOCS else 2))
    else:
        _add(made, name, data)


def _add(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)


def _compiled(name: str, data: bytes, optimize: int = 0) -> bytes:
    source, target = Path("/tmp/module.py"), Path("/tmp/module.pyc")
    source.write_bytes(data)
    py_compile.compile(str(source), str(target), name, True, optimize, MODE)
    return target.read_bytes()
