"""Write the files of a site into a folder, and take away those of the site that was there before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

LIST = "site.json"
"""The file of a site that lists all others."""
LAST = ("sw.js", "index.html", LIST)
"""The files that are written last, in this order: whoever loads them finds all that they name."""


class NoSiteFolder(ValueError):
    """The error that a folder cannot become a site; its message is one line."""


def check(folder: Path) -> None:
    """Raise NoSiteFolder if the folder is a file, or holds anything but a site."""
    if folder.exists() and not folder.is_dir():
        raise NoSiteFolder(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).is_file():
        raise NoSiteFolder(f"{folder} is not empty and holds no site of tierscope; name another folder")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into the folder, then delete the files of the earlier site that the new one does not have.

    Other files, such as those that a host wants, stay. Raise OSError if a file cannot be written.
    """
    before = listed(folder)
    wanted = {**files, LIST: _list(files)}
    for path in sorted(wanted, key=lambda name: (LAST.index(name) if name in LAST else -1, name)):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_file() or place.read_bytes() != wanted[path]:
            place.write_bytes(wanted[path])
    for path in before - wanted.keys():
        _delete(folder, path)


def _list(files: Mapping[str, bytes]) -> bytes:
    sizes = {path: len(files[path]) for path in sorted(files)}
    return (json.dumps({"program": "tierscope", "files": sizes}, indent=1) + "\n").encode()


def listed(folder: Path) -> set[str]:
    """Return the paths in the list of a site, except any that lead out of its folder; none if it cannot be read."""
    try:
        paths = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    names = {str(path) for path in paths} if isinstance(paths, dict) else set()
    return {path for path in names if ".." not in PurePosixPath(path).parts and not PurePosixPath(path).is_absolute()}


def _delete(folder: Path, path: str) -> None:
    """Delete a file, and its folders as far as they are empty then."""
    place = folder / path
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
