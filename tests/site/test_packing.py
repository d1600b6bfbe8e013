"""Test the archives that a browser gets: what is left out of them, and what becomes of a module."""

from __future__ import annotations

import gzip
import marshal
import zipfile
from pathlib import Path

import pytest

from viz.site.packing import pack

MODULE = '"""Its docstring."""\nassert not seen\n'
"""A module whose compiled form shows whether its docstring and its assertion are kept."""
LIBRARY = ("json/__init__.py", "json/tool.txt", "asyncio/base_events.py", "_pyodide/_base.py", "pyodide/code.py")
NOT_NEEDED = (
    "turtle.py", "unittest/case.py", "multiprocessing/pool.py", "idlelib/a.txt", "asyncio/windows_events.py",
    "asyncio/proactor_events.py", "http/server.py", "http/cookies.py", "logging/config.py", "json/tests/test_a.py",
    "xml/dom/minidom.py", "typing.pyi", "statistics.py", "sqlite3/dbapi2.py", "ctypes/util.py", "wave.py",
)  # fmt: skip
WHEEL = ("segno/__init__.py", "segno/data.bin", "segno-1.6.dist-info/METADATA", "pydantic/main.py")
NOT_NEEDED_OF_WHEEL = (
    "segno-1.6.dist-info/RECORD", "segno-1.6.dist-info/WHEEL", "segno-1.6.data/scripts/segno", "pydantic/v1/main.py",
    "pydantic/mypy.py", "pydantic/_hypothesis_plugin.py", "segno/tests/test_b.py", "segno/__init__.pyi",
)  # fmt: skip
PROGRAM = ("viz/__init__.py", "viz/kernel/versions.py", "viz/_topologies/a.toml")


def archive(place: Path, names: tuple[str, ...]) -> None:
    with zipfile.ZipFile(place, "w") as made:
        made.writestr("folder/", "")
        for name in names:
            made.writestr(name, MODULE if name.endswith(".py") else f"content of {name}")


def contents(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as made:
        assert {(info.date_time, info.compress_type) for info in made.infolist()} == {((1980, 1, 1, 0, 0, 0), 8)}
        return {name: made.read(name) for name in made.namelist()}


def effects(compiled: bytes) -> tuple[str | None, bool]:
    """Return the docstring of a compiled module, and whether its assertion runs."""
    assert compiled[4:8] == b"\1\0\0\0"  # the source is never looked at again
    names: dict[str, object] = {"seen": True}
    try:
        exec(marshal.loads(compiled[16:]), names)
    except AssertionError:
        return str(names["__doc__"]), True
    return names.get("__doc__"), False  # type: ignore[return-value]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("work")
    (work / "out").mkdir()
    (work / "wheels").mkdir()
    (work / "pyodide.asm.wasm").write_bytes(b"wasm" * 99)
    archive(work / "python_stdlib.zip", LIBRARY + NOT_NEEDED)
    archive(work / "wheels" / "segno-1.6-py3-none-any.whl", WHEEL + NOT_NEEDED_OF_WHEEL)
    archive(work / "program.zip", PROGRAM)
    pack(str(work))
    return work / "out"


def test_a_file_with_wasm_is_compressed_alike_each_time(out: Path) -> None:
    packed = (out / "pyodide.asm.wasm.gz").read_bytes()
    assert gzip.decompress(packed) == b"wasm" * 99
    assert packed[4:8] == bytes(4)  # no time


def test_the_library_has_what_a_browser_needs(out: Path) -> None:
    found = contents(out / "stdlib.zip")
    assert sorted(found) == sorted(name.replace(".py", ".pyc") for name in LIBRARY)
    assert found["json/tool.txt"] == b"content of json/tool.txt"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("json/__init__.pyc", (None, False)),
        ("asyncio/base_events.pyc", (None, False)),
        ("_pyodide/_base.pyc", ("Its docstring.", True)),
        ("pyodide/code.pyc", ("Its docstring.", True)),
    ],
)
def test_only_modules_that_read_their_docstrings_keep_them(
    out: Path, name: str, expected: tuple[str | None, bool]
) -> None:
    assert effects(contents(out / "stdlib.zip")[name]) == expected


def test_packages_come_without_their_sources_and_with_their_names(out: Path) -> None:
    found = contents(out / "packages.zip")
    assert sorted(found) == sorted(name.replace(".py", ".pyc") for name in WHEEL)
    assert effects(found["segno/__init__.pyc"]) == (None, False)


def test_the_program_keeps_its_sources_beside_what_they_are_compiled_to(out: Path) -> None:
    found = contents(out / "program.zip")
    compiled = ["viz/__pycache__/__init__.cpython-314.pyc", "viz/kernel/__pycache__/versions.cpython-314.pyc"]
    assert sorted(found) == sorted([*PROGRAM, *compiled])
    assert found["viz/kernel/versions.py"].decode() == MODULE
    assert [effects(found[name]) for name in compiled] == [("Its docstring.", True)] * 2


def test_what_is_not_there_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    pack(str(tmp_path))
    assert list((tmp_path / "out").iterdir()) == []
