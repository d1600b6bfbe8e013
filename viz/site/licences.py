"""Write the licences of what a site holds beside tierscope: plotly.js, Pyodide, and Python's packages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path

from viz.site.downloads import PYODIDE

TEXT = re.compile(r"\.dist-info/(?:licenses/)?LICENSE[^/]*$")
OURS = """\
This folder is the page of tierscope (MIT). Beside tierscope's own files it holds:

plotly/      plotly.js (MIT AND BSD-3-Clause AND ISC); https://github.com/plotly/plotly.js
"""
PYTHON = f"""\
python/      Pyodide {PYODIDE} (MPL-2.0), with CPython (PSF-2.0) and the libraries in it that its sources name;
             its source: https://github.com/pyodide/pyodide/tree/{PYODIDE}
             in packages.zip:
"""


def licences(wheels: Iterable[Path]) -> bytes:
    """Return the text about all licences of a site. A site without Python has no wheels."""
    packages = [_package(wheel) for wheel in wheels]
    named = "".join(f"             {name} ({licence})\n" for name, licence, _ in packages)
    texts = "".join(f"\n\n---- {name}\n\n{text.strip()}\n" for name, _, text in packages)
    return f"{OURS}{PYTHON + named if packages else ''}{texts}".encode()


def _package(wheel: Path) -> tuple[str, str, str]:
    """Return the name and version of a package, its licence as an SPDX expression, and the texts of its licence."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [about] = (name for name in names if name.endswith(".dist-info/METADATA"))
        data = HeaderParser().parsestr(archive.read(about).decode())
        texts = [archive.read(name).decode() for name in names if TEXT.search(name)]
    classified = [
        line.rpartition(" :: ")[2] for line in data.get_all("Classifier", []) if line.startswith("License ::")
    ]
    licence = data["License-Expression"] or ", ".join(classified)
    return f"{data['Name']} {data['Version']}", licence, "\n\n".join(texts)
