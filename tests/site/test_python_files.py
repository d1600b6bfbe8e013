"""Test the files with which a browser runs Python: which there are, their names, and what stays in the cache."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from viz.site import downloads, python_files
from viz.site.downloads import NoDownload, cache
from viz.site.licences import licences
from viz.site.python_files import hash_of

OF_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json")


def pyodide(folder: Path) -> Path:
    """Write an archive like npm's of Pyodide, with one file more than is needed, and return its path."""
    with tarfile.open(folder / "pyodide.tgz", "w:gz") as made:
        for name in (*OF_PYODIDE, "README.md"):
            info = tarfile.TarInfo(f"package/{name}")
            data = f"content of {name}".encode()
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return folder / "pyodide.tgz"


@pytest.fixture
def packings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the list of what is given to each packing, which makes small files in place of archives."""
    given: list[list[str]] = []

    def run(node: Path, work: Path) -> None:
        assert sorted(path.name for path in node.iterdir()) == sorted([*OF_PYODIDE, "node_modules"])
        assert (node / "node_modules/ws/index.js").read_bytes() == b""
        assert json.loads((node / "node_modules/ws/package.json").read_text()) == {"name": "ws", "main": "index.js"}
        given.append(sorted(path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file()))
        for name in (*python_files.LIBRARIES, python_files.PROGRAM):
            (work / "out" / name).write_bytes(f"packed {name}".encode())

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache().mkdir(parents=True)
    monkeypatch.setattr(downloads, "pyodide", lambda: pyodide(tmp_path))
    monkeypatch.setattr(python_files, "_run_node", run)
    monkeypatch.setattr(python_files, "program", lambda: b"the program")
    return given


def made(folder: Path) -> dict[str, bytes]:
    wheel = folder / "segno-1.6.whl"
    wheel.write_bytes(b"wheel")
    return python_files.python_files([wheel])


def test_the_worker_stands_beside_the_files_of_others(tmp_path: Path, packings: list[list[str]]) -> None:
    files = made(tmp_path)
    folders = {path.rpartition("/")[0] for path in files}
    names = sorted(path.rpartition("/")[2] for path in files)
    assert names == sorted([*OF_PYODIDE[:2], *python_files.LIBRARIES, "worker.mjs", "program.zip", "files.json"])
    assert len(folders) == 2
    [listing] = (path for path in files if path.endswith("/files.json"))
    listed = json.loads(files[listing])
    assert listed["place"] != listing.removesuffix("files.json")
    assert f"{listed['place']}worker.mjs" in files
    assert {one["path"]: one["bytes"] for one in listed["files"]} == {
        path: len(data) for path, data in files.items() if path.endswith((".zip", ".gz"))
    }
    assert listed["program"] == python_files.program_hash()
    assert all(path.startswith("python/") for path in files)


def test_what_is_packed_stays_in_the_cache(tmp_path: Path, packings: list[list[str]]) -> None:
    assert made(tmp_path) == made(tmp_path)
    assert packings == [["pyodide.asm.wasm", "python_stdlib.zip", "wheels/segno-1.6.whl"], ["program.zip"]]


def test_a_newer_program_has_the_same_files_of_others(
    tmp_path: Path, packings: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(tmp_path)
    monkeypatch.setattr(python_files, "program", lambda: b"a newer program")
    after = made(tmp_path)
    assert packings[2:] == [["program.zip"]]
    assert {path for path in before if not path.endswith("files.json")} <= after.keys()


def test_eight_packings_of_a_kind_stay(tmp_path: Path, packings: list[list[str]]) -> None:
    for number in range(10):
        older = cache() / f"program-{number}"
        older.mkdir()
        os.utime(older, (number, number))
    made(tmp_path)
    kept = sorted(path.name for path in cache().glob("program-*"))
    assert len(kept) == 8
    assert kept[:7] == [f"program-{number}" for number in range(3, 10)]


def test_a_hash_depends_on_every_name_and_content() -> None:
    hashes = [hash_of(files) for files in ({"a": b"b"}, {"a": b"c"}, {"b": b"b"}, {"a": b"b", "c": b""}, {})]
    assert len(set(hashes)) == len(hashes)
    assert {len(found) for found in hashes} == {10}
    assert hash_of({"a": b"1", "b": b"2"}) == hash_of({"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        ((0, ""), None),
        ((1, "a\n  the reason \n\n"), "Python could not be packed (the reason)"),
        ((3, ""), "Python could not be packed (3)"),
        ((1, "x" * 300), f"Python could not be packed ({'x' * 200})"),
        (None, "packing Python took more than 240 seconds"),
    ],
)
def test_a_failure_of_node_is_one_line(
    monkeypatch: pytest.MonkeyPatch, done: tuple[int, str] | None, problem: str | None
) -> None:
    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert command[0] == "node"
        assert command[1].endswith("pack.mjs")
        assert command[2:] == ["pyodide", "work"]
        if done is None:
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return subprocess.CompletedProcess(command, done[0], "", done[1])

    monkeypatch.setattr(downloads, "node", lambda: "node")
    monkeypatch.setattr(subprocess, "run", run)
    assert _refusal(lambda: python_files._run_node(Path("pyodide"), Path("work"))) == problem


def _refusal(call: Callable[[], None]) -> str | None:
    try:
        return call()  # type: ignore[func-returns-value]
    except NoDownload as error:
        return str(error)


def test_a_site_names_the_licences_of_all_packages(tmp_path: Path) -> None:
    about = {
        "segno": "Name: segno\nVersion: 1.6\nLicense-Expression: BSD-3-Clause\n",
        "other": "Name: other\nVersion: 2\nClassifier: License :: OSI Approved :: MIT License\n"
        "Classifier: Topic :: x\nClassifier: License :: Public Domain\n",
    }
    places = {"segno": ("licenses/LICENSE", "licenses/LICENSE.md"), "other": ("LICENSE.txt", "licenses/NOTICE")}
    for name, text in about.items():
        with zipfile.ZipFile(tmp_path / f"{name}.whl", "w") as wheel:
            wheel.writestr(f"{name}-1.dist-info/METADATA", text)
            for place in places[name]:
                wheel.writestr(f"{name}-1.dist-info/{place}", f"\n{name} {place}\n")
    text = licences(tmp_path / f"{name}.whl" for name in about).decode()
    assert text.startswith("This folder is the page of tierscope (MIT). Beside tierscope's own files it holds:\n")
    assert "\nplotly/      plotly.js (MIT AND BSD-3-Clause AND ISC); https://github.com/plotly/plotly.js\n" in text
    assert (
        f"\npython/      Pyodide {downloads.PYODIDE} (MPL-2.0), with CPython (PSF-2.0) and the libraries in it" in text
    )
    assert f"its source: https://github.com/pyodide/pyodide/tree/{downloads.PYODIDE}\n" in text
    assert "\n             in packages.zip:\n             segno 1.6 (BSD-3-Clause)\n" in text
    assert "             other 2 (MIT License, Public Domain)\n" in text
    assert text.endswith(
        "\n\n---- segno 1.6\n\nsegno licenses/LICENSE\n\n\n\nsegno licenses/LICENSE.md\n"
        "\n\n---- other 2\n\nother LICENSE.txt\n"
    )
    assert "python/" not in licences(()).decode()
