"""Test that the Python of a site is read from its folder, and that any other folder is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import refusal
from viz.site.fallback import read
from viz.site.folder import NoSiteFolder, write
from viz.site.python_files import program_hash

LISTING, WORKER = "python/1/files.json", "python/2/worker.mjs"


def listing(program: str) -> bytes:
    return json.dumps({"place": "python/2/", "program": program, "files": []}).encode()


@pytest.mark.slow
def test_the_python_of_a_site_of_this_version_is_read(tmp_path: Path) -> None:
    files = {LISTING: listing(program_hash()), WORKER: b"// the worker"}
    write(tmp_path, {**files, "index.html": b"", "answers/1/0.json.gz": b""})
    (tmp_path / "python/secret").write_text("not in the list")
    fallback = read(tmp_path)
    assert (fallback.files, fallback.listing, fallback.worker) == (files, LISTING, WORKER)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "holds no site of tierscope"),
        ({"index.html": b""}, "has no Python"),
        ({LISTING: listing("0000000000"), WORKER: b""}, "is of another version of tierscope"),
        ({LISTING: b"[]", WORKER: b""}, "is damaged"),
        ({LISTING: b"{", WORKER: b""}, "is damaged"),
    ],
)
def test_another_folder_is_refused(tmp_path: Path, files: dict[str, bytes], why: str) -> None:
    write(tmp_path, files)
    with pytest.raises(NoSiteFolder, match=f"{why}.*; write it again: tierscope site -o "):
        read(tmp_path)


def test_the_program_says_so_in_one_line(tmp_path: Path) -> None:
    assert "holds no site of tierscope" in refusal("serve", "--fallback", str(tmp_path))
