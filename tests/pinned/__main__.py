"""Write the pinned files anew from the current program: `./dev pin`."""

from __future__ import annotations

import shutil

from tests.pinned.files import FOLDER, all_files


def main() -> None:
    """Delete all pinned files, and write new ones."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, write in all_files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(), encoding="utf-8")


main()
