"""Draw SVG files with programs other than browsers: rsvg-convert, CairoSVG, and resvg, which tierscope uses itself."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable

import pytest
from PIL import Image

from viz.media.pixels import png


def rsvg(svg: str) -> Image.Image:
    """Return the pixels of a file as rsvg-convert draws it, one for each unit."""
    program = shutil.which("rsvg-convert")
    if program is None:
        pytest.fail("rsvg-convert is missing; ./dev test installs it", pytrace=False)
    return _image(subprocess.run([program], input=svg.encode(), capture_output=True, check=True, timeout=60).stdout)


def cairo(svg: str) -> Image.Image:
    """Return the pixels of a file as CairoSVG draws it, one for each unit."""
    import cairosvg  # here, since this takes long, and most workers of a test run never draw with it

    return _image(cairosvg.svg2png(bytestring=svg.encode()))


def resvg(svg: str) -> Image.Image:
    """Return the pixels of a file as viz.media draws it, one for each unit."""
    return _image(png(svg))


def _image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGBA")


RENDERERS: dict[str, Callable[[str], Image.Image]] = {"rsvg": rsvg, "cairo": cairo, "resvg": resvg}
