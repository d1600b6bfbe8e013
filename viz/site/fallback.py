"""Read the Python of a site from its folder, so that a server can offer it to its pages."""

from __future__ import annotations

import json
from pathlib import Path

from viz.app.fallback import FOLDER, Fallback
from viz.site.folder import NoSiteFolder, listed
from viz.site.python_files import FILES, WORKER, program_hash


def read(folder: Path) -> Fallback:
    """Return the Python of the site in a folder.

    Raise NoSiteFolder if the folder has no site of this version with Python in it.
    """
    again = f"write it again: tierscope site -o {folder}"
    known = listed(folder)
    paths = {path for path in known if path.startswith(FOLDER)}
    if not known:
        raise NoSiteFolder(f"{folder} holds no site of tierscope; {again}")
    ends = {name: next((path for path in paths if path.endswith(f"/{name}")), "") for name in (FILES, WORKER)}
    if not all(ends.values()):
        raise NoSiteFolder(f"the site in {folder} has no Python; {again}")
    try:
        files = {path: (folder / path).read_bytes() for path in sorted(paths)}
        program = json.loads(files[ends[FILES]]).get("program")
    except (OSError, ValueError, AttributeError):
        raise NoSiteFolder(f"the site in {folder} is damaged; {again}") from None
    if program != program_hash():
        raise NoSiteFolder(f"the site in {folder} is of another version of tierscope; {again}")
    return Fallback(files, ends[FILES], ends[WORKER])
