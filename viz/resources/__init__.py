"""Find the files that are not Python code: inside the package in a wheel, beside the package in a checkout."""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def assets() -> Path:
    """Return the folder of the page's scripts and styles; raise FileNotFoundError if there is none."""
    return _folder("assets")


def edition() -> str:
    """Return ten hex digits that change whenever an asset changes, so that browsers may cache the assets for ever."""
    digest = hashlib.sha256()
    for file in sorted(assets().rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(assets())} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:10]


def docs() -> Path:
    """Return the folder of the documents that the page shows parts of; raise FileNotFoundError if there is none."""
    return _folder("docs")


def topologies() -> Path:
    """Return the folder of the built-in topologies; raise FileNotFoundError if there is none."""
    return _folder("topologies")


def stories() -> Path:
    """Return the folder of the built-in stories."""
    return topologies() / "stories"


def talks() -> Path:
    """Return the folder of the built-in talks."""
    return topologies() / "talks"


def _folder(name: str) -> Path:
    folders = PACKAGE / f"_{name}", PACKAGE.parent / name
    for folder in folders:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"tierscope has lost its {name}: neither {folders[0]} nor {folders[1]} is a folder")
