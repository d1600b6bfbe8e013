"""Test how a site is written into a folder: nothing of others is lost, and nothing of an older site stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viz.site.folder import LIST, NoSiteFolder, check, write


def listed(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_site_is_written_and_listed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "site"
    check(folder)
    write(folder, {"index.html": b"page", "a/b.mjs": b"module"})
    assert listed(folder) == ["a/b.mjs", "index.html", LIST]
    assert json.loads((folder / LIST).read_text())["files"] == {"a/b.mjs": 6, "index.html": 4}


def test_a_newer_site_replaces_an_older_one_and_files_of_the_host_stay(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": b"old", "a/b/old.mjs": b"old", "a/same.mjs": b"same"})
    (tmp_path / "CNAME").write_text("tierscope.example.org")
    kept = (tmp_path / "a/same.mjs").stat().st_mtime_ns
    check(tmp_path)
    write(tmp_path, {"index.html": b"new", "a/same.mjs": b"same"})
    assert listed(tmp_path) == ["CNAME", "a/same.mjs", "index.html", LIST]
    assert not (tmp_path / "a/b").exists()
    assert (tmp_path / "index.html").read_bytes() == b"new"
    assert (tmp_path / "a/same.mjs").stat().st_mtime_ns == kept


@pytest.mark.parametrize("path", ["../other.txt", "/other.txt", "a/../../other.txt"])
def test_a_list_cannot_make_it_delete_files_elsewhere(tmp_path: Path, path: str) -> None:
    other = tmp_path / "other.txt"
    other.write_text("kept")
    folder = tmp_path / "site"
    write(folder, {"index.html": b"old"})
    (folder / LIST).write_text(json.dumps({"files": {path: 1, str(other): 1}}))
    write(folder, {"index.html": b"new"})
    assert other.read_text() == "kept"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": [1]}', '{"files": {"x": 1}}'])
def test_a_list_that_cannot_be_used_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / LIST).write_text(text)
    check(tmp_path)
    write(tmp_path, {"index.html": b"new"})
    assert listed(tmp_path) == ["index.html", LIST]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(NoSiteFolder, match="not empty and holds no site"):
        check(tmp_path)
    with pytest.raises(NoSiteFolder, match=r"letter\.txt is a file"):
        check(tmp_path / "letter.txt")
    check(tmp_path / "new")
