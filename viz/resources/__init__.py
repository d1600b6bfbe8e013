"""Where the files that are no Python lie: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def assets() -> Path:
    """The folder of the page's scripts and styles; FileNotFoundError where there is none."""
    return _folder("assets")


def edition() -> str:
    """Ten letters that stand for all that the assets hold: a browser may keep what it has under this name for ever."""
    told = hashlib.sha256()
    for file in sorted(assets().rglob("*")):
        if file.is_file():
            told.update(f"{file.relative_to(assets())} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()[:10]


def docs() -> Path:
    """Return the folder of the documents that the page shows parts of; FileNotFoundError where there is none."""
    return _folder("docs")


def topologies() -> Path:
    """The folder of the built-in topologies; FileNotFoundError where there is none."""
    return _folder("topologies")


def _folder(name: str) -> Path:
    places = PACKAGE / f"_{name}", PACKAGE.parent / name
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"tierscope has lost its {name}: neither {places[0]} nor {places[1]} is a folder")
